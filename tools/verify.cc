#include "tools/verify.h"

#include "ip/checksum.h"
#include "ip/tunnel_steps.h"
#include "tools/ip_layer.h"

namespace glass::tools {
namespace {

ip::ChecksumSum pseudo_header(const Packet& packet, const Layer& outer, const Layer& upper,
                              std::uint8_t protocol) {
    if (outer.proto == ip::Proto::ip)
        return ip::pseudo_header(source_of(outer).v4(), final_destination(packet, outer).v4(), protocol,
                                 upper.wire_length);
    return ip::pseudo_header(first_source(packet, outer).v6, final_destination(packet, outer).v6, protocol,
                             upper.wire_length);
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
    const Layer* outer = ip_around(packet, layer);
    if (!outer) return ChecksumStatus::unverified;
    ip::ChecksumSum sum = pseudo_header(packet, *outer, layer, protocol);
    sum.add(layer.bytes);
    return status(sum.folded() == 0xffff);
}

/// RFC 768: zero says that the sender made none; over IPv6 that is not allowed (RFC 8200 section 8.1).
ChecksumStatus verify_udp(const Packet& packet, const Layer& layer) {
    if (ip::load16(&layer.bytes[6]) != 0) return verify_upper(packet, layer, 17);
    const Layer* outer = ip_around(packet, layer);
    return outer && outer->proto == ip::Proto::ipv6 ? ChecksumStatus::bad : ChecksumStatus::absent;
}

/// RFC 2784 section 2.4: it is there if bit 0 says so.
ChecksumStatus verify_gre(const Layer& layer, bool whole) {
    if (!ip::read_gre(layer.bytes).has_checksum()) return ChecksumStatus::absent;
    return whole ? status(ip::gre_checksum_ok(layer.bytes)) : ChecksumStatus::unverified;
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
            return whole || ip::load16(&layer.bytes[6]) == 0 ? verify_udp(packet, layer)
                                                             : ChecksumStatus::unverified;
        case ip::Proto::gre: return verify_gre(layer, whole);
        default: return ChecksumStatus::none;
    }
}

bool is_partial_checksum(const Packet& packet, const Layer& layer) {
    const bool tcp = layer.proto == ip::Proto::tcp;
    const Layer* outer = ip_around(packet, layer);
    const std::size_t at = tcp ? 16 : 6;
    if (!outer || layer.bytes.size() < at + 2) return false;
    return pseudo_header(packet, *outer, layer, tcp ? 6 : 17).folded() == ip::load16(&layer.bytes[at]);
}

}  // namespace glass::tools
