#include "tools/ip_names.h"

#include <algorithm>
#include <array>
#include <span>

namespace glass::tools {
namespace {

struct Named {
    std::uint16_t number;
    std::string_view name;
};

struct NamedOption {
    std::uint8_t type;
    FieldInfo name;
};

constexpr std::string_view find(std::span<const Named> names, std::uint16_t number) {
    const auto it = std::ranges::find(names, number, &Named::number);
    return it == names.end() ? std::string_view{} : it->name;
}

constexpr FieldInfo kUnknown = {"unknown", "Unknown Option"};

constexpr const FieldInfo& find(std::span<const NamedOption> names, std::uint8_t type) {
    const auto it = std::ranges::find(names, type, &NamedOption::type);
    return it == names.end() ? kUnknown : it->name;
}

constexpr Named kProtocols[] = {
    {0, "hop-by-hop options"},
    {1, "ICMP"},
    {2, "IGMP"},
    {4, "IPv4"},
    {6, "TCP"},
    {8, "EGP"},
    {17, "UDP"},
    {33, "DCCP"},
    {41, "IPv6"},
    {43, "routing header"},
    {44, "fragment header"},
    {46, "RSVP"},
    {47, "GRE"},
    {50, "ESP"},
    {51, "AH"},
    {58, "ICMPv6"},
    {59, "no next header"},
    {60, "destination options"},
    {88, "EIGRP"},
    {89, "OSPF"},
    {94, "IP in IP"},
    {97, "Ethernet"},
    {103, "PIM"},
    {108, "IPComp"},
    {112, "VRRP"},
    {115, "L2TP"},
    {132, "SCTP"},
    {135, "mobility header"},
    {136, "UDP-Lite"},
    {137, "MPLS in IP"},
    {139, "HIP"},
    {140, "Shim6"},
    {143, "Ethernet"},
    {253, "for experiments"},
    {254, "for experiments"},
};

// RFC 2474, 2597, 3246, 5865, 8622.
constexpr Named kDscp[] = {
    {0, "default"}, {1, "LE"},           {8, "CS1"},   {10, "AF11"}, {12, "AF12"}, {14, "AF13"},
    {16, "CS2"},    {18, "AF21"},        {20, "AF22"}, {22, "AF23"}, {24, "CS3"},  {26, "AF31"},
    {28, "AF32"},   {30, "AF33"},        {32, "CS4"},  {34, "AF41"}, {36, "AF42"}, {38, "AF43"},
    {40, "CS5"},    {44, "VOICE-ADMIT"}, {46, "EF"},   {48, "CS6"},  {56, "CS7"},
};

constexpr std::array<std::string_view, 4> kEcn = {"not ECN-capable", "ECN-capable, ECT(1)",
                                                  "ECN-capable, ECT(0)", "congestion experienced"};

constexpr Named kUdpServices[] = {
    {7, "echo"},
    {9, "discard"},
    {53, "domain"},
    {67, "bootps"},
    {68, "bootpc"},
    {69, "tftp"},
    {80, "http"},
    {88, "kerberos"},
    {123, "ntp"},
    {137, "netbios-ns"},
    {138, "netbios-dgm"},
    {161, "snmp"},
    {162, "snmptrap"},
    {389, "ldap"},
    {443, "https"},
    {500, "isakmp"},
    {514, "syslog"},
    {520, "rip"},
    {546, "dhcpv6-client"},
    {547, "dhcpv6-server"},
    {853, "domain over DTLS or QUIC"},
    {1194, "openvpn"},
    {1701, "l2tp"},
    {1812, "radius"},
    {1813, "radius-acct"},
    {1900, "ssdp"},
    {3478, "stun"},
    {4500, "ipsec-nat-t"},
    {4789, "vxlan"},
    {5060, "sip"},
    {5353, "mdns"},
    {5355, "llmnr"},
    {2152, "gtp-user"},
    {6081, "geneve"},
    {51820, "wireguard"},
};

constexpr NamedOption kIpv4Options[] = {
    {0, {"eol", "End of Option List"}},
    {1, {"nop", "No Operation"}},
    {7, {"rr", "Record Route"}},
    {68, {"ts", "Internet Timestamp"}},
    {130, {"security", "Security"}},
    {131, {"lsrr", "Loose Source and Record Route"}},
    {133, {"extended_security", "Extended Security"}},
    {134, {"cipso", "Commercial Security"}},
    {136, {"stream_id", "Stream Identifier"}},
    {137, {"ssrr", "Strict Source and Record Route"}},
    {148, {"router_alert", "Router Alert"}},
};

constexpr NamedOption kIpv6Options[] = {
    {0x00, {"pad1", "Pad1"}},
    {0x01, {"padn", "PadN"}},
    {0x04, {"tunnel_encapsulation_limit", "Tunnel Encapsulation Limit"}},
    {0x05, {"router_alert", "Router Alert"}},
    {0x07, {"calipso", "CALIPSO"}},
    {0x08, {"smf_dpd", "SMF Duplicate Packet Detection"}},
    {0x0f, {"pdm", "Performance and Diagnostic Metrics"}},
    {0x11, {"ioam", "IOAM"}},
    {0x23, {"rpl", "RPL Option"}},
    {0x26, {"quick_start", "Quick-Start"}},
    {0x30, {"pmtu", "Minimum Path MTU"}},
    {0x31, {"ioam", "IOAM"}},
    {0x63, {"rpl", "RPL Option"}},
    {0x6d, {"mpl", "MPL Option"}},
    {0x8b, {"ilnp_nonce", "ILNP Nonce"}},
    {0x8c, {"line_identification", "Line-Identification"}},
    {0xc2, {"jumbo_payload", "Jumbo Payload"}},
    {0xc9, {"home_address", "Home Address"}},
    {0xee, {"ip_dff", "IP_DFF"}},
};

constexpr NamedOption kNdOptions[] = {
    {1, {"source_link_layer_address", "Source Link-Layer Address"}},
    {2, {"target_link_layer_address", "Target Link-Layer Address"}},
    {3, {"prefix_information", "Prefix Information"}},
    {4, {"redirected_header", "Redirected Header"}},
    {5, {"mtu", "MTU"}},
    {13, {"timestamp", "Timestamp"}},
    {14, {"nonce", "Nonce"}},
    {24, {"route_information", "Route Information"}},
    {25, {"recursive_dns_server", "Recursive DNS Server"}},
    {26, {"flags_extension", "Router Advertisement Flags Extension"}},
    {31, {"dns_search_list", "DNS Search List"}},
    {37, {"captive_portal", "Captive Portal"}},
    {38, {"pref64", "PREF64"}},
};

constexpr Named kRoutingTypes[] = {
    {0, "source route, deprecated by RFC 5095"},
    {1, "Nimrod, deprecated"},
    {2, "Mobile IPv6"},
    {3, "RPL source route"},
    {4, "segment routing"},
    {253, "for experiments"},
    {254, "for experiments"},
};

constexpr Named kMobilityTypes[] = {
    {0, "binding refresh request"},
    {1, "home test init"},
    {2, "care-of test init"},
    {3, "home test"},
    {4, "care-of test"},
    {5, "binding update"},
    {6, "binding acknowledgement"},
    {7, "binding error"},
};

}  // namespace

std::string_view ip_protocol_name(std::uint8_t number) {
    return find(kProtocols, number);
}
std::string_view dscp_name(std::uint8_t dscp) {
    return find(kDscp, dscp);
}
std::string_view ecn_name(std::uint8_t ecn) {
    return kEcn[ecn & 3];
}
std::string_view udp_service_name(std::uint16_t port) {
    return find(kUdpServices, port);
}
const FieldInfo& ipv4_option_name(std::uint8_t type) {
    return find(kIpv4Options, type);
}
const FieldInfo& ipv6_option_name(std::uint8_t type) {
    return find(kIpv6Options, type);
}
const FieldInfo& nd_option_name(std::uint8_t type) {
    return find(kNdOptions, type);
}
std::string_view routing_type_name(std::uint8_t type) {
    return find(kRoutingTypes, type);
}
std::string_view mobility_type_name(std::uint8_t type) {
    return find(kMobilityTypes, type);
}

}  // namespace glass::tools
