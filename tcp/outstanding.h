// Outstanding: the octets that one endpoint has sent and nobody has acknowledged yet, and which frame carried
// each of them first.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "tcp/frame_ref.h"
#include "tcp/seq.h"

namespace glass::tcp {

/// Segments that go on where the last one ended are appended to a vector; only what comes late, or leaves
/// octets out, costs more. Looking up is logarithmic, forgetting what was acknowledged is constant per
/// segment.
class Outstanding {
public:
    /// Segments remembered at the most. Of more, the oldest is forgotten.
    static constexpr std::size_t kMaxSegments = 10'000;
    /// As long as nobody ever acknowledged anything: a capture of one direction would fill up all the rest.
    static constexpr std::size_t kMaxUnanswered = 256;

    /// A segment, SYN and FIN counted: octets [begin, end), end not before begin, and less than half the
    /// circle apart. Returns how many of them had been seen before.
    std::uint32_t add(Seq begin, Seq end, const FrameRef& frame);

    /// What an acknowledgment tells about the time that octets took to get there and back.
    struct Acknowledged {
        FrameRef newest;  ///< carried the newest octets that this is the first to acknowledge; or none
        bool timed;       ///< its time is a measurement: nothing was sent again since then (Karn's algorithm)
    };
    Acknowledged acknowledge(Seq ack);

    /// Who carried this octet first; none if it was never seen, or is forgotten. Of what is acknowledged, the
    /// last few segments are still known.
    [[nodiscard]] FrameRef carrier(Seq octet) const;

    /// Whether anything is on its way.
    [[nodiscard]] bool empty() const { return unacked_ == sent_.size(); }
    /// The first octet not acknowledged. Precondition: not empty().
    [[nodiscard]] Seq first() const;

private:
    using Position = std::int64_t;  ///< sequence numbers unrolled: they do not wrap, so they can be sorted
    static constexpr std::size_t kKept = 4;           ///< acknowledged segments that are still known
    static constexpr std::size_t kCapacityKept = 16;  ///< of the vector, when nothing is outstanding

    struct Sent {
        Position begin;
        std::uint32_t length;
        FrameRef frame;

        Position end() const { return begin + length; }
    };
    /// Octets that were left out, and what filled such holes later; both from begin to end.
    struct Late {
        Position end;
        FrameRef frame;
    };
    struct Disorder {
        std::map<Position, Position> holes;
        std::map<Position, Late> late;
    };

    Position position(Seq seq) const { return end_ + distance(end_seq_, seq); }
    void append(Position begin, Position end, const FrameRef& frame);
    void make_room();
    void leave_hole(Position begin, Position end);
    std::uint32_t fill(Position begin, Position end, const FrameRef& frame);
    void forget_before(Position ack);
    void shrink();

    std::vector<Sent> sent_;     ///< sorted; no two overlap
    std::uint32_t first_ = 0;    ///< in sent_: what is before this is forgotten
    std::uint32_t unacked_ = 0;  ///< in sent_: what is before this is acknowledged
    bool started_ = false;
    bool answered_ = false;
    Seq end_seq_;  ///< one after the highest octet: its sequence number, and its position
    Position end_ = 0;
    Position una_ = 0;         ///< the highest acknowledgment
    Position timed_from_ = 0;  ///< where octets begin that were sent after the last repetition
    std::unique_ptr<Disorder> disorder_;
};

}  // namespace glass::tcp
