#include "ip/address.h"

#include <algorithm>
#include <charconv>

namespace glass::ip {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Reads a hexadecimal digit, or gives -1.
int hex_value(char c) {
    const std::size_t at = kHexDigits.find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

char* write_octet(char* out, std::uint32_t v) {
    if (v >= 100) {
        *out++ = static_cast<char>('0' + v / 100);
        v %= 100;
        *out++ = static_cast<char>('0' + v / 10);
    } else if (v >= 10) {
        *out++ = static_cast<char>('0' + v / 10);
    }
    *out++ = static_cast<char>('0' + v % 10);
    return out;
}

/// Without leading zeros, RFC 5952 section 4.1.
char* write_group(char* out, std::uint16_t v) {
    int shift = v >= 0x1000 ? 12 : v >= 0x100 ? 8 : v >= 0x10 ? 4 : 0;
    for (; shift >= 0; shift -= 4) *out++ = kHexDigits[v >> shift & 0xf];
    return out;
}

struct Run {
    int start = -1;
    int length = 0;
};

/// The groups that "::" stands for: the longest run of zeros, the first of equals, never a single one
/// (RFC 5952 section 4.2.2 and 4.2.3).
Run zeros_to_shorten(const std::array<std::uint16_t, 8>& groups) {
    Run best, run;
    for (int i = 0; i < 8; ++i) {
        if (groups[i] != 0) {
            run = {};
            continue;
        }
        if (run.length++ == 0) run.start = i;
        if (run.length > best.length) best = run;
    }
    return best.length > 1 ? best : Run{};
}

/// Takes a group of one to four hexadecimal digits off the front of `text`.
bool take_group(std::string_view& text, std::uint16_t& group) {
    unsigned value = 0;
    std::size_t n = 0;
    for (; n < text.size() && hex_value(text[n]) >= 0; ++n) {
        if (n == 4) return false;
        value = value << 4 | static_cast<unsigned>(hex_value(text[n]));
    }
    text.remove_prefix(n);
    group = static_cast<std::uint16_t>(value);
    return n > 0;
}

}  // namespace

bool Ipv6Address::is_loopback() const {
    Ipv6Address loopback;
    loopback.octets[15] = 1;
    return *this == loopback;
}

bool Ipv6Address::is_v4_mapped() const {
    static constexpr std::array<std::uint8_t, 12> kPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(kPrefix.begin(), kPrefix.end(), octets.begin());
}

char* write_text(char* out, Ipv4Address a) {
    out = write_octet(out, a.value >> 24);
    *out++ = '.';
    out = write_octet(out, a.value >> 16 & 0xff);
    *out++ = '.';
    out = write_octet(out, a.value >> 8 & 0xff);
    *out++ = '.';
    return write_octet(out, a.value & 0xff);
}

char* write_text(char* out, const Ipv6Address& a) {
    if (a.is_v4_mapped()) {  // RFC 5952 section 5: this prefix is known to hold an IPv4 address
        constexpr std::string_view kMapped = "::ffff:";
        return write_text(std::copy(kMapped.begin(), kMapped.end(), out), Ipv4Address{load32(&a.octets[12])});
    }
    std::array<std::uint16_t, 8> groups;
    for (int i = 0; i < 8; ++i) groups[i] = load16(&a.octets[2 * i]);
    const Run zeros = zeros_to_shorten(groups);
    for (int i = 0; i < 8; ++i) {
        if (i == zeros.start) {
            *out++ = ':';
            *out++ = ':';
            i += zeros.length - 1;
            continue;
        }
        const bool after_shortened = zeros.length > 0 && i == zeros.start + zeros.length;
        if (i > 0 && !after_shortened) *out++ = ':';
        out = write_group(out, groups[i]);
    }
    return out;
}

char* write_text(char* out, const Address& a) {
    return a.is_v4() ? write_text(out, a.v4()) : write_text(out, a.v6);
}

char* write_text(char* out, const MacAddress& a) {
    for (std::size_t i = 0; i < a.octets.size(); ++i) {
        if (i > 0) *out++ = ':';
        *out++ = kHexDigits[a.octets[i] >> 4];
        *out++ = kHexDigits[a.octets[i] & 0xf];
    }
    return out;
}

namespace {
template <class A>
std::string text_of(const A& a) {
    std::array<char, kMaxAddressText> text;
    return {text.data(), write_text(text.data(), a)};
}
}  // namespace

std::string to_string(Ipv4Address a) {
    return text_of(a);
}
std::string to_string(const Ipv6Address& a) {
    return text_of(a);
}
std::string to_string(const Address& a) {
    return text_of(a);
}
std::string to_string(const MacAddress& a) {
    return text_of(a);
}

Result<Ipv4Address> parse_ipv4_address(std::string_view text) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) {
        if (i > 0) {
            if (!text.starts_with('.')) return std::unexpected(Error::bad_address);
            text.remove_prefix(1);
        }
        std::uint8_t octet = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), octet);
        const auto digits = static_cast<std::size_t>(end - text.data());
        const bool leading_zero = digits > 1 && text[0] == '0';
        if (failed != std::errc{} || digits > 3 || leading_zero) return std::unexpected(Error::bad_address);
        text.remove_prefix(digits);
        value = value << 8 | octet;
    }
    if (!text.empty()) return std::unexpected(Error::bad_address);
    return Ipv4Address{value};
}

