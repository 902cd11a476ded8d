// Chunked: the chunked transfer coding, as far as the last chunk: RFC 9112 section 7.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "http/chunk_extensions.h"
#include "http/error.h"
#include "http/fields.h"
#include "http/policy.h"
#include "ip/bytes.h"

namespace glass::http {

/// Takes the framing off, octet by octet; keeps none. Chunk extensions are checked and left out.
class ChunkedDecoder {
public:
    ChunkedDecoder(Policy policy, const Limits& limits)
        : policy_(policy), max_line_(limits.chunk_line), max_overhead_(limits.chunk_overhead) {}

    struct Step {
        Status status = Status::need_more;  ///< done: after the line of the last chunk; trailers follow
        std::size_t consumed = 0;           ///< from the front, data included
        ip::Bytes data;                     ///< the last of the consumed octets that are content; borrowed
    };
    /// Reads up to the end of a run of data, the end of the octets, or the last chunk. Written in
    /// http/borders.cc.
    [[nodiscard]] Step step(ip::Bytes octets);

    /// Octets of this chunk's data yet to come.
    [[nodiscard]] std::uint64_t left() const { return state_ == State::data ? left_ : 0; }
    /// A hole in the stream: so many octets of this chunk's data never came. Precondition: at most left().
    void skip(std::uint64_t octets);

    [[nodiscard]] Error error() const { return error_; }
    [[nodiscard]] Note notes() const { return notes_; }

private:
    enum class State : std::uint8_t {
        size_start,  ///< before the first digit
        size,
        extensions,  ///< behind the size
        line_lf,     ///< after the CR of the line
        data,
        data_cr,
        data_lf,
        done,
        anything,  ///< lenient: whatever stands there up to the line's end
    };

    bool take(char c);
    bool take_size(char c);
    bool take_extension(char c);
    /// The line of a size has ended: data follows, or nothing after the last chunk.
    bool end_line();
    /// What take() has refused: Policy::lenient makes sense of some of it.
    bool take_odd(char c);
    bool take_odd_size_end(char c);
    bool take_anything(char c);
    bool go(State state) {
        state_ = state;
        return true;
    }
    bool fail(Error error) {
        error_ = error;
        return false;
    }
    bool lenient() const { return policy_ == Policy::lenient; }

    Policy policy_;
    std::size_t max_line_;
    std::size_t max_overhead_;
    State state_ = State::size_start;
    std::uint64_t left_ = 0;      ///< of the chunk's data; while its size is read, the size
    std::uint64_t data_ = 0;      ///< octets of content so far
    std::uint64_t overhead_ = 0;  ///< all others
    std::size_t line_ = 0;        ///< octets of this line so far
    ChunkExtensions extensions_;
    bool cr_ = false;  ///< lenient: the octet before was CR
    Error error_{};
    Note notes_ = Note::none;
};

}  // namespace glass::http
