// Link headers: Ethernet and ARP both ways; where each kind of header ends, and what follows it.
#include <array>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <span>

#include "ip/arp.h"
#include "ip/ethernet.h"
#include "ip/link_steps.h"
#include "ip/wlan_steps.h"
#include "tests/hop_rows.h"

namespace {

using namespace glass::ip;
using namespace glass::tests;

constexpr auto kExceeds8023 = "802.3 length {} exceeds the {} bytes that follow";
constexpr auto kExceedsPppoe = "PPPoE length {} exceeds the {} bytes that follow";

const HopRow kEthernetRows[] = {
    {"IPv4, RFC 894", step_eth, "ffffffffffff 020000000001 0800 45", 14, Proto::ip},
    {"IPv6, RFC 2464", step_eth, "333300000001 020000000001 86dd 60", 14, Proto::ipv6},
    {"ARP, RFC 826", step_eth, "ffffffffffff 020000000001 0806 0001", 14, Proto::arp},
    {"RARP, RFC 903", step_eth, "ffffffffffff 020000000001 8035 0001", 14, Proto::arp},
    {"802.1Q", step_eth, "020000000002 020000000001 8100 0064 0800", 14, Proto::vlan},
    {"802.1ad", step_eth, "020000000002 020000000001 88a8 0064 8100", 14, Proto::vlan},
    {"QinQ before 802.1ad", step_eth, "020000000002 020000000001 9100 0064 8100", 14, Proto::vlan},
    {"MPLS, RFC 3032 5", step_eth, "020000000002 020000000001 8847 00010140", 14, Proto::mpls},
    {"PPPoE discovery, RFC 2516 4", step_eth, "ffffffffffff 020000000001 8863 1109", 14, Proto::pppoe},
    {"PPPoE session, RFC 2516 4", step_eth, "020000000002 020000000001 8864 1100", 14, Proto::pppoe},
    {"an EtherType that nobody knows", step_eth, "020000000002 020000000001 88b5 00", 14},
    {"802.3: two octets of padding", step_eth, "0180c2000000 020000000001 0003 424203 0000", 14, Proto::llc,
     3},
    {"802.3 length beyond the frame", step_eth, "0180c2000000 020000000001 0004 424203", 14, Proto::llc, 4,
     kExceeds8023},
    {"802.3 length beyond what was captured", step_eth, "0180c2000000 020000000001 0005 424203", 14,
     Proto::llc, 5, "", 2},
    {"802.3, IPX without LLC", step_eth, "ffffffffffff 020000000001 0003 ffff00", 14, Proto::data, 3},
    {"1500 is a length", step_eth, "020000000002 020000000001 05dc 424203", 14, Proto::llc, 1500, "", 1497},
    {"1501 is neither length nor EtherType", step_eth, "020000000002 020000000001 05dd 424203", 14},
    {"zero is no length", step_eth, "020000000002 020000000001 0000 424203", 14},
    {"tag with IPv4", step_vlan, "2064 0800 45", 4, Proto::ip},
    {"tag in a tag", step_vlan, "0064 8100 0065 0800", 4, Proto::vlan},
    {"tag with an 802.3 length", step_vlan, "0064 0003 424203 00", 4, Proto::llc, 3},
    {"LLC, spanning tree", step_llc, "42 42 03 0000", 3},
    {"LLC, numbered: two octets of control", step_llc, "f0 f1 01 02 00", 4},
    {"LLC, IP without SNAP", step_llc, "06 06 03 45", 3, Proto::ip},
    {"SNAP, RFC 1042", step_llc, "aa aa 03 000000 0800 45", 8, Proto::ip},
    {"SNAP, 802.1H", step_llc, "aa aa 03 0000f8 86dd 60", 8, Proto::ipv6},
    {"SNAP, Cisco's own", step_llc, "aa aa 03 00000c 2000 02", 8},
};

const HopRow kSerialRows[] = {
    {"PPP, RFC 1662 3.1", step_ppp, "ff03 0021 45", 4, Proto::ip},
    {"PPP without address and control, RFC 1661 6.6", step_ppp, "0057 60", 2, Proto::ipv6},
    {"PPP with a short protocol, RFC 1661 6.5", step_ppp, "ff03 21 45", 3, Proto::ip},
    {"PPP with neither", step_ppp, "21 45", 1, Proto::ip},
    {"PPP, MPLS, RFC 3032 4.3", step_ppp, "0281 00010140", 2, Proto::mpls},
    {"PPP, Link Control Protocol", step_ppp, "ff03 c021 01", 4},
    {"Cisco HDLC in a PPP capture", step_ppp, "0f00 0800 45", 0, Proto::chdlc},
    {"PPPoE session, padded", step_pppoe, "11 00 0001 0003 0021 45 0000", 6, Proto::ppp, 3},
    {"PPPoE length beyond the frame", step_pppoe, "11 00 0001 0004 0021 45", 6, Proto::ppp, 4, kExceedsPppoe},
    {"PPPoE discovery: tags are header", step_pppoe, "11 09 0000 0008 0101 0000 0103 0000 00", 14,
     Proto::data, 0},
    {"PPPoE discovery with fewer tags than it says", step_pppoe, "11 09 0000 0005 0101", 8, Proto::data, 0,
     kExceedsPppoe},
    {"PPPoE version 2", step_pppoe, "21 00 0001 0003 0021 45", 6, Proto::data, kToTheEnd,
     "PPPoE version {} and type {} instead of 1 and 1"},
    {"Cisco HDLC", step_chdlc, "0f 00 0800 45", 4, Proto::ip},
    {"Cisco HDLC broadcast", step_chdlc, "8f 00 86dd 60", 4, Proto::ipv6},
    {"Cisco HDLC, SLARP is not RARP", step_chdlc, "8f 00 8035 00", 4},
    {"frame relay, RFC 2427 4.1", step_fr, "1841 03 cc 45", 4, Proto::ip},
    {"frame relay, IPv6, RFC 2590", step_fr, "1841 03 8e 60", 4, Proto::ipv6},
    {"frame relay, padded SNAP, RFC 2427 3", step_fr, "1841 03 00 80 000000 0800 45", 10, Proto::ip},
    {"frame relay, SNAP without padding", step_fr, "1841 03 80 000000 0800 45", 9, Proto::ip},
    {"frame relay, bridged, RFC 2427 4.2", step_fr, "1841 03 00 80 0080c2 0007 02", 10, Proto::eth},
    {"frame relay, PPP, RFC 1973", step_fr, "1841 03 cf 0021 45", 4, Proto::ppp},
    {"frame relay, Cisco's form", step_fr, "1841 0800 45", 4, Proto::ip},
    {"frame relay, three octets of address", step_fr, "184041 03 cc 45", 5, Proto::ip},
    {"frame relay, four octets of address", step_fr, "18404041 03 cc 45", 6, Proto::ip},
    {"frame relay, link management, Q.933", step_fr, "0001 03 08 0075", 4},
    {"frame relay, an address of one octet", step_fr, "1941 03 cc 45", 0, Proto::data, kToTheEnd,
     "frame relay address ends after {} octet"},
    {"frame relay, an address without end", step_fr, "18404040 4041 03 cc", 0, Proto::data, kToTheEnd,
     "frame relay address does not end after {} octets"},
};

const HopRow kHostRows[] = {
    {"family 2, little-endian", step_null, "02000000 45", 4, Proto::ip},
    {"family 2, big-endian", step_null, "00000002 45", 4, Proto::ip},
    {"IPv6, NetBSD and OpenBSD", step_null, "18000000 60", 4, Proto::ipv6},
    {"IPv6, FreeBSD", step_null, "1c000000 60", 4, Proto::ipv6},
    {"IPv6, macOS", step_null, "1e000000 60", 4, Proto::ipv6},
    {"IPv6, LOOP", step_null, "00000018 60", 4, Proto::ipv6},
    {"an EtherType for a family", step_null, "00000800 45", 4, Proto::ip},
    {"a family that nobody knows", step_null, "07000000 00", 4},
    {"raw IPv4", step_raw, "45", 0, Proto::ip},
    {"raw IPv6", step_raw, "60", 0, Proto::ipv6},
    {"raw, neither", step_raw, "12", 0},
    {"SLL", step_sll, "0000 0001 0006 020000000001 0000 0800 45", 16, Proto::ip},
    {"SLL, tunnel device", step_sll, "0000 fffe 0000 0000000000000000 86dd 60", 16, Proto::ipv6},
    {"SLL, 802.2", step_sll, "0001 0001 0006 020000000001 0000 0004 aaaa03", 16, Proto::llc},
    {"SLL, netlink", step_sll, "0004 0338 0000 0000000000000000 0800 14", 16},
    {"SLL, radiotap", step_sll, "0003 0323 0006 020000000001 0000 0019 0000", 16, Proto::radiotap},
    {"SLL2", step_sll2, "86dd 0000 00000002 0304 00 06 0000000000000000 60", 20, Proto::ipv6},
    {"SLL2, ARP", step_sll2, "0806 0000 00000002 0001 01 06 0200000000010000 00", 20, Proto::arp},
    {"NFLOG, little-endian", step_nflog, "02 00 002a 0800 0100 00000003 0500 0a00 00000000 0500 0900 45", 24,
     Proto::ip, 1},
    {"NFLOG, big-endian", step_nflog, "0a 00 002a 0008 0001 00000003 0006 0009 6000 0000", 16, Proto::ipv6,
     2},
    {"NFLOG without a packet", step_nflog, "02 00 002a 0800 0100 00000003", 12},
    {"NFLOG, another family", step_nflog, "07 00 002a 0500 0900 45", 8, Proto::data, 1},
    {"NFLOG, a length that cannot be", step_nflog, "02 00 002a 0300 0100", 0, Proto::data, kToTheEnd,
     "item length {} is below {}"},
    {"NFLOG, payload beyond the frame", step_nflog, "02 00 002a 0600 0900 45", 8, Proto::ip, 2,
     "payload length {} exceeds the {} bytes that follow"},
};

const HopRow kWirelessRows[] = {
    {"802.11 data", step_wlan, "0801 2c00 020000000001 020000000002 020000000003 1000 aaaa03", 24,
     Proto::llc},
    {"802.11 between access points: four addresses", step_wlan,
     "0803 2c00 020000000001 020000000002 020000000003 1000 020000000004 aaaa03", 30, Proto::llc},
    {"802.11 QoS data", step_wlan, "8801 2c00 020000000001 020000000002 020000000003 1000 0000 aaaa03", 26,
     Proto::llc},
    {"802.11 QoS data with HT control", step_wlan,
     "8881 2c00 020000000001 020000000002 020000000003 1000 0000 00000000 aaaa03", 30, Proto::llc},
    {"802.11 QoS data, aggregated", step_wlan,
     "8801 2c00 020000000001 020000000002 020000000003 1000 8000 020000000001", 26},
    {"802.11 encrypted", step_wlan, "0841 2c00 020000000001 020000000002 020000000003 1000 11223300", 24},
    {"802.11 first fragment", step_wlan, "0805 2c00 020000000001 020000000002 020000000003 1000 aaaa03", 24},
    {"802.11 second fragment", step_wlan, "0801 2c00 020000000001 020000000002 020000000003 1100 45", 24},
    {"802.11 no data", step_wlan, "4801 2c00 020000000001 020000000002 020000000003 1000", 24},
    {"802.11 beacon", step_wlan, "8000 0000 ffffffffffff 020000000002 020000000002 1000 00", 24},
    {"802.11 request to send", step_wlan, "b400 2c00 020000000001 020000000002", 16},
    {"802.11 acknowledgment", step_wlan, "d400 0000 020000000001", 10},
    {"radiotap without fields", step_radiotap, "00 00 0800 00000000 0801", 8, Proto::wlan},
    {"radiotap, frame check sequence", step_radiotap,
     "00 00 0900 02000000 10 d400 0000 020000000001 46435321", 9, Proto::wlan, 10},
    {"radiotap, flags after an aligned timer", step_radiotap,
     "00 00 1900 030000a0 00000020 00000000 0000000000000000 10 d400 0000 46435321", 25, Proto::wlan, 4},
    {"radiotap length below its own", step_radiotap, "00 00 0700 00000000 0801", 0, Proto::data, kToTheEnd,
     "radiotap length {} is below {}"},
    {"PPI, 802.11", step_ppi, "00 00 0800 69000000 0801", 8, Proto::wlan},
    {"PPI, Ethernet", step_ppi, "00 00 0800 01000000 02", 8, Proto::eth},
    {"PPI, frame check sequence", step_ppi,
     "00 00 2000 69000000 0200 1400 0000000000000000 0100 0000000000000000 0000 d400 0000 46435321", 32,
     Proto::wlan, 4},
    {"PPI, a link type that nobody knows", step_ppi, "00 00 0800 ffff0000 02", 8},
};

/// Without its padding it would be a header that ends two octets earlier: not one of those that can be cut.
const HopRow kPaddedRow = {"802.11 QoS data, padded to four", step_wlan,
                           "8801 2c00 020000000001 020000000002 020000000003 1000 0000 0000 aaaa03", 28,
                           Proto::llc};

const HopRow kArpRows[] = {
    {"request, padded", step_arp,
     "0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002 000000000000000000000000000000000000",
     28, Proto::data, 0},
    {"other hardware", step_arp, "0007 0800 01 04 0001 01 0a000001 02 0a000002", 18, Proto::data, 0},
};

template <class Check>
void for_all_rows(Check check) {
    for (const std::span<const HopRow> rows :
         {std::span<const HopRow>(kEthernetRows), std::span<const HopRow>(kSerialRows),
          std::span<const HopRow>(kHostRows), std::span<const HopRow>(kWirelessRows),
          std::span<const HopRow>(kArpRows)})
        for (const HopRow& row : rows) check(row);
    check(kPaddedRow);
}

const MacAddress kMac1{{2, 0, 0, 0, 0, 1}}, kMac2{{2, 0, 0, 0, 0, 2}};

MacAddress any_mac() {
    return {*rc::gen::arbitrary<std::array<std::uint8_t, 6>>()};
}

}  // namespace

