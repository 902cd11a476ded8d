// FrameRef: a frame of the capture that something is proved with.
#pragma once

#include <cstdint>

#include "ip/time.h"

namespace glass::tcp {

/// Number 0: there is none.
struct FrameRef {
    std::uint64_t number = 0;
    ip::Time time{};

    explicit operator bool() const { return number != 0; }
    bool operator==(const FrameRef&) const = default;
};

}  // namespace glass::tcp
