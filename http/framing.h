// Framing: what the head of a message says about its body, its host and the connection: RFC 9112
// sections 3.2, 6.3 and 9.3.
#pragma once

#include "http/error.h"
#include "http/message.h"

namespace glass::http {

/// Fills in framing, content_length, keep_alive, host and host_check from the head. `context` is for
/// responses; nothing means a request that was neither HEAD nor CONNECT. Policy::strict refuses whatever RFC
/// 9112 lets a recipient refuse; Policy::lenient always succeeds.
[[nodiscard]] Result<void> frame(Message& message, const RequestContext* context, Policy policy);

}  // namespace glass::http
