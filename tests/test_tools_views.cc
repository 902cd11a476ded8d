// Views of one packet for people: tree, bytes and box, on a packet whose text is known, on random ones, and on lies.
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <deque>
#include <string>

#include "tools/box_cells.h"
#include "tools/byte_plan.h"
#include "tools/layer_places.h"
#include "tools/text_value.h"
#include "tools/view_box.h"
#include "tools/view_bytes.h"
#include "tools/view_tree.h"

namespace ip = glass::ip;
using namespace glass::tools;
using ip::Proto;

namespace {

// Descriptions of our own, so that what is tested is the views.
constexpr FieldInfo kEth[] = {{"dst", "Destination", 0, 48},
                              {"src", "Source", 48, 48},
                              {"type", "EtherType", 96, 16, Show::everywhere, Radix::hex}};
constexpr FieldInfo kIp[] = {{"version", "Version", 0, 4},
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
constexpr FieldInfo kTcp[] = {{"stream", "Stream"},
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

void describe_eth(const Layer& layer, const Packet&, FieldList& out) {
    out.mac_address(in(kEth, "src"), layer.bytes.subspan(6, 6));  // in the order of the JSON contract
    out.mac_address(in(kEth, "dst"), layer.bytes.subspan(0, 6));
    out.number(in(kEth, "type"), ip::load16(&layer.bytes[12]));
    out.note("IPv4");
}

void describe_ip(const Layer& layer, const Packet&, FieldList& out) {
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

void describe_tcp(const Layer& layer, const Packet&, FieldList& out) {
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

constexpr ProtocolInfo kEthInfo{"Ethernet", "IEEE 802.3", nullptr, describe_eth, kEth};
constexpr ProtocolInfo kIpInfo{"Internet Protocol version 4", "RFC 791", nullptr, describe_ip, kIp};
constexpr ProtocolInfo kTcpInfo{"Transmission Control Protocol", "RFC 9293", nullptr, describe_tcp, kTcp};
constexpr ProtocolInfo kNobody;

const ProtocolInfo& known(Proto proto) {
    switch (proto) {
        case Proto::eth: return kEthInfo;
        case Proto::ip: return kIpInfo;
        case Proto::tcp: return kTcpInfo;
        default: return kNobody;
    }
}

// A SYN with an MSS option, a NOP, three octets that nobody describes, three of data and four of padding.
constexpr std::uint8_t kSyn[] = {
    0x02, 0x00, 0x5e, 0x10, 0x00, 0x01, 0x02, 0x00, 0x5e, 0x10, 0x00, 0x02, 0x08, 0x00,  // Ethernet
    0x45, 0x00, 0x00, 0x33, 0x36, 0xe2, 0x40, 0x03, 0x40, 0x06, 0x7a, 0x1c, 192,  0,  2, 1, 198, 51, 100, 7,  // IPv4
    0xc0, 0x00, 0x00, 0x50, 0x12, 0x34, 0x56, 0x78, 0x00, 0x00, 0x00, 0x00, 0x70, 0x02, 0xfa, 0xf0,
    0x11, 0x22, 0x00, 0x00, 0x02, 0x04, 0x05, 0xb4, 0x01, 0x00, 0x00, 0x00,  // TCP
    'h',  'i',  0x1b, 0x00, 0x00, 0x00, 0x00};

Layer layer_of(Proto proto, ip::Bytes bytes, std::uint32_t header_length, std::uint32_t wire_length) {
    Layer layer;
    layer.proto = proto;
    layer.bytes = bytes;
    layer.header_length = header_length;
    layer.wire_length = wire_length;
    return layer;
}

void add(Packet& packet, const Layer& layer) {
    packet.layer_storage[packet.layer_count++] = layer;
}

Packet syn() {
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

using View = void (*)(const Packet&, const Style&, std::string&, ProtocolTable);

std::string view(View print, const Packet& packet, ProtocolTable table = known, const Style& style = Style()) {
    std::string out;
    print(packet, style, out, table);
    return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// Printable UTF-8 and newlines only.
bool is_printable(std::string_view text) {
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        const bool control = (c.value < 0x20 && c.value != '\n') || (c.value >= 0x7f && c.value < 0xa0);
        if (!c.valid || control) return false;
        text.remove_prefix(c.length);
    }
    return true;
}

/// What the bytes view says of every region: the octet at each offset, in the order in which they stand there.
using Shown = std::vector<std::vector<std::pair<std::size_t, std::uint8_t>>>;
Shown shown_octets(std::string_view text) {
    Shown regions(1);
    for (const std::string_view line : lines_of(text)) {
        if (line.starts_with("Reassembled datagram")) regions.emplace_back();
        const std::size_t digits = std::min(line.find_first_not_of("0123456789abcdef"), line.size());
        const std::size_t bar = line.find("│");
        if (digits < 4 || bar == std::string_view::npos) continue;
        std::size_t offset = std::stoul(std::string(line.substr(0, digits)), nullptr, 16);
        for (std::size_t at = digits; at < bar;) {
            if (line[at] == ' ') {
                ++at;
                continue;
            }
            const unsigned long octet = std::stoul(std::string(line.substr(at, 2)), nullptr, 16);
            regions.back().push_back({offset++, static_cast<std::uint8_t>(octet)});
            at += 2;
        }
    }
    return regions;
}

bool shows_each_once(std::vector<std::pair<std::size_t, std::uint8_t>> shown, ip::Bytes bytes) {
    std::ranges::sort(shown);
    if (shown.size() != bytes.size()) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (shown[i] != std::pair{i, bytes[i]}) return false;
    return true;
}

}  // namespace

TEST_CASE("tree of a SYN") {
    CHECK(view(print_tree, syn()) == R"(TREE)");
}

TEST_CASE("bytes of a SYN: every octet beside its field") {
    CHECK(view(print_bytes, syn()) == R"(BYTES)");
}

TEST_CASE("box of a SYN: the figures of RFC 791 section 3.1 and RFC 9293 section 3.1, filled in") {
    CHECK(view(print_box, syn()) == R"(BOX)");
}

TEST_CASE("a wide style puts sixteen octets into a row") {
    const std::string wide = view(print_bytes, syn(), known, Style(false, 120));
    CHECK(contains(wide, "\n000e                                            45    │ Version 4\n"));
    CHECK(contains(wide, "\n0010  00 33                                           │ Total Length 51\n"));
    CHECK(shows_each_once(shown_octets(wide).at(0), kSyn));
}

TEST_CASE("colour adds codes and changes nothing else") {
    for (const View print : {View(print_tree), View(print_bytes), View(print_box)}) {
        std::string colored = view(print, syn(), known, Style(true));
        CHECK(contains(colored, "\x1b["));
        for (std::size_t at; (at = colored.find('\x1b')) != std::string::npos;)
            colored.erase(at, colored.find('m', at) + 1 - at);
        CHECK(colored == view(print, syn()));
    }
}

TEST_CASE("a fault stands in its layer, the innermost of its protocol") {
    Packet packet = syn();
    packet.layer_count = 3;
    packet.fault = PacketFault{Proto::tcp, {"header length {} exceeds the {} bytes captured", 60, 31}};
    constexpr std::string_view kMark = "✗ header length 60 exceeds the 31 bytes captured\n";
    CHECK(contains(view(print_tree, packet), std::string("    ").append(kMark)));
    CHECK(contains(view(print_bytes, packet), std::string(", 28 bytes\n  ").append(kMark)));
    CHECK(contains(view(print_box, packet), std::string(", 28 bytes\n").append(kMark)));
    packet.fault->proto = Proto::udp;  // no such layer: more headers than a packet has room for
    CHECK(view(print_tree, packet).ends_with(std::string("\n").append(kMark)));
}

TEST_CASE("frames cut by the snap length say how much is there") {
    Packet packet = syn();
    packet.frame.length = 1514;
    packet.layers()[3].wire_length = 1448;
    const std::string tree = view(print_tree, packet);
    CHECK(tree.starts_with("Frame 7, 1514 bytes, 69 captured, "));
    CHECK(contains(tree, "\nData, 1448 bytes, 3 captured\n"));
}

TEST_CASE("quoted packets and comments") {
    Packet packet = syn();
    packet.layers()[2].quoted = true;
    packet.frame.comment = "look \x1b[2J here";
    packet.frame.interface = 2;
    const std::string tree = view(print_tree, packet);
    CHECK(contains(tree, "EN10MB, interface 2\n    Comment: look \\x1b[2J here\n"));
    CHECK(contains(tree, "Transmission Control Protocol (RFC 9293), 28 bytes, quoted by the error message\n"));
}

TEST_CASE("a reassembled datagram has offsets of its own") {
    Packet packet = syn();
    const std::vector<std::uint8_t> datagram(kSyn + 34, kSyn + 65);
    packet.layer_count = 2;
    add(packet, layer_of(Proto::tcp, datagram, 28, 31));
    packet.reassembled = Reassembled{1, 31, {3, 5, 7}};
    const std::string bytes = view(print_bytes, packet);
    CHECK(contains(bytes, "\nPayload, 31 bytes\n0022  c0 00 00 50"));
    CHECK(contains(bytes, "\nReassembled datagram, 31 bytes from frames 3, 5 and 7\nTransmission Control"));
    CHECK(contains(bytes, "\n0000  c0 00                   │ Source Port 49152\n"));
    const Shown shown = shown_octets(bytes);
    REQUIRE(shown.size() == 2);
    CHECK(shows_each_once(shown[0], kSyn));
    CHECK(shows_each_once(shown[1], datagram));
    CHECK(contains(view(print_tree, packet), "\nReassembled datagram, 31 bytes from frames 3, 5 and 7\n"));
    packet.reassembled->frames.assign(100, 9);
    CHECK(contains(view(print_tree, packet), "9, 9 and 88 more\n"));
}

TEST_CASE("a frame without layers, and one without octets") {
    Packet packet;
    packet.frame.bytes = ip::first(kSyn, 5);
    packet.frame.length = 5;
    CHECK(contains(view(print_bytes, packet), "\nNot decoded, 5 bytes\n0000  02 00 5e 10 00 "));
    CHECK(contains(view(print_tree, packet), "\nNot decoded, 5 bytes\n"));
    packet.frame.bytes = {};
    packet.frame.length = 0;
    for (const View print : {View(print_tree), View(print_bytes), View(print_box)})
        CHECK(lines_of(view(print, packet)).size() == 1);
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
        static constexpr ProtocolInfo kInfo{"Test", "", nullptr,
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

namespace {

/// One call of a describe function, made up.
struct Call {
    unsigned kind = 0;
    std::uint32_t bit = 0, width = 0;
    std::string text, note;
};
/// What the layers of a random packet say, by layer. Describe functions are plain functions: it has to be here.
std::array<std::vector<Call>, Packet::kMaxLayers> g_calls;

constexpr FieldInfo kRandom[] = {{"fixed", "Fixed", 8, 12}, {"", ""}, {"any.thing", "Any Thing"}};

void describe_randomly(const Layer& layer, const Packet& packet, FieldList& out) {
    for (const Call& call : g_calls[static_cast<std::size_t>(&layer - packet.layers().data())]) {
        const FieldInfo& info = kRandom[call.kind / 16 % 3];
        const Placed at = call.kind % 32 < 16 ? Placed(info) : Placed(info, call.bit, call.width);
        const ip::Bytes octets{reinterpret_cast<const std::uint8_t*>(call.text.data()), call.text.size()};
        switch (call.kind % 11) {
            case 0: out.number(at, call.bit); break;
            case 1: out.boolean(at, call.bit % 2 != 0); break;
            case 2: out.text(at, call.text); break;
            case 3: out.octets(at, octets); break;
            case 4: out.address(at, {call.bit}); break;
            case 5: out.ipv6_address(at, octets); break;
            case 6: out.mac_address(at, octets); break;
            case 7: out.begin_list(at); break;
            case 8: out.end_list(); continue;
            case 9: out.begin_object(at); break;
            case 10: out.end_object(); continue;
        }
        out.note("{}", call.note);
    }
}

const ProtocolInfo& random_table(Proto) {
    static constexpr ProtocolInfo kInfo{"Random", "", nullptr, describe_randomly, kRandom};
    return kInfo;
}

unsigned below(unsigned n) {
    return *rc::gen::resize(100, rc::gen::inRange(0U, n));
}

std::vector<Call> random_calls(std::size_t octets) {
    std::vector<Call> calls(below(24));
    for (Call& call : calls) {
        call.kind = below(11 * 16 * 3);
        call.bit = below(static_cast<unsigned>(octets * 8) + 40);
        const unsigned small = below(33), large = below(1200);
        call.width = below(8) == 0 ? large : small;
        call.text = *rc::gen::arbitrary<std::string>();
        if (below(6) == 0) call.text += std::string(80, '\x9b');
        if (below(3) == 0) call.note = call.text;
    }
    return calls;
}

/// Layers each somewhere inside of the one before, their headers of any length, described by random fields.
void add_random_layers(Packet& packet, ip::Bytes bytes) {
    for (unsigned n = below(5); n > 0 && !bytes.empty(); --n) {
        const auto wire = static_cast<std::uint32_t>(bytes.size() + below(3));
        g_calls[packet.layer_count] = random_calls(bytes.size());
        const Proto proto = below(5) == 0 ? Proto::data : Proto::ip;
        add(packet, layer_of(proto, bytes, below(static_cast<unsigned>(bytes.size()) + 4), wire));
        bytes = ip::after(bytes, below(static_cast<unsigned>(bytes.size()) + 1));
        bytes = ip::first(bytes, below(static_cast<unsigned>(bytes.size()) + 1));
    }
}

}  // namespace

TEST_CASE("whatever is said of its layers, every octet is shown once and nothing reaches the terminal") {
    CHECK(rc::check([] {
        const auto frame = *rc::gen::resize(150, rc::gen::arbitrary<std::vector<std::uint8_t>>());
        const auto datagram = *rc::gen::resize(150, rc::gen::arbitrary<std::vector<std::uint8_t>>());
        Packet packet;
        packet.frame.bytes = frame;
        packet.frame.length = static_cast<std::uint32_t>(frame.size()) + below(9);
        add_random_layers(packet, frame);
        const std::size_t in_frame = packet.layer_count;
        if (in_frame > 0) add_random_layers(packet, datagram);
        if (packet.layer_count > in_frame) packet.reassembled = Reassembled{in_frame - 1, 0, {1, 2}};
        if (below(2)) packet.fault = PacketFault{Proto::ip, {"needs {} of {}", 1, 2}};

        const std::string bytes = view(print_bytes, packet, random_table);
        const Shown shown = shown_octets(bytes);
        RC_ASSERT(shown.size() == 1 + (packet.layer_count > in_frame));
        RC_ASSERT(shows_each_once(shown[0], frame));
        if (shown.size() > 1) RC_ASSERT(shows_each_once(shown[1], datagram));
        for (const View print : {View(print_tree), View(print_bytes), View(print_box)}) {
            const std::string text = view(print, packet, random_table);
            RC_ASSERT(is_printable(text));
            for (const std::string_view line : lines_of(text)) RC_ASSERT(display_columns(line) <= 84U);
        }
    }));
}

TEST_CASE("cells hold every bit of a header once, whatever overlaps") {
    CHECK(rc::check([] {
        const auto header = *rc::gen::arbitrary<std::vector<std::uint8_t>>();
        g_calls[0] = random_calls(header.size());
        Packet packet;
        add(packet, layer_of(Proto::ip, header, static_cast<std::uint32_t>(header.size()), 0));
        FieldList list(true);
        list.start(header);
        describe_randomly(packet.layers()[0], packet, list);
        const std::vector<Cell> cells = cut_into_cells(list.fields(), header);
        std::uint32_t at = 0;
        for (const Cell& cell : cells) {
            RC_ASSERT(cell.begin == at && cell.end > cell.begin);
            at = cell.end;
            const std::size_t columns = 2 * std::size_t{std::min(cell.width(), 32U)} - 1;
            for (const std::string& line : fit_cell(cell, columns).lines)
                RC_ASSERT(display_columns(line) <= columns);
        }
        RC_ASSERT(cells.empty() || at == header.size() * 8);
    }));
}
