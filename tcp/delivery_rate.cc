#include "tcp/delivery_rate.h"

#include <algorithm>
#include <utility>

namespace glass::tcp {

std::uint64_t RateSample::rate() const {
    const double seconds = std::chrono::duration<double>(interval).count();
    constexpr double kMost = 1e15;  // of a clock that stood still
    return valid ? static_cast<std::uint64_t>(std::min(kMost, double(octets) / seconds)) : 0;
}

SendStamp DeliveryRate::sending(std::uint32_t pipe, std::uint32_t octets, ip::Time now) {
    if (pipe == 0) first_sent_ = delivered_at_ = now;  // after an idle time nothing before it counts
    return {.delivered = delivered_,
            .delivered_at = delivered_at_,
            .first_sent = first_sent_,
            .in_flight = pipe + octets,
            .application_limited = limited_until_ > 0};
}

void DeliveryRate::delivered(const SendStamp& stamp, ip::Time sent_at, std::uint32_t octets) {
    newly_delivered_ += octets;
    if (newest_ &&
        std::pair(stamp.delivered, sent_at) < std::pair(newest_->stamp.delivered, newest_->sent_at))
        return;
    newest_ = Newest{.stamp = stamp, .sent_at = sent_at};
}

RateSample DeliveryRate::take(ip::Time now) {
    RateSample sample{.newly_delivered = std::exchange(newly_delivered_, 0),
                      .newly_lost = std::exchange(newly_lost_, 0)};
    delivered_ += sample.newly_delivered;
    sample.total_delivered = delivered_;
    if (sample.newly_delivered > 0) delivered_at_ = now;
    if (limited_until_ > 0 && delivered_ >= limited_until_) limited_until_ = 0;
    if (!newest_) return sample;
    const Newest newest = *std::exchange(newest_, std::nullopt);
    const SendStamp& stamp = newest.stamp;
    // The slower one of sending and of being acknowledged: ACKs may come in bunches.
    sample.interval = std::max(newest.sent_at - stamp.first_sent, now - stamp.delivered_at);
    sample.octets = delivered_ - stamp.delivered;
    sample.valid = sample.interval > ip::Duration::zero();
    sample.prior_delivered = stamp.delivered;
    sample.in_flight_then = stamp.in_flight;
    sample.application_limited = stamp.application_limited;
    first_sent_ = newest.sent_at;
    return sample;
}

}  // namespace glass::tcp
