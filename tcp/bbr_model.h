// BbrModel: what BBR knows of the path: its bandwidth, its round-trip time, how ACKs bunch up, and how much
// it loses whatever is sent, draft-ietf-ccwg-bbr sections 4.3 to 4.5.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "tcp/congestion.h"

namespace glass::tcp {

/// Octets, and octets a second.
class BbrModel {
public:
    explicit BbrModel(std::uint32_t mss) : mss_(mss) {}

    /// For each ACK. `cwnd`: now.
    void update(const Measured& measured, std::uint32_t cwnd);

    /// This ACK is the first for what was sent after the last round began: a round trip is over.
    [[nodiscard]] bool round_ended() const { return round_ended_; }
    /// What ended then.
    struct Round {
        std::uint64_t bandwidth = 0;       ///< the best sample
        std::uint64_t delivered = 0;       ///< the most of any sample
        std::uint32_t in_flight_then = 0;  ///< the most when it was sent
        std::uint64_t arrived = 0;         ///< in the round
        std::uint64_t lost = 0;            ///< found in it
        bool application_limited = false;
        bool congested = false;  ///< more was lost than the path loses by itself
    };
    [[nodiscard]] const Round& last_round() const { return last_; }
    /// That round put no load on the path of which it could lose anything: what it lost says how the path is.
    void learn_loss();

    [[nodiscard]] std::uint64_t max_bandwidth() const { return std::max(bandwidth_[0], bandwidth_[1]); }
    /// Another cycle of probing begins: samples older than the last one no longer count.
    void next_cycle();

    [[nodiscard]] bool knows_rtt() const { return min_rtt_ != kNoRtt; }
    [[nodiscard]] ip::Duration min_rtt() const { return min_rtt_; }
    /// Nobody has seen as short a round trip for so long that it has to be looked for. Said with one ACK.
    [[nodiscard]] bool rtt_is_stale() const { return rtt_is_stale_; }

    /// What `bandwidth` has under way in `gain` shortest round trips.
    [[nodiscard]] std::uint64_t product(std::uint64_t bandwidth, double gain) const;
    /// How much more the peer, or the link, acknowledges at once than it should.
    [[nodiscard]] std::uint64_t extra_acked() const { return std::max(extra_[0], extra_[1]); }

private:
    static constexpr ip::Duration kNoRtt = ip::Duration::max();
    static constexpr ip::Duration kRttProbeInterval = std::chrono::seconds(5);
    static constexpr ip::Duration kMinRttWindow = std::chrono::seconds(10);
    static constexpr int kExtraRounds = 5;          ///< for each half of the filter
    static constexpr double kLossThreshold = 0.02;  ///< above what the path loses anyway
    static constexpr double kMostPathLoss = 0.08;

    void update_round(const Measured& measured);
    void update_rtt(const Measured& measured);
    void update_extra(const Measured& measured, std::uint32_t cwnd);
    [[nodiscard]] bool is_congested(const Round& round) const;

    std::uint32_t mss_;
    std::uint64_t round_end_ = 0;  ///< in terms of what is delivered
    bool round_ended_ = false;
    Round round_, last_;
    double path_loss_ = kMostPathLoss;  ///< as long as nothing is known

    std::array<std::uint64_t, 2> bandwidth_{};  ///< the last cycle's, and this one's

    ip::Duration min_rtt_ = kNoRtt;
    ip::Time min_rtt_at_{};
    ip::Duration probed_rtt_ = kNoRtt;
    ip::Time probed_rtt_at_{};
    bool rtt_is_stale_ = false;

    std::array<std::uint64_t, 2> extra_{};
    int extra_rounds_ = 0;
    ip::Time extra_since_{};
    std::uint64_t extra_acked_ = 0;
};

}  // namespace glass::tcp
