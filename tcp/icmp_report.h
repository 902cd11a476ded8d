// IcmpReport: an ICMP error about one of a connection's segments, as a host hands it on, RFC 9293
// section 3.9.2.2.
#pragma once

#include <cstdint>

#include "tcp/seq.h"

namespace glass::tcp {

struct IcmpReport {
    enum class Kind : std::uint8_t {
        too_big,        ///< IPv4: unreachable, code 4; IPv6: Packet Too Big
        hard,           ///< protocol or port unreachable, and the like (SHLD-26)
        soft,           ///< net or host unreachable, time exceeded, parameter problem (MUST-56)
        source_quench,  ///< RFC 6633
    };

    Kind kind = Kind::soft;
    std::uint32_t mtu = 0;  ///< too_big: the next hop's, octets; 0 where the router does not say
    Seq seq{};              ///< of the segment that is quoted
    std::uint8_t type = 0;  ///< as on the wire; only passed on to the application
    std::uint8_t code = 0;
};

}  // namespace glass::tcp
