#include "ip/codel.h"

#include <cmath>

#include "ip/elapsed.h"

namespace glass::ip {

bool Codel::judge(Duration sojourn, std::uint64_t backlog, Time now) {
    const bool above = above_target(sojourn, backlog, now);
    if (!dropping_) {
        if (above) enter(now);
        return above;
    }
    if (!above) {
        dropping_ = false;
        return false;
    }
    // Only a delay that is still too long after a drop brings the next one nearer.
    if (!scheduled_) drop_next_ = control_law(drop_next_);
    scheduled_ = true;
    if (now < drop_next_) return false;
    ++count_;
    scheduled_ = false;
    return true;
}

void Codel::found_empty() {
    first_above_.reset();
    dropping_ = false;
}

/// Too long for at least an interval (section 5.6).
bool Codel::above_target(Duration sojourn, std::uint64_t backlog, Time now) {
    if (sojourn < options_.target || backlog <= options_.largest_packet) {
        first_above_.reset();
        return false;
    }
    if (!first_above_) first_above_ = now + options_.interval;
    return now >= *first_above_;
}

/// Starts to drop: where the queue was bad not long ago, near the rate that was found then (section 5.5).
void Codel::enter(Time now) {
    const std::uint32_t grown = count_ - last_count_;
    const bool recent = elapsed(drop_next_, now) < 16 * options_.interval;
    count_ = grown > 1 && recent ? grown : 1;
    last_count_ = count_;
    drop_next_ = control_law(now);
    dropping_ = scheduled_ = true;
}

/// Intervals shrink with the square root of the drops: throughput falls linearly (section 5.4). IEEE 754
/// division and square root are exact to the last bit, so that every machine gets the same.
Time Codel::control_law(Time from) const {
    const double interval = static_cast<double>(options_.interval.count());
    return from + Duration(static_cast<std::int64_t>(interval / std::sqrt(static_cast<double>(count_))));
}

}  // namespace glass::ip
