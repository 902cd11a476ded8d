// Time: a clock that cannot be read. Capture files, the live loop and the simulator hand their time in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace glass::ip {

/// No now(): core code that reads a clock does not compile.
struct Clock {
    using rep = std::int64_t;
    using period = std::nano;
    using duration = std::chrono::nanoseconds;
    using time_point = std::chrono::time_point<Clock>;
    static constexpr bool is_steady = false;
};

using Duration = Clock::duration;

/// Nanoseconds since 1970-01-01 UTC for captures and the live loop, since the start for the simulator.
using Time = Clock::time_point;

/// The earlier of two, where there are two: of deadlines the next.
[[nodiscard]] constexpr std::optional<Time> earlier(std::optional<Time> one, std::optional<Time> other) {
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}

}  // namespace glass::ip
