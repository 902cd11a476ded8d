// Output: what a connection sends next: resets, retransmissions, new data, probes, acknowledgments: RFC 9293
// section 3.8.
#pragma once

#include "tcp/tcb.h"

namespace glass::tcp {

/// The next segment, or nothing to send now. Options and payload are borrowed from the TCB until it changes.
/// New data of up to `most` octets may come as one super-segment: tcb.segment_size says so.
[[nodiscard]] std::optional<Segment> next_segment(Tcb& tcb, std::uint32_t most, ip::Time now);

}  // namespace glass::tcp
