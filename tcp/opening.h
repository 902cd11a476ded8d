// Opening: with which sequence numbers a connection begins, RFC 9293 section 3.4.1, and from a SYN cookie,
// RFC 4987 section 3.6.
#pragma once

#include "tcp/cookie_facts.h"
#include "tcp/tcb.h"

namespace glass::tcp {

/// ISS, SND.UNA and SND.NXT: the SYN goes out with the next poll.
void choose_iss(Tcb& tcb, ip::Time now);

/// From LISTEN to SYN-RECEIVED, where a SYN with these facts, and our SYN,ACK, came before this ACK.
void resume_from_cookie(Tcb& tcb, const Segment& ack, const CookieFacts& facts, ip::Time now);

}  // namespace glass::tcp
