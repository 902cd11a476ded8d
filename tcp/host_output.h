// Host output: what a host sends next: replies, then its connections in turn, as whole packets: RFC 1122
// section 3.2.1, RFC 1191, RFC 6864.
#pragma once

#include "tcp/host_core.h"

namespace glass::tcp {

/// The next packet, or nothing to send now. It is written into `memory`. Where the device `offloads`,
/// checksums are partial, new data comes in super-segments, and text may stay borrowed until the next call.
[[nodiscard]] std::optional<ip::DevicePacket> next_packet(HostCore& host, bool offloads, ip::Buffer& memory);

/// A segment that no connection sends: its ports are the tuple's.
void send_segment(HostCore& host, const FourTuple& tuple, const Segment& segment);
/// A RST for which there is no connection.
void send_reset(HostCore& host, const FourTuple& tuple, const ResetReply& reset);

}  // namespace glass::tcp
