// BBR: sends at the bandwidth that the path is measured to have, with little more under way than it holds,
// after the ideas of BBRv3, draft-ietf-ccwg-bbr.
#pragma once

#include <utility>

#include "tcp/bbr_model.h"

namespace glass::tcp {

/// Its window does not follow single losses. Where the draft takes more than 2 % of a round for congestion,
/// here it is 2 % above what the path loses in rounds that do not probe: a radio link's losses say nothing.
class Bbr : public CongestionControl {
public:
    /// Section 4.2: what is done about the path.
    enum class Phase : std::uint8_t {
        startup,    ///< doubles the rate each round trip, until the bandwidth does not follow
        drain,      ///< lets go the queue that this has made
        down,       ///< ProbeBW: sends less than arrives, so that no queue stays
        cruise,     ///< ProbeBW: sends as much as arrives
        refill,     ///< ProbeBW: fills the path for a round trip
        up,         ///< ProbeBW: sends more than arrived so far
        probe_rtt,  ///< has little under way, to see the path without a queue
    };

    Bbr(std::uint32_t mss, std::uint32_t initial_window)
        : CongestionControl(mss, initial_window), model_(mss) {}
    [[nodiscard]] std::string_view name() const override { return "bbr"; }
    [[nodiscard]] bool model_based() const override { return true; }
    void measured(const Measured& measured) override;
    [[nodiscard]] std::uint64_t pacing_rate() const override { return pacing_rate_; }
    /// It is paced, and does not need the ACKs' clock.
    void restart() override {}
    /// Section 4.6.4.4: a timeout says nothing about the path, and cwnd is what it was as soon as that is
    /// over.
    void recovered() override { cwnd_ = std::max(cwnd_, std::exchange(prior_cwnd_, 0)); }

    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] const BbrModel& model() const { return model_; }

protected:
    void avoid_congestion(const AckedData&) override {}
    std::uint32_t reduced(std::uint32_t flight, ip::Time now, Signal signal) override;
    void undone() override { prior_cwnd_ = 0; }

private:
    static constexpr double kBeta = 0.7;       ///< what is left after congestion
    static constexpr double kHeadroom = 0.85;  ///< of what the path holds: the rest is for others
    static constexpr std::uint64_t kUnbounded = kLargest;

    struct Gains {
        double pacing, window;
    };
    [[nodiscard]] Gains gains() const;
    [[nodiscard]] std::uint64_t bandwidth() const { return std::min(model_.max_bandwidth(), bandwidth_low_); }
    [[nodiscard]] std::uint64_t fewest() const { return 4 * std::uint64_t{mss_}; }
    [[nodiscard]] std::uint64_t with_headroom() const;

    void enter(Phase phase, ip::Time now);
    void end_round(const Measured& measured);
    void check_startup(const BbrModel::Round& round, ip::Time now);
    void respond_to_congestion(const BbrModel::Round& round, ip::Time now);
    void raise_upper_bound(const Measured& measured);
    void advance(const Measured& measured);
    [[nodiscard]] bool is_time_to_probe(ip::Time now) const;
    [[nodiscard]] std::uint64_t little_under_way() const;
    void check_probe_rtt(const Measured& measured);
    void set_pacing_rate(const Measured& measured);
    void set_window(const Measured& measured);

    BbrModel model_;
    Phase phase_ = Phase::startup;
    ip::Time phase_since_{};
    std::uint32_t phase_rounds_ = 0;

    bool filled_ = false;  ///< the path: startup is over
    std::uint64_t full_bandwidth_ = 0;
    int rounds_without_growth_ = 0;

    /// What may be under way for long, and for now: until the next probe.
    std::uint64_t inflight_high_ = kUnbounded;
    std::uint64_t inflight_low_ = kUnbounded;
    std::uint64_t bandwidth_low_ = ~std::uint64_t{};
    bool probing_ = false;         ///< what is heard now is of what a probe sent
    std::uint64_t up_growth_ = 1;  ///< segments that inflight_high_ grows by in this round

    ip::Time cycle_since_{};
    std::uint32_t cycle_rounds_ = 0;
    ip::Duration cycle_{};  ///< how long until the next probe

    std::optional<ip::Time> probe_rtt_until_;
    std::uint64_t pacing_rate_ = 0;
    std::uint32_t prior_cwnd_ = 0;  ///< the largest since a recovery began
};

}  // namespace glass::tcp
