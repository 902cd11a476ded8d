// Lesson 15: what the borders of HTTP/1.1 must be. What is expected stands in tables; chunked bodies are cut
// at every place, for a segment may end anywhere.
#include "lessons/frame/check.h"

#include <functional>
#include <optional>

#include "http/borders.h"
#include "http/characters.h"
#include "http/chunked.h"
#include "http/connection.h"
#include "http/head.h"
#include "lessons/frame/packets.h"

namespace {

using namespace glass;
using http::Error;
using http::Framing;
using lesson::Check;
using lesson::quoted;

/// In memory of exactly its size: whoever reads on is seen.
std::vector<char> exactly(std::string_view text) {
    std::vector<char> copy(text.begin(), text.end());
    copy.shrink_to_fit();
    return copy;
}
std::string_view view(const std::vector<char>& octets) {
    return {octets.data(), octets.size()};
}

// ---- field lines ----

std::string shown(const http::Result<http::Field>& field) {
    if (!field) return "error: " + std::string(to_string(field.error()));
    return "name " + quoted(field->name) + ", value " + quoted(field->value);
}

void line(Check& check, std::string_view what, std::string_view text,
          const http::Result<http::Field>& expected) {
    check.restart();
    const std::vector<char> octets = exactly(text);
    check.step("parse_field_line(" + quoted(text) + ")");
    const auto field = http::parse_field_line(view(octets));
    check.then(shown(field));
    if (!check.equal(what, shown(expected), shown(field)) || !field) return;
    const auto inside = [&](std::string_view part) {
        return part.data() >= octets.data() && part.data() + part.size() <= octets.data() + octets.size();
    };
    check.that(std::string(what) + ": both are views of the line",
               inside(field->name) && inside(field->value), "octets from elsewhere");
}
http::Field field(std::string_view name, std::string_view value) {
    return {.name = name, .value = value};
}
std::unexpected<Error> no(Error error) {
    return std::unexpected(error);
}

LESSON_CASE("field lines", "RFC 9112 section 5: field-line = field-name \":\" OWS field-value OWS") {
    line(check, "a space after the colon", "Host: example.org", field("Host", "example.org"));
    line(check, "no space", "Host:example.org", field("Host", "example.org"));
    line(check, "more of it, at both ends", "Host: \t example.org \t", field("Host", "example.org"));
    line(check, "white space within", "Accept: a,  b\tc", field("Accept", "a,  b\tc"));
    line(check, "a colon in the value", "Host: [::1]:80", field("Host", "[::1]:80"));
    line(check, "no value", "Accept:", field("Accept", ""));
    line(check, "a value of white space", "Accept: \t", field("Accept", ""));
    line(check, "the odd octets of a token", "!#$%&'*+-.^_`|~9z: 1", field("!#$%&'*+-.^_`|~9z", "1"));
    line(check, "octets above 127 in the value", "X: caf\xc3\xa9", field("X", "caf\xc3\xa9"));
}

LESSON_CASE("no field lines", "RFC 9112 section 5.1: no white space between name and colon; else 400") {
    line(check, "a space before the colon", "Transfer-Encoding : chunked", no(Error::bad_field_name));
    line(check, "a tab before the colon", "Content-Length\t: 5", no(Error::bad_field_name));
    line(check, "a space in the name", "Content Length: 5", no(Error::bad_field_name));
    line(check, "no name", ": 5", no(Error::bad_field_name));
    line(check, "no colon", "Content-Length", no(Error::bad_field_name));
    line(check, "not a token", "Content-Length[: 5", no(Error::bad_field_name));
    line(check, "a control octet in the name", std::string_view("Host\0: a", 8), no(Error::bad_field_name));
    line(check, "above 127 in the name", "H\xc3\xb6st: a", no(Error::bad_field_name));
    line(check, "NUL in the value", std::string_view("Host: a\0b", 9), no(Error::bad_field_value));
    line(check, "NUL at the value's end", std::string_view("Host: a\0", 8), no(Error::bad_field_value));
    line(check, "CR in the value", "X: a\rTransfer-Encoding: chunked", no(Error::bad_field_value));
    line(check, "CR at the value's end", "Host: a\r", no(Error::bad_field_value));
    line(check, "vertical tab before the value", "Host: \va", no(Error::bad_field_value));
    line(check, "DEL in the value", "Host: a\x7f", no(Error::bad_field_value));
}

LESSON_CASE("folded lines",
            "RFC 9112 section 5.2: a line that begins with white space goes on with the last one") {
    line(check, "a space in front", " chunked", no(Error::folded_line));
    line(check, "a tab in front", "\tchunked", no(Error::folded_line));
    line(check, "a field, to all appearance", " Transfer-Encoding: chunked", no(Error::folded_line));
    line(check, "nothing but white space", "  ", no(Error::folded_line));
    line(check, "with a control octet", std::string_view(" a\0", 3), no(Error::folded_line));
}

LESSON_CASE("every octet at every place",
            "RFC 9110 sections 5.5 and 5.6.2: tokens, and values without control octets") {
    for (int c = 0; c < 256; ++c) {
        const char octet = static_cast<char>(c);
        const bool letter = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        const bool token = letter || (c != 0 && std::string_view("!#$%&'*+-.^_`|~").contains(octet));
        const bool control = (c < ' ' && c != '\t') || c == 0x7f;
        for (const std::size_t pad : {1u, 15u, 40u}) {  // eight, sixteen octets at a time is fine, too
            const std::string before(pad, 'a');
            const std::string name = before + octet + "b", value = before + octet + "b";
            const std::string as_name = name + ": v", as_value = "n:" + value;
            if (c != ':')
                line(check, "an octet in the name", as_name,
                     token ? http::Result<http::Field>(field(name, "v")) : no(Error::bad_field_name));
            line(check, "an octet in the value", as_value,
                 control ? http::Result<http::Field>(no(Error::bad_field_value)) : field("n", value));
        }
    }
}

// ---- Content-Length ----

void number(Check& check, std::string_view what, std::string_view text,
            std::optional<std::uint64_t> expected) {
    check.restart();
    const std::vector<char> octets = exactly(text);
    check.step("parse_content_length(" + quoted(text) + ")");
    const auto length = http::parse_content_length(view(octets));
    const auto shown = [](std::optional<std::uint64_t> n) { return n ? std::to_string(*n) : "no number"; };
    check.then(shown(length));
    check.equal(what, shown(expected), shown(length));
}

LESSON_CASE("the number in Content-Length", "RFC 9110 section 8.6: Content-Length = 1*DIGIT") {
    number(check, "a number", "1234567890", 1234567890);
    number(check, "zero", "0", 0);
    number(check, "zeros in front", "00000000000000000000000005", 5);
    number(check, "nothing", "", {});
    number(check, "a plus sign", "+5", {});
    number(check, "a minus sign", "-5", {});
    number(check, "hexadecimal", "0x5", {});
    number(check, "a letter", "5a", {});
    number(check, "a space in front", " 5", {});
    number(check, "a space behind", "5 ", {});
    number(check, "two numbers", "5 5", {});
    number(check, "a comma", "5,5", {});
    number(check, "a point", "5.0", {});
    number(check, "NUL", std::string_view("5\0", 2), {});
    number(check, "digits of another script", "\xd9\xa5", {});
}

LESSON_CASE("numbers that do not fit",
            "RFC 9110 section 8.6: a recipient must anticipate large numbers and prevent overflow") {
    number(check, "2^63 - 1", "9223372036854775807", 9223372036854775807u);
    number(check, "2^63", "9223372036854775808", {});
    number(check, "2^63 + 2", "9223372036854775810", {});
    number(check, "2^64", "18446744073709551616", {});
    number(check, "2^64 + 5", "18446744073709551621", {});
    number(check, "2.2 * 10^19, which wraps round to more than its first digits", "22000000000000000000", {});
    number(check, "forty digits", "1000000000000000000000000000000000000005", {});
}

// ---- the body ----

/// What the head says of the body: by the head's parser, whose lines are read with the exercise's functions.
struct Framed {
    std::string framing;
    std::string content_length;
};

Framed framed(Check& check, http::Kind kind, const std::string& start, const std::string& fields,
              const http::RequestContext* context) {
    const bool request = kind == http::Kind::request;
    const std::string text = start + "\r\n" + fields + (fields.empty() ? "" : "\r\n") + "\r\n";
    const auto octets = http::octets(text);
    check.step((request ? "request " : "response ") + quoted(text));
    lesson::tape_handshake(check);
    tcp::Segment segment{.seq = tcp::Seq((request ? lesson::kClientIss : lesson::kServerIss) + 1),
                         .ack = tcp::Seq((request ? lesson::kServerIss : lesson::kClientIss) + 1),
                         .flags = tcp::ACK | tcp::PSH,
                         .window = 65535,
                         .payload = octets};
    check.frame({.microseconds = 3000, .packet = lesson::packet(request, segment), .comment = {}});
    http::Limits limits;
    http::HeadParser parser(kind, http::Policy::strict, limits);
    if (parser.parse(octets) != http::Status::done)
        return {"the head is refused: " + std::string(to_string(parser.error())), ""};
    http::Message message;
    parser.view(octets, message.head);
    message.framing = Framing::tunnel;  // left over from the message before
    message.content_length = 4711;
    const auto result = http::frame_body(message, context);
    Framed f;
    f.framing =
        result ? std::string(to_string(message.framing)) : "error: " + std::string(to_string(result.error()));
    f.content_length = message.content_length ? std::to_string(*message.content_length) : "nothing";
    check.then("frame_body(): " + f.framing + ", content_length: " + f.content_length);
    return f;
}

constexpr std::optional<std::uint64_t> kNothing;

void body(Check& check, std::string_view what, http::Kind kind, const std::string& start,
          const std::string& fields, const std::string& framing, std::optional<std::uint64_t> length,
          const http::RequestContext* context = nullptr) {
    check.restart();
    const Framed f = framed(check, kind, start, fields, context);
    check.equal_fields(what,
                       {{"framing", framing, f.framing},
                        {"content_length", length ? std::to_string(*length) : "nothing", f.content_length}});
}
void post(Check& check, std::string_view what, const std::string& fields, const std::string& framing,
          std::optional<std::uint64_t> length = {}) {
    body(check, what, http::Kind::request, "POST / HTTP/1.1", fields, framing, length);
}
void answer(Check& check, std::string_view what, int status, const std::string& fields,
            const std::string& framing, std::optional<std::uint64_t> length = {},
            const http::RequestContext* context = nullptr) {
    body(check, what, http::Kind::response, "HTTP/1.1 " + std::to_string(status) + " X", fields, framing,
         length, context);
}
/// It must be refused; with which of the errors is not what matters.
void refused(Check& check, std::string_view what, const std::string& fields,
             http::Kind kind = http::Kind::request, const std::string& start = "POST / HTTP/1.1") {
    check.restart();
    const Framed f = framed(check, kind, start, fields, nullptr);
    const bool error = f.framing.starts_with("error") || f.framing.starts_with("the head is refused");
    check.equal(what, std::string("an error"),
                error ? "an error" : f.framing + ", content_length " + f.content_length);
}

LESSON_CASE("the body of a request", "RFC 9112 section 6.3, steps 4, 6 and 7") {
    post(check, "no field of these: no body", "Host: a", "none");
    post(check, "no field at all", "", "none");
    post(check, "Content-Length", "Host: a\r\nContent-Length: 5", "content-length", 5);
    post(check, "Content-Length of zero", "Content-Length: 0", "content-length", 0);
    post(check, "names have no case", "cOntent-lEngth: 7", "content-length", 7);
    post(check, "chunked", "Host: a\r\nTransfer-Encoding: chunked", "chunked");
    post(check, "codings have no case", "transfer-encoding: CHUNKED", "chunked");
    post(check, "empty elements of a list count for nothing", "Transfer-Encoding: , chunked ,", "chunked");
    post(check, "other fields of other names", "X-Content-Length: 5\r\nContent-Lengths: 6\r\nTE: chunked",
         "none");
    body(check, "GET may have one, too", http::Kind::request, "GET / HTTP/1.1", "Content-Length: 3",
         "content-length", 3);
    body(check, "HTTP/1.0 with Content-Length", http::Kind::request, "POST / HTTP/1.0", "Content-Length: 3",
         "content-length", 3);
}

LESSON_CASE("the body of a response", "RFC 9112 section 6.3, steps 4, 6 and 8") {
    answer(check, "Content-Length", 200, "Content-Length: 5", "content-length", 5);
    answer(check, "chunked", 200, "Transfer-Encoding: chunked", "chunked");
    answer(check, "neither: until the connection ends", 200, "Server: a", "close");
    answer(check, "a coding, but not chunked: until the connection ends", 200, "Transfer-Encoding: gzip",
           "close");
    answer(check, "an error page", 404, "Content-Length: 9", "content-length", 9);
    body(check, "HTTP/1.0, without a length", http::Kind::response, "HTTP/1.0 200 X", "", "close", kNothing);
}

LESSON_CASE("responses without a body",
            "RFC 9112 section 6.3, step 1: HEAD, 1xx, 204 and 304, whatever the fields say") {
    const http::RequestContext get{}, head{.head = true};
    answer(check, "to HEAD, with the length that GET would have", 200, "Content-Length: 5", "none", 5, &head);
    answer(check, "to HEAD, chunked", 200, "Transfer-Encoding: chunked", "none", {}, &head);
    answer(check, "to HEAD, without a length", 200, "", "none", {}, &head);
    answer(check, "304, with the length of the file", 304, "Content-Length: 5", "none", 5, &get);
    answer(check, "204", 204, "", "none", {}, &get);
    answer(check, "100", 100, "", "none", {}, &get);
    answer(check, "103, with a field", 103, "Content-Length: 5", "none", 5, &get);
    answer(check, "304, with two lengths", 304, "Content-Length: 5\r\nContent-Length: 6", "none", {}, &get);
    answer(check, "to HEAD, with a length that is none", 200, "Content-Length: x", "none", {}, &head);
    answer(check, "to GET there is one", 200, "Content-Length: 5", "content-length", 5, &get);
    answer(check, "205 is like 200 here", 205, "Content-Length: 5", "content-length", 5, &get);
}

LESSON_CASE("tunnels", "RFC 9112 section 6.3, step 2; RFC 9110 section 9.3.6") {
    const http::RequestContext get{}, connect{.connect = true};
    body(check, "CONNECT", http::Kind::request, "CONNECT a:443 HTTP/1.1", "Host: a", "upgrade", kNothing);
    body(check, "connect is another method", http::Kind::request, "connect / HTTP/1.1", "Content-Length: 5",
         "content-length", 5);
    answer(check, "200 to CONNECT", 200, "Content-Length: 5", "upgrade", 5, &connect);
    answer(check, "any 2xx to CONNECT", 299, "", "upgrade", {}, &connect);
    answer(check, "101", 101, "Upgrade: websocket", "upgrade", {}, &get);
    answer(check, "407 to CONNECT is no tunnel", 407, "Content-Length: 5", "content-length", 5, &connect);
    answer(check, "200 to GET is no tunnel", 200, "Content-Length: 5", "content-length", 5, &get);
}

LESSON_CASE("two answers to one question",
            "RFC 9112 sections 6.1, 6.3 and 11.2: whoever believes one of them may be smuggled a request") {
    post(check, "length and coding", "Content-Length: 5\r\nTransfer-Encoding: chunked",
         "error: Content-Length beside Transfer-Encoding", 5);
    post(check, "coding and length", "Transfer-Encoding: chunked\r\nContent-Length: 5",
         "error: Content-Length beside Transfer-Encoding", 5);
    answer(check, "both in a response", 200, "Content-Length: 5\r\nTransfer-Encoding: chunked",
           "error: Content-Length beside Transfer-Encoding", 5);
    refused(check, "a length that is none, beside a coding",
            "Content-Length: x\r\nTransfer-Encoding: chunked");
    post(check, "two lengths", "Content-Length: 5\r\nContent-Length: 6",
         "error: more than one Content-Length");
    post(check, "one length twice", "Content-Length: 5\r\nContent-Length: 5",
         "error: more than one Content-Length");
    refused(check, "a list", "Content-Length: 5, 6");
    refused(check, "a list of the same", "Content-Length: 5, 5");
    answer(check, "two lengths in a response", 200, "Content-Length: 5\r\nContent-Length: 6",
           "error: more than one Content-Length");
    refused(check, "a list that is not ended", "Content-Length: 5,");
    refused(check, "a list that begins with nothing", "Content-Length: ,5");
    refused(check, "the second one is none", "Content-Length: 5\r\nContent-Length: x");
    refused(check, "the first one is none", "Content-Length: x\r\nContent-Length: 5");
    refused(check, "the first one is empty", "Content-Length:\r\nContent-Length: 5");
    post(check, "not a number", "Content-Length: 5x", "error: malformed Content-Length");
    post(check, "a sign", "Content-Length: +5", "error: malformed Content-Length");
    post(check, "no number", "Content-Length:", "error: malformed Content-Length");
    answer(check, "not a number, in a response", 200, "Content-Length: 5x",
           "error: malformed Content-Length");
}

LESSON_CASE("codings that are not chunked, or not quite",
            "RFC 9112 section 6.3, step 4: chunked must be the last coding") {
    refused(check, "no chunked", "Transfer-Encoding: identity");
    refused(check, "something like it", "Transfer-Encoding: xchunked");
    refused(check, "something like it, longer", "Transfer-Encoding: chunkedfoo");
    refused(check, "with a parameter", "Transfer-Encoding: chunked;q=1");
    refused(check, "in quotes", "Transfer-Encoding: \"chunked\"");
    refused(check, "not the last", "Transfer-Encoding: chunked, identity");
    refused(check, "not the last, in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity");
    refused(check, "twice", "Transfer-Encoding: chunked, chunked");
    refused(check, "twice, in two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
    refused(check, "behind one that we do not know", "Transfer-Encoding: cow, chunked");
    refused(check, "behind one that we do not know, in two lines",
            "Transfer-Encoding: cow\r\nTransfer-Encoding: chunked");
    refused(check, "nothing", "Transfer-Encoding:");
    refused(check, "HTTP/1.0 has none", "Transfer-Encoding: chunked", http::Kind::request, "POST / HTTP/1.0");
    refused(check, "nor has a response of HTTP/1.0", "Transfer-Encoding: chunked", http::Kind::response,
            "HTTP/1.0 200 X");
    refused(check, "a space before the colon", "Transfer-Encoding : chunked\r\nContent-Length: 5");
    refused(check, "in a folded line", "X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 5");
    refused(check, "the value in a folded line", "Transfer-Encoding:\r\n chunked");
}

// ---- chunks ----

struct Chunks {
    std::string content, end;
    std::size_t runs = 0;

    std::vector<Check::Field> against(const Chunks& mine) const {
        const bool any_error = end == "an error" && mine.end.starts_with("error");
        return {{"content", quoted(content), quoted(mine.content)},
                {"then", end, any_error ? end : mine.end}};
    }
};

/// Fed in pieces that end at these places. What steps say that cannot be ends the reading.
Chunks decode(Check& check, const std::string& text, const std::vector<std::size_t>& ends,
              const http::Limits& limits = {}) {
    http::ChunkedDecoder decoder(http::Policy::strict, limits);
    Chunks result;
    std::size_t at = 0;
    for (const std::size_t end : ends) {
        const std::vector<char> piece = exactly(std::string_view(text).substr(at, end - at));
        check.step("step(" + quoted(view(piece)) + ")");
        for (std::size_t used = 0;;) {
            const ip::Bytes octets = http::octets(view(piece)).subspan(used);
            const auto step = decoder.step(octets);
            if (step.consumed > octets.size()) return {result.content, "more octets consumed than there are"};
            if (!step.data.empty() && step.data.data() + step.data.size() != octets.data() + step.consumed)
                return {result.content, "data are not the last of the octets consumed"};
            result.content += http::text(step.data);
            result.runs += step.data.empty() ? 0 : 1;
            used += step.consumed;
            if (step.status == http::Status::error) {
                result.end = "error: " + std::string(to_string(decoder.error()));
            } else if (step.status == http::Status::done) {
                result.end = "done; left: " + quoted(text.substr(at + used));
            }
            if (!result.end.empty()) {
                check.then("content " + quoted(result.content) + ", " + result.end);
                return result;
            }
            if (step.consumed == 0) break;
        }
        check.then("content so far: " + quoted(result.content));
        if (decoder.step({}).consumed != 0) return {result.content, "octets consumed where there are none"};
        at = end;
    }
    result.end = "need more";
    return result;
}

/// Whole, octet by octet, and cut at every place.
void chunks(Check& check, std::string_view what, const std::string& text, const std::string& content,
            const std::string& end, const http::Limits& limits = {}) {
    const Chunks expected{content, end};
    const auto with = [&](const std::string& how, const std::vector<std::size_t>& ends) {
        check.restart();
        return check.equal_fields(std::string(what) + how,
                                  expected.against(decode(check, text, ends, limits)));
    };
    if (!with("", {text.size()})) return;
    for (std::size_t cut = 1; cut < text.size(); ++cut)
        if (!with(", cut in two", {cut, text.size()})) return;
    std::vector<std::size_t> each;
    for (std::size_t at = 1; at <= text.size(); ++at) each.push_back(at);
    with(", octet by octet", each);
}
/// With which error is not what matters.
void bad_chunks(Check& check, std::string_view what, const std::string& text,
                const std::string& content = "") {
    chunks(check, what, text, content, "an error");
}

LESSON_CASE("chunks", "RFC 9112 section 7.1: chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF") {
    chunks(check, "one chunk", "5\r\nhello\r\n0\r\n", "hello", "done; left: \"\"");
    chunks(check, "two chunks", "5\r\nhello\r\n7\r\n, world\r\n0\r\n", "hello, world", "done; left: \"\"");
    chunks(check, "no content", "0\r\n", "", "done; left: \"\"");
    chunks(check, "what follows stays: the trailer section", "1\r\na\r\n0\r\n\r\nGET", "a",
           "done; left: \"\\x0d\\x0aGET\"");
    chunks(check, "not there yet", "5\r\nhel", "hel", "need more");
    chunks(check, "its CRLF is not there yet", "5\r\nhello", "hello", "need more");
    chunks(check, "content that looks like chunks", "7\r\n\r\n0\r\n\r\n\r\n0\r\n", "\r\n0\r\n\r\n",
           "done; left: \"\"");
}

LESSON_CASE("sizes",
            "RFC 9112 section 7.1: chunk-size = 1*HEXDIG, in either case; the last chunk is 1*(\"0\")") {
    const std::string ten = "0123456789", many(0x1a5, 'x');
    chunks(check, "capital letters", "A\r\n" + ten + "\r\n0\r\n", ten, "done; left: \"\"");
    chunks(check, "small letters", "a\r\n" + ten + "\r\n0\r\n", ten, "done; left: \"\"");
    chunks(check, "several digits", "1a5\r\n" + many + "\r\n0\r\n", many, "done; left: \"\"");
    chunks(check, "zeros in front", "0000000000000000000000a\r\n" + ten + "\r\n0\r\n", ten,
           "done; left: \"\"");
    chunks(check, "many zeros are the last chunk", "00000000000000000000000\r\nGET", "",
           "done; left: \"GET\"");
    bad_chunks(check, "no digit", "\r\n");
    bad_chunks(check, "a space in front", " 5\r\nhello\r\n");
    bad_chunks(check, "a sign", "+5\r\nhello\r\n");
    bad_chunks(check, "a minus sign", "-1\r\nhello\r\n");
    bad_chunks(check, "0x in front", "0x5\r\nhello\r\n");
    bad_chunks(check, "a letter beyond f", "5g\r\nhello\r\n");
    bad_chunks(check, "a point", "5.\r\nhello\r\n");
}

LESSON_CASE("sizes that do not fit",
            "RFC 9112 section 7.1: a recipient must anticipate large numerals and prevent overflow") {
    bad_chunks(check, "2^64", "10000000000000000\r\nx");
    bad_chunks(check, "2^64 + 5", "10000000000000005\r\nhello\r\n0\r\n");
    bad_chunks(check, "2^72 + 5", "1000000000000000005\r\nhello\r\n0\r\n");
    bad_chunks(check, "far too many digits", "fffffffffffffffffffffffffffff");
    chunks(check, "2^64 - 1 fits", "ffffffffffffffff\r\nhello", "hello", "need more");
    chunks(check, "2^32 + 5 fits", "100000005\r\nhello, world", "hello, world", "need more");
}

LESSON_CASE("the ends of lines and chunks", "RFC 9112 sections 2.2 and 7.1: CRLF, nothing else") {
    bad_chunks(check, "data without CRLF", "5\r\nhello0\r\n", "hello");
    bad_chunks(check, "more data than its size", "5\r\nhello, world\r\n0\r\n", "hello");
    bad_chunks(check, "data, then LF alone", "5\r\nhello\n0\r\n", "hello");
    bad_chunks(check, "data, then CR alone", "5\r\nhello\r0\r\n", "hello");
    bad_chunks(check, "data, then CR CR LF", "5\r\nhello\r\r\n0\r\n", "hello");
    bad_chunks(check, "size, then LF alone", "5\nhello\r\n0\r\n");
    check.restart();
    for (const std::string text :
         {"5\rXhello\r\n0\r\n", "5\r\r\nhello\r\n0\r\n", "0\rX", "5;a=b\nhello\r\n0\r\n"}) {
        check.restart();
        const Chunks mine = decode(check, text, {text.size()});
        check.that("size, then no CRLF", mine.content.empty() && mine.end.starts_with("error"),
                   "content " + quoted(mine.content) + ", " + mine.end);
    }
}

LESSON_CASE(
    "chunk extensions",
    "RFC 9112 section 7.1.1: a recipient must ignore those it does not know, and they have a grammar") {
    chunks(check, "a name", "5;a\r\nhello\r\n0\r\n", "hello", "done; left: \"\"");
    chunks(check, "name and value", "5;a=b;c=d\r\nhello\r\n0;e\r\n", "hello", "done; left: \"\"");
    chunks(check, "white space around", "5 ; a = b\r\nhello\r\n0\r\n", "hello", "done; left: \"\"");
    chunks(check, "tabs around", "5\t;\ta\t=\tb\r\nhello\r\n0\r\n", "hello", "done; left: \"\"");
    chunks(check, "in quotes, with what ends others", "5;a=\"b;\\\"5\"\r\nhello\r\n0\r\n", "hello",
           "done; left: \"\"");
    bad_chunks(check, "quotes that do not end", "1;a=\"b\r\nx\r\n0\r\n");
    chunks(check, "each line has its own", "1;a=b\r\nx\r\n1;c\r\ny\r\n0\r\n", "xy", "done; left: \"\"");
    bad_chunks(check, "a value without a name, after a line with a name", "1;a\r\nx\r\n1 =b\r\ny\r\n0\r\n",
               "x");
    bad_chunks(check, "LF in it", "5;a\nhello\r\n0\r\n");
    bad_chunks(check, "CR in it", "5;a\rb\r\nhello\r\n0\r\n");
    bad_chunks(check, "no name", "5;\r\nhello\r\n0\r\n");
    bad_chunks(check, "not a token", "5;a[\r\nhello\r\n0\r\n");
    bad_chunks(check, "white space alone", "5 \r\nhello\r\n0\r\n");
}

LESSON_CASE("limits", "RFC 9112 section 7.1.1: limit the total length of chunk extensions; http/policy.h") {
    http::Limits limits;
    limits.chunk_line = 10;
    chunks(check, "a line of as many octets as may be", "1;abcdef\r\nx\r\n0\r\n", "x", "done; left: \"\"",
           limits);
    chunks(check, "and each line anew", "1;abcdef\r\nx\r\n2;abcdef\r\nyz\r\n0;a\r\n", "xyz",
           "done; left: \"\"", limits);
    chunks(check, "a line with one too many", "1;abcdefg\r\nx\r\n0\r\n", "",
           "error: " + std::string(to_string(Error::chunk_extension_too_long)), limits);
    chunks(check, "zeros without end", "0000000000000000000000", "",
           "error: " + std::string(to_string(Error::chunk_extension_too_long)), limits);
    limits = {};
    limits.chunk_overhead = 30;
    std::string octet_by_octet, some;
    for (int i = 0; i < 4; ++i) octet_by_octet += "1;aaaaaa\r\nx\r\n";
    for (int i = 0; i < 2; ++i) some += "1;aaaaaa\r\nx\r\n";
    chunks(check, "lines of 27 octets for two of data", some + "0\r\n", "xx", "done; left: \"\"", limits);
    std::string four_by_four;
    for (int i = 0; i < 8; ++i) four_by_four += "4;aaaaaa\r\nxxxx\r\n";
    chunks(check, "lines of 99 octets for 32 of data", four_by_four + "0\r\n", std::string(32, 'x'),
           "done; left: \"\"", limits);
    chunks(check, "lines of 46 octets for three of data", octet_by_octet, "xxx",
           "error: " + std::string(to_string(Error::chunk_overhead)), limits);
}

LESSON_CASE("data are not copied", "http/chunked.h: a run of data is borrowed, as a whole") {
    const std::string content(100000, 'x'), text = "186a0\r\n" + content + "\r\n0\r\n";
    check.step("step() with a chunk of 100000 octets");
    const Chunks mine = decode(check, text, {text.size()});
    check.equal("content", content.size(), mine.content.size());
    check.equal("runs of data", std::size_t{1}, mine.runs);
}

/// Content cut into chunks, and the stream into segments.
LESSON_CASE("any chunks, any segments", "RFC 9112 section 7.1; a segment may end anywhere") {
    for (int run = 0; run < 400 && !check.failed(); ++run) {
        auto& random = check.random();
        std::string content, text;
        for (std::uint64_t left = random.below(5); left-- > 0;) {
            std::string data(random.between(1, 40), ' ');
            for (char& c : data) c = "\r\n0;a5"[random.below(6)];
            char size[24];
            // One after the other: the order of a call's arguments is the compiler's affair.
            const bool small = random.chance({1, 2});
            const int digits = static_cast<int>(random.between(1, 4));
            std::snprintf(size, sizeof size, small ? "%0*zx" : "%0*zX", digits, data.size());
            text += size + std::string(random.chance({1, 4}) ? ";x=\"5\"" : "") + "\r\n" + data + "\r\n";
            content += data;
        }
        text += "0\r\n";
        std::vector<std::size_t> ends;
        for (std::size_t at = 0; at < text.size();)
            ends.push_back(at = std::min<std::size_t>(text.size(), at + random.between(1, 12)));
        check.restart();
        check.equal_fields("any chunks",
                           Chunks{content, "done; left: \"\""}.against(decode(check, text, ends)));
    }
}

// ---- the whole ----

/// What a server finds in a stream: its requests, each with its content, and how it ends.
std::string requests(const std::string& text, std::size_t cut) {
    http::MessageReader reader(http::Kind::request, http::Policy::strict);
    std::string found;
    const auto take = [&](std::string_view piece) {
        const std::vector<char> octets = exactly(piece);
        reader.feed(http::octets(view(octets)));
        while (const auto event = reader.next()) {
            if (event->type == http::Event::Type::head)
                found += std::string(event->message->head.method) + " " +
                         std::string(event->message->head.target) + " \"";
            if (event->type == http::Event::Type::body) found += http::text(event->data);
            if (event->type == http::Event::Type::end)
                found += event->ending == http::Ending::complete ? "\"\n" : "\" broken\n";
            if (event->type == http::Event::Type::error) found += "refused\n";
        }
    };
    take(std::string_view(text).substr(0, cut));
    take(std::string_view(text).substr(cut));
    return found;
}

void stream(Check& check, std::string_view what, const std::string& text, const std::string& expected) {
    const ip::Bytes octets = http::octets(text);
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
        check.restart();
        lesson::tape_handshake(check);
        std::uint64_t at = 3000;
        for (const ip::Bytes piece : {octets.first(cut), octets.subspan(cut)}) {
            if (piece.empty()) continue;
            const tcp::Seq seq =
                tcp::Seq(lesson::kClientIss + 1) + static_cast<std::uint32_t>(piece.data() - octets.data());
            check.frame({.microseconds = at,
                         .packet = lesson::packet(true, {.seq = seq,
                                                         .ack = tcp::Seq(lesson::kServerIss + 1),
                                                         .flags = tcp::ACK | tcp::PSH,
                                                         .window = 65535,
                                                         .payload = piece}),
                         .comment = {}});
            at += 1000;
            check.step("a segment brings " + quoted(http::text(piece)));
        }
        const std::string found = requests(text, cut);
        check.then("the server finds: " + quoted(found));
        if (!check.equal(std::string(what) + (cut == 0 ? "" : ", in two segments"), quoted(expected),
                         quoted(found)))
            return;
    }
}

LESSON_CASE("requests one behind the other",
            "RFC 9112 section 9.3.2: pipelining, where each begins as the last one ends") {
    const std::string get = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    stream(check, "no body", "GET /a HTTP/1.1\r\nHost: a\r\n\r\n" + get, "GET /a \"\"\nGET /b \"\"\n");
    stream(check, "Content-Length", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + get,
           "POST /a \"hello\"\nGET /b \"\"\n");
    stream(check, "chunked",
           "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + get,
           "POST /a \"hello\"\nGET /b \"\"\n");
    stream(check, "content that looks like a request",
           "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(get.size()) + "\r\n\r\n" + get,
           "POST /a \"" + get + "\"\n");
}

LESSON_CASE("smuggled requests",
            "RFC 9112 section 11.2: what a proxy took for content must not become a request here") {
    const std::string post = "POST /a HTTP/1.1\r\nHost: a\r\n",
                      bad = "GET /admin HTTP/1.1\r\nHost: a\r\n\r\n";
    stream(check, "the proxy counts, we would take chunks",
           post + "Content-Length: 37\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + bad, "refused\n");
    stream(check, "the proxy has not seen the coding",
           post + "Content-Length: 37\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + bad, "refused\n");
    stream(check, "the proxy adds up the list in another way", post + "Content-Length: 0, 32\r\n\r\n" + bad,
           "refused\n");
    stream(check, "the proxy takes a longer number",
           post + "Content-Length: 18446744073709551616\r\n\r\n" + bad, "refused\n");
    stream(check, "the proxy does not unfold", post + "X: a\r\n Content-Length: 32\r\n\r\n" + bad,
           "refused\n");
    stream(check, "the proxy takes LF for the end of an extension",
           post + "Transfer-Encoding: chunked\r\n\r\n2;\nxx\r\n25\r\n0\r\n\r\n" + bad,
           "POST /a \"\" broken\n");
    stream(check, "the proxy skips two octets behind the data, whatever they are",
           post + "Transfer-Encoding: chunked\r\n\r\n5\r\nAAAAAXX2b\r\n0\r\n\r\n" + bad,
           "POST /a \"AAAAA\" broken\n");
}

}  // namespace
