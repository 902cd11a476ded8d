// URL: taking references apart, resolving them, and the path of a request as a name: RFC 3986, RFC 9110
// section 4.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace glass::http {

/// A URI reference in its parts, borrowed and still percent-encoded: RFC 3986 section 3.
struct Url {
    std::string_view scheme;  ///< empty: a relative reference
    bool has_authority = false;
    std::string_view authority;  ///< with user information and port
    std::string_view path;
    bool has_query = false;
    std::string_view query;  ///< without '?'
    bool has_fragment = false;
    std::string_view fragment;  ///< without '#'
};

/// Any URI reference. Nothing where a part has octets that it must not have. Unlike RFC 3986 the path, query
/// and fragment may have any visible ASCII octet, as request targets in use do; but '%' needs two digits
/// after it in an authority only.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

/// RFC 3986 section 5.2.2: the URL that `reference` stands for in a document that was fetched from `base`.
[[nodiscard]] std::string resolve(const Url& base, const Url& reference);
[[nodiscard]] std::string to_text(const Url& url);

/// RFC 3986 section 5.2.4.
[[nodiscard]] std::string remove_dot_segments(std::string_view path);

/// Octets that are no visible ASCII become %XX: what people, and some servers, write for it.
[[nodiscard]] std::string encode_odd(std::string_view text);

/// Decodes every %XX, once. Nothing where '%' has no two hexadecimal digits after it.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
/// As forms encode a query: also '+' is a space.
[[nodiscard]] std::optional<std::string> form_decode(std::string_view text);

/// Encodes whatever may not stand in a path as it is, all but unreserved octets and '/': RFC 3986 section 2.
[[nodiscard]] std::string percent_encode(std::string_view path);

/// The name that the path of an origin- or absolute-form target stands for: without query, decoded once, then
/// without dot segments. It starts with '/'. Nothing, which a server answers with 400, for a bad %XX, a NUL,
/// or dots that lead above the root.
[[nodiscard]] std::optional<std::string> target_path(std::string_view target);

}  // namespace glass::http
