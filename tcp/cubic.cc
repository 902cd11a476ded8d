#include "tcp/cubic.h"

#include <cmath>

namespace glass::tcp {

namespace {

double seconds(ip::Duration d) {
    return std::chrono::duration<double>(d).count();
}

}  // namespace

void Cubic::slow_start(const AckedData& acked) {
    constexpr std::uint32_t kLimit = 8;  // RFC 9406 section 4.3: L without pacing
    const std::uint32_t divisor = hystart_.conservative() ? HyStart::kCssGrowthDivisor : 1;
    grow_exponentially(std::min(acked.octets, kLimit * mss_) / divisor, kLimit);
    if (hystart_.acknowledged(acked)) ssthresh_ = cwnd_;
}

/// Section 4.2: the stage starts where cwnd is now, and reaches w_max_ after k_ seconds.
void Cubic::begin_epoch(ip::Time now) {
    epoch_ = now;
    const double cwnd = double(cwnd_) / mss_;
    w_max_ = std::max(w_max_, cwnd);
    k_ = std::cbrt((w_max_ - cwnd) / kC);
    w_est_ = cwnd;
}

double Cubic::w_cubic(double t) const {
    return kC * std::pow(t - k_, 3) + w_max_;
}

void Cubic::grow_by(double segments) {
    fraction_ += segments * mss_;
    const double whole = std::floor(fraction_);
    fraction_ -= whole;
    cwnd_ = static_cast<std::uint32_t>(std::min(cwnd_ + whole, double(kLargest)));
}

void Cubic::avoid_congestion(const AckedData& acked) {
    if (!epoch_) begin_epoch(acked.now);
    const double cwnd = double(cwnd_) / mss_;
    const double segments = double(acked.octets) / mss_;
    const double t = seconds(acked.now - *epoch_);

    // Section 4.3: what Reno would have, with as much of a cut; as Reno itself once it is back.
    const double alpha = w_est_ >= cwnd_prior_ ? 1.0 : 3 * (1 - kBeta) / (1 + kBeta);
    w_est_ += alpha * segments / cwnd;
    if (w_cubic(t) < w_est_) {
        grow_by(std::max(0.0, w_est_ - cwnd));
        return;
    }
    // Sections 4.4 and 4.5.
    const double target = std::clamp(w_cubic(t + seconds(acked.srtt)), cwnd, 1.5 * cwnd);
    grow_by((target - cwnd) / cwnd * segments);
}

std::uint32_t Cubic::reduced(std::uint32_t flight, ip::Time) {
    const double cwnd = double(cwnd_) / mss_;
    // Section 4.7: a flow that lost before it was back gives room to others.
    w_max_ = cwnd < w_max_ ? cwnd * (1 + kBeta) / 2 : cwnd;
    cwnd_prior_ = cwnd;
    epoch_.reset();
    hystart_.restart();
    return std::max(static_cast<std::uint32_t>(flight * kBeta), 2 * mss_);
}

/// Section 4.8: the next stage starts at its own w_max_.
void Cubic::timed_out() {
    w_max_ = 0;
    epoch_.reset();
    hystart_.restart();
}

}  // namespace glass::tcp
