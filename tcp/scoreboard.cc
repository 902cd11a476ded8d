#include "tcp/scoreboard.h"

namespace glass::tcp {

void Scoreboard::sent(Seq start, Seq end, ip::Time now) {
    Transmission& transmission = queue_.sent(start, end, now);
    if (rate_) transmission.stamp = rate_->sending(pipe_, end - start, now);
    pipe_ += end - start;
}

/// A judged one that is SACKED no longer counts as lying above what is judged next.
void Scoreboard::pass(const Transmission& judged) {
    if (!judged.sacked) return;
    sacked_above_ -= judged.size();
    --sacked_segments_above_;
}

void Scoreboard::deliver(const Transmission& transmission, Delivery& delivery, DeliveryWatch& watch) {
    delivery.octets += transmission.size();
    if (!transmission.lost) pipe_ -= transmission.size();
    auto& newest = transmission.retransmitted ? delivery.resampled : delivery.sampled;
    newest = std::max(newest.value_or(transmission.sent_at), transmission.sent_at);
    if (rate_) rate_->delivered(transmission.stamp, transmission.sent_at, transmission.size());
    watch.delivered(transmission);
}

void Scoreboard::acknowledged(Seq una, Delivery& delivery, DeliveryWatch& watch) {
    Index i = queue_.first_index();
    const Acknowledged off = queue_.acknowledged(una);
    for (const Transmission& gone : off.whole) {
        delivery.acknowledged += gone.size();
        if (gone.sacked)
            --sacked_segments_;
        else
            deliver(gone, delivery, watch);
        if (judged_ == i++) {
            pass(gone);
            ++judged_;
        }
    }
    if (off.part > 0) partly_acknowledged(off.part, delivery);
}

/// The first, which has lost so many.
void Scoreboard::partly_acknowledged(std::uint32_t octets, Delivery& delivery) {
    delivery.acknowledged += octets;
    if (first().sacked) {
        if (judged_ == queue_.first_index()) sacked_above_ -= octets;
        return;
    }
    delivery.octets += octets;
    if (rate_) rate_->partly_delivered(octets);
    if (!first().lost) pipe_ -= octets;
}

/// Follows the skips, and shortens them for the next time.
Scoreboard::Index Scoreboard::next_unsacked(Index i) {
    Index found = i;
    while (found < queue_.end_index() && queue_.at(found).sacked) found += queue_.at(found).skip;
    while (i < found) {
        const Index next = i + queue_.at(i).skip;
        queue_.at(i).skip = static_cast<std::uint32_t>(found - i);
        i = next;
    }
    return found;
}

void Scoreboard::selectively_acknowledged(const SackBlock& block, Delivery& delivery, DeliveryWatch& watch) {
    if (empty() || block.right <= block.left) return;
    if (block.left < first().start || block.right > last().end) return;
    for (Index i = next_unsacked(queue_.first_from(block.left)); i < queue_.end_index();
         i = next_unsacked(i)) {
        Transmission& sacked = queue_.at(i);
        if (sacked.end > block.right) break;
        deliver(sacked, delivery, watch);
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
    if (queue_.mark_lost(i, why)) pipe_ -= queue_.at(i).size();
}

void Scoreboard::find_lost(Index i, const Judging& how, Judgment& found) {
    mark_lost(i, how.why);
    if (queue_.at(i).size() > how.largest) return;
    found.add(queue_.at(i));
    if (rate_) rate_->lost(queue_.at(i).size());
}

Judgment Scoreboard::judge_first(const Judging& how) {
    Judgment found;
    if (!empty() && !first().lost) find_lost(queue_.first_index(), how, found);
    return found;
}

void Scoreboard::mark_first_lost(SendReason why) {
    if (!empty()) mark_lost(queue_.first_index(), why);
}

void Scoreboard::mark_larger_lost(std::uint32_t octets, SendReason why) {
    for (Index i = queue_.first_index(); i < queue_.end_index(); ++i) {
        if (queue_.at(i).size() <= octets) continue;
        mark_lost(i, why);
        queue_.at(i).why = why;  // whatever it was lost for before
    }
}

void Scoreboard::renege() {
    for (Index i = queue_.first_index(); i < queue_.end_index(); ++i) {
        if (!queue_.at(i).sacked) continue;
        queue_.at(i).sacked = false;
        pipe_ += queue_.at(i).size();
        --sacked_segments_;
    }
}

/// What is lost once more is judged by its next retransmission.
void Scoreboard::forget_resent() {
    resent_.erase(resent_.begin(), resent_.begin() + static_cast<std::ptrdiff_t>(resent_head_));
    resent_head_ = 0;
    std::erase_if(resent_,
                  [&](const Resent& entry) { return is_settled(entry) || queue_.at(entry.index).lost; });
}

/// Those that are neither SACKed nor lost have not been judged. What was sent again is judged by that.
void Scoreboard::judge_anew() {
    sacked_above_ = 0;
    sacked_segments_above_ = 0;
    judged_ = queue_.end_index();
    for (Index i = queue_.first_index(); i < queue_.end_index(); ++i) {
        const Transmission& transmission = queue_.at(i);
        if (!transmission.sacked && !transmission.lost && !transmission.retransmitted)
            judged_ = std::min(judged_, i);
        if (!transmission.sacked || i < judged_) continue;
        sacked_above_ += transmission.size();
        ++sacked_segments_above_;
    }
}

void Scoreboard::forgive_lost() {
    for (Index i = queue_.first_index(); i < queue_.end_index(); ++i) {
        Transmission& transmission = queue_.at(i);
        if (transmission.lost) pipe_ += transmission.size();
        transmission.lost = false;
    }
    judge_anew();
}

void Scoreboard::blame_lost(SendReason why) {
    for (Index i = queue_.next_lost(); i < queue_.end_index(); ++i)
        if (queue_.at(i).lost) queue_.at(i).why = why;
}

const Transmission* Scoreboard::next_lost() {
    const Index i = queue_.next_lost();
    return i < queue_.end_index() ? &queue_.at(i) : nullptr;
}

void Scoreboard::split(Index i, Seq where) {
    for (Resent& entry : resent_)
        if (entry.index > i) ++entry.index;
    for (Index j = queue_.first_index(); j < i; ++j)
        if (queue_.at(j).sacked && j + queue_.at(j).skip > i) ++queue_.at(j).skip;
    queue_.split(i, where);
    if (judged_ > i) ++judged_;
}

/// It was acknowledged, or sent once more: nothing will be judged by it.
bool Scoreboard::is_settled(const Resent& entry) const {
    return entry.index < queue_.first_index() || entry.index >= queue_.end_index() ||
           queue_.at(entry.index).sent_at != entry.sent_at;
}

void Scoreboard::resent(Index i, ip::Time now) {
    Transmission& again = queue_.at(i);
    if (rate_) again.stamp = rate_->sending(pipe_, again.size(), now);
    if (again.lost) pipe_ += again.size();
    queue_.resent(i, now);
    while (resent_head_ < resent_.size() && is_settled(resent_[resent_head_])) ++resent_head_;
    compact(resent_, resent_head_);
    resent_.push_back({.index = i, .sent_at = now});
}

void Scoreboard::resent_lost(Seq end, ip::Time now) {
    const Index i = queue_.next_lost();
    if (end < queue_.at(i).end) split(i, end);
    resent(i, now);
}

void Scoreboard::resent_last(ip::Time now) {
    resent(queue_.end_index() - 1, now);
}

void Scoreboard::resent_first(ip::Time now) {
    resent(queue_.first_index(), now);
}

}  // namespace glass::tcp
