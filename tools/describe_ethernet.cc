// Describe Ethernet: MAC addresses, EtherTypes, VLAN priorities, LLC and ARP in words.
#include <algorithm>

#include "ip/arp.h"
#include "ip/ethernet.h"
#include "tools/describe_link.h"
#include "tools/describe_link_parts.h"
#include "tools/fixed_fields.h"
#include "tools/number_names.h"

namespace glass::tools {
namespace {

/// Either `type` or `len`, at the same place.
constexpr FieldInfo kEth[] = {
    {"dst", "Destination Address", 0, 48},
    {"src", "Source Address", 48, 48},
    {"type", "EtherType", 96, 16, Show::everywhere, Radix::hex},
    {"len", "Length", 96, 16},
};

constexpr FieldInfo kVlan[] = {
    {"priority", "Priority Code Point", 0, 3},
    {"dei", "Drop Eligible Indicator", 3, 1, Show::people_only},
    {"id", "VLAN Identifier", 4, 12},
    {"type", "EtherType", 16, 16, Show::everywhere, Radix::hex},
    {"len", "Length", 16, 16},
};

/// SNAP has `oui`, and `type` or, where that says that it is no EtherType, `pid`.
constexpr FieldInfo kLlc[] = {
    {"dsap", "Destination Service Access Point", 0, 8, Show::everywhere, Radix::hex},
    {"ssap", "Source Service Access Point", 8, 8, Show::everywhere, Radix::hex},
    {"control", "Control", 16, 8, Show::everywhere, Radix::hex},
    {"oui", "Organization Code", 24, 24, Show::everywhere, Radix::hex},
    {"type", "EtherType", 48, 16, Show::everywhere, Radix::hex},
    {"pid", "Protocol Identifier", 48, 16, Show::everywhere, Radix::hex},
};

/// The addresses of Ethernet and IPv4 have fixed places; `hw` and `proto` are those of other kinds, of any
/// size.
constexpr FieldInfo kArp[] = {
    {"hw.type", "Hardware Type", 0, 16},
    {"proto.type", "Protocol Type", 16, 16, Show::everywhere, Radix::hex},
    {"hw.size", "Hardware Address Length", 32, 8},
    {"proto.size", "Protocol Address Length", 40, 8},
    {"opcode", "Operation", 48, 16},
    {"src.hw_mac", "Sender Hardware Address", 64, 48},
    {"src.proto_ipv4", "Sender Protocol Address", 112, 32},
    {"dst.hw_mac", "Target Hardware Address", 144, 48},
    {"dst.proto_ipv4", "Target Protocol Address", 192, 32},
    {"src.hw", "Sender Hardware Address"},
    {"src.proto", "Sender Protocol Address"},
    {"dst.hw", "Target Hardware Address"},
    {"dst.proto", "Target Protocol Address"},
};

constexpr NumberName kEthertypes[] = {
    {ip::ethertype::ipv4, "IPv4"},
    {ip::ethertype::arp, "ARP"},
    {0x0842, "Wake-on-LAN"},
    {0x22ea, "Stream Reservation Protocol"},
    {0x22eb, "ERSPAN type III"},
    {0x22f3, "TRILL"},
    {0x6003, "DECnet"},
    {ip::ethertype::transparent_bridging, "an Ethernet frame"},
    {ip::ethertype::raw_frame_relay, "frame relay"},
    {ip::ethertype::rarp, "Reverse ARP"},
    {0x809b, "AppleTalk"},
    {0x80f3, "AppleTalk ARP"},
    {ip::ethertype::vlan, "VLAN tag, 802.1Q"},
    {0x8137, "IPX"},
    {ip::ethertype::ipv6, "IPv6"},
    {0x8808, "Ethernet flow control"},
    {0x8809, "Slow Protocols: LACP and others"},
    {ip::ethertype::ppp, "PPP"},
    {0x883e, "WCCP"},
    {ip::ethertype::mpls, "MPLS"},
    {ip::ethertype::mpls_upstream, "MPLS, label assigned upstream"},
    {ip::ethertype::pppoe_discovery, "PPPoE discovery"},
    {ip::ethertype::pppoe_session, "PPPoE session"},
    {ip::ethertype::jumbo_llc, "LLC in a jumbo frame"},
    {0x888e, "EAP over LAN, 802.1X"},
    {0x88a2, "ATA over Ethernet"},
    {ip::ethertype::service_vlan, "provider's VLAN tag, 802.1ad"},
    {0x88b5, "local experiment"},
    {0x88b6, "local experiment"},
    {0x88be, "ERSPAN"},
    {0x88cc, "LLDP"},
    {0x88e5, "MACsec"},
    {0x88f7, "Precision Time Protocol"},
    {0x8902, "connectivity fault management"},
    {0x8906, "Fibre Channel over Ethernet"},
    {0x8909, "Cisco MetaData"},
    {0x9000, "loopback test"},
    {ip::ethertype::old_service_vlan, "provider's VLAN tag, before 802.1ad"},
};

/// 802.1Q table I-2: what the priorities are for, where nobody decided otherwise.
constexpr std::string_view kPriorities[] = {"best effort",           "background",     "excellent effort",
                                            "critical applications", "video",          "voice",
                                            "internetwork control",  "network control"};

constexpr NumberName kServiceAccessPoints[] = {
    {0x00, "null"},    {0x06, "IP"},      {0x42, "spanning tree"},     {0xaa, "SNAP"},
    {0xe0, "NetWare"}, {0xf0, "NetBIOS"}, {0xfe, "OSI network layer"}, {0xff, "global"},
};

constexpr NumberName kOperations[] = {
    {ip::arp_operation::request, "request"},
    {ip::arp_operation::reply, "reply"},
    {ip::arp_operation::reverse_request, "reverse request"},
    {ip::arp_operation::reverse_reply, "reverse reply"},
};

/// The field at the end of an Ethernet header or VLAN tag.
void add_type_or_length(FieldList& out, const FieldInfo& type, const FieldInfo& length, std::uint16_t value) {
    if (!ip::is_8023_length(value)) return add_ethertype(out, type, value);
    out.number(length, value);
    out.note("at most {}: the length of an 802.3 frame, not an EtherType", ip::kMax8023Length);
}

void note_arp_question(FieldList& out, const ip::ArpPacket& arp) {
    const std::string sender = to_string(arp.sender_ip), target = to_string(arp.target_ip);
    if (arp.operation == ip::arp_operation::reply) {
        out.note("reply: {} is at {}", sender, to_string(arp.sender_mac));
    } else if (arp.sender_ip.is_unspecified()) {
        out.note("request, a probe: is anybody using {}?", target);
    } else if (arp.sender_ip == arp.target_ip) {
        out.note("request, an announcement: {} is mine", sender);
    } else {
        out.note("request: who has {}? tell {}", target, sender);
    }
}

}  // namespace

const std::span<const FieldInfo> kEthFields = kEth;
const std::span<const FieldInfo> kVlanFields = kVlan;
const std::span<const FieldInfo> kLlcFields = kLlc;
const std::span<const FieldInfo> kArpFields = kArp;

std::string_view ethertype_name(std::uint16_t type) {
    return name_in(kEthertypes, type);
}

void add_ethertype(FieldList& out, Placed at, std::uint16_t type) {
    out.number(at, type);
    note_name(out, kEthertypes, type);
}

void note_mac(FieldList& out, ip::Bytes six) {
    if (!out.verbose() || six.size() != 6) return;
    const bool group = six[0] & 0x01, local = six[0] & 0x02;
    if (std::ranges::all_of(six, [](std::uint8_t octet) { return octet == 0xff; })) {
        out.note("broadcast");
    } else if (six[0] == 0x33 && six[1] == 0x33) {
        out.note("IPv6 multicast, RFC 2464 section 7");
    } else if (six[0] == 0x01 && six[1] == 0x00 && six[2] == 0x5e) {
        out.note("IPv4 multicast, RFC 1112 section 6.4");
    } else if (group) {
        out.note("multicast");
    } else if (local) {
        out.note("locally administered: not the maker's number");
    }
}

void describe_eth(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    for (const FieldInfo* address : {&in(kEth, "dst"), &in(kEth, "src")}) {
        header.mac(*address);
        note_mac(out, header.part(*address));
    }
    const auto type = static_cast<std::uint16_t>(bits_at(layer.bytes, 96, 16));
    add_type_or_length(out, in(kEth, "type"), in(kEth, "len"), type);
}

void describe_vlan(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields tag(layer.bytes, out);
    const std::uint64_t priority = tag.number(in(kVlan, "priority"));
    out.note("{}", kPriorities[priority]);
    if (tag.boolean(in(kVlan, "dei"))) out.note("may be dropped first");
    const std::uint64_t id = tag.number(in(kVlan, "id"));
    if (id == 0) out.note("no VLAN: only the priority counts");
    if (id == 0xfff) out.note("reserved");
    const auto type = static_cast<std::uint16_t>(bits_at(layer.bytes, 16, 16));
    add_type_or_length(out, in(kVlan, "type"), in(kVlan, "len"), type);
}

void describe_llc(const Layer& layer, const Packet&, FieldList& out) {
    const ip::LlcHeader h = ip::read_llc(layer.bytes);
    out.number(in(kLlc, "dsap"), h.dsap);
    note_name(out, kServiceAccessPoints, h.dsap);
    out.number(in(kLlc, "ssap"), h.ssap);
    note_name(out, kServiceAccessPoints, h.ssap & 0xfeu);
    if (h.is_unnumbered()) {
        out.number(in(kLlc, "control"), h.control);
        out.note("{}", (h.control & 0xef) == 3 ? "unnumbered information" : "unnumbered");
    } else {
        out.number(at_octets(in(kLlc, "control"), 2, 2), h.control);
        out.note("{}", h.control & 1 ? "supervisory" : "information, numbered");
    }
    if (!h.is_snap()) return;
    out.number(in(kLlc, "oui"), h.oui);
    if (h.oui == 0) {
        out.note("an EtherType follows");
        return add_ethertype(out, in(kLlc, "type"), h.pid);
    }
    out.number(in(kLlc, "pid"), h.pid);
}

void describe_arp(const Layer& layer, const Packet&, FieldList& out) {
    const ip::ArpHeader h = ip::read_arp(layer.bytes);
    out.number(in(kArp, "hw.type"), h.hardware_type);
    if (h.hardware_type == 1) out.note("Ethernet");
    add_ethertype(out, in(kArp, "proto.type"), h.protocol_type);
    out.number(in(kArp, "hw.size"), h.hardware_size);
    out.number(in(kArp, "proto.size"), h.protocol_size);
    out.number(in(kArp, "opcode"), h.operation);
    if (out.verbose()) {
        const auto arp = ip::parse_arp(layer.bytes);
        if (arp && arp->operation <= ip::arp_operation::reply)
            note_arp_question(out, *arp);
        else
            note_name(out, kOperations, h.operation);
    }
    const FixedFields packet(layer.bytes, out);
    if (h.is_ethernet_ipv4()) {
        const auto ipv4 = [&](const FieldInfo& info) {
            out.address(info, {static_cast<std::uint32_t>(bits_at(layer.bytes, info.bit, info.width))});
        };
        packet.mac(in(kArp, "src.hw_mac"));
        ipv4(in(kArp, "src.proto_ipv4"));
        packet.mac(in(kArp, "dst.hw_mac"));
        ipv4(in(kArp, "dst.proto_ipv4"));
        return;
    }
    std::size_t at = ip::ArpHeader::kLength;
    const auto address = [&](const FieldInfo& info, std::size_t size) {
        if (size != 0) packet.octets(at_octets(info, at, size));
        at += size;
    };
    address(in(kArp, "src.hw"), h.hardware_size);
    address(in(kArp, "src.proto"), h.protocol_size);
    address(in(kArp, "dst.hw"), h.hardware_size);
    address(in(kArp, "dst.proto"), h.protocol_size);
}

}  // namespace glass::tools
