// Characters: the classes of octets that HTTP's grammar is made of, RFC 9110 section 5.6, and fast searches
// for the first octet outside of one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ip/bytes.h"

namespace glass::http {

/// Octets as text, borrowed. HTTP's text is octets: RFC 9112 section 2.2.
inline std::string_view text(ip::Bytes octets) {
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}
inline ip::Bytes octets(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

namespace detail {
constexpr std::array<bool, 256> table_of(std::string_view others, bool alphanumeric) {
    std::array<bool, 256> table{};
    for (int c = 0; alphanumeric && c < 128; ++c)
        table[static_cast<std::size_t>(c)] =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    for (const char c : others) table[static_cast<unsigned char>(c)] = true;
    return table;
}
inline constexpr auto kToken = table_of("!#$%&'*+-.^_`|~", true);
}  // namespace detail

/// tchar, RFC 9110 section 5.6.2.
constexpr bool is_token(char c) {
    return detail::kToken[static_cast<unsigned char>(c)];
}
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
/// SP and HTAB: what OWS is made of, RFC 9110 section 5.6.3.
constexpr bool is_space(char c) {
    return c == ' ' || c == '\t';
}
/// A control octet that a field value must not have: all but HTAB, RFC 9110 section 5.5.
constexpr bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
/// The value of a hexadecimal digit; -1 where it is none.
constexpr int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// Whether the texts are the same but for the case of ASCII letters.
[[nodiscard]] constexpr bool same_name(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i)
        if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
    return true;
}

/// Without SP and HTAB at both ends.
[[nodiscard]] constexpr std::string_view trim(std::string_view s) {
    while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
    while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
    return s;
}

/// How many octets at the front are of a token. With SSE2, as the searches below, sixteen octets at a time.
[[nodiscard]] std::size_t token_length(std::string_view text);

/// Not empty, and a token.
[[nodiscard]] inline bool is_token(std::string_view text) {
    return !text.empty() && token_length(text) == text.size();
}

/// Where the first octet is that is_control(), or the size.
[[nodiscard]] std::size_t find_control(std::string_view text);

/// Where the first octet is that is not 0x21 to 0x7e (VCHAR), or the size: the end of a request target.
[[nodiscard]] std::size_t find_not_visible(std::string_view text);

}  // namespace glass::http
