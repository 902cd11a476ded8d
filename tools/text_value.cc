#include "tools/text_value.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iterator>

#include "tools/utf8.h"

namespace glass::tools {
namespace {

ip::Bytes octets_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// Characters that print nothing, turn the writing direction, or command a terminal.
bool is_unsafe(char32_t c) {
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;                    // C0, DEL, C1
    if (c == 0xad || c == 0x61c || c == 0x180e || c == 0xfeff) return true;  // invisible
    if ((c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e))
        return true;                                                        // zero width, bidirectional
    if (c >= 0x2060 && c <= 0x206f) return true;                            // the same, later additions
    return (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);  // annotations, tags
}

void append_unsafe(char32_t c, std::string& out) {
    switch (c) {
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    const auto format = c < 0x80 ? "\\x{:02x}" : "\\u{{{:x}}}";
    fmt::format_to(std::back_inserter(out), fmt::runtime(format), static_cast<std::uint32_t>(c));
}

void append_text(std::string_view text, bool double_backslash, std::string& out) {
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        if (!c.valid)
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<std::uint8_t>(text[0]));
        else if (is_unsafe(c.value))
            append_unsafe(c.value, out);
        else {
            if (c.value == '\\' && double_backslash) out += '\\';
            out += text.substr(0, c.length);
        }
        text.remove_prefix(c.length);
    }
}

void append_number(const Field& field, std::string& out) {
    auto at = std::back_inserter(out);
    if (field.info && field.info->radix == Radix::hex)
        fmt::format_to(at, "0x{:0{}x}", field.number, std::max<std::uint32_t>((field.width + 3) / 4, 1));
    else
        fmt::format_to(at, "{}", field.number);
}

void append_cut(const Field& field, std::size_t limit, std::string& out) {
    const std::string_view text = field.text, shown = text.substr(0, limit);
    if (text.empty()) out += "(empty)";
    if (field.kind == Field::Kind::octets)
        append_hex(octets_of(shown), out);
    else
        append_text(shown, !field.escaped, out);
    if (shown.size() == text.size()) return;
    out += " … (";
    append_count(text.size(), "byte", out);
    out += ')';
}

/// Addresses are octets of the packet: one of another length than it should have is shown as octets.
template <class Address>
void append_address(std::string_view text, std::string& out) {
    Address address;
    if (text.size() != address.octets.size()) return append_hex(octets_of(text), out);
    std::copy(text.begin(), text.end(), address.octets.begin());
    out += ip::to_string(address);
}

}  // namespace

void append_value(const Field& field, std::string& out, std::size_t limit) {
    switch (field.kind) {
        case Field::Kind::number: return append_number(field, out);
        case Field::Kind::boolean: out += field.number ? "set" : "not set"; return;
        case Field::Kind::text:
        case Field::Kind::octets: return append_cut(field, limit, out);
        case Field::Kind::mac: return append_address<ip::MacAddress>(field.text, out);
        case Field::Kind::ipv6: return append_address<ip::Ipv6Address>(field.text, out);
        case Field::Kind::ipv4:
            out += ip::to_string(ip::Ipv4Address{static_cast<std::uint32_t>(field.number)});
            return;
        case Field::Kind::list_begin:
        case Field::Kind::list_end:
        case Field::Kind::object_begin:
        case Field::Kind::object_end: return;
    }
}

std::string value_text(const Field& field, std::size_t limit) {
    std::string out;
    append_value(field, out, limit);
    return out;
}

std::string_view label_of(const Field& field) {
    if (!field.info) return {};
    return field.info->label.empty() ? field.info->key : field.info->label;
}

void append_escaped(std::string_view text, std::string& out) {
    append_text(text, true, out);
}

void append_clean(std::string_view text, std::string& out) {
    append_text(text, false, out);
}

void append_hex(ip::Bytes bytes, std::string& out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0) out += ' ';
        out += kDigits[bytes[i] >> 4];
        out += kDigits[bytes[i] & 15];
    }
}

void append_ascii(ip::Bytes bytes, std::string& out) {
    for (const std::uint8_t b : bytes) out += b >= 0x20 && b < 0x7f ? static_cast<char>(b) : '.';
}

void append_count(std::uint64_t count, std::string_view what, std::string& out) {
    fmt::format_to(std::back_inserter(out), "{} {}{}", count, what, count == 1 ? "" : "s");
}

void append_utc(ip::Time time, std::string& out) {
    // Whole seconds first: the day that the earliest time lies in starts before there are nanoseconds for it.
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
    const auto nanoseconds = (time.time_since_epoch() % std::chrono::seconds(1) + std::chrono::seconds(1)) %
                             std::chrono::seconds(1);
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date{std::chrono::sys_days(day)};
    const std::chrono::hh_mm_ss clock{seconds - day};
    fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:09} UTC",
                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                   static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                   clock.seconds().count(), nanoseconds.count());
}

CodePoint first_code_point(std::string_view text) {
    const auto octet = [&](std::size_t i) -> char32_t { return static_cast<std::uint8_t>(text[i]); };
    const std::size_t length = utf8_length(text);
    if (length == 0) return {octet(0), 1, false};
    if (length == 1) return {octet(0), 1, true};
    char32_t value = octet(0) & (0xff >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) value = value << 6 | (octet(i) & 0x3f);
    return {value, length, true};
}

}  // namespace glass::tools
