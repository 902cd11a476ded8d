// Explicit Congestion Notification: what both ends agree on, echo and answer, RFC 3168 section 6.1.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/ecn.h"
#include "tcp/seq.h"

namespace glass::tcp {

struct Arrival;
struct Segment;
struct Tcb;

struct EcnState {
    bool offered = false;              ///< the peer may believe that we echo: CE is echoed
    bool agreed = false;               ///< our data may be ECN-capable
    bool echo = false;                 ///< CE has come: ECE goes out with every segment, until CWR comes
    bool cwr_due = false;              ///< with the next new data
    std::optional<Seq> reduced_until;  ///< until this is acknowledged ECE is about a window reduced already
    ip::Ecn codepoint = ip::Ecn::not_ect;  ///< for the packet of the segment that went out last
};

/// The flags of an ECN-setup SYN, or SYN,ACK; none where the last SYN got no answer: something on the path
/// may not like them (section 6.1.1.1).
[[nodiscard]] std::uint16_t ecn_setup_flags(Tcb& tcb);
/// The peer's SYN, with or without ACK, is accepted.
void settle_ecn(Tcb& tcb, const Segment& syn);

/// CE and CWR of a segment in the window, sections 6.1.3 and 6.1.5.
void note_congestion_experienced(Tcb& tcb, const Arrival& arrival);
/// ECE of an acceptable ACK, section 6.1.2: once a window cwnd falls as for a loss. `flight`, `cwnd`: before
/// the ACK.
void take_congestion_echo(Tcb& tcb, const Arrival& arrival, std::uint32_t flight, std::uint32_t cwnd);

/// A segment of new data goes out: the one kind that may be marked (sections 6.1.4 to 6.1.6), and that
/// carries CWR. Returns that flag, if it is due.
[[nodiscard]] std::uint16_t make_ecn_capable(Tcb& tcb);

}  // namespace glass::tcp
