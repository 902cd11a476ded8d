#include "tools/verify.h"

#include "ip/checksum.h"

namespace glass::tools {
namespace {

/// The IP layer that `layer` travels in: the last one before it.
const Layer* enclosing_ip(const Packet& packet, const Layer& layer) {
    const auto index = static_cast<std::size_t>(&layer - packet.layer_storage.data());
    for (std::size_t i = index; i-- > 0;) {
        const Layer& outer = packet.layer_storage[i];
        if (outer.proto == ip::Proto::ip || outer.proto == ip::Proto::ipv6) return &outer;
    }
    return nullptr;
}

/// RFC 8200 section 8.1: with a routing header the destination in the pseudo-header is the final one.
ip::Bytes final_destination(const Layer& ipv6, const Layer& upper) {
    ip::Bytes destination = ipv6.bytes.subspan(24, 16);
    for (const Layer* l = &ipv6 + 1; l < &upper; ++l) {
        if (l->proto != ip::Proto::ipv6_routing) continue;
        const ip::Bytes header = l->header();
        const bool visited = header.size() < 24 || header[3] == 0;  // no segments left: it has arrived
        if (visited) continue;
        switch (header[2]) {
            case 0: destination = header.subspan(header.size() / 8 * 8 - 16, 16); break;  // RFC 2460: the last address
            case 2:                                                                       // RFC 6275: the only one
            case 4: destination = header.subspan(8, 16); break;  // RFC 8754: segment list [0] is the last to visit
            default: break;
        }
    }
    return destination;
}

ip::ChecksumSum pseudo_header(const Layer& outer, const Layer& upper, std::uint8_t protocol) {
    ip::ChecksumSum sum;
    if (outer.proto == ip::Proto::ip) {
        sum.add(outer.bytes.subspan(12, 8));
    } else {
        sum.add(outer.bytes.subspan(8, 16));
        sum.add(final_destination(outer, upper));
    }
    sum.add16(protocol);
    sum.add32(upper.wire_length);
    return sum;
}

constexpr ChecksumStatus status(bool good) {
    return good ? ChecksumStatus::good : ChecksumStatus::bad;
}

ChecksumStatus verify_own_octets(ip::Bytes bytes) {
    ip::ChecksumSum sum;
    sum.add(bytes);
    return status(sum.folded() == 0xffff);
}

/// TCP, UDP and ICMPv6: with the pseudo-header.
ChecksumStatus verify_upper(const Packet& packet, const Layer& layer, std::uint8_t protocol) {
    const Layer* outer = enclosing_ip(packet, layer);
    if (!outer || outer->header_length < 20) return ChecksumStatus::unverified;
    ip::ChecksumSum sum = pseudo_header(*outer, layer, protocol);
    sum.add(layer.bytes);
    return status(sum.folded() == 0xffff);
}

/// RFC 768: zero says that the sender made none; over IPv6 that is not allowed (RFC 8200 section 8.1).
ChecksumStatus verify_udp(const Packet& packet, const Layer& layer) {
    if (ip::load16(&layer.bytes[6]) != 0) return verify_upper(packet, layer, 17);
    const Layer* outer = enclosing_ip(packet, layer);
    return outer && outer->proto == ip::Proto::ipv6 ? ChecksumStatus::bad : ChecksumStatus::absent;
}

}  // namespace

ChecksumStatus verify_checksum(const Packet& packet, const Layer& layer) {
    const bool whole = layer.bytes.size() >= layer.wire_length && !layer.quoted;
    switch (layer.proto) {
        case ip::Proto::ip:  // the header alone: a cut payload does not matter
            return verify_own_octets(layer.header());
        case ip::Proto::icmp: return whole ? verify_own_octets(layer.bytes) : ChecksumStatus::unverified;
        case ip::Proto::icmpv6: return whole ? verify_upper(packet, layer, 58) : ChecksumStatus::unverified;
        case ip::Proto::tcp: return whole ? verify_upper(packet, layer, 6) : ChecksumStatus::unverified;
        case ip::Proto::udp:
            if (layer.bytes.size() < 8) return ChecksumStatus::unverified;
            return whole || ip::load16(&layer.bytes[6]) == 0 ? verify_udp(packet, layer) : ChecksumStatus::unverified;
        default: return ChecksumStatus::none;
    }
}

bool is_partial_checksum(const Packet& packet, const Layer& layer) {
    const bool tcp = layer.proto == ip::Proto::tcp;
    const Layer* outer = enclosing_ip(packet, layer);
    const std::size_t at = tcp ? 16 : 6;
    if (!outer || outer->header_length < 20 || layer.bytes.size() < at + 2) return false;
    return pseudo_header(*outer, layer, tcp ? 6 : 17).folded() == ip::load16(&layer.bytes[at]);
}

}  // namespace glass::tools
