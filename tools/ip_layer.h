// IP layers of a packet: which one surrounds a layer, and between whom it travels.
#pragma once

#include "ip/address.h"
#include "tools/packet.h"

namespace glass::tools {

constexpr bool is_ip(const Layer& layer) {
    return layer.proto == ip::Proto::ip || layer.proto == ip::Proto::ipv6;
}

/// The fixed header, and with it both addresses, is there: not so where the frame was cut.
constexpr bool has_addresses(const Layer& layer) {
    return is_ip(layer) && layer.bytes.size() >= (layer.proto == ip::Proto::ip ? 20u : 40u);
}

/// The IP layer that `layer`, one of the packet's, travels in: the last one before it whose fixed header is
/// whole, or null.
[[nodiscard]] const Layer* ip_around(const Packet& packet, const Layer& layer);

// Precondition of all: has_addresses().

/// At an octet of the header, which depends on the version.
inline ip::Address address_at(const Layer& ip_layer, std::size_t v4_at, std::size_t v6_at) {
    if (ip_layer.proto == ip::Proto::ip) return ip::Ipv4Address{ip::load32(&ip_layer.bytes[v4_at])};
    ip::Ipv6Address address;
    std::memcpy(address.octets.data(), &ip_layer.bytes[v6_at], address.octets.size());
    return address;
}

/// As they stand in the header.
[[nodiscard]] inline ip::Address source_of(const Layer& ip_layer) {
    return address_at(ip_layer, 12, 8);
}
[[nodiscard]] inline ip::Address destination_of(const Layer& ip_layer) {
    return address_at(ip_layer, 16, 24);
}

/// Where the datagram is bound for in the end. Under a source route (RFC 791 section 3.1) or a routing header
/// (RFC 8200 section 4.4) the header's destination is only the next stop; pseudo-headers and connections go
/// by this one.
[[nodiscard]] ip::Address final_destination(const Packet& packet, const Layer& ip_layer);
/// Whom it comes from in the first place: a mobile node's home address (RFC 6275 section 6.3) stands for the
/// header's source in pseudo-headers.
[[nodiscard]] ip::Address first_source(const Packet& packet, const Layer& ip_layer);

}  // namespace glass::tools
