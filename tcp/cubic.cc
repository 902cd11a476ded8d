#include "tcp/cubic.h"

#include <cmath>

namespace glass::tcp {

namespace {

double seconds(ip::Duration d) {
    return std::chrono::duration<double>(d).count();
}

}  // namespace

void Cubic::slow_start(const AckedData& acked) {
    if (ssthresh_ < kLargest) {  // RFC 9406 section 4.3: for the first slow start only
        CongestionControl::slow_start(acked);
        return;
    }
    const std::uint32_t divisor = hystart_.conservative() ? HyStart::kCssGrowthDivisor : 1;
    grow_exponentially(std::min(acked.octets, kFirstLimit * mss_) / divisor, kFirstLimit);
    if (hystart_.acknowledged(acked)) ssthresh_ = cwnd_;
}

/// Section 4.2: the stage starts where cwnd is now, and reaches w_max after k seconds.
void Cubic::begin_epoch(ip::Time now) {
    const double cwnd = double(cwnd_) / mss_;
    stage_.epoch = now;
    stage_.w_max = std::max(stage_.w_max, cwnd);
    stage_.k = std::cbrt((stage_.w_max - cwnd) / kC);
    stage_.w_est = cwnd;
}

/// Section 5.8: t does not include the time in which cwnd was not what limited the sender, and so was not to
/// grow. A round trip may pass between two ACKs.
void Cubic::leave_out_idle_time(const AckedData& acked) {
    const ip::Duration idle = acked.now - grown_at_ - acked.srtt;
    if (idle > ip::Duration::zero()) *stage_.epoch = std::min(acked.now, *stage_.epoch + idle);
}

double Cubic::w_cubic(double t) const {
    return kC * std::pow(t - stage_.k, 3) + stage_.w_max;
}

void Cubic::grow_by(double segments) {
    fraction_ += segments * mss_;
    const double whole = std::floor(fraction_);
    fraction_ -= whole;
    cwnd_ = static_cast<std::uint32_t>(std::min(cwnd_ + whole, double(kLargest)));
}

void Cubic::avoid_congestion(const AckedData& acked) {
    if (stage_.epoch) {
        leave_out_idle_time(acked);
    } else {
        begin_epoch(acked.now);
    }
    grown_at_ = acked.now;
    const double cwnd = double(cwnd_) / mss_;
    const double segments = double(std::min(acked.octets, cwnd_)) / mss_;
    const double t = seconds(acked.now - *stage_.epoch);

    // Section 4.3: what Reno would have, with as much of a cut; as Reno itself once it is back.
    const double alpha = stage_.w_est >= stage_.cwnd_prior ? 1.0 : 3 * (1 - kBeta) / (1 + kBeta);
    stage_.w_est += alpha * segments / cwnd;
    if (w_cubic(t) < stage_.w_est) {
        grow_by(std::max(0.0, stage_.w_est - cwnd));
        return;
    }
    // Sections 4.4 and 4.5.
    const double target = std::clamp(w_cubic(t + seconds(acked.srtt)), cwnd, 1.5 * cwnd);
    grow_by((target - cwnd) / cwnd * segments);
}

std::uint32_t Cubic::reduced(std::uint32_t flight, ip::Time, Signal signal) {
    before_ = stage_;
    const double cwnd = double(cwnd_) / mss_;
    const double beta = signal == Signal::mark ? kMarkBeta : kBeta;
    // Section 4.7: a flow that lost before it was back gives room to others.
    stage_.w_max = cwnd < stage_.w_max ? cwnd * (1 + beta) / 2 : cwnd;
    stage_.cwnd_prior = cwnd;
    stage_.epoch.reset();
    return std::max(static_cast<std::uint32_t>(flight * beta), 2 * mss_);
}

/// Section 4.8: the next stage starts at its own w_max.
void Cubic::timed_out() {
    stage_.w_max = 0;
    stage_.epoch.reset();
}

}  // namespace glass::tcp
