// ARP: reading, building, one hop. RFC 826.
#include "ip/arp.h"

namespace glass::ip {

ArpHeader read_arp(Bytes packet) {
    Reader in(packet);
    ArpHeader h;
    h.hardware_type = in.u16();
    h.protocol_type = in.u16();
    h.hardware_size = in.u8();
    h.protocol_size = in.u8();
    h.operation = in.u16();
    return h;
}

void ArpPacket::serialize(Buffer& out) const {
    const ArpHeader h{.operation = operation};
    Writer w(out);
    w.u16(h.hardware_type);
    w.u16(h.protocol_type);
    w.u8(h.hardware_size);
    w.u8(h.protocol_size);
    w.u16(h.operation);
    w.bytes(sender_mac.octets);
    w.u32(sender_ip.value);
    w.bytes(target_mac.octets);
    w.u32(target_ip.value);
}

Result<ArpPacket> parse_arp(Bytes packet) {
    if (packet.size() < ArpHeader::kLength) return std::unexpected(Error::truncated);
    const ArpHeader h = read_arp(packet);
    if (h.hardware_type != 1 || !h.is_ethernet_ipv4()) return std::unexpected(Error::bad_value);
    Reader in(after(packet, ArpHeader::kLength));
    ArpPacket p;
    p.operation = h.operation;
    p.sender_mac = read_mac_address(in);
    p.sender_ip = read_ipv4_address(in);
    p.target_mac = read_mac_address(in);
    p.target_ip = read_ipv4_address(in);
    if (!in.ok()) return std::unexpected(Error::truncated);
    return p;
}

Hop step_arp(Bytes captured, std::uint32_t) {
    const std::size_t length =
        captured.size() < ArpHeader::kLength ? ArpHeader::kLength : read_arp(captured).length();
    if (captured.size() < length) return cut_short(length, captured.size());
    return {.header_length = static_cast<std::uint32_t>(length), .payload_length = 0};
}

}  // namespace glass::ip
