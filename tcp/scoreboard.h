// Scoreboard: what is known of the fate of every transmission on the retransmission queue, RFC 6675
// section 3.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tcp/options.h"
#include "tcp/retransmission_queue.h"

namespace glass::tcp {

/// What one segment's ACK and SACK took off the scoreboard.
struct Delivery {
    std::uint32_t octets = 0;         ///< newly acknowledged or newly SACKed
    std::uint32_t acknowledged = 0;   ///< of them and of those SACKed before: SND.UNA moved over so many
    std::optional<ip::Time> sampled;  ///< the newest sending time of one that was never retransmitted (Karn)
    std::optional<ip::Time> resampled;  ///< ... of one that was
};

/// Takes note of each transmission that was delivered, RFC 8985 section 6.2.
class DeliveryWatch {
public:
    virtual ~DeliveryWatch() = default;
    virtual void delivered(const Transmission& transmission) = 0;
};

/// How to judge.
struct Judging {
    SendReason why;         ///< what is found lost is to be sent again
    std::uint32_t largest;  ///< octets: what has more was to probe the path, and is no congestion (RFC 4821)
};

/// What was found.
struct Judgment {
    std::uint32_t octets = 0;       ///< that are lost now, and were not before, probes of the path aside
    Seq end{};                      ///< of the highest of them
    std::optional<ip::Time> again;  ///< when the newest retransmission among them was sent

    void add(const Transmission& lost) {
        if (octets == 0 || end < lost.end) end = lost.end;
        octets += lost.size();
    }
};

/// One entry a segment, whatever SACK blocks come: a block counts for the segments that it covers whole. Time
/// is logarithmic for a block and constant, amortised, for each transmission sent, SACKed, lost and
/// acknowledged.
class Scoreboard {
public:
    void sent(Seq start, Seq end, ip::Time now);

    /// SND.UNA moved to `una`.
    void acknowledged(Seq una, Delivery& delivery, DeliveryWatch& watch);
    /// A SACK block. One that does not lie between the first and the last transmission is ignored.
    void selectively_acknowledged(const SackBlock& block, Delivery& delivery, DeliveryWatch& watch);

    /// The first transmission that is lost: the next to be sent again; null where none is.
    [[nodiscard]] const Transmission* next_lost();
    /// That one is sent again, up to `end`: the rest of it stays lost.
    void resent_lost(Seq end, ip::Time now);
    /// The last transmission is sent again though nothing says that it is lost: a probe.
    void resent_last(ip::Time now);
    /// The first is sent again without being judged lost: a SYN with its ACK.
    void resent_first(ip::Time now);

    // None of these says that there is congestion.
    void mark_first_lost(SendReason why);
    /// Those of more than `octets` are too big for the path. Linear.
    void mark_larger_lost(std::uint32_t octets, SendReason why);
    /// The first, and those that `is_due(transmission)` says it of. Where the first is SACKed the peer has
    /// reneged (RFC 2018 section 8), and nothing of what it said counts. Linear.
    template <class IsDue>
    void mark_lost(IsDue is_due, SendReason why);
    void mark_all_lost(SendReason why) {
        mark_lost([](const Transmission&) { return true; }, why);
    }
    /// What is marked, and was not sent again since, is not lost after all. Linear.
    void forgive_lost();
    /// What is marked, and was not sent again since, goes out for this reason now. Linear.
    void blame_lost(SendReason why);

    /// Marks as lost, from the first on, what `is_lost(transmission, sacked octets above, sacked segments
    /// above)` says, up to the first that it does not say it of; and the same, in the order of sending, for
    /// `is_resent_lost(transmission)`.
    template <class IsLost, class IsResentLost>
    Judgment judge(IsLost is_lost, IsResentLost is_resent_lost, const Judging& how);
    /// The first is lost.
    Judgment judge_first(const Judging& how);

