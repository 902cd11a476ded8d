// Body: the content of one message out of the octets of the stream, by its framing: RFC 9112 section 6.3.
#pragma once

#include <cstdint>

#include "http/chunked.h"
#include "http/error.h"
#include "http/message.h"
#include "http/policy.h"
#include "ip/bytes.h"

namespace glass::http {

class BodyReader {
public:
    /// For a message framed like this. `limits` are copied.
    BodyReader(Framing framing, std::uint64_t content_length, Policy policy, const Limits& limits)
        : framing_(framing),
          left_(framing == Framing::content_length ? content_length : 0),
          max_(limits.body),
          chunked_(policy, limits) {}

    struct Step {
        enum class Result : std::uint8_t {
            need_more,
            end,       ///< nothing more belongs to the body
            trailers,  ///< the last chunk is read; a trailer section follows
            error,
        };
        Result result = Result::need_more;
        std::size_t consumed = 0;  ///< from the front
        ip::Bytes data;            ///< the last of the consumed octets that are content; borrowed
    };
    /// One run of content at most; also where there are no octets: a body of none is at its end.
    [[nodiscard]] Step step(ip::Bytes octets);

    /// A hole of so many octets in the stream. Says how many of them were certainly content; where that is
    /// fewer, what came after them cannot be told and the body is lost.
    [[nodiscard]] std::uint64_t skip(std::uint64_t octets);

    /// Content so far, missing octets included.
    [[nodiscard]] std::uint64_t octets() const { return octets_; }
    [[nodiscard]] Error error() const { return error_; }
    [[nodiscard]] Note notes() const { return chunked_.notes(); }

private:
    Step step_length(ip::Bytes octets);
    Step step_chunked(ip::Bytes octets);
    Step fail(Step step, Error error);
    /// How much more content there may be.
    std::uint64_t room() const { return max_ > octets_ ? max_ - octets_ : 0; }

    Framing framing_;
    std::uint64_t left_;
    std::uint64_t max_;
    std::uint64_t octets_ = 0;
    ChunkedDecoder chunked_;
    bool full_ = false;  ///< more came than max_
    Error error_{};
};

}  // namespace glass::http
