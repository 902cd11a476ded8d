// Reassembler: puts the octets of one direction in order, live or from a capture; RFC 9293 sections 3.4 and
// 3.10.7.4.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "ip/bytes.h"
#include "tcp/held_octets.h"
#include "tcp/overlap_policy.h"
#include "tcp/reassembly_budget.h"
#include "tcp/stream_offset.h"

namespace glass::tcp {

/// Takes what comes out, in the order of offsets: each offset once, as data or in a gap. Must not call the
/// reassembler that is calling it.
class ReassemblySink {
public:
    virtual ~ReassemblySink() = default;

    /// The octets are borrowed for the call; `frame` is the one that brought them.
    virtual void on_data(std::uint64_t offset, ip::Bytes octets, std::uint64_t frame) = 0;
    /// These are given up; data goes on after them.
    virtual void on_gap(std::uint64_t offset, std::uint64_t length) = 0;
    /// Two segments brought different octets, the first and the last of the range are among them. Only held
    /// octets can be compared: those that are out are gone.
    virtual void on_conflict(std::uint64_t /*offset*/, std::uint64_t /*length*/, std::uint64_t /*kept_frame*/,
                             std::uint64_t /*other_frame*/) {}
    /// All octets before the FIN are out. Once, and nothing comes after it.
    virtual void on_end(std::uint64_t /*offset*/) {}
};

/// Offsets count from 0, the first octet after the SYN; see tcp/stream_offset.h. What comes in order goes
/// straight to the sink, uncopied; the rest is copied once and held. What is out is out: a later segment that
/// says otherwise changes nothing. Takes 64 octets and no allocation until something comes before its turn,
/// and again once the hole is closed. Time is logarithmic in what is held for each segment, and linear in its
/// octets.
///
/// It may be moved, also while it holds octets and shares a budget; what was moved from is good for
/// assignment and destruction only. What is held when it is destroyed is lost: flush() first.
class Reassembler {
public:
    /// `budget`, if any, is shared and must live longer. `id`: any number the caller knows the stream by, to
    /// find the sink of what budget->oldest() gives.
    explicit Reassembler(OverlapPolicy policy = OverlapPolicy::first, ReassemblyBudget* budget = nullptr,
                         std::uint64_t id = 0)
        : budget_(budget), id_(id), policy_(policy) {}
    ~Reassembler();
    Reassembler(Reassembler&& other) noexcept;
    Reassembler& operator=(Reassembler&& other) noexcept;

    /// A segment's text. What came out before is left out; so is, and counted, what lies at or beyond the
    /// end.
    void insert(std::uint64_t offset, ip::Bytes octets, std::uint64_t frame, ReassemblySink& sink);

    /// A FIN: the stream's length, as its offset. Octets before it may still come, those held at or beyond it
    /// are dropped and counted. The first FIN counts: false, and nothing changes, for one that lies
    /// elsewhere, before octets that are out already, or beyond 2^64 - 2.
    bool finish_at(std::uint64_t offset, ReassemblySink& sink);

    /// Forgets held octets, the last first and none before `offset`, until they take `most` octets of memory.
    /// False where they still take more.
    bool make_room(std::size_t most, std::uint64_t offset);

    /// The first hole becomes a gap, and what follows it comes out. Nothing where there is no hole.
    void give_up_hole(ReassemblySink& sink);
    /// All that is missing before `offset` becomes a gap, known to be held or not: because it was
    /// acknowledged.
    void give_up_before(std::uint64_t offset, ReassemblySink& sink);
    /// Every hole becomes a gap.
    void flush(ReassemblySink& sink);

    /// The offset expected next: all before it is out.
    std::uint64_t next() const { return next_; }
    /// Where the FIN lies, if one came.
    std::optional<std::uint64_t> end() const { return end_ == kNoEnd ? std::nullopt : std::optional(end_); }
    /// Whether all octets before the FIN are out, and so on_end() was called.
    bool ended() const { return end_ != kNoEnd && next_ == end_; }
    /// Whether something came that lies beyond next(): octets, or the FIN.
    bool has_hole() const { return held_ || (end_ != kNoEnd && next_ < end_); }
    /// Octets held.
    std::size_t buffered() const { return held_ ? held_->octets.octets() : 0; }
    /// Memory taken to hold them, as it counts for the budget.
    std::size_t memory() const { return held_ ? held_->octets.memory() : 0; }
    /// What is held, for the SACK option: the block with the newest octets first (RFC 2018 section 4). Fills
    /// `out` as far as there are blocks, and returns how many.
    std::size_t blocks(std::span<StreamRange> out) const {
        return held_ ? held_->octets.recent_blocks(out) : 0;
    }
    /// Octets dropped because they claimed to lie at or beyond the end, or beyond 2^64 - 1.
    std::uint64_t beyond_end() const { return beyond_end_; }
    std::uint64_t id() const { return id_; }

private:
    /// No stream is that long: what would lie beyond it is dropped.
    static constexpr std::uint64_t kNoEnd = ~std::uint64_t{0};

    struct Held {
        HeldOctets octets;
        ReassemblyBudget::Account account;
    };

    // Of insert() alone.
    StreamSegment trim(StreamSegment segment);
    void hold(const StreamSegment& segment, ReassemblySink& sink);

    /// Gives the sink what is held and begins at next_, and the end where it is reached.
    void let_out(ReassemblySink& sink);
    /// To be called where something changed: let_out(), then memory and budget as they are now.
    void settle(ReassemblySink& sink);
    void release();

    std::uint64_t next_ = 0;
    std::uint64_t end_ = kNoEnd;
    std::uint64_t beyond_end_ = 0;
    ReassemblyBudget* budget_;
    std::uint64_t id_;
    std::unique_ptr<Held> held_;  ///< none: nothing is held
    OverlapPolicy policy_;
};
static_assert(sizeof(Reassembler) <= 64, "hundreds of thousands exist at a time");

}  // namespace glass::tcp
