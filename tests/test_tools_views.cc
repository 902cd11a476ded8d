// Views of one packet for people: the text of tree, bytes and box of a SYN, and of packets that are not
// sound.
#include <doctest/doctest.h>

#include "tests/syn_packet.h"
#include "tools/box_cells.h"
#include "tools/layer_places.h"

namespace ip = glass::ip;
using namespace glass::tools;
using namespace glass::tools::views;
using ip::Proto;

TEST_CASE("tree of a SYN") {
    CHECK(view(print_tree, syn(), known) == R"(Frame 7, 69 bytes, 2014-10-19 20:12:11.455999000 UTC, EN10MB
Ethernet (IEEE 802.3), 14 bytes
    Source: 02:00:5e:10:00:02
    Destination: 02:00:5e:10:00:01
    EtherType: 0x0800  — IPv4
Internet Protocol version 4 (RFC 791), 20 bytes
    Version: 4
    Internet Header Length: 20  — 5 x 4 octets
    Type of Service: 0x00
    Total Length: 51
    Identification: 0x36e2
    Don't Fragment: set
    More Fragments: not set
    Fragment Offset: 24
    Time to Live: 64
    Protocol: 6  — TCP
    Header Checksum: 0x7a1c
    Checksum Status: bad
    Source Address: 192.0.2.1
    Destination Address: 198.51.100.7
Transmission Control Protocol (RFC 9293), 28 bytes
    Stream: 0
    Source Port: 49152
    Destination Port: 80  — http
    Sequence Number: 305419896
    Relative Sequence Number: 0
    Acknowledgment Number: 0  — not significant: ACK is not set
    Data Offset: 28
    Flags: 0x002  — SYN
        Reserved: 0
        CWR: not set
        ECE: not set
        URG: not set
        ACK: not set
        Push: not set
        Reset: not set
        Synchronize sequence numbers: set
        FIN: not set
    Window: 64240
    Checksum: 0x1122
    Urgent Pointer: 0
    Options
        Maximum Segment Size
            Kind: 2
            Length: 4
            Name: mss
            Value: 1460
        No-Operation
            Kind: 1
            Name: nop
Data, 3 bytes
    68 69 1b                                         hi.
Padding after Internet Protocol version 4, 4 bytes
    00 00 00 00                                      ....
)");
}

TEST_CASE("bytes of a SYN: every octet beside its field") {
    CHECK(view(print_bytes, syn(), known) == R"(Frame 7, 69 bytes, 2014-10-19 20:12:11.455999000 UTC, EN10MB
Ethernet (IEEE 802.3), 14 bytes
0000  02 00 5e 10 00 01       │ Destination 02:00:5e:10:00:01
0006                    02 00 │ Source 02:00:5e:10:00:02
0008  5e 10 00 02             │
000c              08 00       │ EtherType 0x0800 — IPv4
Internet Protocol version 4 (RFC 791), 20 bytes
000e                    45    │ Version 4
                              │ Internet Header Length 20 — 5 x 4 octets
000f                       00 │ Type of Service 0x00
0010  00 33                   │ Total Length 51
0012        36 e2             │ Identification 0x36e2
0014              40 03       │ Don't Fragment set, More Fragments not set
                              │ Fragment Offset 24
0016                    40    │ Time to Live 64
0017                       06 │ Protocol 6 — TCP
0018  7a 1c                   │ Header Checksum 0x7a1c
                              │   Checksum Status bad
001a        c0 00 02 01       │ Source Address 192.0.2.1
001e                    c6 33 │ Destination Address 198.51.100.7
0020  64 07                   │
Transmission Control Protocol (RFC 9293), 28 bytes
                              │ Stream 0
0022        c0 00             │ Source Port 49152
0024              00 50       │ Destination Port 80 — http
0026                    12 34 │ Sequence Number 305419896
0028  56 78                   │   Relative Sequence Number 0
002a        00 00 00 00       │ Acknowledgment Number 0 — not significant: ACK
                              │   is not set
002e                    70 02 │ Data Offset 28, Flags 0x002 — SYN
                              │   Reserved 0, CWR not set, ECE not set
                              │   URG not set, ACK not set, Push not set
                              │   Reset not set
                              │   Synchronize sequence numbers set, FIN not set
0030  fa f0                   │ Window 64240
0032        11 22             │ Checksum 0x1122
0034              00 00       │ Urgent Pointer 0
                              │ Options
                              │   Maximum Segment Size
0036                    02    │     Kind 2
0037                       04 │     Length 4, Name mss
0038  05 b4                   │     Value 1460
003a        01                │   No-Operation
                              │     Kind 1, Name nop
003b           00 00 00       │ not decoded
Data, 3 bytes
003e  68 69 1b                                        │ hi.
Padding after Internet Protocol version 4, 4 bytes
0041  00 00 00 00                                     │ ....
)");
}

