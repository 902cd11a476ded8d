// ClientRequest: a request as a client makes it, and its head as octets: RFC 9112 section 3, RFC 9110
// sections 7.2, 8.6 and 10.1.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/body_source.h"
#include "http/output_buffer.h"

namespace glass::http {

/// A field line that is owned.
using FieldLine = std::pair<std::string, std::string>;

struct ClientRequest {
    std::string method = "GET";
    std::string target = "/";  ///< origin-form
    std::string host;          ///< the Host field: an authority without user information; empty is valid
    /// Besides Host and those that the options below, the body and the connection ask for.
    std::vector<FieldLine> fields;
    std::unique_ptr<BodySource> body;  ///< null: none
    /// Octets of the body; nothing: not known, so it is chunked.
    std::optional<std::uint64_t> body_size;
    /// Before the body the server is asked whether it wants it. Without a body it counts for nothing.
    bool expect_continue = false;
    bool decode = false;  ///< gzip and deflate are asked for, and taken off
    bool close = false;   ///< the connection is not to persist

    /// RFC 9110 section 9.2.2.
    [[nodiscard]] bool idempotent() const;
};

/// Why a request must not be sent.
enum class RequestError : std::uint8_t {
    bad_method,       ///< not a token
    connect,          ///< CONNECT is for tunnels
    bad_target,       ///< not in origin-form
    bad_host,         ///< RFC 9112 section 3.2
    bad_field_name,   ///< not a token
    bad_field_value,  ///< a control octet, CR and LF among them: RFC 9110 section 5.5
    framing_field,    ///< a field that says how the message is framed, or what the connection is for
};
[[nodiscard]] std::string_view to_string(RequestError error);

[[nodiscard]] std::optional<RequestError> why_not(const ClientRequest& request);
[[nodiscard]] std::optional<RequestError> why_not(const FieldLine& field);

/// Appends the head. Precondition: nothing is why_not().
void append_head(const ClientRequest& request, OutputBuffer& out);

}  // namespace glass::http
