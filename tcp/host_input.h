// Host input: a packet from the device to whom it is for: RFC 1122 sections 3.2 and 4.2, RFC 8200 section 4.
#pragma once

#include "tcp/host_core.h"

namespace glass::tcp {

/// Octets are borrowed for the call.
void packet_arrives(HostCore& host, const ip::DevicePacket& packet);

/// Gives up datagrams that were never complete, and tells their senders (RFC 1122 section 3.3.2).
void expire_fragments(HostCore& host);

}  // namespace glass::tcp
