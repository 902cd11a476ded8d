// The path's MTU as far as a connection knows it: reports of packets too big (RFC 1191, 8201) with the
// caution of RFC 5927 section 7, black holes, and the search for more (RFC 4821).
#pragma once

#include <cstdint>
#include <optional>

#include "ip/time.h"
#include "tcp/seq.h"

namespace glass::tcp {

struct Tcb;
struct Transmission;

/// MTUs are octets of packets, IP header and all.
struct PathMtu {
    std::uint16_t mtu = 0;            ///< segments keep to it
    std::uint16_t search_high = 0;    ///< more than this was tried in vain
    std::uint32_t largest_acked = 0;  ///< octets of text: this much has got through
    ip::Time probe_at{};              ///< nothing larger is tried before

    /// Too small to be believed before the segment that it is about has timed out.
    struct Report {
        std::uint32_t mtu;
        Seq seq;
    };
    std::optional<Report> doubted;

    /// A segment larger than the others, under way.
    struct Probe {
        Seq start;
        Seq end;
        std::uint16_t mtu;
    };
    std::optional<Probe> probe;
};

/// Somebody on the path says that the segment at `seq` is too big: at once, where so much never got through
/// before; else where it goes on not getting through. What was too big is sent again, smaller, and it is no
/// congestion.
void take_too_big(Tcb& tcb, std::uint32_t mtu, Seq seq, ip::Time now);

/// Before the scoreboard forgets what this ACK covers.
void note_size_acknowledged(Tcb& tcb, Seq una, ip::Time now);

/// The retransmission timer expired: large segments that vanish again and again may be too big for the
/// path, and nobody says so (RFC 4821 section 7.7).
void suspect_black_hole(Tcb& tcb, ip::Time now);

/// Octets of text for a probe of a larger MTU, where one is due and there is nothing else to worry about.
[[nodiscard]] std::optional<std::uint32_t> probe_text(Tcb& tcb, ip::Time now);
/// That probe goes out.
void note_probe(Tcb& tcb, Seq start, std::uint32_t text);
/// A transmission is sent again: was it the probe?
void note_probe_lost(Tcb& tcb, Seq start, ip::Time now);

}  // namespace glass::tcp
