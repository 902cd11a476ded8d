// The fifth step of SEGMENT ARRIVES: check the ACK field, RFC 9293 section 3.10.7.4.
#pragma once

#include "tcp/arrival.h"

namespace glass::tcp {

/// Returns whether the segment is to be processed further.
[[nodiscard]] bool check_ack(Tcb& tcb, const Arrival& arrival);

/// SND.UNA =< SEG.ACK =< SND.NXT: acknowledged data leaves the retransmission queue, windows move, losses
/// show.
void take_ack(Tcb& tcb, const Arrival& arrival);

/// SND.WND, SND.WL1, SND.WL2 from a segment whose ACK is acceptable.
void update_send_window(Tcb& tcb, const Arrival& arrival);

}  // namespace glass::tcp
