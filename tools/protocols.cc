#include "tools/protocols.h"

#include <array>

#include "ip/arp.h"
#include "ip/ethernet.h"
#include "ip/icmpv6.h"
#include "ip/ip_steps.h"
#include "ip/ipsec.h"
#include "ip/ipv6_extensions.h"
#include "ip/ipv6_options.h"
#include "ip/link_steps.h"
#include "ip/tunnel_steps.h"
#include "ip/udp.h"
#include "ip/wlan_steps.h"
#include "tcp/segment.h"
#include "tools/describe.h"
#include "tools/describe_dns.h"
#include "tools/describe_http.h"
#include "tools/describe_link.h"
#include "tools/describe_tcp.h"
#include "tools/dns.h"

namespace glass::tools {
namespace {

using ip::Proto;
using Table = std::array<ProtocolInfo, ip::kProtoCount>;

constexpr FieldInfo kDataFields[] = {{"len", "Octets"}};

void describe_data(const Layer& layer, const Packet&, FieldList& out) {
    out.number(in(kDataFields, "len"), layer.wire_length);
    if (layer.bytes.size() < layer.wire_length) out.note("{} of them captured", layer.bytes.size());
}

Table make_table() {
    Table table;
    const auto set = [&](Proto proto, ProtocolInfo info) { table[static_cast<std::size_t>(proto)] = info; };
    set(Proto::data, {"Data", "", nullptr, describe_data, kDataFields});

    set(Proto::eth, {"Ethernet", "IEEE 802.3", ip::step_eth, describe_eth, kEthFields});
    set(Proto::vlan, {"VLAN tag", "IEEE 802.1Q", ip::step_vlan, describe_vlan, kVlanFields});
    set(Proto::llc, {"Logical Link Control", "IEEE 802.2", ip::step_llc, describe_llc, kLlcFields});
    set(Proto::sll,
        {"Linux cooked capture v1", "LINKTYPE_LINUX_SLL", ip::step_sll, describe_sll, kSllFields});
    set(Proto::sll2,
        {"Linux cooked capture v2", "LINKTYPE_LINUX_SLL2", ip::step_sll2, describe_sll2, kSll2Fields});
    set(Proto::null, {"BSD loopback", "LINKTYPE_NULL", ip::step_null, describe_null, kNullFields});
    set(Proto::raw, {"Raw IP", "LINKTYPE_RAW", ip::step_raw, describe_raw, kRawFields});
    set(Proto::ppp, {"Point-to-Point Protocol", "RFC 1661", ip::step_ppp, describe_ppp, kPppFields});
    set(Proto::pppoe, {"PPP over Ethernet", "RFC 2516", ip::step_pppoe, describe_pppoe, kPppoeFields});
    set(Proto::chdlc, {"Cisco HDLC", "LINKTYPE_C_HDLC", ip::step_chdlc, describe_chdlc, kChdlcFields});
    set(Proto::wlan, {"Wireless LAN", "IEEE 802.11", ip::step_wlan, describe_wlan, kWlanFields});
    set(Proto::radiotap, {"Radiotap", "radiotap.org", ip::step_radiotap, describe_radiotap, kRadiotapFields});
    set(Proto::fr, {"Frame Relay", "RFC 2427", ip::step_fr, describe_fr, kFrFields});
    set(Proto::ppi, {"Per-Packet Information", "LINKTYPE_PPI", ip::step_ppi, describe_ppi, kPpiFields});
    set(Proto::nflog, {"Netfilter log", "LINKTYPE_NFLOG", ip::step_nflog, describe_nflog, kNflogFields});
    set(Proto::mpls, {"MPLS label", "RFC 3032", ip::step_mpls, describe_mpls, kMplsFields});

    set(Proto::arp, {"Address Resolution Protocol", "RFC 826", ip::step_arp, describe_arp, kArpFields});
    set(Proto::ip, {"Internet Protocol version 4", "RFC 791", ip::step_ipv4, describe_ip, kIpFields});
    set(Proto::ipv6, {"Internet Protocol version 6", "RFC 8200", ip::step_ipv6, describe_ipv6, kIpv6Fields});
    set(Proto::ipv6_hopopts, {"Hop-by-Hop Options", "RFC 8200", ip::step_ipv6_options_header,
                              describe_ipv6_hopopts, kIpv6OptionsHeaderFields});
    set(Proto::ipv6_routing,
        {"Routing Header", "RFC 8200", ip::step_ipv6_routing, describe_ipv6_routing, kIpv6RoutingFields});
    set(Proto::ipv6_fraghdr,
        {"Fragment Header", "RFC 8200", ip::step_ipv6_fragment, describe_ipv6_fraghdr, kIpv6FragmentFields});
    set(Proto::ipv6_dstopts, {"Destination Options", "RFC 8200", ip::step_ipv6_options_header,
                              describe_ipv6_dstopts, kIpv6OptionsHeaderFields});
    set(Proto::ipv6_mobility,
        {"Mobility Header", "RFC 6275", ip::step_ipv6_mobility, describe_ipv6_mobility, kIpv6MobilityFields});
    set(Proto::ah, {"Authentication Header", "RFC 4302", ip::step_ah, describe_ah, kAhFields});
    set(Proto::esp, {"Encapsulating Security Payload", "RFC 4303", ip::step_esp, describe_esp, kEspFields});
    set(Proto::gre, {"Generic Routing Encapsulation", "RFC 2784", ip::step_gre, describe_gre, kGreFields});
    set(Proto::vxlan, {"VXLAN", "RFC 7348", ip::step_vxlan, describe_vxlan, kVxlanFields});
    set(Proto::geneve, {"Geneve", "RFC 8926", ip::step_geneve, describe_geneve, kGeneveFields});
    set(Proto::gtp, {"GPRS Tunnelling Protocol", "3GPP TS 29.281", ip::step_gtp, describe_gtp, kGtpFields});
    set(Proto::l2tp, {"Layer Two Tunneling Protocol", "RFC 2661", ip::step_l2tp, describe_l2tp, kL2tpFields});
    set(Proto::icmp,
        {"Internet Control Message Protocol", "RFC 792", ip::step_icmp, describe_icmp, kIcmpFields});
    set(Proto::icmpv6, {"ICMPv6", "RFC 4443", ip::step_icmpv6, describe_icmpv6, kIcmpv6Fields});

    set(Proto::udp, {"User Datagram Protocol", "RFC 768", ip::step_udp, describe_udp, kUdpFields});
    set(Proto::tcp, {"Transmission Control Protocol", "RFC 9293", tcp::step_tcp, describe_tcp, kTcp});
    set(Proto::dns, {"Domain Name System", "RFC 1035", step_dns, describe_dns, kDns});
    set(Proto::http, {"Hypertext Transfer Protocol", "RFC 9112", nullptr, describe_http, kHttp});
    return table;
}

}  // namespace

const ProtocolInfo& protocol(ip::Proto proto) {
    static const Table kTable = make_table();
    return kTable[static_cast<std::size_t>(proto)];
}

}  // namespace glass::tools
