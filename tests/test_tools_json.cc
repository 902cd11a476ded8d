// JSON: nesting, escapes, and octets that are no UTF-8 (RFC 8259 section 7 and 8.1, RFC 3629 section 4).
#include <doctest/doctest.h>
#include <string>

#include "tools/checksum_watch.h"
#include "tools/json.h"
#include "tools/nearest.h"
#include "tools/utf8.h"
#include "tools/view_json.h"

namespace {

using namespace glass::tools;
using namespace std::string_literals;
namespace ip = glass::ip;

std::string text_of(const std::string& value) {
    TextBuffer out;
    JsonWriter(out).text(value);
    return std::string(out.view());
}

TEST_CASE("commas stand between values, and nowhere else") {
    TextBuffer out;
    JsonWriter json(out);
    json.begin_object().key("a").number(std::uint64_t{1}).key("b").begin_array();
    json.begin_array().end_array().number(std::uint64_t{18446744073709551615u}).boolean(true).end_array();
    json.key("c").begin_object().end_object().key("d").number(0.25).end_object();
    CHECK(out.view() == R"({"a":1,"b":[[],18446744073709551615,true],"c":{},"d":0.25})");
}

TEST_CASE("text is valid JSON and valid UTF-8, whatever the octets") {
    struct Row {
        std::string in, out;
    };
    const Row rows[] = {
        {"plain", R"("plain")"},
        {"", R"("")"},
        {"quote \" backslash \\", R"("quote \" backslash \\")"},
        {"\n\t\x01\x7f"s, R"("\u000a\u0009\u0001\u007f")"},
        {"nul \0 inside"s, R"("nul \u0000 inside")"},
        {"h\xc3\xa9llo", "\"h\xc3\xa9llo\""},
        {"\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"\xff\xfe", R"("\u00ff\u00fe")"},
        {"\xc3", R"("\u00c3")"},                                // cut in the middle
        {"\xc0\xaf", R"("\u00c0\u00af")"},                      // overlong
        {"\xe0\x80\xaf", R"("\u00e0\u0080\u00af")"},            // overlong
        {"\xed\xa0\x80", R"("\u00ed\u00a0\u0080")"},            // a surrogate
        {"\xf4\x90\x80\x80", R"("\u00f4\u0090\u0080\u0080")"},  // above U+10FFFF
    };
    for (const Row& row : rows) {
        CAPTURE(row.out);
        CHECK(text_of(row.in) == row.out);
    }
}

TEST_CASE("the buffer grows under any number of small pieces") {
    TextBuffer out;
    std::string expected;
    for (std::uint64_t i = 0; i < 20'000; ++i) {
        out.number(i * 123'456'789);
        expected += std::to_string(i * 123'456'789);
        out.append(' ');
        expected += ' ';
    }
    CHECK(out.view() == expected);
}

TEST_CASE("times have nine digits, before 1970 too") {
    const auto text = [](std::int64_t ns) {
        char out[kMaxSecondsText];
        return std::string(out, write_seconds(out, ip::Time(ip::Duration(ns))));
    };
    CHECK(text(0) == "0.000000000");
    CHECK(text(1413745931455999000) == "1413745931.455999000");
    CHECK(text(1) == "0.000000001");
    CHECK(text(-1) == "-0.000000001");
    CHECK(text(INT64_MIN) == "-9223372036.854775808");
    CHECK(text(INT64_MAX) == "9223372036.854775807");
}

TEST_CASE(
    "a wrong checksum is damage, unless its host never sends a right one, or leaves it to the network card") {
    using Verdict = ChecksumWatch::Verdict;
    const ip::Address host = ip::Ipv4Address{0x0a000001}, other = ip::Ipv4Address{0x0a000002};
    const auto no = [] { return false; };
    const auto partial = [] { return true; };

    ChecksumWatch honest(1);
    CHECK(honest.judge(host, true, no) == Verdict::good);
    for (int i = 0; i < 20; ++i) CHECK(honest.judge(host, false, no) == Verdict::damaged);
    CHECK(honest.judge(host, true, no) == Verdict::good);

    ChecksumWatch offload(1);
    CHECK(offload.judge(host, false, partial) == Verdict::newly_partial);
    CHECK(offload.judge(host, false, partial) == Verdict::expected);
    CHECK(offload.judge(other, false, no) == Verdict::damaged);  // every host for itself

    ChecksumWatch rewritten(1);
    for (int i = 0; i < 3; ++i) CHECK(rewritten.judge(host, false, no) == Verdict::damaged);
    CHECK(rewritten.judge(host, false, no) == Verdict::newly_all_wrong);
    CHECK(rewritten.judge(host, false, no) == Verdict::expected);
    CHECK(rewritten.judge(host, true, no) == Verdict::good);
    CHECK(rewritten.judge(host, false, no) == Verdict::damaged);  // it can send right ones after all
}

TEST_CASE("the nearest words come first, and far ones not at all") {
    const std::vector<std::string> known{"ip.ttl", "ip.src", "tcp.seq", "tcp.seq_raw"};
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(nearest("ip.tl", known) == std::vector<std::string>{"ip.ttl"});
    CHECK(nearest("tcp.seqraw", known).front() == "tcp.seq_raw");
    CHECK(nearest("completely-different", known).empty());
}

}  // namespace
