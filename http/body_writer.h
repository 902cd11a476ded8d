// BodyWriter: the content of a source framed for the wire: counted, chunked, or up to the connection's end:
// RFC 9112 sections 6 and 7.1.
#pragma once

#include <cstdint>
#include <memory>

#include "http/body_source.h"
#include "http/message.h"
#include "http/output_buffer.h"

namespace glass::http {

/// One body after the other.
class BodyWriter {
public:
    /// `framing`: content_length, chunked or close; `length` counts for the first of them only, where it is
    /// exact. Precondition: done().
    void start(std::unique_ptr<BodySource> source, Framing framing, std::uint64_t length);

    /// Appends a piece of at most so many octets of content; nothing, where the source has none now.
    /// Precondition: not done().
    void fill(OutputBuffer& out, std::size_t piece);

    /// All of it was appended, or it failed.
    [[nodiscard]] bool done() const { return source_ == nullptr; }
    /// The source failed, or ended too early: the message cannot be completed.
    [[nodiscard]] bool failed() const { return failed_; }
    /// Gives the source up.
    void drop() { source_.reset(); }
    /// Octets of content so far.
    [[nodiscard]] std::uint64_t octets() const { return octets_; }

private:
    void fill_chunk(OutputBuffer& out, std::size_t piece);
    void fill_plain(OutputBuffer& out, std::size_t piece);
    void end(bool complete);

    std::unique_ptr<BodySource> source_;
    Framing framing_ = Framing::none;
    std::uint64_t left_ = 0;  ///< content_length: of the content
    std::uint64_t octets_ = 0;
    bool failed_ = false;
};

}  // namespace glass::http
