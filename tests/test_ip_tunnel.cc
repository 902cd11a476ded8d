// Tunnels: where each header ends, and what is inside.
#include <doctest/doctest.h>

#include "ip/tunnel_steps.h"
#include "tests/hop_rows.h"

namespace {

using namespace glass::ip;
using namespace glass::tests;

const HopRow kGreRows[] = {
    {"plain, RFC 2784 2.1", step_gre, "0000 0800 45", 4, Proto::ip},
    {"checksum, RFC 2784 2.4", step_gre, "8000 86dd ffff 0000 60", 8, Proto::ipv6},
    {"key and sequence number, RFC 2890 2", step_gre, "3000 0800 00000007 00000009 45", 12, Proto::ip},
    {"all of them", step_gre, "b000 0800 1234 0000 00000007 00000009 45", 16, Proto::ip},
    {"source route, RFC 1701", step_gre, "4000 0800 0000 0000 | 0800 00 04 0a000001 | 0000 00 00 | 45", 20,
     Proto::ip},
    {"source route without end", step_gre, "4000 0800 0000 0000 | 0800 00 04 0a000001", 0, Proto::data,
     kToTheEnd, "header needs {} bytes, {} captured"},
    {"transparent bridging", step_gre, "2000 6558 00000001 02", 8, Proto::eth},
    {"MPLS, RFC 4023 4", step_gre, "0000 8847 00010140", 4, Proto::mpls},
    {"keepalive", step_gre, "0000 0000", 4},
    {"PPTP, RFC 2637 4.1", step_gre, "3001 880b 0003 0007 00000001 | 0021 45 00", 12, Proto::ppp, 3},
    {"PPTP with acknowledgment", step_gre, "3081 880b 0003 0007 00000001 00000002 | 0021 45", 16, Proto::ppp,
     3},
    {"PPTP, acknowledgment alone", step_gre, "2081 880b 0000 0007 00000002", 12, Proto::ppp, 0},
    {"PPTP, length beyond the packet", step_gre, "3001 880b 0004 0007 00000001 | 0021 45", 12, Proto::ppp, 4,
     "PPTP payload length {} exceeds the {} bytes that follow"},
    {"bit 8 means nothing in version 0", step_gre, "0080 0800 45", 4, Proto::ip},
    {"version 2", step_gre, "0002 0800 45", 0, Proto::data, kToTheEnd, "GRE version {} is neither 0 nor 1"},
    {"ERSPAN I", step_gre, "0000 88be 02", 4, Proto::eth},
    {"ERSPAN II", step_gre, "1000 88be 00000001 | 1001000000000000 | 02", 16, Proto::eth},
    {"ERSPAN III", step_gre, "1000 22eb 00000001 | 200100000000000000000000 | 02", 20, Proto::eth},
    {"ERSPAN III with a platform's subheader", step_gre,
     "1000 22eb 00000001 | 200100000000000000000001 0000000000000000 | 02", 28, Proto::eth},
    {"WCCP 1", step_gre, "0000 883e 45", 4, Proto::ip},
    {"WCCP 2", step_gre, "0000 883e 00000000 45", 8, Proto::ip},
    {"Cisco MetaData", step_gre, "2000 8909 00000028 | 0800 01 01 00010000 | 45", 16, Proto::ip},
};

const HopRow kOverlayRows[] = {
    {"VXLAN, RFC 7348 5", step_vxlan, "08 000000 000001 00 02", 8, Proto::eth},
    {"VXLAN with a group policy", step_vxlan, "88 00 0001 000001 00 02", 8, Proto::eth},
    {"VXLAN without a valid identifier", step_vxlan, "00 000000 000001 00 02", 8},
    {"VXLAN-GPE, IPv4", step_vxlan, "0c 0000 01 000001 00 45", 8, Proto::ip},
    {"VXLAN-GPE, IPv6", step_vxlan, "0c 0000 02 000001 00 60", 8, Proto::ipv6},
    {"VXLAN-GPE, Ethernet", step_vxlan, "0c 0000 03 000001 00 02", 8, Proto::eth},
    {"VXLAN-GPE, NSH", step_vxlan, "0c 0000 04 000001 00 0f", 8},
    {"Geneve, RFC 8926 3.4", step_geneve, "00 00 6558 000001 00 02", 8, Proto::eth},
    {"Geneve, IPv6 inside", step_geneve, "00 00 86dd 000001 00 60", 8, Proto::ipv6},
    {"Geneve with an option", step_geneve, "02 40 6558 000001 00 | 0102 03 01 00000001 | 02", 16, Proto::eth},
    {"Geneve, options cut", step_geneve, "02 40 6558 000001 00 | 0102 03 01", 0, Proto::data, kToTheEnd,
     "header needs {} bytes, {} captured"},
    {"GTP-U, TS 29.281 5.1", step_gtp, "30 ff 0001 00000007 | 45", 8, Proto::ip, 1},
    {"GTP-U, IPv6 inside, with a sequence number", step_gtp, "32 ff 0005 00000007 | 0001 00 00 | 60", 12,
     Proto::ipv6, 1},
    {"GTP-U with an extension", step_gtp, "34 ff 0009 00000007 | 0000 00 85 | 01 1000 00 | 45", 16, Proto::ip,
     1},
    {"GTP-U, an echo is no tunnel", step_gtp, "32 01 0004 00000000 | 0001 00 00", 12, Proto::data, 0},
    {"GTP-U, extension cut", step_gtp, "34 ff 0009 00000007 | 0000 00 85 | 02 1000 00", 0, Proto::data,
     kToTheEnd, "header needs {} bytes, {} captured"},
    {"GTP-U, extension of no length", step_gtp, "34 ff 0009 00000007 | 0000 00 85 | 00 1000 00 | 45", 0,
     Proto::data, kToTheEnd, "GTP extension header of length 0"},
    {"GTP-U, length inside the header", step_gtp, "32 ff 0003 00000007 | 0001 00 00", 0, Proto::data,
     kToTheEnd, "GTP length {} ends inside the header of {}"},
    {"GTP-U, more than there is", step_gtp, "30 ff 0009 00000007 | 45", 8, Proto::ip, 9,
     "GTP length {} exceeds the {} bytes there are"},
    {"GTP version 2", step_gtp, "40 ff 0001 00000007 | 45", 0, Proto::data, kToTheEnd,
     "GTP version {} is not 1"},
    {"Geneve version 1", step_geneve, "40 00 6558 000001 00 02", 0, Proto::data, kToTheEnd,
     "Geneve version {} is not 0"},
};

const HopRow kL2tpRows[] = {
    {"data message, RFC 2661 3.1", step_l2tp, "0002 0001 0002 | ff03 0021 45", 6, Proto::ppp},
    {"data message with a length", step_l2tp, "4002 000b 0001 0002 | 0021 45 00", 8, Proto::ppp, 3},
    {"numbered data message", step_l2tp, "0802 0001 0002 0003 0004 | 0021 45", 10, Proto::ppp},
    {"data message with an offset", step_l2tp, "0202 0001 0002 0003 000000 | 0021 45", 11, Proto::ppp},
    {"all of them, and priority", step_l2tp, "4b02 0014 0001 0002 0003 0004 0002 0000 | 0021 45 00", 16,
     Proto::ppp, 4},
    {"length beyond the datagram", step_l2tp, "4002 000c 0001 0002 | 0021 45", 8, Proto::ppp, 4,
     "length {} exceeds the {} bytes there are"},
    {"control message, RFC 2661 4.4.1", step_l2tp, "c802 0014 0001 0000 0000 0000 | 8008 0000 0000 0006", 20,
     Proto::data, 0},
    {"control message without anything, RFC 2661 5.8", step_l2tp, "c802 000c 0001 0000 0001 0001 | 00", 12,
     Proto::data, 0},
    {"control message of which a part was captured", step_l2tp, "c802 0014 0001 0000 0000 0000 | 8008 0000",
     16, Proto::data, 4, "", 4},
    {"length below its own header", step_l2tp, "c802 000b 0001 0000 0000 0000", 0, Proto::data, kToTheEnd,
     "length {} is below the header's {}"},
    {"offset beyond the message", step_l2tp, "0202 0001 0002 0003 0000", 0, Proto::data, kToTheEnd,
     "header needs {} bytes, {} captured"},
    {"version 3, RFC 3931 4.1.2.1", step_l2tp, "0003 0000 00000001 45", 0},
};

constexpr auto kFrame = "00010140 | 020000000002 020000000001 0800 45";
const HopRow kMplsRows[] = {
    {"not the last label, RFC 3032 2.1", step_mpls, "00010040 00011140", 4, Proto::mpls},
    {"IPv4 by its version", step_mpls, "00010140 45", 4, Proto::ip},
    {"IPv6 by its version", step_mpls, "00010140 60", 4, Proto::ipv6},
    {"nothing", step_mpls, "00010140", 4},
    {"no version that is known", step_mpls, "00010140 99", 4},
    {"pseudowire with a control word, RFC 4448 4.6", step_mpls,
     "00010140 | 00000005 | 020000000002 020000000001 0800", 8, Proto::eth},
    {"pseudowire without", step_mpls, kFrame, 4, Proto::eth},
    {"pseudowire, 802.3 inside", step_mpls, "00010140 | 00000000 | 0180c2000000 020000000001 0003 424203", 8,
     Proto::eth},
    {"associated channel, RFC 4385 5", step_mpls, "00010140 | 10000021 00000000000000000000000000000000", 4},
};

template <class Check>
void for_all_rows(Check check) {
    for (const auto& row : kGreRows) check(row);
    for (const auto& row : kOverlayRows) check(row);
    for (const auto& row : kL2tpRows) check(row);
    for (const auto& row : kMplsRows) check(row);
}

}  // namespace

