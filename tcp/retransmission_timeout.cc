#include "tcp/retransmission_timeout.h"

#include "tcp/tcb.h"

namespace glass::tcp {

void RttEstimate::measured(ip::Duration rtt) {
    if (!known_) {
        known_ = true;
        srtt_ = rtt;
        rttvar_ = rtt / 2;
        return;
    }
    const ip::Duration off = rtt < srtt_ ? srtt_ - rtt : rtt - srtt_;
    rttvar_ += (off - rttvar_) / 4;
    srtt_ += (rtt - srtt_) / 8;
}

std::optional<ip::Duration> RttEstimate::rto(ip::Duration floor) const {
    if (!known_) return std::nullopt;
    return std::max(floor, srtt_ + std::max(kGranularity, 4 * rttvar_));
}

void RetransmissionTimeout::measured(ip::Duration rtt) {
    estimate_.measured(rtt);
    rto_ = std::min(limits_.ceiling, *estimate_.rto(limits_.floor));
}

void RetransmissionTimeout::back_off() {
    rto_ = std::min(limits_.ceiling, rto_ * 2);
}

void RetransmissionTimeout::after_lost_syn() {
    constexpr ip::Duration kAfterLostSyn = std::chrono::seconds(3);
    if (!estimate_.known()) rto_ = std::max(kAfterLostSyn, limits_.initial);
}

/// What arrived long ago, and is acknowledged only now with what was sent again, measures that one's RTO; and
/// so does the echo of an earlier copy, whose ACK was lost.
std::optional<ip::Duration> round_trip(const Tcb& tcb, const AckReport& report) {
    const Delivery& delivery = report.delivery;
    if (delivery.sampled && !delivery.resampled) return report.now - *delivery.sampled;
    if (!delivery.resampled || !report.echoed) return std::nullopt;
    const std::uint32_t ticks = timestamp(tcb, report.now) - *report.echoed;
    const ip::Duration rtt = std::chrono::milliseconds(ticks);
    const ip::Duration since_last_copy = report.now - *delivery.resampled;
    return rtt <= since_last_copy + RttEstimate::kGranularity ? std::optional(rtt) : std::nullopt;
}

/// With more than one measurement a round trip RTTVAR would forget too soon.
void take_measurement(Tcb& tcb, const AckReport& report) {
    if (!report.rtt) return;
    if (tcb.rtt_round && report.una <= *tcb.rtt_round && tcb.retransmissions == 0) return;
    tcb.rto.measured(*report.rtt);
    tcb.rtt_round = tcb.snd.nxt;
}

void start_retransmission_timer(Tcb& tcb, ip::Time now) {
    if (!tcb.timers.runs(Timer::retransmission)) tcb.timers.start(Timer::retransmission, now + tcb.rto.rto());
}

void restart_retransmission_timer(Tcb& tcb, ip::Time now) {
    tcb.timers.stop(Timer::retransmission);
    if (!tcb.sent.empty()) tcb.timers.start(Timer::retransmission, now + tcb.rto.rto());
}

}  // namespace glass::tcp
