#include "tools/trace_losses.h"

#include <algorithm>
#include <array>
#include <map>

#include "tools/sequence_line.h"

namespace glass::tools {
namespace {

using tcp::Mark;

class Finder {
public:
    TraceLosses run(const StreamTrace& trace) {
        for (const TraceSegment& segment : trace.segments) {
            if (segment.has(tcp::RST)) continue;  // its numbers need not fit
            acknowledge(segment);
            const bool filled = fill(segment);
            open_hole(segment);
            note_repeat(segment, filled);
            lines_[segment.side].advance(segment.relative_seq, segment.sequence_length());
        }
        return std::move(losses_);
    }

private:
    struct Open {
        std::int64_t to;
        std::uint64_t frame;
    };
    struct Copy {
        tcp::FrameRef frame;
        std::uint16_t flags;
    };
    using OpenHoles = std::map<std::int64_t, Open>;  ///< by where they begin; they do not overlap

    void acknowledge(const TraceSegment& segment) {
        if (!segment.has(tcp::ACK)) return;
        const unsigned sender = 1 - segment.side;
        OpenHoles& open = open_[sender];
        const std::int64_t ack = lines_[sender].near(segment.relative_ack);
        copies_[sender].erase(copies_[sender].begin(), copies_[sender].lower_bound(ack));
        const std::uint32_t origin = segment.ack.value() - segment.relative_ack;
        for (const tcp::SackBlock& block : segment.sack)
            sacked_[sender] = std::max(sacked_[sender], lines_[sender].near(block.right.value() - origin));
        while (!open.empty() && open.begin()->second.to <= ack) {
            Hole& hole = losses_.holes[open.begin()->second.frame];
            if (!hole.filled_by) hole.acknowledged_by = segment.frame;
            open.erase(open.begin());
        }
    }

    /// Whether something of it was missing.
    bool fill(const TraceSegment& segment) {
        OpenHoles& open = open_[segment.side];
        const std::int64_t from = lines_[segment.side].near(segment.relative_seq);
        const std::int64_t to = from + segment.sequence_length();
        if (open.empty() || from == to) return false;
        bool filled = false;
        auto it = open.upper_bound(from);
        if (it != open.begin() && std::prev(it)->second.to > from) --it;
        while (it != open.end() && it->first < to) {
            Hole& hole = losses_.holes[it->second.frame];
            if (!hole.filled_by) {
                hole.filled_by = segment.frame;
                hole.reordered = segment.finding.marks.has(Mark::out_of_order);
            }
            filled = true;
            losses_.fills.try_emplace(segment.frame.number, it->second.frame);
            const auto [begin, rest] = *it;
            it = open.erase(it);
            if (begin < from) open.emplace(begin, Open{from, rest.frame});
            if (rest.to > to) it = open.emplace(to, rest).first;
            if (rest.to > to) break;
        }
        return filled;
    }

    void open_hole(const TraceSegment& segment) {
        const std::uint32_t missing = segment.finding.missing;
        if (!segment.finding.marks.has(Mark::lost_segment) || missing == 0) return;
        const std::int64_t to = lines_[segment.side].near(segment.relative_seq);
        losses_.holes.emplace(segment.frame.number,
                              Hole{segment.relative_seq - missing, missing, {}, false, {}});
        // Beyond the highest number so far nothing is open yet; were it otherwise, nothing is lost by leaving
        // it.
        OpenHoles& open = open_[segment.side];
        if (open.empty() || open.rbegin()->second.to <= to - missing)
            open.emplace(to - missing, Open{to, segment.frame.number});
    }

    void note_repeat(const TraceSegment& segment, bool filled) {
        if (segment.sequence_length() == 0) return;
        const std::int64_t from = lines_[segment.side].near(segment.relative_seq);
        auto& copies = copies_[segment.side];
        const auto [copy, is_first] = copies.try_emplace(from, Copy{segment.frame, segment.flags});
        const tcp::FrameRef before = is_first ? segment.finding.original : copy->second.frame;
        // Where both open at once, a SYN is repeated as SYN,ACK, and nothing was lost.
        const bool answers =
            segment.has(tcp::SYN | tcp::ACK) && (is_first || !(copy->second.flags & tcp::ACK));
        copy->second = {segment.frame, segment.flags};
        const tcp::Marks& marks = segment.finding.marks;
        const bool too_soon = marks.has(Mark::out_of_order) && !filled;
        const bool fast = marks.has(Mark::fast_retransmission);
        if (!before || filled || answers || !(fast || too_soon || marks.has(Mark::retransmission))) return;
        const bool sacked = sacked_[segment.side] >= from + segment.sequence_length();
        losses_.repeated[before.number] = {segment.frame,
                                           fast || sacked || segment.finding.duplicate_acks > 0};
        if (too_soon) losses_.repeats[segment.frame.number] = before;
    }

    TraceLosses losses_;
    std::array<SequenceLine, 2> lines_;
    std::array<OpenHoles, 2> open_;
    /// The latest segment that begins there, of those not yet acknowledged.
    std::array<std::map<std::int64_t, Copy>, 2> copies_;
    std::array<std::int64_t, 2> sacked_{};  ///< up to where the other side has something
};

}  // namespace

TraceLosses find_losses(const StreamTrace& trace) {
    return Finder().run(trace);
}

}  // namespace glass::tools
