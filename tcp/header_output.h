// Headers of outgoing segments: what every segment of a connection says, RFC 9293 section 3.10.
#pragma once

#include "tcp/tcb.h"

namespace glass::tcp {

/// A segment with the ACK, the window, the urgent pointer and the options that are due; notes what it
/// acknowledges. `text` is borrowed, and fits with timestamps.
[[nodiscard]] Segment make_segment(Tcb& tcb, Seq seq, std::uint16_t flags, ip::Bytes text, ip::Time now);

/// The SYN, or in SYN-RECEIVED the SYN,ACK.
[[nodiscard]] Segment make_syn(Tcb& tcb, ip::Time now);

}  // namespace glass::tcp
