// SEGMENT ARRIVES in LISTEN and SYN-SENT, RFC 9293 sections 3.10.7.2 and 3.10.7.3.
#pragma once

#include "tcp/arrival.h"

namespace glass::tcp {

void arrives_in_listen(Tcb& tcb, const Arrival& arrival);
void arrives_in_syn_sent(Tcb& tcb, const Arrival& arrival);

/// ISS, SND.UNA and SND.NXT: the SYN goes out with the next poll.
void choose_iss(Tcb& tcb, ip::Time now);

}  // namespace glass::tcp
