#include "tools/ladder.h"

#include <algorithm>
#include <fmt/format.h>

#include "ip/elapsed.h"
#include "tools/duration_text.h"
#include "tools/path_delays.h"

namespace glass::tools {
namespace {

using Fate = LadderRow::Fate;

/// Eight round trips, within reason.
ip::Duration idle_of(std::optional<ip::Duration> round_trip) {
    using std::chrono::milliseconds;
    if (!round_trip) return milliseconds(500);
    return std::clamp<ip::Duration>(*round_trip * 8, milliseconds(100), milliseconds(1000));
}

/// Data, an ACK, or yet another duplicate ACK.
bool says_nothing(const TraceSegment& segment) {
    if (segment.flags & ~(tcp::ACK | tcp::PSH) || !segment.http.empty()) return false;
    tcp::Marks duplicate;
    duplicate.add(tcp::Mark::duplicate_ack);
    if (segment.finding.marks == duplicate) return segment.finding.duplicate_acks > 3;
    return !segment.finding.marks.any() && segment.sack.empty();
}

}  // namespace

Ladder::Ladder(const StreamTrace& trace, const LadderOptions& options)
    : trace_(trace),
      options_(options),
      losses_(find_losses(trace)),
      round_trip_(path_delays(trace).round_trip()),
      idle_(idle_of(round_trip_)) {
    if (options_.fold) find_plain();
}

void Ladder::find_plain() {
    EndStates states;
    plain_.reserve(trace_.segments.size());
    for (const TraceSegment& segment : trace_.segments) {
        const EndStates::Moves moves = states.observe(segment);
        const bool still = moves[0].count == 0 && moves[1].count == 0 && segment.window_on_wire > 0;
        plain_.push_back(still && says_nothing(segment) && chosen(segment) &&
                         !losses_.repeated.contains(segment.frame.number));
    }
}

/// Where the run of plain segments that starts here ends: data of one side and ACKs of the other, without a
/// silence.
std::size_t Ladder::plain_run(std::size_t from) const {
    std::optional<unsigned> data_from;
    std::size_t at = from;
    for (; at < plain_.size() && plain_[at]; ++at) {
        const TraceSegment& segment = trace_.segments[at];
        if (at > from && ip::elapsed(trace_.segments[at - 1].frame.time, segment.frame.time) >= idle_) break;
        const unsigned sender = segment.length > 0 ? segment.side : 1 - segment.side;
        if (data_from.value_or(sender) != sender) break;
        data_from = sender;
    }
    return at;
}

bool Ladder::chosen(const TraceSegment& segment) const {
    return segment.frame.number >= options_.first_frame && segment.frame.number <= options_.last_frame;
}

std::optional<LadderRow> Ladder::next() {
    if (waiting_) return std::exchange(waiting_, std::nullopt);
    while (next_ < trace_.segments.size()) {
        if (next_ >= run_end_) {
            const std::size_t end = plain_run(next_);
            run_end_ = std::max(end, next_ + 1);
            const bool fold = end >= next_ + kFoldFrom;
            fold_at_ = fold ? next_ + kKeptBefore : end;
            fold_end_ = fold ? end - kKeptAfter : end;
        }
        if (next_ == fold_at_ && fold_at_ < fold_end_) {
            next_ = fold_end_;
            return folded_row(fold_at_, fold_end_);
        }
        const TraceSegment& segment = trace_.segments[next_];
        LadderRow row = segment_row(next_++);
        if (!chosen(segment)) continue;
        auto missing = missing_row(segment);
        if (!missing) return row;
        waiting_ = std::move(row);
        return missing;
    }
    return std::nullopt;
}

LadderRow Ladder::segment_row(std::size_t index) {
    const TraceSegment& segment = trace_.segments[index];
    LadderRow row;
    row.side = segment.side;
    row.first_time = row.last_time = segment.frame.time;
    row.first_frame = row.last_frame = segment.frame.number;
    row.label = labels_.label(segment);
    row.again =
        segment.finding.marks.any_retransmission() && !segment.finding.marks.has(tcp::Mark::out_of_order);
    const auto earlier = losses_.repeats.find(segment.frame.number);
    if (earlier != losses_.repeats.end()) {
        row.again = true;
        row.remarks.push_back({Tone::trouble, fmt::format("repeats #{}", earlier->second.number)});
    } else {
        append_marks(segment, round_trip_, row.remarks);
    }
    if (const auto hole = losses_.fills.find(segment.frame.number); hole != losses_.fills.end()) {
        const bool late = segment.finding.marks.has(tcp::Mark::out_of_order);
        if (late) row.remarks.front().text = "out of order";
        row.remarks.push_back(
            {Tone::trouble,
             fmt::format("{} #{}", late ? "belongs before" : "fills the hole before", hole->second)});
    }
    // Linux asks about a closed window like this, and Wireshark's name for it stays with the segment.
    if (segment.finding.marks.has(tcp::Mark::keep_alive) && window_closed_[1 - segment.side])
        row.remarks.front().text = "zero window probe, in the form of a keep-alive";
    if (segment.has(tcp::ACK)) window_closed_[segment.side] = segment.window_on_wire == 0;
    append_states(states_.observe(segment), row.remarks);
    append_contents(segment, row.remarks);
    append_fate(segment, row);
    append_window(segment, row);
    if (segment.length == 0 && !segment.has(tcp::ACK) && !(segment.flags & (tcp::SYN | tcp::RST)))
        row.remarks.push_back({Tone::trouble, "without ACK"});
    return row;
}

/// What became of it, and what was missing before it.
void Ladder::append_fate(const TraceSegment& segment, LadderRow& row) const {
    if (const auto it = losses_.repeated.find(segment.frame.number); it != losses_.repeated.end()) {
        row.fate = it->second.certain ? Fate::lost : Fate::unanswered;
        const char* what = it->second.certain ? "lost; sent again in #{}" : "no answer; sent again in #{}";
        row.remarks.push_back({Tone::trouble, fmt::format(fmt::runtime(what), it->second.again.number)});
    }
    const auto it = losses_.holes.find(segment.frame.number);
    if (it == losses_.holes.end() || !it->second.reordered) return;
    row.remarks.push_back({Tone::trouble, fmt::format("overtakes {}, which comes in #{}",
                                                      octets_text(it->second.from, it->second.length),
                                                      it->second.filled_by.number)});
}

/// A window that has shrunk to less than half.
void Ladder::append_window(const TraceSegment& segment, LadderRow& row) {
    if (segment.flags & (tcp::SYN | tcp::RST)) return;
    const std::uint32_t window = segment.window.value_or(segment.window_on_wire);
    std::uint32_t& told = told_window_[segment.side];
    if (window > 0 && window < told / 2) {
        row.remarks.push_back({Tone::detail, fmt::format("window down to {}", window)});
        told = window;
    }
    told = std::max(told, window);
}

std::optional<LadderRow> Ladder::missing_row(const TraceSegment& segment) const {
    const auto it = losses_.holes.find(segment.frame.number);
    if (it == losses_.holes.end() || it->second.reordered) return std::nullopt;
    const Hole& hole = it->second;
    LadderRow row;
    row.kind = LadderRow::Kind::missing;
    row.side = segment.side;
    row.first_time = row.last_time = segment.frame.time;
    row.fate = hole.acknowledged_by ? Fate::arrives : Fate::lost;
    row.label = fmt::format("{} B {}", hole.length, octets_text(hole.from, hole.length));
    std::string why = "not in the file";
    if (hole.acknowledged_by)
        why += fmt::format("; #{} acknowledges it: the recorder missed it", hole.acknowledged_by.number);
    else if (hole.filled_by)
        why += fmt::format(": lost before it was recorded; comes again in #{}", hole.filled_by.number);
    row.remarks.push_back({Tone::trouble, std::move(why)});
    return row;
}

LadderRow Ladder::folded_row(std::size_t from, std::size_t to) {
    LadderRow row;
    row.kind = LadderRow::Kind::folded;
    row.first_time = trace_.segments[from].frame.time;
    row.last_time = trace_.segments[to - 1].frame.time;
    row.first_frame = trace_.segments[from].frame.number;
    row.last_frame = trace_.segments[to - 1].frame.number;
    std::uint64_t octets = 0, acks = 0;
    std::uint32_t first_seq = 0, end = 0, last_ack = 0;
    row.segments = 0;
    for (std::size_t i = from; i < to; ++i) {
        const TraceSegment& segment = trace_.segments[i];
        (void)states_.observe(segment);
        (void)labels_.label(segment);
        if (segment.length == 0) {
            ++acks;
            last_ack = segment.relative_ack;
            continue;
        }
        row.side = segment.side;
        if (row.segments++ == 0) first_seq = segment.relative_seq;
        end = segment.relative_seq + segment.length;
        octets += segment.length;
    }
    if (row.segments == 0) {  // the data stand before and after it
        row.side = trace_.segments[from].side;
        row.segments = acks;
        row.label = fmt::format("{} ACKs up to {}", acks, last_ack);
        return row;
    }
    row.label = fmt::format("{} segments [{}..{}]", row.segments, first_seq, end - 1);
    row.remarks.push_back({Tone::detail, fmt::format("{} B", octets)});
    if (acks > 0)
        row.remarks.push_back(
            {Tone::detail, fmt::format("{} ACK{}, up to {}", acks, acks == 1 ? "" : "s", last_ack)});
    return row;
}

}  // namespace glass::tools
