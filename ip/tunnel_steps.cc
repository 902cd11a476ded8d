// GRE, VXLAN, Geneve, GTP-U, L2TP and MPLS: one hop over each. RFC 2784, 2890, 2637, 7348, 8926, 2661, 3032;
// 3GPP TS 29.281.
#include "ip/tunnel_steps.h"

#include <algorithm>

#include "ip/checksum.h"
#include "ip/ethernet.h"

namespace glass::ip {
namespace {

// ---- GRE ----

constexpr std::uint16_t kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000,
                        kAck = 0x0080;

/// Protocol types with a small header of their own.
constexpr std::uint16_t kErspan2 = 0x88be, kErspan3 = 0x22eb, kWccp = 0x883e, kCiscoMetaData = 0x8909;

/// Source route entries: address family, offset, length, and as many octets; the last one is all zeros.
std::size_t routing_length(Bytes rest) {
    Reader in(rest);
    while (true) {
        const std::uint16_t family = in.u16();
        in.skip(1);
        const std::uint8_t length = in.u8();
        if (!in.ok()) return in.position() + 4;
        if (family == 0 && length == 0) return in.position();
        in.skip(length);
        if (!in.ok()) return in.position() + length;
    }
}

/// What stands behind the GRE header proper, and whether octets of another header come first.
void read_payload(GreHeader& h, Bytes rest) {
    const auto octet = [&](std::size_t i) { return i < rest.size() ? rest[i] : std::uint8_t{0}; };
    switch (h.protocol) {
        case kErspan2:  // type I has neither sequence number nor header
            h.shim_length = h.sequence_number ? 8 : 0;
            h.payload = Proto::eth;
            break;
        case kErspan3:
            h.shim_length = octet(11) & 1 ? 20 : 12;  // O: a subheader for the platform follows
            h.payload = Proto::eth;
            break;
        case kWccp:  // version 1 has no redirect header: an IP header follows at once
            h.shim_length = octet(0) >> 4 == 4 ? 0 : 4;
            h.payload = Proto::ip;
            break;
        case kCiscoMetaData:  // EtherType, version, length in words, options
            h.shim_length = 4 + octet(3) * std::size_t{4};
            h.payload = proto_of_ethertype(static_cast<std::uint16_t>(octet(0) << 8 | octet(1)));
            break;
        default: h.payload = proto_of_ethertype(h.protocol);
    }
}

// ---- what may follow a label stack ----

/// Where an EtherType would stand there is one that Glass knows, or a length that fits.
bool looks_like_ethernet(Bytes bytes, std::uint32_t wire_length) {
    if (bytes.size() < EthernetHeader::kLength) return false;
    const std::uint16_t type = load16(&bytes[12]);
    const bool fits = type >= 3 && type <= kMax8023Length && type + EthernetHeader::kLength <= wire_length;
    return fits || proto_of_ethertype(type) != Proto::data;
}

}  // namespace

GreHeader read_gre(Bytes packet) {
    Reader in(packet);
    GreHeader h;
    h.flags = in.u16();
    h.protocol = in.u16();
    const auto take = [&](auto& field, auto value, std::size_t octets) {
        field = value;
        h.length += octets;
    };
    if (h.flags & (kChecksum | kRouting)) {
        take(h.checksum, in.u16(), 2);
        take(h.offset, in.u16(), 2);
    }
    if (h.flags & kKey) take(h.key, in.u32(), 4);
    if (h.flags & kSequence) take(h.sequence_number, in.u32(), 4);
    if (h.version() == 1 && h.flags & kAck) take(h.ack_number, in.u32(), 4);
    if (h.flags & kRouting) h.routing_length = routing_length(after(packet, h.length));
    h.length += h.routing_length;
    read_payload(h, after(packet, h.length));
    h.length += h.shim_length;
    return h;
}

Hop step_gre(Bytes captured, std::uint32_t wire_length) {
    const GreHeader h = read_gre(captured);
    if (captured.size() < 4) return cut_short(4, captured.size());
    if (h.version() > 1) return {.fault = {"GRE version {} is neither 0 nor 1", h.version()}};
    if (captured.size() < h.length) return cut_short(h.length, captured.size());
    Hop hop{.header_length = static_cast<std::uint32_t>(h.length), .next = h.payload};
    if (h.version() == 0 || !h.key) return hop;
    hop.payload_length = h.sequence_number ? *h.key >> 16 : 0;  // without a number it only acknowledges
    const std::uint32_t follow = wire_length - hop.header_length;
    if (hop.payload_length > follow)
        hop.fault =
            missing("PPTP payload length {} exceeds the {} bytes that follow", hop.payload_length, follow);
    return hop;
}

bool gre_checksum_ok(Bytes packet) {
    ChecksumSum sum;
    sum.add(packet);
    return sum.folded() == 0xffff;
}

Hop step_vxlan(Bytes captured, std::uint32_t) {
    if (captured.size() < kVxlanLength) return cut_short(kVxlanLength, captured.size());
    const bool valid_vni = captured[0] & 0x08, generic = captured[0] & 0x04;
    Hop hop{.header_length = kVxlanLength};
    if (!generic) {
        hop.next = valid_vni ? Proto::eth : Proto::data;
        return hop;
    }
    switch (captured[3]) {
        case 1: hop.next = Proto::ip; break;
        case 2: hop.next = Proto::ipv6; break;
        case 3: hop.next = Proto::eth; break;
        case 5: hop.next = Proto::mpls; break;
        default: break;
    }
    return hop;
}

Hop step_geneve(Bytes captured, std::uint32_t) {
    if (captured.size() < kGeneveLength) return cut_short(kGeneveLength, captured.size());
    const std::uint32_t version = captured[0] >> 6;
    if (version != 0) return {.fault = {"Geneve version {} is not 0", version}};
    const std::uint32_t length = kGeneveLength + (captured[0] & 0x3fu) * 4;
    if (captured.size() < length) return cut_short(length, captured.size());
    return {.header_length = length, .next = proto_of_ethertype(load16(&captured[2]))};
}

namespace {

/// Of all of it, as far as the octets are there: beyond their end where it is cut off. 0: an extension header
/// says that it has no length.
std::uint32_t gtp_header_length(Bytes packet) {
    constexpr std::uint8_t kExtension = 4, kAnyOfThree = 7;
    std::uint32_t length = kGtpLength + (packet[0] & kAnyOfThree ? 4 : 0);
    if (!(packet[0] & kExtension)) return length;
    while (length <= packet.size() && packet[length - 1] != 0) {
        if (length == packet.size()) return length + 1;
        if (packet[length] == 0) return 0;
        length += packet[length] * 4u;
    }
    return length;
}

}  // namespace

Hop step_gtp(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < kGtpLength) return cut_short(kGtpLength, captured.size());
    const std::uint32_t version = captured[0] >> 5;
    if (version != 1) return {.fault = {"GTP version {} is not 1", version}};
    const std::uint32_t header = gtp_header_length(captured);
    if (header == 0) return {.fault = {"GTP extension header of length 0"}};
    if (captured.size() < header) return cut_short(header, captured.size());
    const std::uint32_t length = kGtpLength + load16(&captured[2]);
    if (length < header) return {.fault = {"GTP length {} ends inside the header of {}", length, header}};
    Hop hop{.header_length = header, .payload_length = length - header};
    if (length > wire_length)
        hop.fault = missing("GTP length {} exceeds the {} bytes there are", length, wire_length);
    constexpr std::uint8_t kTunnelledPacket = 255;  // G-PDU, the one message with a packet inside
    if (captured[1] == kTunnelledPacket) hop.next = proto_of_ip_version(after(captured, header));
    return hop;
}

