// A SYN in an Ethernet frame, with descriptions of its own: what is tested with it is the views.
#pragma once

#include "tests/view_checks.h"
#include "tools/field.h"
#include "tools/packet.h"
#include "tools/protocols.h"

namespace glass::tools::views {

using ip::Proto;

inline constexpr FieldInfo kEth[] = {{"dst", "Destination", 0, 48},
                                     {"src", "Source", 48, 48},
                                     {"type", "EtherType", 96, 16, Show::everywhere, Radix::hex}};
inline constexpr FieldInfo kIp[] = {{"version", "Version", 0, 4},
                                    {"hdr_len", "Internet Header Length", 4, 4},
                                    {"tos", "Type of Service", 8, 8, Show::everywhere, Radix::hex},
                                    {"len", "Total Length", 16, 16},
                                    {"id", "Identification", 32, 16, Show::everywhere, Radix::hex},
                                    {"df", "Don't Fragment", 49, 1},
                                    {"mf", "More Fragments", 50, 1},
                                    {"frag_offset", "Fragment Offset", 51, 13},
                                    {"ttl", "Time to Live", 64, 8},
                                    {"p", "Protocol", 72, 8},
                                    {"checksum", "Header Checksum", 80, 16, Show::everywhere, Radix::hex},
                                    {"status", "Checksum Status"},
                                    {"src", "Source Address", 96, 32},
                                    {"dst", "Destination Address", 128, 32}};
inline constexpr FieldInfo kTcp[] = {{"stream", "Stream"},
                                     {"srcport", "Source Port", 0, 16},
                                     {"dstport", "Destination Port", 16, 16},
                                     {"seq_raw", "Sequence Number", 32, 32},
                                     {"seq", "Relative Sequence Number"},
                                     {"ack_raw", "Acknowledgment Number", 64, 32},
                                     {"hdr_len", "Data Offset", 96, 4},
                                     {"flags", "Flags", 100, 12, Show::everywhere, Radix::hex},
                                     {"flags.res", "Reserved", 100, 4},
                                     {"flags.cwr", "CWR", 104, 1},
                                     {"flags.ece", "ECE", 105, 1},
                                     {"flags.urg", "URG", 106, 1},
                                     {"flags.ack", "ACK", 107, 1},
                                     {"flags.push", "Push", 108, 1},
                                     {"flags.reset", "Reset", 109, 1},
                                     {"flags.syn", "Synchronize sequence numbers", 110, 1},
                                     {"flags.fin", "FIN", 111, 1},
                                     {"window", "Window", 112, 16},
                                     {"checksum", "Checksum", 128, 16, Show::everywhere, Radix::hex},
                                     {"urgent_pointer", "Urgent Pointer", 144, 16},
                                     {"options", "Options"},
                                     {"mss", "Maximum Segment Size"},
                                     {"nop", "No-Operation"},
                                     {"kind", "Kind", 0, 8},
                                     {"length", "Length", 0, 8},
                                     {"name", "Name"},
                                     {"value", "Value", 0, 16}};

inline void describe_eth(const Layer& layer, const Packet&, FieldList& out) {
    out.mac_address(in(kEth, "src"), layer.bytes.subspan(6, 6));  // in the order of the JSON contract
    out.mac_address(in(kEth, "dst"), layer.bytes.subspan(0, 6));
    out.number(in(kEth, "type"), ip::load16(&layer.bytes[12]));
    out.note("IPv4");
}

inline void describe_ip(const Layer& layer, const Packet&, FieldList& out) {
    const std::uint8_t* const b = layer.bytes.data();
    out.number(in(kIp, "version"), b[0] >> 4);
    out.number(in(kIp, "hdr_len"), (b[0] & 15) * 4U);
    out.note("{} x 4 octets", b[0] & 15);
    out.number(in(kIp, "tos"), b[1]);
    out.number(in(kIp, "len"), ip::load16(b + 2));
    out.number(in(kIp, "id"), ip::load16(b + 4));
    out.boolean(in(kIp, "df"), b[6] & 0x40);
    out.boolean(in(kIp, "mf"), b[6] & 0x20);
    out.number(in(kIp, "frag_offset"), (ip::load16(b + 6) & 0x1fffU) * 8U);
    out.number(in(kIp, "ttl"), b[8]);
    out.number(in(kIp, "p"), b[9]);
    out.note("TCP");
    out.number(in(kIp, "checksum"), ip::load16(b + 10));
    out.text(in(kIp, "status"), to_string(layer.checksum));
    out.address(in(kIp, "src"), {ip::load32(b + 12)});
    out.address(in(kIp, "dst"), {ip::load32(b + 16)});
}

inline void describe_tcp(const Layer& layer, const Packet&, FieldList& out) {
    const std::uint8_t* const b = layer.bytes.data();
    out.number(in(kTcp, "stream"), 0);
    out.number(in(kTcp, "srcport"), ip::load16(b));
    out.number(in(kTcp, "dstport"), ip::load16(b + 2));
    out.note("http");
    out.number(in(kTcp, "seq_raw"), ip::load32(b + 4));
    out.number(in(kTcp, "seq"), 0);
    out.number(in(kTcp, "ack_raw"), ip::load32(b + 8));
    out.note("not significant: ACK is not set");
    out.number(in(kTcp, "hdr_len"), (b[12] >> 4) * 4U);
    out.number(in(kTcp, "flags"), ip::load16(b + 12) & 0xfffU);
    out.note("SYN");
    out.number(in(kTcp, "flags.res"), b[12] & 15U);
    const FieldInfo* const flags = &in(kTcp, "flags.cwr");
    for (unsigned bit = 0; bit < 8; ++bit) out.boolean(flags[bit], b[13] & (0x80U >> bit));
    out.number(in(kTcp, "window"), ip::load16(b + 14));
    out.number(in(kTcp, "checksum"), ip::load16(b + 16));
    out.number(in(kTcp, "urgent_pointer"), ip::load16(b + 18));
    out.begin_list(at_octets(in(kTcp, "options"), 20, 8));
    out.begin_object(at_octets(in(kTcp, "mss"), 20, 4));
    out.number(at_octets(in(kTcp, "kind"), 20, 1), b[20]);
    out.number(at_octets(in(kTcp, "length"), 21, 1), b[21]);
    out.text(in(kTcp, "name"), "mss");
    out.number(at_octets(in(kTcp, "value"), 22, 2), ip::load16(b + 22));
    out.end_object();
    out.begin_object(at_octets(in(kTcp, "nop"), 24, 1));
    out.number(at_octets(in(kTcp, "kind"), 24, 1), b[24]);
    out.text(in(kTcp, "name"), "nop");
    out.end_object();
    out.end_list();
}

inline constexpr ProtocolInfo kEthInfo{"Ethernet", "IEEE 802.3", nullptr, describe_eth, kEth};
inline constexpr ProtocolInfo kIpInfo{"Internet Protocol version 4", "RFC 791", nullptr, describe_ip, kIp};
inline constexpr ProtocolInfo kTcpInfo{"Transmission Control Protocol", "RFC 9293", nullptr, describe_tcp,
                                       kTcp};
inline constexpr ProtocolInfo kNobody;

inline const ProtocolInfo& known(Proto proto) {
    switch (proto) {
        case Proto::eth: return kEthInfo;
        case Proto::ip: return kIpInfo;
        case Proto::tcp: return kTcpInfo;
        default: return kNobody;
    }
}

// A SYN with an MSS option, a NOP, three octets that nobody describes, three of data and four of padding.
inline constexpr std::uint8_t kSyn[] = {
    0x02, 0x00, 0x5e, 0x10, 0x00, 0x01, 0x02, 0x00, 0x5e, 0x10, 0x00, 0x02, 0x08, 0x00,  // Ethernet
    0x45, 0x00, 0x00, 0x33, 0x36, 0xe2, 0x40, 0x03, 0x40, 0x06, 0x7a, 0x1c, 192,  0,
    2,    1,    198,  51,   100,  7,  // IPv4
    0xc0, 0x00, 0x00, 0x50, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00, 0x00, 0x00, 0x70, 0x02,
    0xfa, 0xf0, 0x11, 0x22, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x01, 0x00, 0x00, 0x00,  // TCP
    'h',  'i',  0x1b, 0x00, 0x00, 0x00, 0x00};

inline Packet syn() {
    Packet packet;
    const ip::Bytes frame(kSyn);
    packet.frame.number = 7;
    packet.frame.time = ip::Time(ip::Duration(1413749531455999000));
    packet.frame.length = frame.size();
    packet.frame.bytes = frame;
    add(packet, layer_of(Proto::eth, frame, 14, frame.size()));
    add(packet, layer_of(Proto::ip, frame.subspan(14, 51), 20, 51));
    packet.layers()[1].checksum = ChecksumStatus::bad;
    add(packet, layer_of(Proto::tcp, frame.subspan(34, 31), 28, 31));
    add(packet, layer_of(Proto::data, frame.subspan(62, 3), 3, 3));
    return packet;
}

}  // namespace glass::tools::views
