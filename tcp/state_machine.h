// State machine: what segments, and the user's CLOSE, do to a connection's state: the arrows of RFC 9293
// figure 5, by the steps of section 3.10.7. Which moves there are is tcp/state.h's table; Connection::close()
// is written here, too.
#pragma once

#include "tcp/arrival.h"

namespace glass::tcp {

/// Section 3.10.7.2.
void arrives_in_listen(Tcb& tcb, const Arrival& arrival);
/// Section 3.10.7.3.
void arrives_in_syn_sent(Tcb& tcb, const Arrival& arrival);

// Section 3.10.7.4, for a segment whose sequence number is acceptable. Each returns whether to go on with the
// next step.

/// Second, check the RST bit: RFC 5961 section 3 with it.
[[nodiscard]] bool check_reset(Tcb& tcb, const Arrival& arrival);
/// Fourth, check the SYN bit: RFC 5961 section 4 with it. (The third, security, is for those who have it.)
[[nodiscard]] bool check_syn(Tcb& tcb, const Arrival& arrival);
/// Fifth, in SYN-RECEIVED: the ACK of our SYN opens the connection.
[[nodiscard]] bool ack_of_syn_arrives(Tcb& tcb, const Arrival& arrival);
/// Fifth, in the other states, when SND.UNA has moved: a FIN of ours may have been acknowledged.
[[nodiscard]] bool ack_of_fin_arrives(Tcb& tcb, const Arrival& arrival);
/// Eighth: the FIN has come, and all before it. Once in a connection.
void fin_arrives(Tcb& tcb, ip::Time now);

}  // namespace glass::tcp