    [[nodiscard]] bool empty() const { return queue_.empty(); }
    [[nodiscard]] const Transmission& first() const { return queue_.first(); }
    [[nodiscard]] const Transmission& last() const { return queue_.last(); }
    [[nodiscard]] std::size_t size() const { return queue_.size(); }
    /// RFC 6675's pipe: octets thought to be in the network.
    [[nodiscard]] std::uint32_t pipe() const { return pipe_; }
    [[nodiscard]] std::uint32_t sacked_segments() const { return sacked_segments_; }
    /// Octets of memory taken.
    [[nodiscard]] std::size_t memory() const { return queue_.memory() + resent_.capacity() * sizeof(Resent); }
    /// From now on the rate of delivery is measured, for those who ask.
    void measure_rate() { rate_ = std::make_unique<DeliveryRate>(); }
    /// Null: it is not.
    [[nodiscard]] DeliveryRate* rate() { return rate_.get(); }
    void clear() { *this = {}; }
    /// Gives back the memory that an empty one keeps.
    void trim() {
        if (!empty()) return;
        queue_.trim();
        resent_ = std::vector<Resent>();  // {} would keep it
        resent_head_ = 0;
    }

private:
    using Index = RetransmissionQueue::Index;
    struct Resent {
        Index index;
        ip::Time sent_at;
    };

    Index next_unsacked(Index i);
    void deliver(const Transmission& transmission, Delivery& delivery, DeliveryWatch& watch);
    void mark_lost(Index i, SendReason why);
    void find_lost(Index i, const Judging& how, Judgment& found);
    void renege();
    void forget_resent();
    void judge_anew();
    [[nodiscard]] bool is_settled(const Resent& entry) const;
    void resent(Index i, ip::Time now);
    void split(Index i, Seq where);
    void partly_acknowledged(std::uint32_t octets, Delivery& delivery);
    void pass(const Transmission& judged);

    RetransmissionQueue queue_;
    Index judged_ = 0;            ///< all before it is SACKed or has been judged lost
    std::vector<Resent> resent_;  ///< in the order of sending, from resent_head_ on
    std::size_t resent_head_ = 0;
    std::unique_ptr<DeliveryRate> rate_;
    std::uint32_t pipe_ = 0;
    std::uint32_t sacked_segments_ = 0;
    std::uint32_t sacked_above_ = 0;           ///< octets SACKed from judged_ on
    std::uint32_t sacked_segments_above_ = 0;  ///< and segments
};

template <class IsDue>
void Scoreboard::mark_lost(IsDue is_due, SendReason why) {
    if (empty()) return;
    if (first().sacked) renege();
    for (Index i = queue_.first_index(); i < queue_.end_index(); ++i)
        if (i == queue_.first_index() || is_due(queue_.at(i))) mark_lost(i, why);
    forget_resent();
    judge_anew();
}

template <class IsLost, class IsResentLost>
Judgment Scoreboard::judge(IsLost is_lost, IsResentLost is_resent_lost, const Judging& how) {
    Judgment found;
    for (; judged_ < queue_.end_index(); ++judged_) {
        const Transmission& next = queue_.at(judged_);
        if (!next.sacked && !next.lost) {
            if (!is_lost(next, sacked_above_, sacked_segments_above_)) break;
            find_lost(judged_, how, found);
        }
        pass(next);
    }
    for (; resent_head_ < resent_.size(); ++resent_head_) {
        const Resent& entry = resent_[resent_head_];
        if (entry.index < queue_.first_index()) continue;
        const Transmission& again = queue_.at(entry.index);
        if (again.sacked || again.lost || again.sent_at != entry.sent_at) continue;
        if (!is_resent_lost(again)) break;
        found.again = std::max(found.again.value_or(again.sent_at), again.sent_at);
        find_lost(entry.index, how, found);
    }
    if (resent_head_ == resent_.size()) {
        resent_.clear();
        resent_head_ = 0;
    }
    return found;
}

}  // namespace glass::tcp