TEST_CASE("box of a SYN: the figures of RFC 791 section 3.1 and RFC 9293 section 3.1, filled in") {
    CHECK(view(print_box, syn(), known) == R"(Frame 7, 69 bytes, 2014-10-19 20:12:11.455999000 UTC, EN10MB

Ethernet (IEEE 802.3), 14 bytes
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                 Destination 02:00:5e:10:00:01                 |
+                               +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                               |                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+                               +
|                   Source 02:00:5e:10:00:02                    |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|       EtherType 0x0800        |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+

Internet Protocol version 4 (RFC 791), 20 bytes
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|Version| IHL 5 |Type of Service|        Total Length 51        |
|   4   |       |     0x00      |                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                               | |D|M|                         |
|     Identification 0x36e2     | |F|F|    Fragment Offset 3    |
|                               |0|1|0|                         |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|Time to Live 64|  Protocol 6   |    Header Checksum 0x7a1c     |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                   Source Address 192.0.2.1                    |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|               Destination Address 198.51.100.7                |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
IHL: Internet Header Length, DF: Don't Fragment, MF: More Fragments

Transmission Control Protocol (RFC 9293), 28 bytes
 0                   1                   2                   3
 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|       Source Port 49152       |      Destination Port 80      |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                   Sequence Number 305419896                   |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|                    Acknowledgment Number 0                    |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
| Data  |       |C|E|U|A|P|R|S|F|                               |
|Offset |Rsrvd 0|W|C|R|C|S|S|Y|I|         Window 64240          |
|   7   |       |R|E|G|K|H|T|N|N|                               |
|       |       |0|0|0|0|0|0|1|0|                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|        Checksum 0x1122        |       Urgent Pointer 0        |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|Maximum Segment|               |                               |
|     Size      |   Length 4    |          Value 1460           |
|       2       |               |                               |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
|No-Operation 1 |                   00 00 00                    |
+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
Rsrvd: Reserved, PSH: Push, RST: Reset, SYN: Synchronize sequence numbers
)");
}

TEST_CASE("a wide style puts sixteen octets into a row") {
    const std::string wide = view(print_bytes, syn(), known, Style(false, 120));
    CHECK(contains(wide, "\n000e" + std::string(44, ' ') +
                             "45    │ Version 4, Internet Header Length 20 — 5 x 4 octets\n"));
    CHECK(contains(wide, "\n0010  00 33                                           │ Total Length 51\n"));
    CHECK(shows_each_once(shown_octets(wide).at(0), kSyn));
}

TEST_CASE("colour adds codes and changes nothing else") {
    for (const View print : {View(print_tree), View(print_bytes), View(print_box)}) {
        std::string colored = view(print, syn(), known, Style(true));
        CHECK(contains(colored, "\x1b["));
        for (std::size_t at; (at = colored.find('\x1b')) != std::string::npos;)
            colored.erase(at, colored.find('m', at) + 1 - at);
        CHECK(colored == view(print, syn(), known));
    }
}