L2tpHeader read_l2tp(Bytes packet) {
    constexpr std::uint16_t kLengthBit = 0x4000, kSequenceBit = 0x0800, kOffsetBit = 0x0200;
    Reader in(packet);
    L2tpHeader h;
    h.flags = in.u16();
    if (h.flags & kLengthBit) h.length = in.u16();
    h.tunnel = in.u16();
    h.session = in.u16();
    if (h.flags & kSequenceBit) {
        h.ns = in.u16();
        h.nr = in.u16();
    }
    if (h.flags & kOffsetBit) h.offset_size = in.u16();
    h.fixed_length = 6 + (h.length ? 2 : 0) + (h.ns ? 4 : 0) + (h.offset_size ? 2 : 0);
    return h;
}

Hop step_l2tp(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < 2) return cut_short(2, captured.size());
    const L2tpHeader h = read_l2tp(captured);
    if (h.version() != 2) return {};
    const auto header = static_cast<std::uint32_t>(h.length_with_offset());
    if (captured.size() < header) return cut_short(header, captured.size());
    const std::uint32_t length = h.length.value_or(wire_length);
    if (length < header) return {.fault = {"length {} is below the header's {}", length, header}};
    Hop hop{.header_length = header, .next = Proto::ppp};
    if (h.is_control()) {
        hop.header_length = std::min(length, static_cast<std::uint32_t>(captured.size()));
        hop.next = Proto::data;
    }
    if (h.length) hop.payload_length = length - hop.header_length;
    if (length > wire_length)
        hop.fault = missing("length {} exceeds the {} bytes there are", length, wire_length);
    return hop;
}

Hop step_mpls(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < kMplsLength) return cut_short(kMplsLength, captured.size());
    Hop hop{.header_length = kMplsLength};
    const bool bottom = captured[2] & 1;
    const Bytes rest = after(captured, kMplsLength);
    const std::uint32_t follow = wire_length - kMplsLength;
    if (!bottom) {
        hop.next = Proto::mpls;
    } else if (rest.empty()) {
        return hop;
    } else if (const Proto packet = proto_of_ip_version(rest); packet != Proto::data) {
        hop.next = packet;
    } else if (rest[0] >> 4 == 0 && follow >= 4 && looks_like_ethernet(after(rest, 4), follow - 4)) {
        hop.header_length += 4;  // the control word of a pseudowire
        hop.next = Proto::eth;
    } else if (looks_like_ethernet(rest, follow)) {
        hop.next = Proto::eth;
    }
    return hop;
}

}  // namespace glass::ip
