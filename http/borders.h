// Borders: where a field ends, where a body ends, and where a chunk ends: RFC 9112 sections 5, 6.3 and 7.1.
//
// Two programs that read these rules differently find different messages in the same octets, and what is
// content to one is a request to the other (request smuggling, RFC 9112 section 11.2). So nothing is lenient
// here: what Policy::lenient lets pass is looked at elsewhere, after it was refused here. The third border,
// between chunks, is ChunkedDecoder::step() of http/chunked.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "http/error.h"
#include "http/message.h"

namespace glass::http {

/// field-name ":" OWS field-value OWS: RFC 9112 section 5. `line` is without its CRLF and not empty; name and
/// value are views of it. Errors: folded_line where it begins with SP or HTAB, bad_field_name where what
/// stands before the first colon is not a token, or there is no colon, bad_field_value where the value has a
/// control octet.
[[nodiscard]] Result<Field> parse_field_line(std::string_view line);

/// 1*DIGIT below 2^63 (RFC 9110 section 8.6), nothing else around it.
[[nodiscard]] std::optional<std::uint64_t> parse_content_length(std::string_view text);

/// Fills in framing and content_length from the head: RFC 9112 section 6.3. What the RFC lets a recipient
/// refuse is refused. content_length is nothing where there is no Content-Length, or not exactly one number.
/// `context`: of the request that a response answers, where that is known.
[[nodiscard]] Result<void> frame_body(Message& message, const RequestContext* context);

}  // namespace glass::http