TEST_CASE("a fault stands in its layer") {
    Packet packet = syn();
    packet.layer_count = 3;
    packet.fault = PacketFault{Proto::tcp, {"header length {} exceeds the {} bytes captured", 60, 31}, 2};
    constexpr std::string_view kMark = "✗ header length 60 exceeds the 31 bytes captured\n";
    CHECK(contains(view(print_tree, packet, known), std::string("    ").append(kMark)));
    CHECK(contains(view(print_bytes, packet, known), std::string(", 28 bytes\n  ").append(kMark)));
    CHECK(contains(view(print_box, packet, known), std::string(", 28 bytes\n").append(kMark)));
    packet.fault->layer = 3;  // no such layer: more headers than a packet has room for
    CHECK(view(print_tree, packet, known).ends_with(std::string("\n").append(kMark)));
}

TEST_CASE("frames cut by the snap length say how much is there") {
    Packet packet = syn();
    packet.frame.length = 1514;
    packet.layers()[3].wire_length = 1448;
    const std::string tree = view(print_tree, packet, known);
    CHECK(tree.starts_with("Frame 7, 1514 bytes, 69 captured, "));
    CHECK(contains(tree, "\nData, 1448 bytes, 3 captured\n"));
}

TEST_CASE("quoted packets and comments") {
    Packet packet = syn();
    packet.layers()[2].quoted = true;
    packet.frame.comment = "look \x1b[2J here";
    packet.frame.interface = 2;
    const std::string tree = view(print_tree, packet, known);
    CHECK(contains(tree, "EN10MB, interface 2\n    Comment: look \\x1b[2J here\n"));
    CHECK(
        contains(tree, "Transmission Control Protocol (RFC 9293), 28 bytes, quoted by the error message\n"));
}

TEST_CASE("a reassembled datagram has offsets of its own") {
    Packet packet = syn();
    const std::vector<std::uint8_t> datagram(kSyn + 34, kSyn + 65);
    packet.layer_count = 2;
    add(packet, layer_of(Proto::tcp, datagram, 28, 31));
    packet.reassembled = {{1, 31, {3, 5, 7}}};
    const std::string bytes = view(print_bytes, packet, known);
    CHECK(contains(bytes, "\nPayload, 31 bytes\n0022  c0 00 00 50"));
    CHECK(contains(bytes, "\nReassembled datagram, 31 bytes from frames 3, 5 and 7\nTransmission Control"));
    CHECK(contains(bytes, "\n0000  c0 00                   │ Source Port 49152\n"));
    const Shown shown = shown_octets(bytes);
    REQUIRE(shown.size() == 2);
    CHECK(shows_each_once(shown[0], kSyn));
    CHECK(shows_each_once(shown[1], datagram));
    CHECK(contains(view(print_tree, packet, known),
                   "\nReassembled datagram, 31 bytes from frames 3, 5 and 7\n"));
    CHECK_FALSE(contains(bytes, "Not shown"));
    packet.reassembled[0].length = 40;
    CHECK(contains(view(print_bytes, packet, known), "\nNot shown: 9 bytes of the datagram"));
    packet.reassembled[0].frames.assign(100, 9);
    CHECK(contains(view(print_tree, packet, known), "9, 9 and 88 more\n"));
}

TEST_CASE("a frame without layers, and one without octets") {
    Packet packet;
    packet.frame.bytes = ip::first(kSyn, 5);
    packet.frame.length = 5;
    CHECK(contains(view(print_bytes, packet, known), "\nNot decoded, 5 bytes\n0000  02 00 5e 10 00 "));
    CHECK(contains(view(print_tree, packet, known), "\nNot decoded, 5 bytes\n"));
    packet.frame.bytes = {};
    packet.frame.length = 0;
    for (const View print : {View(print_tree), View(print_bytes), View(print_box)})
        CHECK(lines_of(view(print, packet, known)).size() == 1);
}

