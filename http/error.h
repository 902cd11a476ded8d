// Error: why octets are not an HTTP/1.1 message, and the status a server answers it with: RFC 9110 section
// 15, RFC 9112.
#pragma once

#include <cstdint>
#include <expected>
#include <string_view>

namespace glass::http {

enum class Error : std::uint8_t {
    bad_request_line,          ///< not method SP target SP version: RFC 9112 section 3
    bad_method,                ///< not a token: RFC 9110 section 9.1
    bad_target,                ///< none of the four forms, or not one for this method: RFC 9112 section 3.2
    bad_version,               ///< not HTTP/digit.digit: RFC 9112 section 2.3
    unsupported_version,       ///< a major version other than 1: RFC 9110 section 15.6.6
    bad_status_line,           ///< RFC 9112 section 4
    bad_line_end,              ///< LF without CR before it: RFC 9112 section 2.2
    space_before_fields,       ///< white space between start line and first field: RFC 9112 section 2.2
    bad_field_name,            ///< not a token and a colon: RFC 9112 section 5.1
    bad_field_value,           ///< a control octet: RFC 9110 section 5.5
    folded_line,               ///< obs-fold in a request: RFC 9112 section 5.2
    start_line_too_long,       ///< over Limits::start_line
    head_too_long,             ///< over Limits::head
    too_many_fields,           ///< over Limits::fields
    bad_content_length,        ///< not decimal digits, or too large a number: RFC 9112 section 6.3, 5
    several_content_lengths,   ///< RFC 9112 section 6.3, 5
    length_and_coding,         ///< Content-Length beside Transfer-Encoding: RFC 9112 section 6.3, 3
    bad_transfer_coding,       ///< not a list of codings: RFC 9112 section 6.1
    unknown_transfer_coding,   ///< RFC 9112 section 6.1
    chunked_twice,             ///< RFC 9112 section 6.1
    chunked_not_last,          ///< in a request: RFC 9112 section 6.3, 4
    transfer_coding_in_1_0,    ///< RFC 9112 section 6.1
    bad_chunk_size,            ///< RFC 9112 section 7.1
    bad_chunk_extension,       ///< RFC 9112 section 7.1.1
    bad_chunk_end,             ///< chunk data without CRLF after it: RFC 9112 section 7.1
    chunk_extension_too_long,  ///< over Limits::chunk_line
    chunk_overhead,            ///< far more chunk lines than data: over Limits::chunk_overhead
    trailers_too_long,         ///< over Limits::trailers
    body_too_long,             ///< over Limits::body
    http2_preface,             ///< the client speaks HTTP/2: RFC 9113 section 3.4
};

[[nodiscard]] std::string_view to_string(Error error);

/// The status with which a server answers: 400, 413, 414, 431, 501 or 505.
[[nodiscard]] int status_for(Error error);

template <class T>
using Result = std::expected<T, Error>;

}  // namespace glass::http
