#include "tools/lone_frame.h"

#include "tools/dissect.h"
#include "tools/ip_layer.h"

namespace glass::tools {

std::optional<ip::Fragment> fragment_in(const Packet& packet, const Layer& layer) {
    const std::uint32_t length = layer.payload_wire_length();
    if (layer.proto == ip::Proto::ip && layer.header_length >= ip::Ipv4Header::kMinLength)
        return ip::fragment_of(ip::read_ipv4(layer.bytes), length);
    if (layer.proto != ip::Proto::ipv6_fraghdr || layer.header_length < ip::Ipv6FragmentHeader::kLength)
        return std::nullopt;
    const Layer* outer = ip_around(packet, layer);
    if (!outer || outer->proto != ip::Proto::ipv6) return std::nullopt;
    return ip::fragment_of(ip::read_ipv6(outer->bytes), ip::read_ipv6_fragment_header(layer.bytes),
                           layer.payload(), length);
}

void dissect_alone(Packet& packet, const ip::Frame& frame) {
    packet.frame = frame;
    dissect(packet, false);
    // Fragments may carry tunnels with fragments: the layers grow while we look at them.
    for (std::size_t i = 0; i < packet.layer_count; ++i) {
        const Layer& layer = packet.layers()[i];
        const auto fragment = fragment_in(packet, layer);
        if (!fragment || fragment->offset != 0 || layer.payload().empty()) continue;
        dissect_reassembled(packet, i, ip::proto_of_ip_protocol(fragment->protocol), layer.payload(), false);
    }
}

}  // namespace glass::tools
