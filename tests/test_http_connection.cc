// Connection: octets in, events out; messages one after the other, holes, ends, and what is not HTTP. RFC
// 9112 sections 2.2, 6.3, 8, 9.3 and 9.6.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

#include "tests/http_transcript.h"

using namespace glass;
using namespace std::string_literals;
using http::Kind;
using http::Policy;
using http::StreamEnd;
using tests::Entry;
using Type = http::Event::Type;

namespace {

const char* name(Type type) {
    static constexpr const char* kNames[] = {"head",  "body", "trailers", "end",
                                             "error", "gap",  "tunnel",   "skipped"};
    return kNames[static_cast<int>(type)];
}

/// The events, short: "head 0+18 | body 18+5 hello | end 23 complete".
std::string story(const std::vector<Entry>& entries) {
    std::string out;
    for (const Entry& e : entries) {
        out += (out.empty() ? "" : " | ") + std::string(name(e.type)) + " " + std::to_string(e.offset);
        if (e.type != Type::end) out += "+" + std::to_string(e.length);
        if (e.type == Type::head || e.type == Type::gap || e.type == Type::skipped) continue;
        if (!e.text.empty()) out += " " + e.text;
    }
    return out;
}

/// The story, after making sure that it is the same whole, octet by octet and cut at every place.
std::string told(Kind kind, Policy policy, const std::string& input, std::optional<StreamEnd> end = {}) {
    http::MessageReader whole(kind, policy);
    const auto expected = tests::transcript(whole, input, {}, end);
    http::MessageReader single(kind, policy);
    CHECK(story(tests::transcript(single, input, tests::every_octet(input), end)) == story(expected));
    for (std::size_t cut = 1; cut < input.size(); ++cut) {
        http::MessageReader reader(kind, policy);
        CHECK(tests::transcript(reader, input, {cut}, end) == expected);
    }
    return story(expected);
}

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";  // 27 octets
const std::string kOk = "HTTP/1.1 200 OK\r\n";                 // 17 octets

}  // namespace

