// ECN: the two bits in the IP header by which a queue says that it is filling, RFC 3168 section 5.
#pragma once

#include <cstdint>
#include <span>

#include "ip/bytes.h"

namespace glass::ip {

enum class Ecn : std::uint8_t {
    not_ect = 0,  ///< the transport does not know ECN: it is told by a loss
    ect1 = 1,     ///< ECN-capable transport
    ect0 = 2,
    ce = 3,  ///< congestion experienced
};

/// Of an IPv4 or IPv6 packet; not_ect for what is neither, or has no whole header.
[[nodiscard]] Ecn ecn_of(Bytes packet);

/// Turns ECT(0) and ECT(1) into CE, in IPv4 with the header checksum changed along (RFC 1624: a wrong one
/// stays wrong). False, and nothing changed, where the packet is not ECN-capable; true too for what was CE
/// before.
[[nodiscard]] bool mark_congestion(std::span<std::uint8_t> packet);

}  // namespace glass::ip
