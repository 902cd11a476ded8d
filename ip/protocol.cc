// Protocols: their names, and the EtherTypes, IP protocol numbers and UDP ports that announce them.
#include "ip/protocol.h"

#include <array>

#include "ip/ethernet.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {
namespace {

constexpr std::array<std::string_view, kProtoCount> kNames{
    "data",  "eth",    "vlan",  "llc",  "sll",          "sll2",         "null",         "raw",
    "ppp",   "pppoe",  "chdlc", "wlan", "radiotap",     "fr",           "ppi",          "nflog",
    "mpls",  "arp",    "ip",    "ipv6", "ipv6.hopopts", "ipv6.routing", "ipv6.fraghdr", "ipv6.dstopts",
    "mipv6", "ah",     "esp",   "gre",  "vxlan",        "geneve",       "gtp",          "l2tp",
    "icmp",  "icmpv6", "udp",   "tcp",  "dns",          "http",
};
static_assert(!kNames.back().empty(), "every protocol has a name");

/// IANA's protocol numbers, one octet: looked up, not searched.
constexpr std::array<Proto, 256> kIpProtocols = [] {
    std::array<Proto, 256> table{};
    table[protocol_number::hop_by_hop] = Proto::ipv6_hopopts;
    table[protocol_number::icmp] = Proto::icmp;
    table[protocol_number::ipv4] = Proto::ip;
    table[protocol_number::tcp] = Proto::tcp;
    table[protocol_number::udp] = Proto::udp;
    table[protocol_number::ipv6] = Proto::ipv6;
    table[protocol_number::routing] = Proto::ipv6_routing;
    table[protocol_number::fragment] = Proto::ipv6_fraghdr;
    table[protocol_number::gre] = Proto::gre;
    table[protocol_number::esp] = Proto::esp;
    table[protocol_number::ah] = Proto::ah;
    table[protocol_number::icmpv6] = Proto::icmpv6;
    table[protocol_number::destination_options] = Proto::ipv6_dstopts;
    table[protocol_number::mobility] = Proto::ipv6_mobility;
    table[137] = Proto::mpls;  // MPLS-in-IP, RFC 4023
    table[143] = Proto::eth;   // Ethernet in segment routing, RFC 8986
    return table;
}();

/// Ports on which tunnels are received. The sender's port is there to spread flows over paths and says
/// nothing.
Proto tunnel_of_udp_port(std::uint16_t dst) {
    switch (dst) {
        case 2152: return Proto::gtp;     // 3GPP TS 29.281
        case 4754: return Proto::gre;     // RFC 8086
        case 4789:                        // RFC 7348
        case 4790:                        // its generic extension, draft-ietf-nvo3-vxlan-gpe
        case 8472: return Proto::vxlan;   // Linux's port before there was a number
        case 6081: return Proto::geneve;  // RFC 8926
        case 6635: return Proto::mpls;    // RFC 7510
        default: return Proto::data;
    }
}

/// RFC 2661 section 8.1: whoever answers may do so from any port, to the one that asked. Asked after all
/// others: a client's port may happen to have this number.
constexpr std::uint16_t kL2tpPort = 1701;

/// DNS (RFC 1035), and its message format in multicast DNS (RFC 6762) and LLMNR (RFC 4795).
constexpr bool is_dns_port(std::uint16_t port) {
    return port == 53 || port == 5353 || port == 5355;
}

}  // namespace

std::string_view name(Proto proto) {
    const auto index = static_cast<std::size_t>(proto);
    return kNames[index < kProtoCount ? index : 0];
}

Proto proto_of_ethertype(std::uint16_t type) {
    switch (type) {
        case ethertype::ipv4: return Proto::ip;
        case ethertype::ipv6: return Proto::ipv6;
        case ethertype::arp:
        case ethertype::rarp: return Proto::arp;
        case ethertype::vlan:
        case ethertype::service_vlan:
        case ethertype::old_service_vlan: return Proto::vlan;
        case ethertype::mpls:
        case ethertype::mpls_upstream: return Proto::mpls;
        case ethertype::pppoe_discovery:
        case ethertype::pppoe_session: return Proto::pppoe;
        case ethertype::ppp: return Proto::ppp;
        case ethertype::jumbo_llc: return Proto::llc;
        case ethertype::transparent_bridging: return Proto::eth;
        case ethertype::raw_frame_relay: return Proto::fr;
        default: return Proto::data;
    }
}

Proto proto_of_ip_protocol(std::uint8_t number) {
    return kIpProtocols[number];
}

Proto proto_of_ip_version(Bytes packet) {
    switch (packet.empty() ? 0 : packet[0] >> 4) {
        case 4: return Proto::ip;
        case 6: return Proto::ipv6;
        default: return Proto::data;
    }
}

Proto proto_of_udp_ports(std::uint16_t src, std::uint16_t dst) {
    if (const Proto tunnel = tunnel_of_udp_port(dst); tunnel != Proto::data) return tunnel;
    if (is_dns_port(src) || is_dns_port(dst)) return Proto::dns;
    return src == kL2tpPort || dst == kL2tpPort ? Proto::l2tp : Proto::data;
}

}  // namespace glass::ip
