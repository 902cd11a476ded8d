// Live segment: the TCP segment in a noted packet, of which only the start may have been kept.
#pragma once

#include <optional>

#include "tcp/four_tuple.h"
#include "tcp/segment.h"
#include "tools/live_tap.h"

namespace glass::tools {

struct LiveSegment {
    tcp::FourTuple tuple;      ///< local: the watched host's end
    tcp::Segment segment;      ///< borrowed from the note
    std::uint32_t length = 0;  ///< octets of text on the wire
};

/// Nothing where the packet is a fragment, carries something else, or IPv6 extension headers.
[[nodiscard]] std::optional<LiveSegment> segment_in(const TapNote& note);

}  // namespace glass::tools
