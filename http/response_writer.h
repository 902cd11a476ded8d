// ResponseWriter: a response as octets: its head, and its content framed: RFC 9112 sections 4, 6 and 7.1.
#pragma once

#include <cstdint>
#include <string_view>

#include "http/body_writer.h"
#include "http/handler.h"
#include "http/output_buffer.h"

namespace glass::http {

/// What a response must know of its request and connection.
struct ResponseContext {
    bool head = false;   ///< no content follows
    bool old = false;    ///< HTTP/1.0: no chunks
    bool close = false;  ///< the connection ends after it
    std::string_view date_fields;
};

/// One response after the other.
class ResponseWriter {
public:
    /// Appends the head, and content that is there already. Precondition: done().
    /// False: the connection has to end after it, whatever the context says.
    bool start(Response&& response, const ResponseContext& context, OutputBuffer& out);

    /// Appends a piece of the content; nothing, where the source has none now. Precondition: not done().
    void fill(OutputBuffer& out, std::size_t piece) { body_.fill(out, piece); }

    [[nodiscard]] bool done() const { return body_.done(); }
    /// The source failed, or ended too early: the response cannot be completed.
    [[nodiscard]] bool failed() const { return body_.failed(); }
    /// Gives the source up.
    void drop() { body_.drop(); }

    [[nodiscard]] std::uint16_t status() const { return status_; }
    /// Octets of content so far.
    [[nodiscard]] std::uint64_t octets() const { return whole_ + body_.octets(); }

private:
    BodyWriter body_;
    std::uint16_t status_ = 0;
    std::uint64_t whole_ = 0;  ///< content that start() appended at once
};

}  // namespace glass::http
