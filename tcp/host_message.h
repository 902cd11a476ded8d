// Host message: an ICMP message of the host's own, in one packet or in fragments.
#pragma once

#include "ip/icmp.h"
#include "tcp/host_core.h"

namespace glass::tcp {

void send_icmp(HostCore& host, const ip::Address& from, const ip::Address& to, const ip::IcmpHeader& message);

}  // namespace glass::tcp
