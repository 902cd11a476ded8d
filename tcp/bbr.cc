#include "tcp/bbr.h"

namespace glass::tcp {

/// Section 5.6 of the draft: pacing, and window as a multiple of what the path holds.
Bbr::Gains Bbr::gains() const {
    switch (phase_) {
        case Phase::startup: return {2.77, 2};
        case Phase::drain: return {0.5, 2};
        case Phase::down: return {0.9, 2};
        case Phase::up: return {1.25, 2.25};
        case Phase::probe_rtt: return {1, 0.5};
        case Phase::cruise:
        case Phase::refill: break;
    }
    return {1, 2};
}

void Bbr::enter(Phase phase, ip::Time now) {
    phase_ = phase;
    phase_since_ = now;
    phase_rounds_ = 0;
    switch (phase) {
        case Phase::down: {
            // Two to three seconds: flows are not to probe at one time.
            const auto spread = static_cast<std::int64_t>(model_.max_bandwidth() * 2654435761u % 1000);
            cycle_since_ = now;
            cycle_rounds_ = 0;
            cycle_ = std::chrono::seconds(2) + std::chrono::milliseconds(spread);
            break;
        }
        case Phase::refill:
            inflight_low_ = kUnbounded;
            bandwidth_low_ = ~std::uint64_t{};
            up_growth_ = 1;
            break;
        case Phase::up: probing_ = true; break;
        default: break;
    }
}

void Bbr::measured(const Measured& measured) {
    model_.update(measured, cwnd_);
    if (model_.round_ended()) end_round(measured);
    if (phase_ == Phase::up) raise_upper_bound(measured);
    advance(measured);
    check_probe_rtt(measured);
    set_pacing_rate(measured);
    set_window(measured);
}

void Bbr::end_round(const Measured& measured) {
    const BbrModel::Round& round = model_.last_round();
    ++phase_rounds_;
    ++cycle_rounds_;
    if (phase_ == Phase::cruise && phase_rounds_ > 1) model_.learn_loss();
    if (phase_ == Phase::startup) {
        check_startup(round, measured.now);
    } else if (round.congested) {
        respond_to_congestion(round, measured.now);
    } else if (probing_ && inflight_high_ != kUnbounded) {
        inflight_high_ = std::max<std::uint64_t>(inflight_high_, round.in_flight_then);
    }
    // The round after a probe still hears of it.
    if (phase_ != Phase::up && phase_rounds_ >= 2) probing_ = false;
    if (phase_ == Phase::up) up_growth_ = std::min<std::uint64_t>(2 * up_growth_, 1 << 16);
}

/// Section 4.3.1: three rounds in which the bandwidth grew by less than a quarter, or too much loss.
void Bbr::check_startup(const BbrModel::Round& round, ip::Time now) {
    if (round.congested) {
        inflight_high_ = std::max({model_.product(model_.max_bandwidth(), 1), round.delivered, fewest()});
        filled_ = true;
    } else if (!round.application_limited) {
        ++rounds_without_growth_;
        if (double(model_.max_bandwidth()) >= 1.25 * double(full_bandwidth_)) {
            full_bandwidth_ = model_.max_bandwidth();
            rounds_without_growth_ = 0;
        }
        filled_ = rounds_without_growth_ >= 3;
    }
    if (filled_) enter(Phase::drain, now);
}

/// Section 4.5.10. A probe has found the limit of what may be under way; else somebody else has come, and
/// until the next probe there is less.
void Bbr::respond_to_congestion(const BbrModel::Round& round, ip::Time now) {
    if (probing_) {
        probing_ = false;
        const std::uint64_t survived =
            round.in_flight_then - std::min<std::uint64_t>(round.lost, round.in_flight_then);
        const std::uint64_t target = std::min<std::uint64_t>(model_.product(bandwidth(), 1), cwnd_);
        inflight_high_ = std::max({survived, static_cast<std::uint64_t>(kBeta * double(target)), fewest()});
        if (phase_ == Phase::up) {
            model_.next_cycle();
            enter(Phase::down, now);
        }
    } else if (phase_ == Phase::down || phase_ == Phase::cruise) {
        const std::uint64_t rate = std::min(bandwidth_low_, model_.max_bandwidth());
        const std::uint64_t inflight = std::min<std::uint64_t>(inflight_low_, cwnd_);
        bandwidth_low_ = std::max(round.bandwidth, static_cast<std::uint64_t>(kBeta * double(rate)));
        inflight_low_ =
            std::max({round.delivered, static_cast<std::uint64_t>(kBeta * double(inflight)), fewest()});
    }
}

/// As long as the bound is what limits it: a segment more in the first round, then two, four, ...
void Bbr::raise_upper_bound(const Measured& measured) {
    if (inflight_high_ == kUnbounded || cwnd_ < inflight_high_) return;
    inflight_high_ += up_growth_ * mss_ * measured.rate.newly_delivered / std::max(cwnd_, 1u);
}

std::uint64_t Bbr::with_headroom() const {
    if (inflight_high_ == kUnbounded) return kUnbounded;
    return std::max(static_cast<std::uint64_t>(kHeadroom * double(inflight_high_)), fewest());
}

/// Section 4.3.3.5: in time, or as soon as Reno would be back: where that is soon, others are Reno.
bool Bbr::is_time_to_probe(ip::Time now) const {
    constexpr std::uint64_t kMostRounds = 63;
    const std::uint64_t reno_rounds = std::min(model_.product(bandwidth(), 1) / mss_, kMostRounds);
    return now > cycle_since_ + cycle_ || cycle_rounds_ >= std::max<std::uint64_t>(reno_rounds, 4);
}

void Bbr::advance(const Measured& measured) {
    const ip::Time now = measured.now;
    const std::uint64_t held = model_.product(bandwidth(), 1);
    switch (phase_) {
        case Phase::drain:
            if (measured.pipe <= held) enter(Phase::down, now);
            break;
        case Phase::down:
            if (is_time_to_probe(now)) {
                enter(Phase::refill, now);
            } else if (measured.pipe <= std::min(held, with_headroom())) {
                enter(Phase::cruise, now);
            }
            break;
        case Phase::cruise:
            if (is_time_to_probe(now)) enter(Phase::refill, now);
            break;
        case Phase::refill:
            if (phase_rounds_ >= 1) enter(Phase::up, now);
            break;
        case Phase::up:
            if (model_.knows_rtt() && now > phase_since_ + model_.min_rtt() &&
                measured.pipe >= model_.product(bandwidth(), 1.25)) {
                model_.next_cycle();
                enter(Phase::down, now);
            }
            break;
        case Phase::startup:
        case Phase::probe_rtt: break;
    }
}

std::uint64_t Bbr::little_under_way() const {
    return std::max(model_.product(bandwidth(), gains().window), fewest());
}

/// Section 4.3.4: 200 ms, and a round trip at least, from when there is little under way.
void Bbr::check_probe_rtt(const Measured& measured) {
    constexpr ip::Duration kLasts = std::chrono::milliseconds(200);
    const ip::Time now = measured.now;
    if (phase_ != Phase::probe_rtt) {
        if (!model_.rtt_is_stale()) return;
        enter(Phase::probe_rtt, now);
        probe_rtt_until_.reset();
        return;
    }
    if (!probe_rtt_until_ && measured.pipe <= little_under_way()) {
        probe_rtt_until_ = now + kLasts;
        phase_rounds_ = 0;
    } else if (probe_rtt_until_ && phase_rounds_ > 0 && now >= *probe_rtt_until_) {
        inflight_low_ = kUnbounded;
        bandwidth_low_ = ~std::uint64_t{};
        enter(filled_ ? Phase::down : Phase::startup, now);
        if (filled_) enter(Phase::cruise, now);
    }
}

void Bbr::set_pacing_rate(const Measured& measured) {
    constexpr double kMargin = 0.99;  // a little less than arrives: no queue grows by accident
    const double gain = gains().pacing;
    if (model_.max_bandwidth() == 0) {
        const double rtt =
            std::chrono::duration<double>(measured.rtt.value_or(std::chrono::milliseconds(1))).count();
        pacing_rate_ = static_cast<std::uint64_t>(gain * initial_window_ / std::max(rtt, 1e-6));
        return;
    }
    const auto rate = static_cast<std::uint64_t>(gain * kMargin * double(bandwidth()));
    if (filled_ || rate > pacing_rate_) pacing_rate_ = std::max<std::uint64_t>(rate, 1);
}

/// Section 4.6.4.
void Bbr::set_window(const Measured& measured) {
    std::uint64_t most = kUnbounded;
    if (model_.knows_rtt() && bandwidth() > 0)
        most = model_.product(bandwidth(), gains().window) + model_.extra_acked() + 2 * std::uint64_t{mss_};
    std::uint64_t window = std::uint64_t{cwnd_} + measured.rate.newly_delivered;
    if (filled_) {
        window = std::min(window, most);
    } else if (cwnd_ >= most && measured.rate.total_delivered >= initial_window_) {
        window = cwnd_;
    }
    const bool leaves_room = phase_ == Phase::cruise || phase_ == Phase::probe_rtt;
    std::uint64_t bound = std::min(leaves_room ? with_headroom() : inflight_high_, inflight_low_);
    if (phase_ == Phase::probe_rtt) bound = std::min(bound, little_under_way());
    window = std::min(window, std::max(bound, fewest()));
    cwnd_ = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(window, mss_, kLargest));
}

/// Losses are judged by the round. A mark means less under way until the next probe; ssthresh has no meaning.
std::uint32_t Bbr::reduced(std::uint32_t, ip::Time, Signal signal) {
    constexpr double kMarkBeta = 0.85;
    prior_cwnd_ = std::max(prior_cwnd_, cwnd_);
    if (signal == Signal::loss) return kLargest;
    inflight_low_ = std::max(static_cast<std::uint64_t>(kMarkBeta * cwnd_), fewest());
    return static_cast<std::uint32_t>(inflight_low_);
}

}  // namespace glass::tcp
