// SEGMENT ARRIVES: what a connection does with a segment, RFC 9293 section 3.10.7, one small function a step.
#pragma once

#include "tcp/tcb.h"

namespace glass::tcp {

/// The segment is the connection's, and its checksum is right. What it asks for goes out with next_segment().
void segment_arrives(Tcb& tcb, const Segment& segment, ip::Time now);

}  // namespace glass::tcp
