#include "tcp/bbr_model.h"

#include <cmath>
#include <utility>

namespace glass::tcp {

namespace {

double seconds(ip::Duration d) {
    return std::chrono::duration<double>(d).count();
}

}  // namespace

void BbrModel::update(const Measured& measured, std::uint32_t cwnd) {
    update_round(measured);
    const RateSample& rate = measured.rate;
    // A sample of too little to send only tells that the path carries at least so much; a SYN, or a window
    // probe, tells nothing.
    if (rate.valid && rate.octets >= mss_ && (!rate.application_limited || rate.rate() >= max_bandwidth()))
        bandwidth_[1] = std::max(bandwidth_[1], rate.rate());
    update_rtt(measured);
    update_extra(measured, cwnd);
}

void BbrModel::update_round(const Measured& measured) {
    const RateSample& rate = measured.rate;
    round_ended_ = rate.newly_delivered > 0 && rate.valid && rate.prior_delivered >= round_end_;
    if (round_ended_) {
        round_end_ = rate.total_delivered;
        round_.congested = is_congested(round_);
        last_ = std::exchange(round_, {});
    }
    round_.arrived += rate.newly_delivered;
    round_.lost += rate.newly_lost;
    if (!rate.valid) return;
    round_.bandwidth = std::max(round_.bandwidth, rate.rate());
    round_.delivered = std::max(round_.delivered, rate.octets);
    round_.in_flight_then = std::max(round_.in_flight_then, rate.in_flight_then);
    round_.application_limited |= rate.application_limited;
}

/// Section 4.5.10 has a threshold for the share that is lost. Here it is above what the path loses without a
/// queue of ours, and above what chance makes of few segments (two standard deviations).
bool BbrModel::is_congested(const Round& round) const {
    const double lost = double(round.lost) / mss_, all = double(round.lost + round.arrived) / mss_;
    return lost > (path_loss_ + kLossThreshold) * all + 2 * std::sqrt(lost);
}

void BbrModel::learn_loss() {
    constexpr double kWeight = 1.0 / 8;
    const std::uint64_t all = last_.lost + last_.arrived;
    if (all == 0) return;
    path_loss_ += kWeight * (double(last_.lost) / double(all) - path_loss_);
    path_loss_ = std::min(path_loss_, kMostPathLoss);
}

void BbrModel::next_cycle() {
    if (bandwidth_[1] == 0) return;
    bandwidth_[0] = std::exchange(bandwidth_[1], 0);
}

void BbrModel::update_rtt(const Measured& measured) {
    const bool known = knows_rtt();
    rtt_is_stale_ = known && measured.now > probed_rtt_at_ + kRttProbeInterval;
    if (measured.rtt && (*measured.rtt <= probed_rtt_ || rtt_is_stale_)) {
        probed_rtt_ = std::max(*measured.rtt, ip::Duration(1));
        probed_rtt_at_ = measured.now;
    }
    if (probed_rtt_ <= min_rtt_ || measured.now > min_rtt_at_ + kMinRttWindow) {
        min_rtt_ = probed_rtt_;
        min_rtt_at_ = probed_rtt_at_;
    }
}

/// Section 4.5.9.
void BbrModel::update_extra(const Measured& measured, std::uint32_t cwnd) {
    if (round_ended_ && ++extra_rounds_ >= kExtraRounds) {
        extra_rounds_ = 0;
        extra_[0] = std::exchange(extra_[1], 0);
    }
    auto expected =
        static_cast<std::uint64_t>(double(max_bandwidth()) * seconds(measured.now - extra_since_));
    if (extra_acked_ <= expected) {
        extra_acked_ = 0;
        extra_since_ = measured.now;
        expected = 0;
    }
    extra_acked_ += measured.rate.newly_delivered;
    extra_[1] = std::max(extra_[1], std::min<std::uint64_t>(extra_acked_ - expected, cwnd));
}

std::uint64_t BbrModel::product(std::uint64_t bandwidth, double gain) const {
    constexpr double kMost = 1e18;  // what is not known yet may be anything
    return static_cast<std::uint64_t>(std::min(kMost, gain * double(bandwidth) * seconds(min_rtt_)));
}

}  // namespace glass::tcp
