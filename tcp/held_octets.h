// HeldOctets: the octets of a stream that came before their turn, kept in order for later processing
// (SHLD-31, RFC 9293 section 3.10.7.4), and the blocks they form (RFC 2018 section 3).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <span>

#include "ip/bytes.h"
#include "tcp/stream_offset.h"

namespace glass::tcp {

/// The text of a segment, or a part of it, at its place in the stream; borrowed.
struct StreamSegment {
    std::uint64_t offset = 0;
    ip::Bytes octets{};
    std::uint64_t frame = 0;  ///< any number the caller knows the segment by

    [[nodiscard]] std::uint64_t end() const { return offset + octets.size(); }
    [[nodiscard]] StreamRange range() const { return {.start = offset, .end = end()}; }
    /// What of it lies in [from, to). Precondition: offset <= from <= to <= end().
    [[nodiscard]] StreamSegment part(std::uint64_t from, std::uint64_t to) const {
        return {.offset = from, .octets = octets.subspan(from - offset, to - from), .frame = frame};
    }
};

/// Two views of the same octets. Pieces say which segment brought them: they never overlap, and each belongs
/// to one segment. Blocks are contiguous, with a hole before each. Every operation takes time logarithmic in
/// what is held, and constant time, amortised, for each piece it removes.
class HeldOctets {
public:
    /// What one segment brought, or a part of it.
    struct Piece {
        ip::Bytes octets{};
        StreamRange segment{};  ///< all that the segment covered
        std::uint64_t frame = 0;
        std::unique_ptr<std::uint8_t[]> storage{};  ///< of the octets; none: borrowed
        std::size_t capacity = 0;                   ///< octets in storage, cut off ones as well
    };
    using Pieces = std::map<std::uint64_t, Piece>;  ///< by the offset of their first octet
    using Place = Pieces::iterator;

    bool empty() const { return blocks_.empty(); }
    Place begin() { return pieces_.begin(); }
    Place end() { return pieces_.end(); }
    static std::uint64_t end_of(Place at) { return at->first + at->second.octets.size(); }
    /// The first piece that ends after `offset`.
    Place first_reaching(std::uint64_t offset);

    /// Keeps `part` of what `segment` covered, before the piece at `next`. `copy`: or else the octets stay
    /// the caller's, and leave before the caller takes them away. Precondition: part is not empty, and
    /// nothing is held there.
    void keep(Place next, const StreamSegment& part, StreamRange segment, bool copy);
    /// Takes what it has of [from, to) out of the piece. Precondition: it has some. Returns the first piece
    /// after what was taken out.
    Place cut(Place at, std::uint64_t from, std::uint64_t to);
    /// Takes the whole piece out. Returns the next.
    Place remove(Place at);

    /// Makes the pieces in `range` a block, or part of one; all of it is held. `opened` numbers the hole that
    /// opens where nothing is held beyond: each new hole has a greater number.
    void join(StreamRange range, std::uint64_t opened);
    /// Drops what lies at or beyond `end`; returns how many octets that were.
    std::uint64_t truncate(std::uint64_t end);
    /// Forgets the first block, whose pieces have been removed.
    void remove_first_block() { blocks_.erase(blocks_.begin()); }

    // Precondition of these two: not empty().
    StreamRange first_block() const { return {blocks_.begin()->first, blocks_.begin()->second.end}; }
    /// The number of the hole before the first block: when anything beyond it came first.
    std::uint64_t first_hole() const { return blocks_.begin()->second.hole_opened; }

    /// As for the SACK option, RFC 2018 section 4: the block that was joined last comes first, then those
    /// joined before it as far as they are remembered, then others. Returns how many there are in `out`.
    std::size_t recent_blocks(std::span<StreamRange> out) const;

    std::size_t octets() const { return octets_; }
    /// Octets of memory in use, with all that keeping them takes.
    std::size_t memory() const;

private:
    struct Block {
        std::uint64_t end;
        std::uint64_t hole_opened;
    };
    using Blocks = std::map<std::uint64_t, Block>;

    Place split(Place at, std::uint64_t from, std::uint64_t to);
    void remember(StreamRange block, std::uint64_t offset);
    const Blocks::value_type* block_with(std::uint64_t offset) const;

    Pieces pieces_;
    Blocks blocks_;
    std::array<std::uint64_t, 4> recent_{};  ///< an offset in each of the blocks joined last
    std::size_t recent_count_ = 0;
    std::size_t octets_ = 0;
    std::size_t capacity_ = 0;  ///< of all pieces
};

}  // namespace glass::tcp
