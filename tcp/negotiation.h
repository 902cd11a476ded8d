// Negotiation: what a SYN offers and what it settles: MSS (RFC 9293 section 3.7.1, RFC 6691), window scale
// and timestamps (RFC 7323), SACK (RFC 2018), the user timeout (RFC 5482).
#pragma once

#include "tcp/segment_options.h"
#include "tcp/tcb.h"

namespace glass::tcp {

/// A SYN arrived, with or without ACK: RCV.NXT, IRS and what both sides can do. In LISTEN and SYN-SENT only.
void accept_syn(Tcb& tcb, const Segment& syn, const SegmentOptions& options, ip::Time now);

/// Options of our SYN, or SYN,ACK: in the latter only what the peer's SYN had (RFC 7323 section 2.2). Where
/// OptionWriter refuses one of them there are none, and nothing is agreed on. Written to tcb.options.
[[nodiscard]] ip::Bytes syn_options(Tcb& tcb, ip::Time now);

/// RFC 5482 section 3.1: how long the peer means to wait, where our Config lets it have a say.
void take_user_timeout(Tcb& tcb, const UserTimeout& option);

/// Options of any other segment, in at most `room` octets: timestamps always, SACK blocks as far as they fit.
/// `complete`: whether all that should be said was. Written to tcb.options.
[[nodiscard]] ip::Bytes segment_options(Tcb& tcb, std::size_t room, ip::Time now, bool& complete);

}  // namespace glass::tcp
