// Views of random packets: every octet exactly once, and nothing that a terminal would obey.
#include <array>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "tests/view_checks.h"
#include "tools/box_cells.h"

namespace ip = glass::ip;
using namespace glass::tools;
using namespace glass::tools::views;
using ip::Proto;

namespace {

/// One call of a describe function, made up.
struct Call {
    unsigned kind = 0;
    std::uint32_t bit = 0, width = 0;
    std::string text, note;
};
/// What the layers of a random packet say, by layer. Describe functions are plain functions: it has to be
/// here.
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
        if (packet.layer_count > in_frame) packet.reassembled = {{in_frame - 1, 0, {1, 2}}};
        if (below(2)) packet.fault = PacketFault{Proto::ip, {"needs {} of {}", 1, 2}, below(3)};

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
        FieldList list(FieldList::For::people);
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
