#include "tcp/retransmission_queue.h"

#include <algorithm>

#include "tcp/tcb.h"

namespace glass::tcp {

Transmission& RetransmissionQueue::sent(Seq start, Seq end, ip::Time now) {
    compact(all_, head_);
    Transmission& transmission = all_.emplace_back();
    transmission.start = start;
    transmission.end = end;
    transmission.sent_at = now;
    return transmission;
}

Acknowledged RetransmissionQueue::acknowledged(Seq una) {
    if (empty() || una <= first().start || una > last().end) return {};
    const std::size_t before = head_;
    while (!empty() && first().end <= una) ++head_;
    const std::size_t gone = head_ - before;
    base_ += gone;
    lost_ = std::max(lost_, base_);
    Acknowledged off{.whole = std::span(all_).subspan(before, gone)};
    if (!empty() && first().start < una) {
        // The peer took what fitted, or somebody between cut it in two.
        off.part = una - first().start;
        all_[head_].start = una;
    }
    return off;
}

RetransmissionQueue::Index RetransmissionQueue::first_from(Seq seq) const {
    const auto from = all_.begin() + static_cast<std::ptrdiff_t>(head_);
    const auto found = std::partition_point(from, all_.end(), [&](const auto& t) { return t.start < seq; });
    return base_ + static_cast<Index>(found - from);
}

bool RetransmissionQueue::mark_lost(Index i, SendReason why) {
    Transmission& lost = at(i);
    if (lost.lost || lost.sacked) return false;
    lost.lost = true;
    lost.why = why;
    lost_ = std::min(lost_, i);
    return true;
}

RetransmissionQueue::Index RetransmissionQueue::next_lost() {
    while (lost_ < end_index() && !at(lost_).lost) ++lost_;
    return lost_;
}

void RetransmissionQueue::resent(Index i, ip::Time now) {
    Transmission& again = at(i);
    again.lost = false;
    again.retransmitted = true;
    again.sent_at = now;
}

void RetransmissionQueue::split(Index i, Seq where) {
    Transmission rest = at(i);
    rest.start = where;
    at(i).end = where;
    all_.insert(all_.begin() + static_cast<std::ptrdiff_t>(head_ + (i - base_) + 1), rest);
}

std::uint32_t usable_window(const SendSequence& snd, Seq from) {
    const std::int64_t usable = std::int64_t{snd.wnd} - std::int64_t{from - snd.una};
    return static_cast<std::uint32_t>(std::max<std::int64_t>(usable, 0));
}

std::uint32_t may_resend(const SendSequence& snd, Seq start, std::uint32_t whole) {
    const std::uint32_t n = std::min(whole, usable_window(snd, start));
    return n < whole && start != snd.una ? 0 : n;
}

}  // namespace glass::tcp
