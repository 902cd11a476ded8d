// Framing: how long a body is, RFC 9112 section 6.3 row by row, persistence (9.3) and Host (3.2).
#include <doctest/doctest.h>
#include <string>

#include "http/characters.h"
#include "http/framing.h"
#include "http/head.h"

using namespace glass;
using http::Error;
using http::Framing;
using http::Note;

namespace {

struct Framed {
    http::Message message;
    std::optional<Error> error;
    std::string octets;
};

Framed frame(http::Policy policy, const std::string& text, const http::RequestContext* context = nullptr) {
    Framed out;
    out.octets = text;
    const http::Limits limits;
    const auto kind = text.starts_with("HTTP") ? http::Kind::response : http::Kind::request;
    http::HeadParser parser(kind, policy, limits);
    REQUIRE(parser.parse(http::octets(out.octets)) == http::Status::done);
    parser.view(http::octets(out.octets), out.message.head);
    if (const auto framed = http::frame(out.message, context, policy); !framed) out.error = framed.error();
    return out;
}

std::string request(std::string_view fields, std::string_view version = "1.1") {
    return "POST / HTTP/" + std::string(version) + "\r\nHost: a\r\n" + std::string(fields) + "\r\n\r\n";
}

std::string response(std::string_view fields, std::string_view status = "200",
                     std::string_view version = "1.1") {
    return "HTTP/" + std::string(version) + " " + std::string(status) + " x\r\n" + std::string(fields) +
           (fields.empty() ? "" : "\r\n") + "\r\n";
}

struct Row {
    std::string section;
    std::string text;
    std::optional<Error> strict;
    Framing lenient = Framing::none;  ///< also of the strict reading, where that is no error
    Note note = Note::none;
};

const Row kRows[] = {
    {"6.3, 7: no body", request("A: b"), {}, Framing::none},
    {"6.3, 8: to the end", response(""), {}, Framing::close},
    {"6.3, 6", request("Content-Length: 5"), {}, Framing::content_length},
    {"6.3, 6", response("content-LENGTH:5"), {}, Framing::content_length},
    {"6.3, 6: zeros", request("Content-Length: 0005"), {}, Framing::content_length},
    {"6.3, 5: sign", request("Content-Length: +5"), Error::bad_content_length, Framing::none,
     Note::bad_length},
    {"6.3, 5: sign", response("Content-Length: -5"), Error::bad_content_length, Framing::close,
     Note::bad_length},
    {"6.3, 5: hex", request("Content-Length: 0x5"), Error::bad_content_length, Framing::none,
     Note::bad_length},
    {"6.3, 5: two numbers", request("Content-Length: 5 5"), Error::bad_content_length, Framing::none,
     Note::bad_length},
    {"6.3, 5: empty", request("Content-Length:"), Error::bad_content_length, Framing::none, Note::bad_length},
    {"6.3, 5: an empty element", request("Content-Length: 5,"), Error::several_content_lengths, Framing::none,
     Note::bad_length},
    {"9110 8.6: overflow", request("Content-Length: 18446744073709551621"), Error::bad_content_length,
     Framing::none, Note::bad_length},
    {"9110 8.6: 2^63", request("Content-Length: 9223372036854775808"), Error::bad_content_length,
     Framing::none, Note::bad_length},
    {"9110 8.6: 2^63 - 1", request("Content-Length: 9223372036854775807"), {}, Framing::content_length},
    {"6.3, 5: differing", request("Content-Length: 5\r\nContent-Length: 6"), Error::several_content_lengths,
     Framing::none, Note::bad_length},
    {"6.3, 5: the same", request("Content-Length: 5\r\nContent-Length: 5"), Error::several_content_lengths,
     Framing::content_length, Note::repeated_length},
    {"9110 8.6: a list", response("Content-Length: 5, 5"), Error::several_content_lengths,
     Framing::content_length, Note::repeated_length},
    {"6.3, 3: both", request("Content-Length: 5\r\nTransfer-Encoding: chunked"), Error::length_and_coding,
     Framing::chunked, Note::length_and_coding},
    {"6.3, 4", request("Transfer-Encoding: chunked"), {}, Framing::chunked},
    {"6.3, 4: case", response("TRANSFER-encoding: ChunkeD"), {}, Framing::chunked},
    {"9110 5.6.1.2: empty elements", request("Transfer-Encoding: , chunked ,"), {}, Framing::chunked},
    {"6.1: HTTP/1.0", request("Transfer-Encoding: chunked", "1.0"), Error::transfer_coding_in_1_0,
     Framing::chunked, Note::coding_in_1_0},
    {"6.3, 4: not last", request("Transfer-Encoding: chunked, gzip"), Error::chunked_not_last, Framing::none,
     Note::odd_coding},
    {"6.3, 4: not last", response("Transfer-Encoding: chunked, gzip"), {}, Framing::close, Note::odd_coding},
    {"6.3, 4: none", response("Transfer-Encoding: gzip"), {}, Framing::close, Note::odd_coding},
    {"6.1: unknown", request("Transfer-Encoding: x, chunked"), Error::unknown_transfer_coding,
     Framing::chunked, Note::odd_coding},
    {"6.1: identity is gone", request("Transfer-Encoding: identity"), Error::unknown_transfer_coding,
     Framing::none, Note::odd_coding},
    {"6.1: twice", request("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), Error::chunked_twice,
     Framing::chunked, Note::odd_coding},
    {"7.1: parameters", request("Transfer-Encoding: chunked;a=b"), Error::bad_transfer_coding,
     Framing::chunked, Note::odd_coding},
    {"7: no token", request("Transfer-Encoding: \"chunked\""), Error::bad_transfer_coding, Framing::none,
     Note::odd_coding},
    {"7: empty", request("Transfer-Encoding:"), Error::bad_transfer_coding, Framing::none, Note::odd_coding},
    {"7: chunked within a quoted string", request("Transfer-Encoding: a;b=\",chunked\""),
     Error::unknown_transfer_coding, Framing::none, Note::odd_coding},
    {"6.3, 1: 1xx", response("Content-Length: 5", "100"), {}, Framing::none},
    {"6.3, 1: 204", response("Content-Length: 5\r\nContent-Length: 6", "204"), {}, Framing::none},
    {"6.3, 1: 304", response("Transfer-Encoding: chunked", "304"), {}, Framing::none},
    {"9110 15.2.2", response("", "101"), {}, Framing::tunnel},
    {"9110 9.3.6", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", {}, Framing::tunnel},
};

}  // namespace

TEST_CASE("RFC 9112 section 6.3: how the end of a body is found") {
    for (const Row& row : kRows) {
        CAPTURE(row.section);
        CAPTURE(row.text);
        const auto strict = frame(http::Policy::strict, row.text);
        CHECK(strict.error == row.strict);
        if (!row.strict) CHECK(strict.message.framing == row.lenient);
        const auto lenient = frame(http::Policy::lenient, row.text);
        CHECK(!lenient.error);
        CHECK(lenient.message.framing == row.lenient);
        CHECK(static_cast<std::uint32_t>(lenient.message.head.notes) == static_cast<std::uint32_t>(row.note));
    }
}

TEST_CASE("RFC 9112 section 6.3: the request decides") {
    const http::RequestContext head{.number = 1, .head = true}, connect{.number = 2, .connect = true};
    const auto framing = [](const std::string& text, const http::RequestContext& context) {
        return frame(http::Policy::strict, text, &context).message.framing;
    };
    CHECK(framing(response("Content-Length: 5"), head) == Framing::none);
    CHECK(framing(response("Transfer-Encoding: chunked"), head) == Framing::none);
    CHECK(framing(response("Content-Length: 5"), connect) == Framing::tunnel);
    CHECK(framing(response("Content-Length: 5", "407"), connect) == Framing::content_length);
    CHECK(frame(http::Policy::strict, response("Content-Length: 5"), &head).message.content_length == 5u);
}

TEST_CASE("RFC 9112 section 9.3: persistence") {
    const struct {
        std::string text;
        bool keep_alive;
    } rows[] = {
        {request("A: b"), true},
        {request("Connection: close"), false},
        {request("Connection: ,\t, CLOSE ,,"), false},
        {request("Connection: keep-alive, close"), false},
        {request("Connection: closed"), true},
        {request("Connection: a\r\nConnection: close"), false},
        {request("A: b", "1.0"), false},
        {request("Connection: Keep-Alive", "1.0"), true},
        {request("Connection: keep-alive, close", "1.0"), false},
        {response("Content-Length: 0"), true},
        {response(""), false},  // to the end of the connection
        {response("Content-Length: 0", "200", "1.0"), false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(frame(http::Policy::strict, row.text).message.keep_alive == row.keep_alive);
    }
    // Section 6.1: close after framing as doubtful as this.
    const auto both = request("Content-Length: 5\r\nTransfer-Encoding: chunked");
    CHECK(!frame(http::Policy::lenient, both).message.keep_alive);
}

TEST_CASE("RFC 9112 section 3.2: Host") {
    using http::HostCheck;
    const struct {
        const char* text;
        HostCheck check;
        const char* host;
    } rows[] = {
        {"GET / HTTP/1.1\r\n\r\n", HostCheck::missing, ""},
        {"GET / HTTP/1.0\r\n\r\n", HostCheck::ok, ""},
        {"GET / HTTP/1.1\r\nHost:\r\n\r\n", HostCheck::ok, ""},
        {"GET / HTTP/1.1\r\nHost: a.example:81\r\n\r\n", HostCheck::ok, "a.example:81"},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", HostCheck::repeated, "a"},
        {"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", HostCheck::invalid, "u@a"},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", HostCheck::invalid, "a/b"},
        {"GET http://u@b:8/ HTTP/1.1\r\nHost: a\r\n\r\n", HostCheck::ok,
         "b:8"},  // 3.2.2: the target's counts
        {"CONNECT c:443 HTTP/1.1\r\nHost: a\r\n\r\n", HostCheck::ok, "c:443"},
        {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", HostCheck::ok, "a"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        const auto framed = frame(http::Policy::strict, row.text);
        CHECK(framed.message.host_check == row.check);
        CHECK(framed.message.host == row.host);
    }
}
