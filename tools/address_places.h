// Address places: where in a frame addresses are written: in link headers, ARP, IP with its options and
// extension headers, ICMP with what it quotes, Neighbor Discovery, MLD and IGMP; in tunnels as well.
#pragma once

#include <cstdint>
#include <vector>

#include "tools/packet.h"

namespace glass::tools {

struct AddressPlace {
    enum class Kind : std::uint8_t {
        ipv4,
        ipv6,
        mac,
        other,  ///< hardware of another kind, or an address in a shorthand
    };
    Kind kind = Kind::other;
    std::uint32_t at = 0;  ///< octets into the frame
    std::uint32_t there =
        0;  ///< octets: the address's first ones, where the header holds, or the frame has, no more
    std::uint8_t prefix = 128;  ///< bits that mean something: those after them are zero in a prefix
};

/// Appends the places in all layers, which must lie in the frame's own octets (tools/lone_frame.h); no two of
/// them overlap. Looks into headers that are cut off or have faults as well, as far as they go.
void find_addresses(const Packet& packet, std::vector<AddressPlace>& out);

/// IGMP (RFC 2236, RFC 3376) in an IPv4 layer; empty where there is none.
[[nodiscard]] ip::Bytes igmp_in(const Layer& layer);

}  // namespace glass::tools