TEST_CASE("requests one after the other") {
    CHECK(told(Kind::request, Policy::strict, kGet + kGet) ==
          "head 0+27 | end 27 complete | head 27+27 | end 54 complete");
    CHECK(told(Kind::request, Policy::strict, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello" + kGet) ==
          "head 0+38 | body 38+5 hello | end 43 complete | head 43+27 | end 70 complete");
    // RFC 9112 section 2.2: an empty line before a request.
    CHECK(told(Kind::request, Policy::strict, "\r\n" + kGet + "\r\n\r\n" + kGet) ==
          "head 0+29 | end 29 complete | head 29+31 | end 60 complete");
}

TEST_CASE("chunked bodies and trailers") {
    const std::string head = kOk + "Transfer-Encoding: chunked\r\n\r\n";  // 47 octets
    CHECK(told(Kind::response, Policy::strict, head + "5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n" + kOk) ==
          "head 0+47 | body 50+11 hello world | end 77 complete");
    CHECK(told(Kind::response, Policy::strict, head + "1\r\na\r\n0\r\nA: b\r\nC: d\r\n\r\n") ==
          "head 0+47 | body 50+1 a | trailers 56+14 A: b\nC: d\n | end 70 complete");
    CHECK(told(Kind::response, Policy::strict, head + "1\r\na\r\n0\r\nA : b\r\n\r\n") ==
          "head 0+47 | body 50+1 a | end 63 malformed body malformed field name | skipped 63+2");
    CHECK(told(Kind::response, Policy::strict, head + "1\r\nab\r\n") ==
          "head 0+47 | body 50+1 a | end 51 malformed body chunk data not followed by CRLF | skipped 51+3");
    const std::string long_trailers = head + "0\r\nA: " + std::string(20'000, 'b') + "\r\n\r\n";
    http::MessageReader reader(Kind::response, Policy::lenient);
    CHECK(story(tests::transcript(reader, long_trailers, {})).find("trailer section over the limit") !=
          std::string::npos);
}

TEST_CASE("what the end of a message says of its length") {
    const std::string text = kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n";
    http::MessageReader reader(Kind::response, Policy::strict);
    reader.feed(http::octets(text));
    std::optional<http::Event> last;
    while (const auto event = reader.next()) last = event;
    REQUIRE(last);
    CHECK(last->type == Type::end);
    CHECK(last->offset == text.size());
    CHECK(last->body_octets == 5);
    CHECK(last->wire_octets == text.size() - 47);
    CHECK(last->message->start == 0);
}

TEST_CASE("RFC 9112 section 8: how messages end before their end") {
    const std::string close = kOk + "\r\nhello", length = kOk + "Content-Length: 9\r\n\r\nhello";
    const std::string chunked = kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    CHECK(told(Kind::response, Policy::strict, close) == "head 0+19 | body 19+5 hello");
    CHECK(told(Kind::response, Policy::strict, close, StreamEnd::fin) ==
          "head 0+19 | body 19+5 hello | end 24 complete");
    CHECK(told(Kind::response, Policy::strict, close, StreamEnd::cut) ==
          "head 0+19 | body 19+5 hello | end 24 no FIN was seen after the body");
    const std::string cut = "the stream ends within the message";
    CHECK(told(Kind::response, Policy::strict, length, StreamEnd::fin) ==
          "head 0+38 | body 38+5 hello | end 43 " + cut);
    CHECK(told(Kind::response, Policy::lenient, chunked, StreamEnd::fin) ==
          "head 0+47 | body 50+5 hello | end 57 " + cut);
    CHECK(told(Kind::response, Policy::lenient, chunked + "0\r\nA: b\r\n", StreamEnd::fin) ==
          "head 0+47 | body 50+5 hello | end 66 " + cut);
    CHECK(told(Kind::response, Policy::strict, kOk + "A: b", StreamEnd::fin) == "skipped 0+21");
    CHECK(told(Kind::response, Policy::strict, "", StreamEnd::fin) == "");
}

TEST_CASE("RFC 9112 section 9.6: after close nothing is a message, for an endpoint") {
    const std::string last = "GET / HTTP/1.1\r\nConnection: close\r\n\r\n";  // 37 octets
    CHECK(told(Kind::request, Policy::strict, last + kGet) == "head 0+37 | end 37 complete | skipped 37+27");
    CHECK(told(Kind::request, Policy::lenient, last + kGet) ==
          "head 0+37 | end 37 complete | head 37+27 | end 64 complete");
}

TEST_CASE("an error is final for an endpoint, and skipped over in a capture") {
    const std::string bad = "GET / HTTP/1.1\r\nA : b\r\n\r\n";  // 25 octets
    CHECK(told(Kind::request, Policy::strict, bad + kGet) ==
          "error 0+23 16 malformed field name | skipped 23+29");
    CHECK(told(Kind::request, Policy::lenient, bad + kGet) ==
          "head 0+25 | end 25 complete | head 25+27 | end 52 complete");
    const std::string junk = "what is this?\r\nno: idea\r\n";  // 25 octets
    CHECK(
        told(Kind::request, Policy::lenient, kGet + junk + kGet) ==
        "head 0+27 | end 27 complete | error 27+15 27 malformed HTTP version | skipped 42+10 | head 52+27 | "
        "end 79 complete");
    CHECK(told(Kind::request, Policy::lenient, junk + kGet) == "skipped 0+25 | head 25+27 | end 52 complete");
    const std::string chunked = kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!" + "\r\n";  // 58 octets
    CHECK(told(Kind::response, Policy::lenient, chunked + kOk + "Content-Length: 0\r\n\r\n") ==
          "head 0+47 | body 50+5 hello | end 55 malformed body chunk data not followed by CRLF | skipped "
          "55+3 | "
          "head 58+38 | end 96 complete");
}

TEST_CASE("RFC 9110 sections 9.3.6 and 15.2.2: another protocol's octets") {
    CHECK(told(Kind::request, Policy::strict, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n\x16\x03\x01") ==
          "head 0+33 | end 33 complete | tunnel 33+3 \x16\x03\x01");
    CHECK(told(Kind::response, Policy::strict, "HTTP/1.1 101 x\r\nUpgrade: a\r\n\r\nabc") ==
          "head 0+30 | end 30 complete | tunnel 30+3 abc");
    http::MessageReader refused(Kind::request, Policy::strict);
    auto entries = tests::transcript(refused, "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", {});
    refused.resume();
    refused.feed(http::octets(kGet));
    tests::drain(refused, entries);
    CHECK(story(entries) == "head 0+33 | end 33 complete | head 33+27 | end 60 complete");
    http::MessageReader upgraded(Kind::request, Policy::lenient);
    entries = tests::transcript(upgraded, kGet + "GE", {});
    upgraded.switch_protocol();
    upgraded.feed(http::octets("T"));
    tests::drain(upgraded, entries);
    CHECK(story(entries) == "head 0+27 | end 27 complete | tunnel 27+3 GET");
}

namespace {

/// What a capture with a hole of so many octets gives, that place and those octets taken out of the input.
std::string with_hole(Kind kind, const std::string& input, std::size_t from, std::size_t length,
                      bool single) {
    http::MessageReader reader(kind, Policy::lenient);
    const std::string before = input.substr(0, from), behind = input.substr(from + length);
    auto entries =
        tests::transcript(reader, before, single ? tests::every_octet(before) : std::vector<std::size_t>{});
    reader.feed_gap(length);
    tests::drain(reader, entries);
    for (std::size_t i = 0; i < behind.size(); i += single ? 1 : behind.size()) {
        const std::string piece = behind.substr(i, single ? 1 : behind.size());
        reader.feed(http::octets(piece));
        tests::drain(reader, entries);
    }
    return story(entries);
}

std::string hole(Kind kind, const std::string& input, std::size_t from, std::size_t length) {
    const std::string whole = with_hole(kind, input, from, length, false);
    CHECK(with_hole(kind, input, from, length, true) == whole);
    return whole;
}

}  // namespace

TEST_CASE("holes") {
    const std::string next = kOk + "Content-Length: 0\r\n\r\n";  // 38 octets
    const std::string missing = "octets of the message are missing";
    const std::string length = kOk + "Content-Length: 9\r\n\r\n012345678" + next;
    // Within a body of known length: the message goes on behind it.
    CHECK(hole(Kind::response, length, 40, 5) ==
          "head 0+38 | body 38+2 01 | gap 40+5 | body 45+2 78 | end 47 " + missing +
              " -5 | head 47+38 | end 85 complete");
    CHECK(hole(Kind::response, length, 40, 7) ==
          "head 0+38 | body 38+2 01 | gap 40+7 | end 47 " + missing + " -7 | head 47+38 | end 85 complete");
    // Beyond its end: the next start line is looked for.
    CHECK(hole(Kind::response, length + next, 40, 20) ==
          "head 0+38 | body 38+2 01 | gap 40+20 | end 47 " + missing +
              " -7 | skipped 60+25 | head 85+38 | end 123 complete");
    const std::string chunked =
        kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + next;  // 62 + 38
    CHECK(hole(Kind::response, chunked, 51, 3) ==
          "head 0+47 | body 50+1 h | gap 51+3 | body 54+1 o | end 62 " + missing +
              " -3 | head 62+38 | end 100 complete");
    CHECK(hole(Kind::response, chunked, 51, 6) == "head 0+47 | body 50+1 h | gap 51+6 | end 55 " + missing +
                                                      " -4 | skipped 57+5 | head 62+38 | end 100 complete");
    CHECK(hole(Kind::response, chunked, 56, 2) == "head 0+47 | body 50+5 hello | gap 56+2 | end 56 " +
                                                      missing +
                                                      " | skipped 58+4 | head 62+38 | end 100 complete");
    // In a head, and between messages.
    CHECK(hole(Kind::response, next + next + next, 40, 10) ==
          "head 0+38 | end 38 complete | skipped 38+2 | gap 40+10 | skipped 50+26 | head 76+38 | end 114 "
          "complete");
    CHECK(hole(Kind::response, next + next + next, 38, 38) ==
          "head 0+38 | end 38 complete | gap 38+38 | head 76+38 | end 114 complete");
    CHECK(hole(Kind::response, next, 0, 10) == "gap 0+10 | skipped 10+28");
    CHECK(hole(Kind::response, kOk + "\r\n0123456789", 21, 4) ==
          "head 0+19 | body 19+2 01 | gap 21+4 | body 25+4 6789");
}

TEST_CASE("a hole in a strict reader ends it") {
    http::MessageReader reader(Kind::request, Policy::strict);
    auto entries = tests::transcript(reader, "GET /", {});
    reader.feed_gap(3);
    tests::drain(reader, entries);
    reader.feed(http::octets(kGet));
    tests::drain(reader, entries);
    CHECK(story(entries) == "skipped 0+5 | gap 5+3 | skipped 8+27");
}

TEST_CASE("bodies over the limit") {
    http::Limits limits{.body = 4};
    for (const bool single : {false, true}) {
        const auto tell = [&](const std::string& input) {
            http::MessageReader reader(Kind::response, Policy::strict, limits);
            return story(tests::transcript(reader, input,
                                           single ? tests::every_octet(input) : std::vector<std::size_t>{}));
        };
        CHECK(tell(kOk + "Content-Length: 5\r\n\r\nhello") ==
              "head 0+38 | end 38 malformed body body over the limit | skipped 38+5");
        CHECK(tell(kOk + "Content-Length: 4\r\n\r\nhell") == "head 0+38 | body 38+4 hell | end 42 complete");
        CHECK(tell(kOk + "\r\nhello") ==
              "head 0+19 | body 19+4 hell | end 23 malformed body body over the limit | skipped 23+1");
        CHECK(tell(kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n") ==
              "head 0+47 | body 50+4 hell | end 54 malformed body body over the limit | skipped 54+3");
    }
}

TEST_CASE("recognized by content") {
    using http::Recognition;
    const struct {
        Kind kind;
        std::string octets;
        Recognition answer;
    } rows[] = {
        {Kind::request, "", Recognition::need_more},
        {Kind::request, "GE", Recognition::need_more},
        {Kind::request, "GET / HTTP/1.", Recognition::need_more},
        {Kind::request, "GET / HTTP/1.1", Recognition::yes},
        {Kind::request, "\r\nX-y /a b HTTP/1.0", Recognition::yes},
        {Kind::request, "GET / HTTP/2.0\r", Recognition::no},
        {Kind::request, "GET /\r", Recognition::no},
        {Kind::request, "PRI * HTTP/2.0\r\n", Recognition::no},
        {Kind::request, "\x16\x03\x01", Recognition::no},
        {Kind::request, "SSH-2.0-OpenSSH_9.2\r\n", Recognition::no},
        {Kind::request, "EHLO example.org\r\n", Recognition::no},
        {Kind::request, "INVITE sip:a@b SIP/2.0\r\n", Recognition::no},
        {Kind::request, " GET / HTTP/1.1", Recognition::no},
        {Kind::request, std::string(33, 'A'), Recognition::no},
        {Kind::request, "A " + std::string(40'000, 'a'), Recognition::no},
        {Kind::response, "HTTP/1.1 20", Recognition::need_more},
        {Kind::response, "HTTP/1.1 200", Recognition::yes},
        {Kind::response, "\nHTTP/1.0  404", Recognition::yes},
        {Kind::response, "HTTPS", Recognition::no},
        {Kind::response, "HTTP/1.1 OK", Recognition::no},
        {Kind::response, "220 smtp\r\n", Recognition::no},
    };
    for (const auto& row : rows) {
        CAPTURE(row.octets);
        CHECK(http::recognize(row.kind, http::octets(row.octets)) == row.answer);
        http::MessageReader reader(row.kind, Policy::lenient);
        for (const char c : row.octets) {
            reader.feed(http::octets({&c, 1}));
            while (reader.next()) continue;
        }
        CHECK(reader.recognized() == row.answer);
    }
}

TEST_CASE("any messages, cut anywhere: the same events, offsets that grow, octets that are all there") {
    const auto pieces =
        rc::gen::element(kGet, kOk, "\r\n"s, "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"s,
                         "5\r\nhello\r\n"s, "0\r\n\r\n"s, "Content-Length: 5\r\n\r\n"s, "hello"s,
                         "Transfer-Encoding: chunked\r\n\r\n"s, "0\r\nA: b\r\n\r\n"s, "junk\n"s,
                         "HTTP/1.1 100 \r\n\r\n"s, "GET / HT"s, "\0\xff"s, "CONNECT a:1 HTTP/1.1\r\n\r\n"s);
    rc::check([&pieces] {
        std::string input;
        for (const auto& piece : *rc::gen::container<std::vector<std::string>>(pieces)) input += piece;
        for (const Kind kind : {Kind::request, Kind::response}) {
            for (const Policy policy : {Policy::strict, Policy::lenient}) {
                http::MessageReader whole(kind, policy), single(kind, policy), cut(kind, policy);
                const auto expected = tests::transcript(whole, input, {}, StreamEnd::fin);
                RC_ASSERT(tests::transcript(single, input, tests::every_octet(input), StreamEnd::fin) ==
                          expected);
                const std::size_t at = *rc::gen::inRange<std::size_t>(0, input.size() + 1);
                RC_ASSERT(tests::transcript(cut, input, {at}, StreamEnd::fin) == expected);
                std::uint64_t offset = 0;
                for (const auto& entry : expected) {
                    RC_ASSERT(entry.offset >= offset);
                    offset = entry.offset + (entry.type == Type::body ? 0 : entry.length);
                }
                RC_ASSERT(whole.offset() == input.size());
            }
        }
    });
}
