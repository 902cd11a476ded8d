// ResponseWriter: a response as octets: its head, and its content framed: RFC 9112 sections 4, 6 and 7.1.
#pragma once

#include <cstdint>
#include <string_view>

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
    bool start(Response response, const ResponseContext& context, OutputBuffer& out);

    /// Appends a piece of the content; nothing, where the source has none now.
    void fill(OutputBuffer& out, std::size_t piece);

    [[nodiscard]] bool done() const { return source_ == nullptr; }
    /// The source ended too early, or gave too much: the response cannot be completed.
    [[nodiscard]] bool failed() const { return failed_; }
    /// Gives the source up.
    void drop() { source_.reset(); }

    [[nodiscard]] std::uint16_t status() const { return status_; }
    /// Octets of content so far.
    [[nodiscard]] std::uint64_t octets() const { return octets_; }

private:
    void fill_chunk(OutputBuffer& out, std::size_t piece);
    void fill_plain(OutputBuffer& out, std::size_t piece);

    std::unique_ptr<BodySource> source_;
    bool chunked_ = false;
    bool counted_ = false;
    bool failed_ = false;
    std::uint16_t status_ = 0;
    std::uint64_t left_ = 0;  ///< counted: of the content
    std::uint64_t octets_ = 0;
};

}  // namespace glass::http
