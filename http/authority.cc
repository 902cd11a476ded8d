#include "http/authority.h"

#include "http/characters.h"
#include "ip/address.h"

namespace glass::http {

namespace {

constexpr auto kRegName = detail::table_of("-._~!$&'()*+,;=", true);  // unreserved and sub-delims
constexpr auto kUserinfo = detail::table_of("-._~!$&'()*+,;=:", true);

/// Octets of the table and %XX.
bool all_of(std::string_view text, const std::array<bool, 256>& table) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (table[static_cast<unsigned char>(text[at])]) continue;
        if (text[at] != '%' || text.size() - at < 3 || hex_value(text[at + 1]) < 0 ||
            hex_value(text[at + 2]) < 0)
            return false;
        at += 2;
    }
    return true;
}

/// What may stand between brackets: an IPv6 address, with a zone (RFC 6874), or IPvFuture.
bool is_ip_literal(std::string_view text) {
    if (const std::size_t zone = text.find("%25"); zone != std::string_view::npos) {
        if (zone + 3 == text.size() || !all_of(text.substr(zone + 3), kRegName)) return false;
        text = text.substr(0, zone);
    }
    if (!text.empty() && lower(text.front()) == 'v') {
        const std::size_t dot = text.find('.');
        if (dot == std::string_view::npos || dot < 2 || dot + 1 == text.size()) return false;
        for (const char c : text.substr(1, dot - 1))
            if (hex_value(c) < 0) return false;
        for (const char c : text.substr(dot + 1))
            if (!kUserinfo[static_cast<unsigned char>(c)]) return false;
        return true;
    }
    return ip::parse_ipv6_address(text).has_value();
}

/// Digits below 65536, or nothing at all. False where it is neither.
bool parse_port(std::string_view text, std::optional<std::uint16_t>& port) {
    std::uint32_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return false;
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
        if (value > 0xffff) return false;
    }
    if (!text.empty()) port = static_cast<std::uint16_t>(value);
    return true;
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text) {
    HostPort result;
    std::size_t host_end = 0;
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        if (bracket == std::string_view::npos || !is_ip_literal(text.substr(1, bracket - 1))) return {};
        host_end = bracket + 1;
        if (host_end < text.size() && text[host_end] != ':') return {};
    } else {
        host_end = std::min(text.find(':'), text.size());
        if (!all_of(text.substr(0, host_end), kRegName)) return {};
    }
    result.host = text.substr(0, host_end);
    if (host_end < text.size() && !parse_port(text.substr(host_end + 1), result.port)) return {};
    return result;
}

bool check_host_and_port(std::string_view text) {
    const auto parsed = parse_host_port(text);
    return parsed && !parsed->host.empty() && parsed->port && *parsed->port != 0;
}

std::string_view without_userinfo(std::string_view authority) {
    const std::size_t at = authority.rfind('@');
    return at == std::string_view::npos ? authority : authority.substr(at + 1);
}

bool check_authority(std::string_view text, bool needs_host) {
    const std::string_view rest = without_userinfo(text);
    if (rest.size() != text.size() && !all_of(text.substr(0, text.size() - rest.size() - 1), kUserinfo))
        return false;
    const auto parsed = parse_host_port(rest);
    return parsed && !(needs_host && parsed->host.empty());
}

}  // namespace glass::http