TEST_CASE("links: the length of each header, and what follows it") {
    for_all_rows(check_row);
}

TEST_CASE("links: a header less one octet is cut short") {
    for (const auto& row : kEthernetRows) check_cut(row);
    for (const auto& row : kArpRows) check_cut(row);
    for (const auto& row : kWirelessRows) check_cut(row);
}

TEST_CASE("links: any prefix and any changed octet") {
    for_all_rows(check_hostile);
}

TEST_CASE("Ethernet header, built (IEEE 802.3 3.1.1)") {
    Buffer out;
    EthernetHeader{.dst = kMac2, .src = kMac1, .type = ethertype::ipv6}.serialize(out);
    CHECK(out == octets("020000000002 020000000001 86dd"));
    CHECK(parse_ethernet(Bytes(out).first(13)).error() == Error::truncated);
}

TEST_CASE("VLAN tag, built (IEEE 802.1Q 9.6)") {
    Buffer out;
    VlanTag{.priority = 5, .drop_eligible = true, .id = 0x123, .type = ethertype::ipv4}.serialize(out);
    CHECK(out == octets("b123 0800"));
    CHECK(parse_vlan(Bytes(out).first(3)).error() == Error::truncated);
}

TEST_CASE("ARP, built and refused (RFC 826)") {
    Buffer out;
    ArpPacket{.operation = arp_operation::reply,
              .sender_mac = kMac1,
              .sender_ip = {0x0a000001},
              .target_mac = kMac2,
              .target_ip = {0x0a000002}}
        .serialize(out);
    CHECK(out == octets("0001 0800 06 04 0002 020000000001 0a000001 020000000002 0a000002"));
    CHECK(parse_arp(Bytes(out).first(27)).error() == Error::truncated);
    CHECK(parse_arp(Bytes(out).first(7)).error() == Error::truncated);
    for (const std::size_t i : {1, 2, 4, 5}) {  // hardware, protocol, and the sizes of their addresses
        Buffer other = out;
        other[i] ^= 0x40;
        CHECK(parse_arp(other).error() == Error::bad_value);
    }
}

