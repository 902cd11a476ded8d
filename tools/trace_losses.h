// Trace losses: which segments of a connection did not arrive, or are not in the file. RFC 9293
// section 3.8.1.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "tools/stream_trace.h"

namespace glass::tools {

/// Octets between the highest sequence number so far and the segment after them, which were not there then.
struct Hole {
    std::uint32_t from = 0;  ///< relative sequence number
    std::uint32_t length = 0;
    tcp::FrameRef filled_by;        ///< the first segment with some of these octets; none: they never came
    bool reordered = false;         ///< that one was only late
    tcp::FrameRef acknowledged_by;  ///< the receiver had them before they came: the recorder missed them
};

/// A segment that is in the file, and had to be sent again.
struct Repeated {
    tcp::FrameRef again;
    bool certain = false;  ///< duplicate ACKs or SACK tell that it got lost; else it may have been its ACK
};

struct TraceLosses {
    std::unordered_map<std::uint64_t, Hole> holes;         ///< by the number of the frame after the hole
    std::unordered_map<std::uint64_t, Repeated> repeated;  ///< by the number of the frame that was repeated
    /// By the number of a frame that comes so soon that the analysis calls it out of order: the frame with
    /// the same octets before it. It is none that was late.
    std::unordered_map<std::uint64_t, tcp::FrameRef> repeats;
    /// By the number of a frame that brings octets of a hole: the frame after that hole.
    std::unordered_map<std::uint64_t, std::uint64_t> fills;
};

/// Time O(n log n), memory by what was found.
[[nodiscard]] TraceLosses find_losses(const StreamTrace& trace);

}  // namespace glass::tools
