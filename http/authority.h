// Authority: host and port as they stand in Host fields and URLs, RFC 3986 section 3.2, RFC 9110 sections 4.2
// and 7.2.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace glass::http {

/// host [":" port], borrowed.
struct HostPort {
    std::string_view host;              ///< an IPv6 address with its brackets
    std::optional<std::uint16_t> port;  ///< nothing where it is empty or left out
};

/// uri-host [":" port] by the grammar of RFC 3986: no user information; a port of digits below 65536. An
/// empty host is one: a Host field may be empty.
[[nodiscard]] std::optional<HostPort> parse_host_port(std::string_view text);

/// Whether a Host field's value is valid: RFC 9112 section 3.2.
[[nodiscard]] inline bool check_host(std::string_view text) {
    return parse_host_port(text).has_value();
}

/// Whether it is an authority-form target: a host and a port other than 0, RFC 9110 section 9.3.6.
[[nodiscard]] bool check_host_and_port(std::string_view text);

/// Whether it is an authority, [userinfo "@"] host [":" port], with a host that is not empty where one is
/// asked for.
[[nodiscard]] bool check_authority(std::string_view text, bool needs_host);

/// An authority without its user information.
[[nodiscard]] std::string_view without_userinfo(std::string_view authority);

}  // namespace glass::http
