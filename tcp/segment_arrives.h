// SEGMENT ARRIVES: what a connection does with a segment, RFC 9293 section 3.10.7, one small function a step.
#pragma once

#include "ip/ecn.h"
#include "tcp/tcb.h"

namespace glass::tcp {

/// The segment is the connection's, and its checksum is right. `ecn`: its packet's codepoint. What it asks
/// for goes out with next_segment().
void segment_arrives(Tcb& tcb, const Segment& segment, ip::Time now, ip::Ecn ecn);

}  // namespace glass::tcp
