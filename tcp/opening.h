// SEGMENT ARRIVES in LISTEN and SYN-SENT, RFC 9293 sections 3.10.7.2 and 3.10.7.3.
#pragma once

#include "tcp/arrival.h"
#include "tcp/cookie_facts.h"

namespace glass::tcp {

void arrives_in_listen(Tcb& tcb, const Arrival& arrival);
void arrives_in_syn_sent(Tcb& tcb, const Arrival& arrival);

/// ISS, SND.UNA and SND.NXT: the SYN goes out with the next poll.
void choose_iss(Tcb& tcb, ip::Time now);

/// From LISTEN to SYN-RECEIVED, where a SYN with these facts, and our SYN,ACK, came before this ACK.
void resume_from_cookie(Tcb& tcb, const Segment& ack, const CookieFacts& facts, ip::Time now);

}  // namespace glass::tcp
