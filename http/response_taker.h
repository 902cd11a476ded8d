// ResponseTaker: who gets the response to one request of a client, and how that ended: RFC 9110 section 15,
// RFC 9112 section 8.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "http/content_coding.h"
#include "http/error.h"
#include "http/message.h"
#include "ip/bytes.h"

namespace glass::http {

enum class ResponseOutcome : std::uint8_t {
    complete,
    unanswered,    ///< the connection ended before anything of a response came
    cut,           ///< the connection ended within the response
    malformed,     ///< the octets are no HTTP/1.1; `error` says why
    unasked,       ///< a coding or another protocol that nobody had asked for
    undecodable,   ///< `decoding` says why: damaged, cut, or over Limits::inflated
    declined,      ///< by the taker
    body_failed,   ///< the request's source failed, or ended too early
    not_opened,    ///< no connection in time, or at all
    not_answered,  ///< nothing of a response in time
    stalled,       ///< nothing more in time
};
[[nodiscard]] std::string_view to_string(ResponseOutcome outcome);

struct ResponseEnd {
    ResponseOutcome outcome = ResponseOutcome::complete;
    std::optional<Error> error{};                   ///< malformed
    DecodeStatus decoding = DecodeStatus::ok;       ///< undecodable
    std::uint64_t octets = 0;                       ///< of content as it came, before decoding
    std::optional<std::uint64_t> content_length{};  ///< what was announced
    bool sent = false;                              ///< at least the first octet of the request went out
};

/// Called for one request, in the order in which the functions stand here. What they get is borrowed.
class ResponseTaker {
public:
    virtual ~ResponseTaker() = default;
    /// The head of the request is put before what is to be sent next.
    virtual void on_request(std::string_view /*head*/) {}
    /// Of any number: 1xx, RFC 9110 section 15.2.
    virtual void on_interim(const Message& /*response*/) {}
    /// False: declined; only on_end() follows, and the connection is given up.
    [[nodiscard]] virtual bool on_head(const Message& response) = 0;
    /// Content, decoded. False as above.
    [[nodiscard]] virtual bool on_content(ip::Bytes octets) = 0;
    virtual void on_trailers(const std::vector<Field>& /*trailers*/) {}
    /// Always, and last.
    virtual void on_end(const ResponseEnd& end) = 0;
    /// False: what came last is not done with; nothing more is to be read for now.
    [[nodiscard]] virtual bool ready() const { return true; }
};

}  // namespace glass::http
