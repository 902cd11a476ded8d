#include "http/redirect.h"

#include <algorithm>
#include <array>

#include "http/authority.h"
#include "http/characters.h"
#include "http/url.h"

namespace glass::http {

namespace {

constexpr std::array<std::string_view, 4> kCredentials = {"Authorization", "Proxy-Authorization", "Cookie",
                                                          "Cookie2"};

/// RFC 9110 sections 15.4.2 to 15.4.4: 303 asks for something else; after 301 and 302 a POST becomes a GET,
/// as user agents have it since ever.
std::string next_method(const std::string& method, std::uint16_t status) {
    if (method == "HEAD") return method;
    const bool rewrites = status == 303 || (method == "POST" && (status == 301 || status == 302));
    return rewrites ? "GET" : method;
}

/// Without user information: what a redirect stands for must not have any.
std::string public_part(std::string_view text) {
    auto url = parse_url(text);
    if (!url) return std::string(text);
    url->authority = without_userinfo(url->authority);
    return to_text(*url);
}

std::string question(const std::string& method, const HttpUrl& url) {
    return method + " " + url.authority + url.target;
}

}  // namespace

std::string_view to_string(RedirectError error) {
    switch (error) {
        case RedirectError::too_many: return "too many redirects";
        case RedirectError::loop: return "the redirects go round in a circle";
        case RedirectError::no_location: return "a redirect without Location";
        case RedirectError::bad_location: return "a redirect to what is not an http URL";
        case RedirectError::https: return "a redirect to https, which needs TLS";
        case RedirectError::body_elsewhere: return "a redirect would send the body to another server";
    }
    return "unknown error";
}

bool is_credential(std::string_view field_name) {
    return std::ranges::any_of(kCredentials, [&](std::string_view c) { return same_name(field_name, c); });
}

bool is_about_content(std::string_view field_name) {
    return field_name.size() > 8 && same_name(field_name.substr(0, 8), "Content-");
}

bool RedirectChain::is_redirect(std::uint16_t status) {
    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

RedirectChain::RedirectChain(std::string_view url, std::string method, bool body, unsigned most)
    : now_{.url = public_part(url), .method = std::move(method), .body = body},
      most_(most),
      first_(parse_http_url(now_.url).value_or(HttpUrl{})) {
    seen_.insert(question(now_.method, first_));
}

std::expected<Redirect, RedirectError> RedirectChain::follow(const Head& response) {
    if (steps_ == most_) return std::unexpected(RedirectError::too_many);
    const auto location = locate(response);
    if (!location) return std::unexpected(location.error());
    const auto url = parse_http_url(*location);
    if (!url)
        return std::unexpected(url.error() == UrlError::https ? RedirectError::https
                                                              : RedirectError::bad_location);
    // RFC 9110 section 4.2.4: a reference from outside that has user information is an attempt to deceive.
    if (!url->userinfo.empty()) return std::unexpected(RedirectError::bad_location);

    Redirect next = now_;
    next.url = *location;
    next.method = next_method(now_.method, response.status);
    next.body = now_.body && next.method == now_.method;
    next.same_origin = now_.same_origin && url->same_origin(first_);
    if (next.body && !next.same_origin) return std::unexpected(RedirectError::body_elsewhere);
    if (!seen_.insert(question(next.method, *url)).second) return std::unexpected(RedirectError::loop);
    ++steps_;
    return now_ = next;
}

/// RFC 9110 section 10.2.2: relative to the URL asked for, whose fragment it inherits.
std::expected<std::string, RedirectError> RedirectChain::locate(const Head& response) const {
    const auto location = find(response.fields, "Location");
    if (!location || location->empty()) return std::unexpected(RedirectError::no_location);
    const auto base = parse_url(now_.url);
    const std::string visible = encode_odd(*location);
    auto reference = parse_url(visible);
    if (!base || !reference) return std::unexpected(RedirectError::bad_location);
    if (!reference->has_fragment) {
        reference->has_fragment = base->has_fragment;
        reference->fragment = base->fragment;
    }
    return resolve(*base, *reference);
}

}  // namespace glass::http
