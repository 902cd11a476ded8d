// LossRecovery: decides what is lost and how much may be sent meanwhile: RFC 6675 with SACK, RFC 6582
// without, RFC 8985 by time, RFC 9937 for the window; and takes back what was decided wrongly, RFC 4015.
#pragma once

#include <optional>

#include "tcp/congestion.h"
#include "tcp/needless.h"
#include "tcp/prr.h"
#include "tcp/rack.h"
#include "tcp/scoreboard.h"

namespace glass::tcp {

/// A segment's acknowledgment, as the scoreboard took it.
struct AckReport {
    ip::Time now{};
    Seq una{};
    Seq nxt{};
    Delivery delivery{};
    bool duplicate = false;                     ///< as RFC 5681 section 2 defines it
    std::optional<SackBlock> reported_twice{};  ///< DSACK, RFC 2883
    std::optional<std::uint32_t> echoed{};      ///< TSecr
    std::uint32_t pipe_before = 0;              ///< before this ACK
    std::uint32_t flight_before = 0;            ///< SND.NXT - SND.UNA before it
    ip::Duration srtt{};
    std::optional<ip::Duration> rtt{};
};

class LossRecovery : public DeliveryWatch {
public:
    enum class Phase : std::uint8_t {
        open,      ///< nothing is known to be lost
        recovery,  ///< fast recovery
        loss,      ///< after a timeout, until all that was out then is acknowledged
    };

    LossRecovery(bool sack, bool time_based) : sack_(sack), time_based_(sack && time_based) {}

    /// Before the scoreboard takes an ACK: what it delivers arrives now.
    void arriving(ip::Time now) {
        if (now != now_) prr_.passed();
        now_ = now;
        rack_.arriving();
    }
    void delivered(const Transmission& transmission) override { rack_.delivered(transmission, now_); }
    /// After it. Sets cwnd.
    void acknowledged(const AckReport& report, Scoreboard& board, CongestionControl& congestion);

    /// The reordering timer expired.
    void reordering_timeout(const AckReport& report, Scoreboard& board, CongestionControl& congestion);
    /// The retransmission timer expired, RFC 6298 rules 5.4 to 5.6.
    void retransmission_timeout(const AckReport& report, Scoreboard& board, CongestionControl& congestion);

    /// FlightSize, of which a reduction keeps a part (RFC 5681 section 3.1). Several ACKs may come before
    /// anything is sent in answer to the first of them: what was out then counts.
    [[nodiscard]] std::uint32_t flight(const AckReport& report) const {
        return std::max(report.flight_before, most_used());
    }
    /// Octets that cwnd has room for.
    [[nodiscard]] std::uint32_t room(const Scoreboard& board, const CongestionControl& congestion) const;
    void sent(std::uint32_t octets) { prr_.sent(octets); }
    /// What was lost is sent again, with that TSval.
    void resent(std::uint32_t tsval) { needless_.resent(tsval); }

    /// A tail loss probe went out, up to `end`: new data, or `again`. One at a time (RFC 8985 section 7.2).
    void probed(Seq end, bool again) { probe_ = Probe{.end = end, .again = again}; }
    [[nodiscard]] bool may_probe() const { return sack_ && phase_ == Phase::open && !probe_; }

    [[nodiscard]] Phase phase() const { return phase_; }
    /// When the reordering timer has to expire.
    [[nodiscard]] std::optional<ip::Time> reordering_deadline() const { return reordering_deadline_; }
    [[nodiscard]] const Rack& rack() const { return rack_; }
    [[nodiscard]] std::uint32_t undone() const { return undone_; }  ///< reductions that were for nothing

private:
    static constexpr std::uint32_t kDupThresh = 3;

    [[nodiscard]] std::uint32_t pipe(const Scoreboard& board, std::uint32_t mss) const;
    [[nodiscard]] ip::Duration reordering_window(const AckReport& report, const Scoreboard& board) const;
    Judgment detect(const AckReport& report, Scoreboard& board, std::uint32_t mss);
    Judgment count_duplicates(const AckReport& report, Scoreboard& board, std::uint32_t mss);
    void react(const AckReport& report, const Judgment& found, CongestionControl& congestion);
    void enter_recovery(const AckReport& report, CongestionControl& congestion);
    void leave(const AckReport& report, CongestionControl& congestion);
    void take_back(const AckReport& report, Scoreboard& board, CongestionControl& congestion);
    void check_probe(const AckReport& report, CongestionControl& congestion);
    [[nodiscard]] std::uint32_t delivered_by(const AckReport& report, std::uint32_t mss) const;
    void reduce_rate(const AckReport& report, const Judgment& found, const Scoreboard& board,
                     CongestionControl& congestion);
    void restore_window(CongestionControl& congestion) const;
    void note_use(const AckReport& report);
    [[nodiscard]] std::uint32_t most_used() const { return std::max(used_, used_before_); }
    void grow(const AckReport& report, std::uint32_t octets, CongestionControl& congestion);

    Rack rack_;
    Prr prr_;
    Needless needless_;
    ip::Time now_{};
    Phase phase_ = Phase::open;
    bool sack_;
    bool time_based_;
    bool timed_out_once_ = false;  ///< and nothing was acknowledged since
    Seq recover_{};                ///< RFC 6582: SND.NXT when recovery began
    bool recover_set_ = false;
    Seq lost_until_{};              ///< in recovery: the end of the highest segment found lost
    ip::Time reduced_at_{};         ///< when the window was reduced last
    std::optional<Seq> forgiven_;   ///< SND.NXT when a reduction was taken back with all it had marked
    std::uint32_t duplicates_ = 0;  ///< without SACK: each says that a segment has left the network
    std::uint32_t undone_ = 0;
    std::optional<Seq> used_until_;  ///< SND.NXT when this round trip began
    std::uint32_t used_ = 0;         ///< the largest pipe in it
    std::uint32_t used_before_ = 0;  ///< and in the one before
    std::optional<ip::Time> reordering_deadline_;

    struct Probe {
        Seq end;
        bool again;
    };
    std::optional<Probe> probe_;
};

}  // namespace glass::tcp
