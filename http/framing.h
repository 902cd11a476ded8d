// Framing: how long a message's body is, from its head: RFC 9112 sections 6.3 and 9.3.
#pragma once

#include <cstdint>
#include <optional>

#include "http/error.h"
#include "http/message.h"

namespace glass::http {

/// What a response must know of the request that it answers.
struct RequestContext {
    std::uint64_t number = 0;
    bool head = false;     ///< HEAD: the response has no body
    bool connect = false;  ///< CONNECT: after a 2xx the connection is a tunnel
};

/// Fills in framing, content_length, keep_alive, host and host_check from the head. `context` is for
/// responses; nothing means a request that was neither HEAD nor CONNECT. Policy::strict refuses whatever RFC
/// 9112 lets a recipient refuse; Policy::lenient always succeeds.
[[nodiscard]] Result<void> frame(Message& message, const RequestContext* context, Policy policy);

/// 1*DIGIT below 2^63 (RFC 9110 section 8.6), nothing else around it.
[[nodiscard]] std::optional<std::uint64_t> parse_content_length(std::string_view text);

}  // namespace glass::http
