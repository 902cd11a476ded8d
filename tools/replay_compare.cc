#include "tools/replay_compare.h"

#include <algorithm>

namespace glass::tools {
namespace {

/// How far one side may run ahead before answers are taken for different ones.
constexpr std::size_t kLookAhead = 64;

bool same_answer(const TraceSegment& a, const TraceSegment& b) {
    constexpr std::uint16_t kCompared = tcp::SYN | tcp::FIN | tcp::RST | tcp::ACK | tcp::URG;
    if ((a.flags & kCompared) != (b.flags & kCompared)) return false;
    if (a.has(tcp::ACK) && a.relative_ack != b.relative_ack) return false;
    // Without a SYN there is nothing that SEG.SEQ of a RST,ACK could be relative to.
    if (a.has(tcp::RST)) return a.has(tcp::ACK) || a.relative_seq == b.relative_seq;
    return a.relative_seq == b.relative_seq && a.length == b.length &&
           (a.window_on_wire == 0) == (b.window_on_wire == 0);
}

/// What a network card cuts into segments of `mss` octets, cut.
void append_split(const TraceSegment& segment, std::uint32_t mss, std::vector<TraceSegment>& out) {
    TraceSegment piece = segment;
    std::uint32_t left = segment.length;
    while (left > mss) {
        piece.length = mss;
        piece.flags = segment.flags & static_cast<std::uint16_t>(~(tcp::FIN | tcp::PSH));
        out.push_back(piece);
        piece.relative_seq += mss;
        piece.seq += mss;
        left -= mss;
    }
    piece.length = left;
    piece.flags = segment.flags;
    out.push_back(piece);
}

/// The longest text that our stack put into a segment: what the path and both MSS allow.
std::uint32_t largest_text(const Replayed& replayed) {
    std::uint32_t largest = 0;
    for (const ReplayedSegment& s : replayed.all)
        if (s.segment.side != replayed.played) largest = std::max(largest, s.segment.length);
    return largest;
}

/// Tells new octets from old ones, in the order of sending.
class Judge {
public:
    Difference judge(const TraceSegment& segment) {
        if (segment.flags & (tcp::SYN | tcp::FIN | tcp::RST)) return Difference::control;
        if (segment.length == 0) return Difference::acknowledgment;
        return segment.relative_seq < sent_ ? Difference::again : Difference::text;
    }
    void sent(const TraceSegment& segment) {
        if (!segment.has(tcp::RST)) sent_ = std::max(sent_, segment.relative_seq + segment.sequence_length());
    }

private:
    std::uint32_t sent_ = 0;
};

class Comparer {
public:
    Comparer(const RecordedTalk& talk, const Replayed& replayed) {
        const std::uint32_t mss = largest_text(replayed);
        const unsigned side = 1 - replayed.played;
        for (const TraceSegment& segment : talk.trace.segments) {
            if (segment.side != side) continue;
            const bool large = mss > 0 && segment.length > mss;
            result_.split |= large;
            if (large)
                append_split(segment, mss, recorded_);
            else
                recorded_.push_back(segment);
        }
        for (const ReplayedSegment& s : replayed.all) {
            if (s.segment.side == side)
                ours_.push_back(s.segment);
            else
                result_.rows.push_back(
                    {ReplayRow::Kind::played, talk.trace.segments[s.recorded], s.segment, s.held});
        }
        result_.recorded_answers = recorded_.size();
        result_.our_answers = ours_.size();
    }

    Comparison compare() {
        std::size_t i = 0, j = 0;
        while (i < recorded_.size() || j < ours_.size()) {
            const auto [skip_recorded, skip_ours] = step(i, j);
            if (skip_recorded + skip_ours == 0) {
                add_both(recorded_[i++], ours_[j++]);
                continue;
            }
            for (std::size_t n = 0; n < skip_recorded; ++n) add_recorded(recorded_[i++]);
            for (std::size_t n = 0; n < skip_ours; ++n) add_ours(ours_[j++]);
        }
        std::ranges::stable_sort(result_.rows, {}, &ReplayRow::at);
        return std::move(result_);
    }

private:
    struct Step {
        std::size_t recorded, ours;
    };

    /// How many answers of either have no counterpart before the next that are the same.
    Step step(std::size_t i, std::size_t j) const {
        if (i == recorded_.size()) return {0, ours_.size() - j};
        if (j == ours_.size()) return {recorded_.size() - i, 0};
        if (same_answer(recorded_[i], ours_[j])) return {0, 0};
        for (std::size_t d = 1; d <= kLookAhead; ++d) {
            if (i + d < recorded_.size() && same_answer(recorded_[i + d], ours_[j])) return {d, 0};
            if (j + d < ours_.size() && same_answer(recorded_[i], ours_[j + d])) return {0, d};
        }
        return {1, 1};
    }

    void add_both(const TraceSegment& recorded, const TraceSegment& ours) {
        recorded_judge_.sent(recorded);
        our_judge_.sent(ours);
        ++result_.same;
        result_.rows.push_back({ReplayRow::Kind::both, recorded, ours, {}});
    }
    void add_recorded(const TraceSegment& segment) {
        ++result_.recorded_only[static_cast<std::size_t>(recorded_judge_.judge(segment))];
        recorded_judge_.sent(segment);
        result_.rows.push_back({ReplayRow::Kind::recorded_only, segment, std::nullopt, {}});
    }
    void add_ours(const TraceSegment& segment) {
        ++result_.ours_only[static_cast<std::size_t>(our_judge_.judge(segment))];
        our_judge_.sent(segment);
        result_.rows.push_back({ReplayRow::Kind::ours_only, std::nullopt, segment, {}});
    }

    std::vector<TraceSegment> recorded_, ours_;
    Judge recorded_judge_, our_judge_;
    Comparison result_;
};

}  // namespace

Comparison compare_replay(const RecordedTalk& talk, const Replayed& replayed) {
    return Comparer(talk, replayed).compare();
}

}  // namespace glass::tools
