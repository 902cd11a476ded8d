// RACK: loss found by time: what was sent well before something that has arrived is lost, RFC 8985 section 6.
#pragma once

#include <optional>

#include "tcp/scoreboard.h"

namespace glass::tcp {

class Rack {
public:
    /// An ACK begins: in whatever order it tells of segments, that is no reordering.
    void arriving() {
        if (known_) fack_before_ = fack_;
    }
    /// Section 6.2 steps 1 to 3, for each segment that an ACK delivers.
    void delivered(const Transmission& transmission, ip::Time now);

    /// Step 4, the duplicate part: a DSACK in a new round trip widens the reordering window. `una` and `nxt`
    /// tell the rounds apart.
    void duplicate_reported(Seq una, Seq nxt);
    /// The window goes back after 16 recoveries without a DSACK.
    void recovered();

    /// What step 4 computes the window from.
    struct Context {
        ip::Duration srtt{};
        bool in_recovery = false;
        std::uint32_t sacked_segments = 0;
    };
    [[nodiscard]] ip::Duration reordering_window(const Context& context) const;

    /// Step 5: when the transmission has to be taken for lost; nothing while none sent after it has arrived.
    [[nodiscard]] std::optional<ip::Time> lost_at(const Transmission& transmission,
                                                  ip::Duration window) const;

    /// Section 6.3: whether the retransmission timer may take it for lost: it has been out for long enough.
    [[nodiscard]] bool is_overdue(const Transmission& transmission, ip::Duration window, ip::Time now) const {
        return !known_ || transmission.sent_at + rtt_ + window <= now;
    }

    [[nodiscard]] ip::Duration min_rtt() const { return min_rtt_; }

private:
    static constexpr int kPersist = 16;  ///< recoveries

    bool known_ = false;
    ip::Time xmit_ts_{};  ///< of the most recently sent transmission that was delivered
    Seq end_seq_{};
    ip::Duration rtt_{};
    ip::Duration min_rtt_{};
    Seq fack_{};                      ///< the end of the highest segment delivered
    std::optional<Seq> fack_before_;  ///< by earlier ACKs
    bool reordering_seen_ = false;
    std::optional<Seq> dsack_round_;
    std::uint32_t window_multiplier_ = 1;
    int window_persist_ = kPersist;
};

}  // namespace glass::tcp
