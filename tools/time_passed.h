// The time between two frames, whatever a capture file claims about times.
#pragma once

#include <algorithm>

#include "ip/elapsed.h"
#include "tcp/frame_ref.h"

namespace glass::tools {

/// From one frame to the other: negative where the file's times go back, and never so long that arithmetic on
/// it could overflow.
[[nodiscard]] inline ip::Duration passed(tcp::FrameRef from, tcp::FrameRef to) {
    constexpr ip::Duration kLongest = std::chrono::hours(24 * 365 * 10);
    return std::clamp(ip::elapsed(from.time, to.time), -kLongest, kLongest);
}

}  // namespace glass::tools
