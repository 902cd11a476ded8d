// Elapsed: the time between any two times. Capture files say what they like.
#pragma once

#include "ip/time.h"

namespace glass::ip {

/// From one time to the other, negative where it comes before; the longest there is where it is longer.
[[nodiscard]] constexpr Duration elapsed(Time from, Time to) {
    std::int64_t nanoseconds = 0;
    const bool overflow =
        __builtin_sub_overflow(to.time_since_epoch().count(), from.time_since_epoch().count(), &nanoseconds);
    if (overflow) return to > from ? Duration::max() : Duration::min();
    return Duration(nanoseconds);
}

}  // namespace glass::ip
