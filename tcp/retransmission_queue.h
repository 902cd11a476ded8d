// RetransmissionQueue: what was sent and is not acknowledged, one entry a segment, in order, and how much
// more the peer's window lets out: RFC 9293 sections 3.4, 3.8.6 and 3.10.7.4. What of it arrived out of
// order, and what is thought lost, is the scoreboard's to say.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ip/time.h"
#include "tcp/delivery_rate.h"
#include "tcp/send_reason.h"
#include "tcp/seq.h"

namespace glass::tcp {

struct SendSequence;

/// A stretch of sequence space that went out in one segment; SYN and FIN take part.
struct Transmission {
    Seq start{};
    Seq end{};
    ip::Time sent_at{};          ///< the last time
    std::uint32_t skip = 0;      ///< where sacked: how far on to look for one that may not be
    bool retransmitted = false;  ///< nobody can tell which copy an ACK belongs to (Karn)
    bool sacked = false;
    bool lost = false;                  ///< and not sent again since
    SendReason why = SendReason::none;  ///< it is to be sent again, where it is lost
    SendStamp stamp{};

    [[nodiscard]] std::uint32_t size() const { return end - start; }
};

/// Drops what was used up at the front once it is most of it: constant time an element, amortised.
template <class T>
void compact(std::vector<T>& all, std::size_t& head) {
    if (head < all.size() && head < 32 + all.size() / 2) return;
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(head));
    head = 0;
}

/// What one acknowledgment took off the queue.
struct Acknowledged {
    std::span<const Transmission> whole{};  ///< in order; they stand where they stood until sent() or split()
    std::uint32_t part = 0;                 ///< octets off the front of the one that is first now
};

/// Time is constant, amortised, for what is sent and acknowledged.
class RetransmissionQueue {
public:
    /// A place that stays the same while what lies before it goes.
    using Index = std::uint64_t;

    /// [start, end) goes out for the first time, behind all that did before it.
    Transmission& sent(Seq start, Seq end, ip::Time now);
    /// SEG.ACK is `una`: what lies before it goes; of a transmission that it cuts in two the rest stays, as
    /// it was. Nothing changes where that was acknowledged before, or never sent.
    Acknowledged acknowledged(Seq una);
    /// The first transmission that does not start before `seq`, which is neither acknowledged nor beyond the
    /// end; end_index() where there is none. Logarithmic.
    [[nodiscard]] Index first_from(Seq seq) const;

    /// That one is to be sent again, for this reason. False, and nothing changes: it was to be already, or it
    /// was SACKed.
    bool mark_lost(Index i, SendReason why);
    /// The first that is to be sent again; end_index() where none is. It looks on from where it stopped, or
    /// from what was marked since.
    Index next_lost();
    /// That one is sent again, lost or not: also a probe is.
    void resent(Index i, ip::Time now);
    /// Two in place of that one, the second from `where` on, each as it was. Rare, after the path's MTU or
    /// the peer's window became smaller: linear.
    void split(Index i, Seq where);

    /// `lost` may be taken back here; what sets it is mark_lost() alone.
    [[nodiscard]] Transmission& at(Index i) { return all_[head_ + static_cast<std::size_t>(i - base_)]; }
    [[nodiscard]] const Transmission& at(Index i) const {
        return all_[head_ + static_cast<std::size_t>(i - base_)];
    }
    [[nodiscard]] Index first_index() const { return base_; }
    [[nodiscard]] Index end_index() const { return base_ + size(); }
    [[nodiscard]] bool empty() const { return head_ == all_.size(); }
    [[nodiscard]] const Transmission& first() const { return all_[head_]; }
    [[nodiscard]] const Transmission& last() const { return all_.back(); }
    [[nodiscard]] std::size_t size() const { return all_.size() - head_; }
    /// Octets of memory taken.
    [[nodiscard]] std::size_t memory() const { return all_.capacity() * sizeof(Transmission); }
    /// Gives back the memory that an empty one keeps.
    void trim() {
        if (!empty()) return;
        all_ = std::vector<Transmission>();  // {} would keep it
        head_ = 0;
    }

private:
    std::vector<Transmission> all_;  ///< from head_ on
    std::size_t head_ = 0;
    Index base_ = 0;  ///< of the first
    Index lost_ = 0;  ///< nothing before it is lost
};

/// SND.UNA + SND.WND - SND.NXT where data waits from `from` on: none where the peer has shrunk its window
/// (MUST-34, SHLD-15).
[[nodiscard]] std::uint32_t usable_window(const SendSequence& snd, Seq from);

/// How much of a transmission may be sent again now, where a segment takes `whole` of it: what the window
/// takes (SHLD-16). A peer that opens its window by an octet at a time would have us cut segments to octets:
/// only what it waits for, at SND.UNA, is cut; of others nothing is sent.
[[nodiscard]] std::uint32_t may_resend(const SendSequence& snd, Seq start, std::uint32_t whole);

}  // namespace glass::tcp
