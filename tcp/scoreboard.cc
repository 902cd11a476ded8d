#include "tcp/scoreboard.h"

namespace glass::tcp {

namespace {

/// Drops what was used up at the front once it is most of it: constant time an element, amortised.
template <class T>
void compact(std::vector<T>& all, std::size_t& head) {
    if (head < all.size() && head < 32 + all.size() / 2) return;
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(head));
    head = 0;
}

}  // namespace

void Scoreboard::sent(Seq start, Seq end, ip::Time now) {
    compact(all_, head_);
    Transmission& transmission = all_.emplace_back();
    transmission.start = start;
    transmission.end = end;
    transmission.sent_at = now;
    if (rate_) transmission.stamp = rate_->sending(pipe_, end - start, now);
    pipe_ += end - start;
}

/// A judged one that is SACKED no longer counts as lying above what is judged next.
void Scoreboard::pass(Transmission& judged) {
    if (!judged.sacked) return;
    sacked_above_ -= judged.size();
    --sacked_segments_above_;
}

void Scoreboard::deliver(Index i, Delivery& delivery, DeliveryWatch& watch) {
    const Transmission& transmission = at(i);
    delivery.octets += transmission.size();
    if (!transmission.lost) pipe_ -= transmission.size();
    auto& newest = transmission.retransmitted ? delivery.resampled : delivery.sampled;
    newest = std::max(newest.value_or(transmission.sent_at), transmission.sent_at);
    if (rate_) rate_->delivered(transmission.stamp, transmission.sent_at, transmission.size());
    watch.delivered(transmission);
}

void Scoreboard::pop_first() {
    Transmission& gone = at(base_);
    if (gone.sacked) --sacked_segments_;
    if (judged_ == base_) {
        pass(gone);
        ++judged_;
    }
    ++base_;
    ++head_;
    lost_ = std::max(lost_, base_);
}

void Scoreboard::acknowledged(Seq una, Delivery& delivery, DeliveryWatch& watch) {
    while (!empty() && first().end <= una) {
        delivery.acknowledged += first().size();
        if (!first().sacked) deliver(base_, delivery, watch);
        pop_first();
    }
    if (!empty() && first().start < una) {
        // A part of it: the peer took what fitted, or somebody between cut it in two.
        Transmission& part = at(base_);
        const std::uint32_t octets = una - part.start;
        delivery.acknowledged += octets;
        if (part.sacked) {
            if (judged_ == base_) sacked_above_ -= octets;
        } else {
            delivery.octets += octets;
            if (rate_) rate_->partly_delivered(octets);
            if (!part.lost) pipe_ -= octets;
        }
        part.start = una;
    }
    if (empty()) {
        all_.clear();
        head_ = 0;
    }
}

/// The first transmission that does not start before `seq`.
Scoreboard::Index Scoreboard::first_from(Seq seq) const {
    const auto from = all_.begin() + static_cast<std::ptrdiff_t>(head_);
    const auto found = std::partition_point(from, all_.end(), [&](const auto& t) { return t.start < seq; });
    return base_ + static_cast<Index>(found - from);
}

/// Follows the skips, and shortens them for the next time.
Scoreboard::Index Scoreboard::next_unsacked(Index i) {
    Index found = i;
    while (found < end_index() && at(found).sacked) found += at(found).skip;
    while (i < found) {
        const Index next = i + at(i).skip;
        at(i).skip = static_cast<std::uint32_t>(found - i);
        i = next;
    }
    return found;
}

void Scoreboard::selectively_acknowledged(const SackBlock& block, Delivery& delivery, DeliveryWatch& watch) {
    if (empty() || block.right <= block.left) return;
    if (block.left < first().start || block.right > last().end) return;
    for (Index i = next_unsacked(first_from(block.left)); i < end_index(); i = next_unsacked(i)) {
        if (at(i).end > block.right) break;
        deliver(i, delivery, watch);
        Transmission& sacked = at(i);
        sacked.sacked = true;
        sacked.lost = false;
        sacked.skip = 1;
        ++sacked_segments_;
        if (i >= judged_) {
            sacked_above_ += sacked.size();
            ++sacked_segments_above_;
        }
    }
}

void Scoreboard::mark_lost(Index i, SendReason why) {
    Transmission& lost = at(i);
    if (lost.lost || lost.sacked) return;
    lost.lost = true;
    lost.why = why;
    pipe_ -= lost.size();
    lost_ = std::min(lost_, i);
}

