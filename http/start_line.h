// Start line: the first line of a request or a response, RFC 9112 sections 2.3, 3 and 4.
#pragma once

#include <string_view>

#include "http/error.h"
#include "http/message.h"
#include "http/policy.h"

namespace glass::http {

/// Reads a line, without its end, into the head: version, and method and target, or status and reason.
/// Borrowed from `line`. What Policy::lenient lets pass goes to the head's notes.
[[nodiscard]] Result<void> parse_request_line(std::string_view line, Policy policy, Head& head);
[[nodiscard]] Result<void> parse_status_line(std::string_view line, Policy policy, Head& head);

/// HTTP/digit.digit, and nothing else: RFC 9112 section 2.3. The name is case-sensitive.
[[nodiscard]] Result<Version> parse_version(std::string_view text);

/// The form of a request target: RFC 9112 section 3.2.
enum class TargetForm : std::uint8_t { origin, absolute, authority, asterisk };

/// The form of a target for this method, or bad_target where it has none that this method may have.
[[nodiscard]] Result<TargetForm> target_form(std::string_view method, std::string_view target);

}  // namespace glass::http
