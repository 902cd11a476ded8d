// ICMP errors and what a connection does about them, RFC 9293 section 3.9.2.2; RFC 5461 and RFC 5927 say how
// far they are to be believed.
#pragma once

#include "ip/time.h"
#include "tcp/icmp_report.h"
#include "tcp/tcb.h"

namespace glass::tcp {

/// Reports about what is not outstanding are ignored, and so is Source Quench.
void icmp_arrives(Tcb& tcb, const IcmpReport& report, ip::Time now);

}  // namespace glass::tcp