TEST_CASE("tunnels: the length of each header, and what is inside") {
    for_all_rows(check_row);
}

TEST_CASE("tunnels: any prefix and any changed octet") {
    for_all_rows(check_hostile);
}

TEST_CASE("tunnels: a header less one octet is cut short") {
    for (const auto& row : kOverlayRows) check_cut(row);
    for (const std::size_t i : {0, 1, 2, 3, 4, 6}) check_cut(kGreRows[i]);
    for (const std::size_t i : {0, 1, 2, 3, 4}) check_cut(kL2tpRows[i]);
}

TEST_CASE("GRE: the fields that flags put in (RFC 2890 2, RFC 2637 4.1)") {
    const GreHeader h = read_gre(octets("b000 0800 1234 0000 00000007 00000009 45"));
    CHECK(h.checksum == 0x1234);
    CHECK(h.key == 7);
    CHECK(h.sequence_number == 9);
    CHECK(!h.ack_number);
    const GreHeader pptp = read_gre(octets("3081 880b 0003 0007 00000001 00000002"));
    CHECK(pptp.version() == 1);
    CHECK(pptp.key == 0x00030007);
    CHECK(pptp.ack_number == 2);
    CHECK(!pptp.checksum);
}

TEST_CASE("GRE: the checksum covers header and payload (RFC 2784 2.5)") {
    Buffer packet = octets("8000 0800 0000 0000 4500 0014 0001");
    CHECK(!gre_checksum_ok(packet));
    // The sum of the words is 0x8000 + 0x0800 + 0x4500 + 0x0014 + 0x0001 = 0xcd15.
    packet[4] = 0x32;
    packet[5] = 0xea;
    CHECK(gre_checksum_ok(packet));
    packet[13] ^= 1;
    CHECK(!gre_checksum_ok(packet));
}

TEST_CASE("L2TP: the fields that flags put in (RFC 2661 3.1)") {
    const L2tpHeader all = read_l2tp(octets("cb02 0014 0001 0002 0003 0004 0005"));
    CHECK(all.is_control());
    CHECK(all.version() == 2);
    CHECK(all.length == 20);
    CHECK(all.tunnel == 1);
    CHECK(all.session == 2);
    CHECK(all.ns == 3);
    CHECK(all.nr == 4);
    CHECK(all.offset_size == 5);
    CHECK(all.length_with_offset() == 19);
    const L2tpHeader none = read_l2tp(octets("0002 0001 0002"));
    CHECK(!none.is_control());
    CHECK(!none.length);
    CHECK(!none.ns);
    CHECK(!none.nr);
    CHECK(!none.offset_size);
    CHECK(none.session == 2);
    CHECK(none.length_with_offset() == 6);
}
