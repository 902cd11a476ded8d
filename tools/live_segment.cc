#include "tools/live_segment.h"

#include "ip/ipv4.h"
#include "ip/ipv6.h"
#include "ip/protocol_numbers.h"

namespace glass::tools {
namespace {

struct Carried {
    ip::Address src, dst;
    std::size_t header = 0;  ///< octets
};

std::optional<Carried> carried_by(ip::Bytes packet) {
    if (packet.empty()) return std::nullopt;
    if (packet[0] >> 4 == 4 && packet.size() >= ip::Ipv4Header::kMinLength) {
        const ip::Ipv4Header h = ip::read_ipv4(packet);
        const bool fragment = h.more_fragments || h.fragment_offset > 0;
        if (fragment || h.protocol != ip::protocol_number::tcp) return std::nullopt;
        return Carried{ip::Address(h.src), ip::Address(h.dst), h.header_length()};
    }
    if (packet[0] >> 4 != 6 || packet.size() < ip::Ipv6Header::kLength) return std::nullopt;
    const ip::Ipv6Header h = ip::read_ipv6(packet);
    if (h.next_header != ip::protocol_number::tcp) return std::nullopt;
    return Carried{ip::Address(h.src), ip::Address(h.dst), ip::Ipv6Header::kLength};
}

}  // namespace

std::optional<LiveSegment> segment_in(const TapNote& note) {
    const ip::Bytes packet = note.bytes();
    const auto carried = carried_by(packet);
    if (!carried || packet.size() < carried->header + tcp::Segment::kFixedLength) return std::nullopt;
    LiveSegment out;
    out.segment = tcp::read_segment(packet.subspan(carried->header));
    const tcp::Endpoint src{carried->src, out.segment.src_port}, dst{carried->dst, out.segment.dst_port};
    out.tuple = note.to_host ? tcp::FourTuple{dst, src} : tcp::FourTuple{src, dst};
    const std::size_t headers = carried->header + out.segment.data_offset;
    out.length = note.length > headers ? note.length - static_cast<std::uint32_t>(headers) : 0;
    return out;
}

}  // namespace glass::tools