Result<Ipv6Address> parse_ipv6_address(std::string_view text) {
    std::array<std::uint16_t, 8> groups{};
    int count = 0, shortened_at = -1;
    if (text.starts_with("::")) {
        shortened_at = 0;
        text.remove_prefix(2);
    }
    while (!text.empty()) {
        // A dotted quad takes the place of the last two groups, RFC 4291 section 2.2 form 3.
        if (const auto quad = parse_ipv4_address(text); quad && count <= 6) {
            groups[count++] = static_cast<std::uint16_t>(quad->value >> 16);
            groups[count++] = static_cast<std::uint16_t>(quad->value);
            text = {};
            break;
        }
        if (count == 8 || !take_group(text, groups[count])) return std::unexpected(Error::bad_address);
        ++count;
        if (text.empty()) break;
        if (text.starts_with("::") && shortened_at < 0) {
            shortened_at = count;
            text.remove_prefix(2);
        } else if (text.starts_with(':') && text.size() > 1 && text[1] != ':') {
            text.remove_prefix(1);
        } else {
            return std::unexpected(Error::bad_address);
        }
    }
    // "::" stands for at least one group (RFC 4291: "one or more groups of 16 bits of zeros").
    if (shortened_at < 0 ? count != 8 : count > 7) return std::unexpected(Error::bad_address);
    if (shortened_at >= 0)
        std::move_backward(groups.begin() + shortened_at, groups.begin() + count, groups.end());
    if (shortened_at >= 0) std::fill_n(groups.begin() + shortened_at, 8 - count, std::uint16_t{0});
    Ipv6Address a;
    for (int i = 0; i < 8; ++i) {
        a.octets[2 * i] = static_cast<std::uint8_t>(groups[i] >> 8);
        a.octets[2 * i + 1] = static_cast<std::uint8_t>(groups[i]);
    }
    return a;
}

Result<Address> parse_address(std::string_view text) {
    if (const auto v4 = parse_ipv4_address(text)) return Address{*v4};
    if (const auto v6 = parse_ipv6_address(text)) return Address{*v6};
    return std::unexpected(Error::bad_address);
}

Result<MacAddress> parse_mac_address(std::string_view text) {
    MacAddress a;
    if (text.size() != 17) return std::unexpected(Error::bad_address);
    for (std::size_t i = 0; i < 6; ++i) {
        const int high = hex_value(text[3 * i]), low = hex_value(text[3 * i + 1]);
        const bool separated = i == 5 || (text[3 * i + 2] == text[2] && (text[2] == ':' || text[2] == '-'));
        if (high < 0 || low < 0 || !separated) return std::unexpected(Error::bad_address);
        a.octets[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return a;
}

}  // namespace glass::ip