void Scoreboard::find_lost(Index i, const Judging& how, Judgment& found) {
    mark_lost(i, how.why);
    if (at(i).size() > how.largest) return;
    found.add(at(i));
    if (rate_) rate_->lost(at(i).size());
}

Judgment Scoreboard::judge_first(const Judging& how) {
    Judgment found;
    if (!empty() && !first().lost) find_lost(base_, how, found);
    return found;
}

void Scoreboard::mark_first_lost(SendReason why) {
    if (!empty()) mark_lost(base_, why);
}

void Scoreboard::mark_larger_lost(std::uint32_t octets, SendReason why) {
    for (Index i = base_; i < end_index(); ++i) {
        if (at(i).size() <= octets) continue;
        mark_lost(i, why);
        at(i).why = why;  // whatever it was lost for before
    }
}

void Scoreboard::renege() {
    for (Index i = base_; i < end_index(); ++i) {
        if (!at(i).sacked) continue;
        at(i).sacked = false;
        pipe_ += at(i).size();
        --sacked_segments_;
    }
}

/// What is lost once more is judged by its next retransmission.
void Scoreboard::forget_resent() {
    resent_.erase(resent_.begin(), resent_.begin() + static_cast<std::ptrdiff_t>(resent_head_));
    resent_head_ = 0;
    std::erase_if(resent_, [&](const Resent& entry) { return is_settled(entry) || at(entry.index).lost; });
}

/// Those that are neither SACKed nor lost have not been judged. What was sent again is judged by that.
void Scoreboard::judge_anew() {
    sacked_above_ = 0;
    sacked_segments_above_ = 0;
    judged_ = end_index();
    for (Index i = base_; i < end_index(); ++i) {
        const Transmission& transmission = at(i);
        if (!transmission.sacked && !transmission.lost && !transmission.retransmitted)
            judged_ = std::min(judged_, i);
        if (!transmission.sacked || i < judged_) continue;
        sacked_above_ += transmission.size();
        ++sacked_segments_above_;
    }
}

void Scoreboard::forgive_lost() {
    for (Index i = base_; i < end_index(); ++i) {
        Transmission& transmission = at(i);
        if (transmission.lost) pipe_ += transmission.size();
        transmission.lost = false;
    }
    lost_ = end_index();
    judge_anew();
}

void Scoreboard::blame_lost(SendReason why) {
    for (Index i = lost_; i < end_index(); ++i)
        if (at(i).lost) at(i).why = why;
}

const Transmission* Scoreboard::next_lost() {
    while (lost_ < end_index() && !at(lost_).lost) ++lost_;
    return lost_ < end_index() ? &at(lost_) : nullptr;
}

/// Rare, after the path's MTU or the peer's window became smaller: linear.
void Scoreboard::split(Index i, Seq where) {
    for (Resent& entry : resent_)
        if (entry.index > i) ++entry.index;
    for (Index j = base_; j < i; ++j)
        if (at(j).sacked && j + at(j).skip > i) ++at(j).skip;
    Transmission rest = at(i);
    rest.start = where;
    at(i).end = where;
    all_.insert(all_.begin() + static_cast<std::ptrdiff_t>(head_ + (i - base_) + 1), rest);
    if (judged_ > i) ++judged_;
}

/// It was acknowledged, or sent once more: nothing will be judged by it.
bool Scoreboard::is_settled(const Resent& entry) const {
    return entry.index < base_ || entry.index >= end_index() || at(entry.index).sent_at != entry.sent_at;
}

void Scoreboard::resent(Index i, ip::Time now) {
    Transmission& again = at(i);
    if (rate_) again.stamp = rate_->sending(pipe_, again.size(), now);
    if (again.lost) pipe_ += again.size();
    again.lost = false;
    again.retransmitted = true;
    again.sent_at = now;
    while (resent_head_ < resent_.size() && is_settled(resent_[resent_head_])) ++resent_head_;
    compact(resent_, resent_head_);
    resent_.push_back({.index = i, .sent_at = now});
}

void Scoreboard::resent_lost(Seq end, ip::Time now) {
    if (end < at(lost_).end) split(lost_, end);
    resent(lost_, now);
}

void Scoreboard::resent_last(ip::Time now) {
    resent(end_index() - 1, now);
}

void Scoreboard::resent_first(ip::Time now) {
    resent(base_, now);
}

}  // namespace glass::tcp
