// Host segment: a segment to its connection, or to the listener that makes one: RFC 9293 sections 3.10.7.1
// and 3.10.7.4.
#pragma once

#include "tcp/host_core.h"

namespace glass::tcp {

void segment_arrives_at_host(HostCore& host, const ip::Datagram& datagram);

/// CLOSED, section 3.10.7.1.
void arrives_nowhere(HostCore& host, const FourTuple& tuple, const Segment& segment);

}  // namespace glass::tcp
