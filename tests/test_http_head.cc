// Heads: start lines and fields, the rules of RFC 9112 sections 2 to 5 row by row, whole and octet by octet.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

#include "http/characters.h"
#include "http/head.h"
#include "tests/http_transcript.h"

using namespace glass;
using namespace std::string_literals;
using http::Error;
using http::Note;

namespace {

/// Octets looked at in one piece, or growing by one. Done, need_more or the error.
struct Outcome {
    http::Status status = http::Status::need_more;
    Error error{};
    http::Head head;
    std::string octets;  ///< what `head` borrows from
    std::size_t size = 0;
};

Outcome parse(http::Kind kind, http::Policy policy, std::string_view text, std::size_t step,
              const http::Limits& limits = {}) {
    Outcome out;
    out.octets = text;
    http::HeadParser parser(kind, policy, limits);
    for (std::size_t n = step;; n += step) {
        const std::string so_far(text.substr(0, n));  // at another address each time
        out.status = parser.parse(http::octets(so_far));
        if (out.status != http::Status::need_more || n >= text.size()) break;
    }
    out.error = parser.error();
    if (out.status != http::Status::done) return out;
    out.size = parser.size();
    parser.view(http::octets(out.octets), out.head);
    return out;
}

struct Row {
    std::string section;  ///< of RFC 9112, but where it says 9110
    std::string text;
    std::optional<Error> strict;
    std::optional<Error> lenient;
    Note note = Note::none;  ///< of the lenient reading
};

void check(http::Kind kind, const Row& row) {
    CAPTURE(row.section);
    CAPTURE(row.text);
    for (const std::size_t step : {row.text.size(), std::size_t{1}}) {
        const auto strict = parse(kind, http::Policy::strict, row.text, step);
        CHECK(strict.status == (row.strict ? http::Status::error : http::Status::done));
        if (row.strict) CHECK(to_string(strict.error) == to_string(*row.strict));
        const auto lenient = parse(kind, http::Policy::lenient, row.text, step);
        CHECK(lenient.status == (row.lenient ? http::Status::error : http::Status::done));
        if (row.lenient)
            CHECK(to_string(lenient.error) == to_string(*row.lenient));
        else
            CHECK(static_cast<std::uint32_t>(lenient.head.notes) == static_cast<std::uint32_t>(row.note));
    }
}

std::string with_field(std::string_view line) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(line) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("request lines") {
    const Row rows[] = {
        {"3", "GET / HTTP/1.1\r\n\r\n", {}, {}},
        {"2.2: an empty line before it", "\r\n\r\nGET / HTTP/1.1\r\n\r\n", {}, {}, Note::empty_lines},
        {"2.2: LF alone", "GET / HTTP/1.1\n\r\n", Error::bad_line_end, {}, Note::bare_lf},
        {"2.2: CR alone", "GET / HTTP/1.1\rHost: a\r\n\r\n", Error::bad_request_line, Error::bad_version},
        {"3: method is any token", "!#$%&'*+-.^_`|~19aZ / HTTP/1.1\r\n\r\n", {}, {}},
        {"3: no method", " / HTTP/1.1\r\n\r\n", Error::bad_request_line, Error::bad_request_line},
        {"3: not a token", "G@T / HTTP/1.1\r\n\r\n", Error::bad_method, Error::bad_method},
        {"3: two spaces", "GET  / HTTP/1.1\r\n\r\n", Error::bad_request_line, {}, Note::odd_spaces},
        {"3: two spaces", "GET /  HTTP/1.1\r\n\r\n", Error::bad_request_line, {}, Note::odd_spaces},
        {"3: a tab", "GET\t/ HTTP/1.1\r\n\r\n", Error::bad_method, {}, Note::odd_spaces},
        {"3: space at the end", "GET / HTTP/1.1 \r\n\r\n", Error::bad_request_line, {}, Note::odd_spaces},
        {"3: space in the target",
         "GET /a b HTTP/1.1\r\n\r\n",
         Error::bad_request_line,
         {},
         Note::odd_spaces},
        {"3: no target", "GET HTTP/1.1\r\n\r\n", Error::bad_request_line, Error::bad_request_line},
        {"3.2: no target", "GET  HTTP/1.1\r\n\r\n", Error::bad_target, Error::bad_target},
        {"3: HTTP/0.9", "GET /\r\n\r\n", Error::bad_request_line, Error::bad_request_line},
        {"3: octet above 0x7e", "GET /\xfc HTTP/1.1\r\n\r\n", Error::bad_request_line, {}, Note::odd_spaces},
        {"3.2: relative", "GET a HTTP/1.1\r\n\r\n", Error::bad_target, {}, Note::odd_target},
        {"3.2: fragment", "GET /a#b HTTP/1.1\r\n\r\n", Error::bad_target, {}, Note::odd_target},
        {"3.2.2: absolute", "GET http://u:p@h:80/a?b HTTP/1.1\r\n\r\n", {}, {}},
        {"3.2.2: no host", "GET http:///a HTTP/1.1\r\n\r\n", Error::bad_target, {}, Note::odd_target},
        {"3.2.3: authority", "CONNECT h:443 HTTP/1.1\r\n\r\n", {}, {}},
        {"9110 9.3.6: no port", "CONNECT h HTTP/1.1\r\n\r\n", Error::bad_target, {}, Note::odd_target},
        {"9110 9.3.6: port 0", "CONNECT h:0 HTTP/1.1\r\n\r\n", Error::bad_target, {}, Note::odd_target},
        {"9110 9.3.6: bad port", "CONNECT h:65536 HTTP/1.1\r\n\r\n", Error::bad_target, {}, Note::odd_target},
        {"3.2.3: CONNECT only", "GET h:443 HTTP/1.1\r\n\r\n", Error::bad_target, {}, Note::odd_target},
        {"3.2.4: asterisk", "OPTIONS * HTTP/1.1\r\n\r\n", {}, {}},
        {"3.2.4: OPTIONS only", "GET * HTTP/1.1\r\n\r\n", Error::bad_target, {}, Note::odd_target},
        {"2.3: minor version", "GET / HTTP/1.9\r\n\r\n", {}, {}},
        {"2.3: case", "GET / http/1.1\r\n\r\n", Error::bad_version, Error::bad_version},
        {"2.3: two digits", "GET / HTTP/1.10\r\n\r\n", Error::bad_version, {}, Note::odd_version},
        {"2.3: two digits", "GET / HTTP/01.1\r\n\r\n", Error::bad_version, {}, Note::odd_version},
        {"2.3: no minor", "GET / HTTP/1\r\n\r\n", Error::bad_version, {}, Note::odd_version},
        {"9110 15.6.6", "GET / HTTP/2.1\r\n\r\n", Error::unsupported_version, {}, Note::odd_version},
        {"9110 15.6.6", "GET / HTTP/0.9\r\n\r\n", Error::unsupported_version, {}, Note::odd_version},
        {"9113 3.4", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Error::http2_preface, Error::http2_preface},
    };
    for (const Row& row : rows) check(http::Kind::request, row);
}

TEST_CASE("status lines") {
    const Row rows[] = {
        {"4", "HTTP/1.1 200 OK\r\n\r\n", {}, {}},
        {"4: an empty reason", "HTTP/1.1 200 \r\n\r\n", {}, {}},
        {"4: reason of any visible octets", "HTTP/1.1 599 \xfc\tber alles \r\n\r\n", {}, {}},
        {"4: no space", "HTTP/1.1 200\r\n\r\n", Error::bad_status_line, {}, Note::no_reason},
        {"4: two digits", "HTTP/1.1 20 OK\r\n\r\n", Error::bad_status_line, Error::bad_status_line},
        {"4: four digits", "HTTP/1.1 2000 OK\r\n\r\n", Error::bad_status_line, Error::bad_status_line},
        {"4: letters", "HTTP/1.1 2xx OK\r\n\r\n", Error::bad_status_line, Error::bad_status_line},
        {"4: sign", "HTTP/1.1 -20 OK\r\n\r\n", Error::bad_status_line, Error::bad_status_line},
        {"4: two spaces", "HTTP/1.1  200 OK\r\n\r\n", Error::bad_status_line, {}, Note::odd_spaces},
        {"4: a tab", "HTTP/1.1\t200 OK\r\n\r\n", Error::bad_version, {}},
        {"4: control octet", "HTTP/1.1 200 O\x01K\r\n\r\n", Error::bad_status_line, {}, Note::control_octets},
        {"4: space before it", " HTTP/1.1 200 OK\r\n\r\n", Error::bad_version, Error::bad_version},
        {"2.2: an empty line before it", "\r\nHTTP/1.1 200 OK\r\n\r\n", {}, {}, Note::empty_lines},
        {"2.3: another protocol", "RTSP/1.0 200 OK\r\n\r\n", Error::bad_version, Error::bad_version},
        {"9110 15.6.6", "HTTP/3.0 200 OK\r\n\r\n", Error::unsupported_version, {}, Note::odd_version},
    };
    for (const Row& row : rows) check(http::Kind::response, row);
}

TEST_CASE("field lines of requests") {
    const Row rows[] = {
        {"5", with_field("A-b_c.d|~!#$%&'*+^`0: v"), {}, {}},
        {"5: no space needed", with_field("A:v"), {}, {}},
        {"5: empty value", with_field("A:"), {}, {}},
        {"5.5 of 9110: obs-text", with_field("A: \xfc\x80\xff"), {}, {}},
        {"5.1: space before the colon",
         with_field("A : v"),
         Error::bad_field_name,
         {},
         Note::space_before_colon},
        {"5.1: tab before the colon",
         with_field("A\t: v"),
         Error::bad_field_name,
         {},
         Note::space_before_colon},
        {"5.1: not a token", with_field("A@: v"), Error::bad_field_name, {}, Note::odd_field_name},
        {"5.1: octet above 0x7e", with_field("A\xff: v"), Error::bad_field_name, {}, Note::odd_field_name},
        {"5: no name", with_field(": v"), Error::bad_field_name, {}, Note::junk_line},
        {"5: no colon", with_field("Ab"), Error::bad_field_name, {}, Note::junk_line},
        {"5: a fold of what is left out", with_field("Ab\r\n c"), Error::bad_field_name, {}, Note::junk_line},
        {"5.2: fold", with_field("A: b\r\n c"), Error::folded_line, {}, Note::folded},
        {"9110 5.5: NUL", with_field("A: b\0c"s), Error::bad_field_value, {}, Note::control_octets},
        {"9110 5.5: CR", with_field("A: b\rc"), Error::bad_field_value, {}, Note::control_octets},
        {"9110 5.5: other", with_field("A: b\x7f"), Error::bad_field_value, {}, Note::control_octets},
        {"2.2: LF alone", with_field("A: b\nC: d"), Error::bad_line_end, {}, Note::bare_lf},
        {"2.2: space before the first",
         "GET / HTTP/1.1\r\n A: b\r\n\r\n",
         Error::space_before_fields,
         {},
         Note::space_before_fields},
    };
    for (const Row& row : rows) check(http::Kind::request, row);
}

TEST_CASE("what a head says") {
    const auto out = parse(http::Kind::request, http::Policy::strict,
                           "\r\nPOST /a?b HTTP/1.0\r\nHost:h \r\nA: \t x y\t \r\nA:z\r\n\r\nmore", 1000);
    REQUIRE(out.status == http::Status::done);
    CHECK(out.head.method == "POST");
    CHECK(out.head.target == "/a?b");
    CHECK(out.head.version == http::Version{1, 0});
    CHECK(out.head.version_text == "HTTP/1.0");
    CHECK(out.head.fields == std::vector<http::Field>{{"Host", "h"}, {"A", "x y"}, {"A", "z"}});
    CHECK(out.octets.substr(out.size) == "more");
    CHECK(http::find(out.head.fields, "hOST") == "h");
    CHECK(!http::find(out.head.fields, "Hos"));
    const auto response =
        parse(http::Kind::response, http::Policy::strict, "HTTP/1.1 404 Not Found\r\n\r\n", 1);
    CHECK(response.head.status == 404);
    CHECK(response.head.reason == "Not Found");
}

TEST_CASE("RFC 9112 section 5.2: folds become one space, in responses always") {
    const std::string text =
        "HTTP/1.1 200 OK\r\nA:   abc\r\n\tdef\r\n \t ghi \t \r\nB: \r\n b\r\nC: c\r\n \r\nD: \r\n\t\r\n\r\n";
    for (const auto policy : {http::Policy::strict, http::Policy::lenient}) {
        for (const std::size_t step : {text.size(), std::size_t{1}}) {
            const auto out = parse(http::Kind::response, policy, text, step);
            REQUIRE(out.status == http::Status::done);
            CHECK(out.head.fields ==
                  std::vector<http::Field>{{"A", "abc def ghi"}, {"B", "b"}, {"C", "c"}, {"D", ""}});
        }
    }
    const auto bare =
        parse(http::Kind::request, http::Policy::lenient, "GET / HTTP/1.1\nA: b\n c\rd\0e\n\n"s, 1);
    REQUIRE(bare.status == http::Status::done);
    CHECK(bare.head.fields == std::vector<http::Field>{{"A", "b c d e"}});
}

TEST_CASE("limits") {
    http::Limits limits{.start_line = 100, .head = 200, .fields = 3};
    const auto outcome = [&](const std::string& text, std::size_t step) {
        return parse(http::Kind::request, http::Policy::lenient, text, step, limits);
    };
    const auto line = [](std::size_t n) { return "GET /" + std::string(n - 14, 'a') + " HTTP/1.1"; };
    for (const std::size_t step : {std::size_t{1000}, std::size_t{1}}) {
        CHECK(outcome(line(99) + "\r\n\r\n", step).status == http::Status::done);
        CHECK(outcome(line(100) + "\r\n\r\n", step).error == Error::start_line_too_long);
        CHECK(outcome(std::string(101, 'a'), step).error == Error::start_line_too_long);
        CHECK(outcome(line(50) + "\r\nA: b\r\nA: b\r\nA: b\r\n\r\n", step).status == http::Status::done);
        CHECK(outcome(line(50) + "\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n", step).error ==
              Error::too_many_fields);
        const std::string field = "A: " + std::string(200 - 52 - 7, 'v');
        CHECK(outcome(line(50) + "\r\n" + field + "\r\n\r\n", step).status == http::Status::done);
        CHECK(outcome(line(50) + "\r\n" + field + "v\r\n\r\n", step).error == Error::head_too_long);
        CHECK(outcome(line(50) + "\r\nA: b\r\n" + std::string(200, 'x'), step).error == Error::head_too_long);
    }
    // RFC 9112 section 3: request lines of 8000 octets at least.
    CHECK(parse(http::Kind::request, http::Policy::strict, line(8000) + "\r\n\r\n", 9000).status ==
          http::Status::done);
}

TEST_CASE("searches agree with the definition at every place and length") {
    for (std::size_t size = 0; size < 70; ++size) {
        for (int octet = 0; octet < 256; ++octet) {
            for (std::size_t at = 0; at < size; at += 7) {
                std::string text(size, 'a');
                text[at] = static_cast<char>(octet);
                const bool control = (octet < 0x20 && octet != '\t') || octet == 0x7f;
                REQUIRE(http::find_control(text) == (control ? at : size));
                const bool visible = octet > 0x20 && octet < 0x7f;
                REQUIRE(http::find_not_visible(text) == (visible ? size : at));
            }
        }
    }
}

TEST_CASE("any octets: the same whole and one by one") {
    rc::check([] {
        const auto pieces = *rc::gen::container<std::vector<std::string>>(
            rc::gen::element("GET / HTTP/1.1"s, "HTTP/1.1 200 OK"s, "\r\n"s, "\n"s, "\r"s, " "s, "\t"s,
                             "A: b"s, "A"s, ":"s, "\0"s));
        std::string text;
        for (const auto& piece : pieces) text += piece;
        for (const auto kind : {http::Kind::request, http::Kind::response}) {
            for (const auto policy : {http::Policy::strict, http::Policy::lenient}) {
                const auto whole = parse(kind, policy, text, text.size() + 1),
                           single = parse(kind, policy, text, 1);
                RC_ASSERT(whole.status == single.status);
                if (whole.status == http::Status::error) RC_ASSERT(whole.error == single.error);
                RC_ASSERT(whole.size == single.size);
                RC_ASSERT(tests::text_of(whole.head.fields) == tests::text_of(single.head.fields));
            }
        }
    });
}
