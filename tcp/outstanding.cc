#include "tcp/outstanding.h"

#include <algorithm>

namespace glass::tcp {

std::uint32_t Outstanding::add(Seq begin_seq, Seq end_seq, const FrameRef& frame) {
    if (!started_) {
        started_ = true;
        end_seq_ = begin_seq;
    }
    const Position begin = position(begin_seq), end = begin + (end_seq - begin_seq);
    const Position old_end = end_;
    if (end > old_end) {
        if (begin > old_end) leave_hole(old_end, begin);
        append(std::max(begin, old_end), end, frame);
        end_ = end;
        end_seq_ = end_seq;
    }
    if (begin >= old_end) return 0;
    timed_from_ = end_;
    const Position late_end = std::min(end, old_end);
    return static_cast<std::uint32_t>(late_end - begin) - fill(begin, late_end, frame);
}

void Outstanding::append(Position begin, Position end, const FrameRef& frame) {
    const std::size_t limit = answered_ ? kMaxSegments : kMaxUnanswered;
    if (sent_.size() - first_ >= limit) ++first_;
    unacked_ = std::max(unacked_, first_);
    if (sent_.size() == sent_.capacity()) make_room();
    sent_.emplace_back(begin, static_cast<std::uint32_t>(end - begin), frame);
}

/// Moves the rest to the front where at least half of the vector is forgotten, so that each segment is moved
/// once on average; else the vector grows.
void Outstanding::make_room() {
    if (first_ > 0 && 2 * std::size_t{first_} >= sent_.size()) {
        sent_.erase(sent_.begin(), sent_.begin() + first_);
        unacked_ -= first_;
        first_ = 0;
    } else {
        sent_.reserve(std::max<std::size_t>(4, 2 * sent_.capacity()));
    }
}

void Outstanding::leave_hole(Position begin, Position end) {
    if (!disorder_) disorder_ = std::make_unique<Disorder>();
    auto& holes = disorder_->holes;
    holes.emplace_hint(holes.end(), begin, end);
    if (holes.size() > kMaxSegments) holes.erase(holes.begin());
}

/// What is new of octets that come late. Each hole is taken away or cut at one end, at most one is cut in
/// two: constant on average.
std::uint32_t Outstanding::fill(Position begin, Position end, const FrameRef& frame) {
    if (!disorder_) return 0;
    auto& [holes, late] = *disorder_;
    Position filled = 0;
    auto hole = holes.upper_bound(begin);
    if (hole != holes.begin()) --hole;
    while (hole != holes.end() && hole->first < end) {
        const auto [hole_begin, hole_end] = *hole;
        const Position from = std::max(begin, hole_begin), to = std::min(end, hole_end);
        if (from >= to) {
            ++hole;
            continue;
        }
        filled += to - from;
        late.insert_or_assign(from, Late{to, frame});
        hole = holes.erase(hole);
        if (hole_begin < from) holes.emplace(hole_begin, from);
        if (to < hole_end) holes.emplace(to, hole_end);
    }
    if (late.size() > kMaxSegments) late.erase(late.begin());
    if (holes.size() > kMaxSegments) holes.erase(holes.begin());
    return static_cast<std::uint32_t>(filled);
}

Outstanding::Acknowledged Outstanding::acknowledge(Seq ack_seq) {
    if (!started_) return {};
    const Position ack = position(ack_seq);
    if (ack <= una_ && answered_) return {};
    answered_ = true;
    una_ = std::min(ack, end_);  // what was never seen cannot be told from nonsense
    const std::uint32_t before = unacked_;
    while (unacked_ < sent_.size() && sent_[unacked_].end() <= ack) ++unacked_;
    if (unacked_ > kKept) first_ = std::max(first_, static_cast<std::uint32_t>(unacked_ - kKept));
    const bool in_part = unacked_ < sent_.size() && sent_[unacked_].begin < ack;
    Acknowledged result{};
    if (in_part || unacked_ > before) {
        const Sent& newest = sent_[in_part ? unacked_ : unacked_ - 1];
        result = {newest.frame, newest.begin >= timed_from_ && ack <= end_};
    }
    if (disorder_) forget_before(ack);
    if (empty() && sent_.capacity() > kCapacityKept) shrink();
    return result;
}

void Outstanding::forget_before(Position ack) {
    auto& [holes, late] = *disorder_;
    while (!holes.empty() && holes.begin()->second <= ack) holes.erase(holes.begin());
    while (!late.empty() && late.begin()->second.end <= ack) late.erase(late.begin());
    if (holes.empty() && late.empty()) disorder_.reset();
}

/// Hundreds of thousands of connections may be idle.
void Outstanding::shrink() {
    sent_ = std::vector<Sent>(sent_.begin() + first_, sent_.end());
    unacked_ -= first_;
    first_ = 0;
}

FrameRef Outstanding::carrier(Seq octet) const {
    if (!started_) return {};
    const Position at = position(octet);
    const auto begins_after = [](Position p, const auto& entry) { return p < entry.begin; };
    const auto after = std::upper_bound(sent_.begin() + first_, sent_.end(), at, begins_after);
    if (after != sent_.begin() + first_ && at < std::prev(after)->end()) return std::prev(after)->frame;
    if (!disorder_) return {};
    const auto late = disorder_->late.upper_bound(at);
    if (late == disorder_->late.begin() || at >= std::prev(late)->second.end) return {};
    return std::prev(late)->second.frame;
}

Seq Outstanding::first() const {
    const Position at = std::max(una_, sent_[unacked_].begin);
    return end_seq_ - static_cast<std::uint32_t>(end_ - at);
}

}  // namespace glass::tcp
