// Redirect: where a response sends a client, and how it asks there: RFC 9110 section 15.4.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "http/http_url.h"
#include "http/message.h"

namespace glass::http {

enum class RedirectError : std::uint8_t {
    too_many,
    loop,           ///< the same question again
    no_location,    ///< RFC 9110 section 10.2.2: without it there is nowhere to go
    bad_location,   ///< not a URL reference, not an http URL, or one with user information
    https,          ///< the way leads where TLS is spoken
    body_elsewhere  ///< the body would have to go to a server that it is not meant for
};
[[nodiscard]] std::string_view to_string(RedirectError error);

/// What to ask for next.
struct Redirect {
    std::string url;
    std::string method;
    bool body = false;  ///< the request's body goes along; else it, and the fields about it, stay behind
    /// Every step so far led to the origin of the first request. Else what was meant for that one alone stays
    /// behind: is_credential().
    bool same_origin = true;
};

/// Authorization, Cookie and their like: not to be sent to another origin than the first.
[[nodiscard]] bool is_credential(std::string_view field_name);
/// Fields that describe a body: RFC 9110 section 15.4, Content-*.
[[nodiscard]] bool is_about_content(std::string_view field_name);

/// The way of one request.
class RedirectChain {
public:
    static constexpr unsigned kMost = 20;

    /// `url`: parse_http_url() has taken it.
    RedirectChain(std::string_view url, std::string method, bool body, unsigned most = kMost);

    /// 301, 302, 303, 307 and 308. A 300 or 305 is for the user to look at.
    [[nodiscard]] static bool is_redirect(std::uint16_t status);
    /// The next step. Precondition: is_redirect().
    [[nodiscard]] std::expected<Redirect, RedirectError> follow(const Head& response);

    [[nodiscard]] const Redirect& now() const { return now_; }
    [[nodiscard]] unsigned steps() const { return steps_; }

private:
    std::expected<std::string, RedirectError> locate(const Head& response) const;

    Redirect now_;
    unsigned most_;
    unsigned steps_ = 0;
    HttpUrl first_;
    std::set<std::string> seen_;  ///< methods and URLs
};

}  // namespace glass::http
