// Text for people: values in their radix, escaping of what strangers wrote, columns, wrapping and colour.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tools/style.h"
#include "tools/text_value.h"

using namespace std::string_view_literals;
namespace ip = glass::ip;
using namespace glass::tools;

namespace {

std::string escaped(std::string_view text) {
    std::string out;
    append_escaped(text, out);
    return out;
}

/// Printable as it stands: UTF-8 without control characters.
bool is_safe(std::string_view text) {
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        if (!c.valid || c.value < 0x20 || (c.value >= 0x7f && c.value < 0xa0)) return false;
        text.remove_prefix(c.length);
    }
    return true;
}

constexpr FieldInfo kDecimal{"len", "Length", 0, 16};
constexpr FieldInfo kHex{"id", "Identification", 0, 16, Show::everywhere, Radix::hex};

std::string number(const FieldInfo& info, std::uint32_t width, std::uint64_t value) {
    Field field;
    field.info = &info;
    field.width = width;
    field.number = value;
    return value_text(field);
}

std::string text(Field::Kind kind, std::string_view octets, std::size_t limit = kNoLimit) {
    Field field;
    field.kind = kind;
    field.text = octets;
    return value_text(field, limit);
}

}  // namespace

TEST_CASE("numbers are in their radix, hexadecimal with the digits of their width") {
    CHECK(number(kDecimal, 16, 14050) == "14050");
    CHECK(number(kHex, 16, 0x36e2) == "0x36e2");
    CHECK(number(kHex, 16, 2) == "0x0002");
    CHECK(number(kHex, 12, 2) == "0x002");
    CHECK(number(kHex, 3, 2) == "0x2");
    CHECK(number(kHex, 0, 0x1234) == "0x1234");
    CHECK(number(kHex, 64, ~std::uint64_t{0}) == "0xffffffffffffffff");
}

TEST_CASE("values of every kind") {
    Field field;
    field.kind = Field::Kind::boolean;
    CHECK(value_text(field) == "not set");
    field.number = 1;
    CHECK(value_text(field) == "set");
    field.kind = Field::Kind::ipv4;
    field.number = 0xc0000201;
    CHECK(value_text(field) == "192.0.2.1");
    CHECK(text(Field::Kind::mac, "\x02\0\x5e\x10\0\1"sv) == "02:00:5e:10:00:01");
    CHECK(text(Field::Kind::ipv6, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"sv) == "2001:db8::1");
    CHECK(text(Field::Kind::octets, "\x05\xb4"sv) == "05 b4");
    CHECK(text(Field::Kind::octets, "\x05\xb4\x01"sv, 2) == "05 b4 … (3 bytes)");
    CHECK(text(Field::Kind::text, "GET /") == "GET /");
    CHECK(text(Field::Kind::text, "") == "(empty)");
    CHECK(text(Field::Kind::list_begin, "") == "");
    // Octets that are no address are shown as what they are.
    CHECK(text(Field::Kind::mac, "\x02\x01"sv) == "02 01");
    CHECK(text(Field::Kind::ipv6, "") == "");
}

TEST_CASE("what a stranger wrote cannot command a terminal") {
    const struct {
        std::string_view wrote, shown;
    } rows[] = {
        {"plain text", "plain text"},
        {"\x1b]0;owned\x07", "\\x1b]0;owned\\x07"},  // sets the window's title
        {"\x1b[2J", "\\x1b[2J"},                     // clears the screen
        {"a\r\nb\tc", "a\\r\\nb\\tc"},               // forges a line
        {"\0"sv, "\\x00"},                           //
        {"\x7f", "\\x7f"},                           // DEL
        {"\xc2\x9b[2J", "\\u{9b}[2J"},               // CSI as one C1 character, in UTF-8
        {"\x9b[2J", "\\x9b[2J"},                     // and as one octet
        {"\xe2\x80\xae"
         "exe.txt",
         "\\u{202e}exe.txt"},                                     // right to left
        {"\xef\xbb\xbf", "\\u{feff}"},                            //
        {"\xf3\xa0\x81\x81", "\\u{e0041}"},                       // an invisible tag character
        {"gr\xc3\xbc\xc3\x9f dich \xe2\x9c\x93", "grüß dich ✓"},  //
        {"\xc0\xaf", "\\xc0\\xaf"},                               // overlong, RFC 3629 section 10
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},                      // surrogate
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},             // above U+10FFFF
        {"\xe2\x9c", "\\xe2\\x9c"},                               // cut short
        {"C:\\x1b", "C:\\\\x1b"},                                 // not an escape of ours
    };
    for (const auto& row : rows) {
        CAPTURE(row.shown);
        CHECK(escaped(row.wrote) == row.shown);
    }
    std::string note;
    append_clean("\\x1b stays, \x1b does not", note);
    CHECK(note == "\\x1b stays, \\x1b does not");
}

