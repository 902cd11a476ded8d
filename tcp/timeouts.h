// Timeouts: what a connection does when one of its timers expires, RFC 9293 section 3.10.8.
#pragma once

#include "tcp/tcb.h"

namespace glass::tcp {

/// Does what all timers that have expired ask for; segments follow with next_segment().
void run_timeouts(Tcb& tcb, ip::Time now);

/// Timers follow what is outstanding and what waits: RFC 6298 rules 5.1 and 5.2, and the persist timer.
void arm_timers(Tcb& tcb, ip::Time now);

/// New data was sent, or data acknowledged: the probe timeout, RFC 8985 section 7.2.
void arm_tail_probe(Tcb& tcb, ip::Time now);

}  // namespace glass::tcp
