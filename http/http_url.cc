#include "http/http_url.h"

#include <algorithm>

#include "http/authority.h"
#include "http/characters.h"
#include "http/url.h"

namespace glass::http {

namespace {

/// RFC 3986 section 6.2.2.1: hosts are the same in any case.
std::string lower_case(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
    return out;
}

/// Host without brackets; `authority` without zone, which means something here only: RFC 6874 section 3.
void take_host(std::string_view host, HttpUrl& url) {
    url.authority = lower_case(host);
    url.host = url.authority;
    if (!host.starts_with('[')) return;
    url.host = url.host.substr(1, url.host.size() - 2);
    const std::size_t zone = url.host.find("%25");
    if (zone == std::string::npos) return;
    url.authority = "[" + url.host.substr(0, zone) + "]";
    // Names of interfaces have capital letters.
    url.host = url.host.substr(0, zone) + "%" + std::string(host.substr(zone + 4, host.size() - zone - 5));
}

}  // namespace

std::string_view to_string(UrlError error) {
    switch (error) {
        case UrlError::malformed: return "not a URL: write odd characters as %XX";
        case UrlError::relative: return "not a URL: it has no scheme";
        case UrlError::https: return "https needs TLS, which is not part of Glass: only http";
        case UrlError::other_scheme: return "only http URLs";
        case UrlError::odd_host: return "write a host name with other letters in its xn-- form";
        case UrlError::no_host: return "the URL has no host";
        case UrlError::bad_port: return "0 is not a port";
    }
    return "unknown error";
}

std::expected<HttpUrl, UrlError> parse_http_url(std::string_view text) {
    const auto parts = parse_url(text);
    if (!parts) return std::unexpected(UrlError::malformed);
    if (parts->scheme.empty()) return std::unexpected(UrlError::relative);
    if (same_name(parts->scheme, "https")) return std::unexpected(UrlError::https);
    if (!same_name(parts->scheme, "http")) return std::unexpected(UrlError::other_scheme);
    const std::string_view authority = without_userinfo(parts->authority);
    const auto host = parse_host_port(authority);
    if (!host) return std::unexpected(UrlError::malformed);
    if (host->host.empty()) return std::unexpected(UrlError::no_host);
    if (!host->host.starts_with('[') && host->host.find('%') != std::string_view::npos)
        return std::unexpected(UrlError::odd_host);
    HttpUrl url;
    take_host(host->host, url);
    url.port = host->port.value_or(80);
    if (url.port == 0) return std::unexpected(UrlError::bad_port);
    if (url.port != 80) url.authority += ":" + std::to_string(url.port);
    if (authority.size() != parts->authority.size()) {
        const std::size_t size = parts->authority.size() - authority.size() - 1;
        url.userinfo = percent_decode(parts->authority.substr(0, size)).value_or("");
    }
    url.target = parts->path.empty() ? "/" : std::string(parts->path);
    if (parts->has_query) url.target.append("?").append(parts->query);
    return url;
}

}  // namespace glass::http