TEST_CASE("LLC, read") {
    const LlcHeader snap = read_llc(octets("aa aa 03 00000c 2000"));
    CHECK(snap.is_snap());
    CHECK(snap.oui == 0x00000c);
    CHECK(snap.pid == 0x2000);
    const LlcHeader numbered = read_llc(octets("f0 f1 01 02"));
    CHECK(numbered.control == 0x0201);
    CHECK(numbered.header_length() == 4);
}

TEST_CASE("frame relay: the bits of the identifier (Q.922 3.3)") {
    CHECK(read_frame_relay(octets("1841 03cc")).dlci == 100);
    CHECK(read_frame_relay(octets("fcf1 03cc")).dlci == 1023);
    CHECK(read_frame_relay(octets("fcf0 fd 03cc")).dlci == 0xffff);
    CHECK(read_frame_relay(octets("fcf0 fe fd 03cc")).dlci == 0x7fffff);
}

TEST_CASE("what is built is read again") {
    CHECK(rc::check("Ethernet", [] {
        const EthernetHeader h{
            .dst = any_mac(), .src = any_mac(), .type = *rc::gen::arbitrary<std::uint16_t>()};
        Buffer out;
        h.serialize(out);
        RC_ASSERT(out.size() == EthernetHeader::kLength);
        RC_ASSERT((parse_ethernet(out) == h));
    }));
    CHECK(rc::check("VLAN", [] {
        const VlanTag tag{.priority = *rc::gen::inRange<std::uint8_t>(0, 8),
                          .drop_eligible = *rc::gen::arbitrary<bool>(),
                          .id = *rc::gen::inRange<std::uint16_t>(0, 0x1000),
                          .type = *rc::gen::arbitrary<std::uint16_t>()};
        Buffer out;
        tag.serialize(out);
        RC_ASSERT(out.size() == VlanTag::kLength);
        RC_ASSERT((parse_vlan(out) == tag));
    }));
    CHECK(rc::check("ARP", [] {
        const ArpPacket arp{.operation = *rc::gen::arbitrary<std::uint16_t>(),
                            .sender_mac = any_mac(),
                            .sender_ip = {*rc::gen::arbitrary<std::uint32_t>()},
                            .target_mac = any_mac(),
                            .target_ip = {*rc::gen::arbitrary<std::uint32_t>()}};
        Buffer out;
        arp.serialize(out);
        RC_ASSERT((parse_arp(out) == arp));
        RC_ASSERT(step_arp(out, static_cast<std::uint32_t>(out.size())).header_length == out.size());
    }));
}

