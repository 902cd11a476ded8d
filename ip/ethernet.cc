// Ethernet, VLAN tags, LLC and SNAP: reading, building, one hop. IEEE 802.3, 802.1Q, 802.2; RFC 1042.
#include "ip/ethernet.h"

namespace glass::ip {
namespace {

/// Organization codes that SNAP is seen with.
constexpr std::uint32_t kOuiEthertype = 0x000000;  // RFC 1042
constexpr std::uint32_t kOuiBridged = 0x0080c2;    // 802.1: whole frames, RFC 2427 section 4.2
constexpr std::uint32_t kOuiTunnel =
    0x0000f8;  // 802.1H: EtherTypes again, for protocols that bridges translate

constexpr std::uint8_t kSapIp = 0x06;  // IP directly on 802.2, RFC 948: rare, and never with ARP

/// Novell put IPX straight after an 802.3 length, with its checksum field of ones where DSAP and SSAP would
/// be.
bool is_novell_raw(Bytes payload) {
    return payload.size() >= 2 && load16(payload.data()) == 0xffff;
}

/// What follows a type-or-length field at the end of a header of `header_length` octets, which are captured.
Hop after_type(std::uint32_t header_length, std::uint16_t type, Bytes captured, std::uint32_t wire_length) {
    if (!is_8023_length(type)) return {.header_length = header_length, .next = proto_of_ethertype(type)};
    const Bytes payload = after(captured, header_length);
    const std::uint32_t follow = wire_length - header_length;
    Hop hop{.header_length = header_length,
            .next = is_novell_raw(payload) ? Proto::data : Proto::llc,
            .payload_length = type};
    if (type > follow) hop.fault = missing("802.3 length {} exceeds the {} bytes that follow", type, follow);
    return hop;
}

}  // namespace

void EthernetHeader::serialize(Buffer& out) const {
    Writer w(out);
    w.bytes(dst.octets);
    w.bytes(src.octets);
    w.u16(type);
}

Result<EthernetHeader> parse_ethernet(Bytes frame) {
    Reader in(frame);
    EthernetHeader h;
    h.dst = read_mac_address(in);
    h.src = read_mac_address(in);
    h.type = in.u16();
    if (!in.ok()) return std::unexpected(Error::truncated);
    return h;
}

void VlanTag::serialize(Buffer& out) const {
    Writer w(out);
    w.u16(static_cast<std::uint16_t>(priority << 13 | drop_eligible << 12 | id));
    w.u16(type);
}

Result<VlanTag> parse_vlan(Bytes tag) {
    Reader in(tag);
    VlanTag h;
    const std::uint16_t control = in.u16();
    h.priority = static_cast<std::uint8_t>(control >> 13);
    h.drop_eligible = control & 0x1000;
    h.id = control & 0x0fff;
    h.type = in.u16();
    if (!in.ok()) return std::unexpected(Error::truncated);
    return h;
}

LlcHeader read_llc(Bytes bytes) {
    Reader in(bytes);
    LlcHeader h;
    h.dsap = in.u8();
    h.ssap = in.u8();
    h.control = in.u8();
    // A second octet of control counts the frames received; like the first it goes out low bits first.
    if (!h.is_unnumbered()) h.control = static_cast<std::uint16_t>(h.control | in.u8() << 8);
    if (h.is_snap()) {
        h.oui = std::uint32_t{in.u8()} << 16;
        h.oui |= in.u16();
        h.pid = in.u16();
    }
    return h;
}

Proto LlcHeader::payload() const {
    if (is_snap()) return proto_of_snap(oui, pid);
    return dsap == kSapIp && ssap == kSapIp && control == 3 ? Proto::ip : Proto::data;
}

Proto proto_of_snap(std::uint32_t oui, std::uint16_t pid) {
    if (oui == kOuiEthertype || oui == kOuiTunnel) return proto_of_ethertype(pid);
    const bool ethernet = pid == 0x0001 || pid == 0x0007;  // with and without the frame check sequence
    return oui == kOuiBridged && ethernet ? Proto::eth : Proto::data;
}

Hop step_eth(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < EthernetHeader::kLength) return cut_short(EthernetHeader::kLength, captured.size());
    return after_type(EthernetHeader::kLength, load16(&captured[12]), captured, wire_length);
}

Hop step_vlan(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < VlanTag::kLength) return cut_short(VlanTag::kLength, captured.size());
    return after_type(VlanTag::kLength, load16(&captured[2]), captured, wire_length);
}

Hop step_llc(Bytes captured, std::uint32_t) {
    const LlcHeader h = read_llc(captured);
    const std::size_t length = captured.size() < 3 ? 3 : h.header_length();
    if (captured.size() < length) return cut_short(length, captured.size());
    return {.header_length = static_cast<std::uint32_t>(length), .next = h.payload()};
}

}  // namespace glass::ip
