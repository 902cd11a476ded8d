// Output: what a connection sends next: resets, retransmissions, new data, probes, acknowledgments: RFC 9293
// section 3.8.
#pragma once

#include "tcp/tcb.h"

namespace glass::tcp {

/// The next segment, or nothing to send now. Options and payload are borrowed from the TCB until it changes.
[[nodiscard]] std::optional<Segment> next_segment(Tcb& tcb, ip::Time now);

}  // namespace glass::tcp