TEST_CASE("any octets at all come out printable") {
    CHECK(rc::check([](const std::string& wrote) {
        RC_ASSERT(is_safe(escaped(wrote)));
        RC_ASSERT(is_safe(text(Field::Kind::text, wrote, 7)));
        std::string ascii;
        append_ascii({reinterpret_cast<const std::uint8_t*>(wrote.data()), wrote.size()}, ascii);
        RC_ASSERT(is_safe(ascii) && ascii.size() == wrote.size());
    }));
}

TEST_CASE("times are in UTC, also before 1970") {
    const struct {
        std::int64_t nanoseconds;
        std::string_view shown;
    } rows[] = {{1413749531455999000, "2014-10-19 20:12:11.455999000 UTC"},
                {0, "1970-01-01 00:00:00.000000000 UTC"},
                {-1, "1969-12-31 23:59:59.999999999 UTC"},
                {951782400000000000, "2000-02-29 00:00:00.000000000 UTC"},
                {INT64_MAX, "2262-04-11 23:47:16.854775807 UTC"},
                {INT64_MIN, "1677-09-21 00:12:43.145224192 UTC"}};
    for (const auto& row : rows) {
        std::string out;
        append_utc(ip::Time(ip::Duration(row.nanoseconds)), out);
        CHECK(out == row.shown);
    }
}

TEST_CASE("counts know their plural") {
    const auto count = [](std::uint64_t n) {
        std::string out;
        append_count(n, "byte", out);
        return out;
    };
    CHECK(count(0) == "0 bytes");
    CHECK(count(1) == "1 byte");
    CHECK(count(1448) == "1448 bytes");
}

TEST_CASE("columns that text takes on a terminal") {
    CHECK(display_columns("") == 0);
    CHECK(display_columns("Time to Live") == 12);
    CHECK(display_columns("é — ✓ │") == 7);
    CHECK(display_columns("e\xcc\x81") == 1);  // a combining accent
    CHECK(display_columns("漢字") == 4);
    CHECK(display_columns("\xf0\x9f\x98\x80") == 2);  // an emoji
    CHECK(display_columns("\xff\xfe") == 2);          // not UTF-8: a column an octet
    std::string padded = "left: é";
    pad_to(padded, 6, 4);
    CHECK(padded == "left: é   ");
}

TEST_CASE("wrapping breaks at spaces, and inside a word only where it must") {
    using Lines = std::vector<std::string_view>;
    CHECK(wrap("", 10, 10) == Lines{""});
    CHECK(wrap("one two three", 20, 20) == Lines{"one two three"});
    CHECK(wrap("one two three", 7, 7) == Lines{"one two", "three"});
    CHECK(wrap("one two three", 8, 4) == Lines{"one two", "thre", "e"});
    CHECK(wrap("abcdefgh", 3, 4) == Lines{"abc", "defg", "h"});
    CHECK(wrap("漢字漢字", 5, 5) == Lines{"漢字", "漢字"});
    CHECK(rc::check([](std::string words, std::uint8_t columns) {
        std::ranges::replace_if(
            words, [](char c) { return c < 'a' || c > 'm'; }, ' ');
        std::string together;
        for (const std::string_view line : wrap(words, columns + 1U, 9)) {
            RC_ASSERT(display_columns(line) <=
                      (together.empty() ? columns + 1U : std::max(9U, columns + 1U)));
            together += line;
        }
        std::erase(words, ' ');
        std::erase(together, ' ');
        RC_ASSERT(words == together);
    }));
}

TEST_CASE("colour follows --color, then the terminal, NO_COLOR and TERM") {
    using enum ColorChoice;
    CHECK(use_color(automatic, true, nullptr, "xterm"));
    CHECK_FALSE(use_color(automatic, false, nullptr, "xterm"));  // a pipe
    CHECK_FALSE(use_color(automatic, true, "1", "xterm"));
    CHECK(use_color(automatic, true, "", "xterm"));  // NO_COLOR counts when it is not empty
    CHECK_FALSE(use_color(automatic, true, nullptr, "dumb"));
    CHECK_FALSE(use_color(automatic, true, nullptr, nullptr));
    CHECK(use_color(always, false, "1", "dumb"));
    CHECK_FALSE(use_color(never, true, nullptr, "xterm"));
}

TEST_CASE("without colour there are no codes at all; with it neighbours differ") {
    const Style plain, colored(true);
    std::string out;
    plain.put(out, Ink::bad, "a");
    plain.put(out, ip::Proto::tcp, "b");
    CHECK(out + std::string(plain.start_stream(3)) + std::string(plain.stop()) == "ab");
    colored.put(out, Ink::bad, "c");
    CHECK(out == "ab\x1b[1;31mc\x1b[0m");
    CHECK(colored.start(ip::Proto::eth) != colored.start(ip::Proto::vlan));
    CHECK(colored.start(ip::Proto::ip) != colored.start(ip::Proto::tcp));
    CHECK(colored.start(ip::Proto::ip) == colored.start(ip::Proto::ipv6));
    for (std::uint32_t i = 0; i < 12; ++i) CHECK(colored.start_stream(i) != colored.start_stream(i + 1));
    CHECK(colored.start_stream(0xffffffff) != "");
}
