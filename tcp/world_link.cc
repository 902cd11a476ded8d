#include "tcp/world_link.h"

#include <fmt/format.h>

#include "ip/icmpv6.h"
#include "ip/protocol_numbers.h"

namespace glass::tcp {

namespace {

std::string_view what_it_is(SendReason reason, const Segment& segment) {
    if (reason != SendReason::data || !segment.has(FIN)) return to_string(reason);
    return segment.payload.empty() ? "no more data" : "data, and the end of it";
}

}  // namespace

std::string reason_for(const Connection& connection, const Segment& segment) {
    const Status status = connection.status();
    std::string text =
        fmt::format("{}: {}", to_string(status.state), what_it_is(connection.last_reason(), segment));
    if (status.cwnd > 0)
        text += fmt::format("; cwnd {}, in flight {}", status.cwnd, connection.tcb().sent.pipe());
    return text;
}

std::optional<ip::Address> destination_of(ip::Bytes packet) {
    if (packet.empty()) return std::nullopt;
    if (packet[0] >> 4 == 4 && packet.size() >= ip::Ipv4Header::kMinLength)
        return ip::Address(ip::Ipv4Address{ip::load32(&packet[16])});
    if (packet[0] >> 4 != 6 || packet.size() < ip::Ipv6Header::kLength) return std::nullopt;
    return ip::Address(ip::read_ipv6(packet).dst);
}

ip::Buffer too_big_message(ip::Bytes packet, std::uint32_t mtu) {
    ip::Buffer out;
    const auto to = destination_of(packet);
    if (!to) return out;
    if (!to->is_v4()) {
        if (!ip::may_send_icmpv6_error_about(packet, ip::icmpv6_type::packet_too_big, 0)) return out;
        const ip::Ipv6Header about = ip::read_ipv6(packet);
        const ip::IcmpHeader message = ip::icmpv6_error(ip::icmpv6_type::packet_too_big, 0, mtu, packet);
        ip::Ipv6Header{.next_header = ip::protocol_number::icmpv6, .src = about.dst, .dst = about.src}
            .serialize_header(out, ip::IcmpHeader::kLength + message.payload.size());
        ip::serialize_icmpv6(message, out, about.dst, about.src);
        return out;
    }
    if (!ip::may_send_icmp_error_about(packet)) return out;
    const ip::Ipv4Header about = ip::read_ipv4(packet);
    const ip::IcmpHeader message = ip::destination_unreachable(ip::unreachable_code::fragmentation_needed,
                                                               packet, static_cast<std::uint16_t>(mtu));
    ip::Ipv4Header{.protocol = ip::protocol_number::icmp, .src = about.dst, .dst = about.src}
        .serialize_header(out, ip::IcmpHeader::kLength + message.payload.size());
    message.serialize(out);
    return out;
}

}  // namespace glass::tcp
