// Fuzzes the TCP segment and its options: reading, writing back, one hop of a walk, and describing.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "tcp/options.h"
#include "tcp/segment.h"
#include "tools/describe_tcp.h"

namespace {

namespace ip = glass::ip;
namespace tcp = glass::tcp;
namespace tools = glass::tools;

void require(bool holds) {
    if (!holds) std::abort();
}

/// Options cover the octets without a gap, and what is well-formed is written as it was read.
void check_options(ip::Bytes octets) {
    std::size_t at = 0;
    tcp::OptionReader reader(octets);
    while (const auto option = reader.next()) {
        require(option->at == at && option->length > 0);
        at += option->length;
        if (option->as<tcp::MalformedOption>()) continue;
        tcp::OptionWriter writer;
        require(writer.add(option->value));
        require(std::ranges::equal(ip::first(writer.octets(), option->length),
                                   octets.subspan(option->at, option->length)));
    }
    require(at + reader.padding().size() == octets.size());
}

void check_segment(ip::Bytes octets) {
    const auto segment = tcp::parse_segment(octets);
    if (!segment) return;
    const ip::Address a = ip::Ipv4Address{1};
    ip::Buffer out;
    segment->serialize(out, a, a);
    require(out.size() == octets.size() && tcp::segment_checksum_ok(out, a, a));
    out[16] = octets[16];
    out[17] = octets[17];
    require(std::ranges::equal(out, octets));
}

void describe(ip::Bytes octets) {
    static const auto packet = std::make_unique<tools::Packet>();
    const auto length = static_cast<std::uint32_t>(octets.size());
    const ip::Hop hop = tcp::step_tcp(octets, length + (length & 3));
    packet->layer_count = 1;
    tools::Layer& layer = packet->layer_storage[0];
    layer.proto = ip::Proto::tcp;
    layer.header_length = hop.header_length;
    layer.wire_length = length;
    layer.bytes = octets;
    packet->tcp = tools::TcpContext{.window = length};
    using For = tools::FieldList::For;
    for (const For reader : {For::json, For::columns, For::people}) {
        tools::FieldList out(reader);
        out.start(octets);
        tools::describe_tcp(layer, *packet, out);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ip::Bytes octets(data, size);
    check_options(tcp::read_segment(octets).options);
    check_options(ip::first(octets, tcp::Segment::kMaxOptions));
    check_segment(octets);
    describe(octets);
    return 0;
}
