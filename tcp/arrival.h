// Arrival: a segment while it is being processed, and answers that several steps give.
#pragma once

#include "tcp/segment_options.h"
#include "tcp/tcb.h"

namespace glass::tcp {

struct Arrival {
    Segment segment;  ///< trimmed to the window as the steps go on; octets are borrowed
    SegmentOptions options;
    ip::Time now{};
    ip::Ecn ecn = ip::Ecn::not_ect;  ///< of the packet it came in
    std::uint32_t window = 0;        ///< SEG.WND as the peer means it: scaled, but never in a SYN
};

/// An ACK goes out with the next poll.
inline void acknowledge_now(Tcb& tcb) {
    tcb.acks.now = true;
}

/// The same for a segment that is not to be believed: as many as RFC 5961 section 7 allows.
inline void challenge(Tcb& tcb, ip::Time now) {
    if (tcb.challenges.allows(now)) tcb.acks.now = true;
}

}  // namespace glass::tcp
