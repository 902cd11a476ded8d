// HttpUrl: an http URL as a client needs it: whom to connect to, what to say in Host, what to ask for: RFC
// 9110 section 4.2.1, RFC 9112 section 3.2.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace glass::http {

enum class UrlError : std::uint8_t {
    malformed,     ///< no URL, or with characters that have to be written %XX
    relative,      ///< no scheme
    https,         ///< that would need TLS
    other_scheme,  ///< neither http nor https
    odd_host,      ///< with %XX: not a name that anybody can look up
    no_host,       ///< RFC 9110 section 4.2.1: invalid
    bad_port,      ///< 0
};
[[nodiscard]] std::string_view to_string(UrlError error);

struct HttpUrl {
    std::string host;  ///< a name or an address, lower case, an IPv6 address without brackets; with zone
    std::uint16_t port = 80;
    std::string authority;  ///< for Host: neither user information nor zone, nor the port where it is 80
    std::string target;     ///< path and query, at least "/"
    std::string userinfo;   ///< decoded; empty: none

    [[nodiscard]] bool same_origin(const HttpUrl& other) const {
        return host == other.host && port == other.port;
    }
};

/// The fragment counts for nothing.
[[nodiscard]] std::expected<HttpUrl, UrlError> parse_http_url(std::string_view text);

}  // namespace glass::http