TEST_CASE("places of layers: heads, tails, and what belongs to nobody") {
    const Packet packet = syn();
    const LayerPlaces places = place_layers(packet);
    REQUIRE(places.layers.size() == 4);
    CHECK(places.layers[0].head.end == 14);
    CHECK(places.layers[0].tail.begin == 65);
    CHECK(places.layers[0].tail.size() == 4);
    CHECK(places.layers[1].tail.empty());
    CHECK(places.layers[2].head.size() == 28);
    CHECK(places.layers[3].head.size() == 3);
    CHECK(places.regions.size() == 1);
    CHECK(places.regions[0].before.empty());
}

TEST_CASE("long octets are dumped; long lists of bare values go on one line") {
    static const std::string long_text(100, 'x');
    static constexpr FieldInfo kBlob{"blob", "Blob"}, kEdges{"edges", "Edges"}, kNothing{"", ""};
    const auto table = [](Proto) -> const ProtocolInfo& {
        static constexpr ProtocolInfo kInfo{"Test",
                                            "",
                                            nullptr,
                                            [](const Layer& layer, const Packet&, FieldList& out) {
                                                out.octets(at_octets(kBlob, 0, 69), layer.bytes);
                                                out.text(kBlob, long_text);
                                                out.begin_list(kEdges);
                                                for (std::uint64_t i = 0; i < 4; i += 2) {
                                                    out.begin_list(kNothing);
                                                    out.number(kNothing, i);
                                                    out.number(kNothing, i + 1);
                                                    out.end_list();
                                                }
                                                out.end_list();
                                                out.begin_list(kEdges);
                                                out.end_list();
                                            },
                                            {}};
        return kInfo;
    };
    Packet packet;
    packet.frame.bytes = kSyn;
    add(packet, layer_of(Proto::eth, kSyn, 69, 69));
    const std::string tree = view(print_tree, packet, table);
    CHECK(contains(tree, "    Edges: [0, 1], [2, 3]\n    Edges: none\n"));
    CHECK(contains(view(print_bytes, packet, table), "│ Blob, 69 bytes\n"));
    CHECK(shows_each_once(shown_octets(view(print_bytes, packet, table)).at(0), kSyn));
    for (const std::string_view line : lines_of(tree)) CHECK(display_columns(line) <= 80);
}

TEST_CASE("cells: labels shrink to fit, and the legend says what they were") {
    const struct {
        Cell cell;
        std::vector<std::string> lines;
        std::string_view abbreviation;
    } rows[] = {
        {{0, 16, "Source Port", "srcport", "80"}, {"Source Port 80"}, ""},
        {{0, 4, "Version", "version", "4"}, {"Version", "4"}, ""},
        {{0, 4, "Internet Header Length", "hdr_len", "5"}, {"IHL 5"}, "IHL"},
        {{0, 4, "Data Offset", "hdr_len", "10"}, {"Data", "Offset", "10"}, ""},
        {{0, 3, "Reserved", "res", "0"}, {"Rsrvd", "0"}, "Rsrvd"},
        {{0, 1, "Synchronize sequence numbers", "flags.syn", "1"}, {"S", "Y", "N", "1"}, "SYN"},
        {{0, 1, "Push", "flags.push", "0"}, {"P", "S", "H", "0"}, "PSH"},
        {{0, 1, "Don't Fragment", "df", "1"}, {"D", "F", "1"}, "DF"},
        {{0, 1, "", "", "1"}, {"1"}, ""},
        {{0, 1, "Wide", "wide", "123"}, {"W", "D", "*"}, "WD"},
        {{0, 2, "Explicit Congestion Notification", "ecn", "3"}, {"ECN", "3"}, "ECN"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.cell.label);
        const CellText text = fit_cell(row.cell, 2 * row.cell.width() - 1);
        CHECK(text.lines == row.lines);
        CHECK(text.abbreviation == row.abbreviation);
        CHECK(text.shortened == !row.abbreviation.empty());
    }
}