TEST_CASE("names and numbers of protocols") {
    CHECK(name(Proto::data) == "data");
    CHECK(name(Proto::eth) == "eth");
    CHECK(name(Proto::mpls) == "mpls");
    CHECK(name(Proto::ipv6_hopopts) == "ipv6.hopopts");
    CHECK(name(Proto::ipv6_mobility) == "mipv6");
    CHECK(name(Proto::geneve) == "geneve");
    CHECK(name(Proto::http) == "http");
    CHECK(name(Proto::count_) == "data");
    CHECK(proto_of_ip_protocol(6) == Proto::tcp);
    CHECK(proto_of_ip_protocol(41) == Proto::ipv6);
    CHECK(proto_of_ip_protocol(59) == Proto::data);   // no next header, RFC 8200 4.7
    CHECK(proto_of_ip_protocol(137) == Proto::mpls);  // RFC 4023
    CHECK(proto_of_ip_protocol(255) == Proto::data);
    CHECK(proto_of_udp_ports(53, 40000) == Proto::dns);
    CHECK(proto_of_udp_ports(40000, 5353) == Proto::dns);
    CHECK(proto_of_udp_ports(40000, 4789) == Proto::vxlan);
    CHECK(proto_of_udp_ports(4789, 40000) == Proto::data);  // the sender's port is any: RFC 7348 5
    CHECK(proto_of_udp_ports(53, 6081) == Proto::geneve);
    CHECK(proto_of_udp_ports(40000, 2152) == Proto::gtp);
    CHECK(proto_of_udp_ports(1701, 40000) == Proto::l2tp);  // answers come from it: RFC 2661 8.1
    CHECK(proto_of_udp_ports(40000, 1701) == Proto::l2tp);
    CHECK(proto_of_udp_ports(1701, 53) == Proto::dns);
    CHECK(proto_of_udp_ports(1, 2) == Proto::data);
}
