#include "tcp/host_errors.h"

#include "ip/icmp.h"
#include "ip/icmpv6.h"
#include "tcp/host_message.h"

namespace glass::tcp {

namespace {

bool may_send(HostCore& host) {
    if (host.error_limit.allows(host.now)) return true;
    drop(host, HostDrop::error_limit);
    return false;
}

/// To whoever sent `packet`, which is IPv4.
void send_v4(HostCore& host, ip::Bytes packet, const ip::IcmpHeader& message) {
    if (!ip::may_send_icmp_error_about(packet) || !may_send(host)) return;
    const ip::Ipv4Header about = ip::read_ipv4(packet);
    send_icmp(host, about.dst, about.src, message);
}

void send_v6(HostCore& host, ip::Bytes packet, std::uint8_t type, std::uint8_t code, std::uint32_t rest) {
    const ip::Ipv6Header about = ip::read_ipv6(packet);
    if (!ip::may_send_icmpv6_error_about(packet, type, code) || !may_send(host)) return;
    send_icmp(host, about.dst, about.src, ip::icmpv6_error(type, code, rest, packet));
}

}  // namespace

void send_parameter_problem(HostCore& host, const ip::Datagram& about, std::size_t pointer) {
    send_v4(host, about.packet, ip::parameter_problem(static_cast<std::uint8_t>(pointer), about.packet));
}

void send_ipv6_problem(HostCore& host, const ip::Datagram& about, const ip::Ipv6Problem& problem) {
    send_v6(host, about.packet, ip::icmpv6_type::parameter_problem, problem.code, problem.pointer);
}

void send_protocol_unreachable(HostCore& host, const ip::Datagram& about) {
    if (about.src.is_v4())
        return send_v4(host, about.packet,
                       ip::destination_unreachable(ip::unreachable_code::protocol, about.packet));
    send_v6(host, about.packet, ip::icmpv6_type::parameter_problem,
            ip::parameter_problem_code::unknown_next_header, about.next_header_at);
}

void send_port_unreachable(HostCore& host, const ip::Datagram& about) {
    if (about.src.is_v4())
        return send_v4(host, about.packet,
                       ip::destination_unreachable(ip::unreachable_code::port, about.packet));
    send_v6(host, about.packet, ip::icmpv6_type::destination_unreachable, ip::unreachable_code_v6::port, 0);
}

void send_reassembly_timeout(HostCore& host, const ip::GivenUp& given_up) {
    constexpr std::uint8_t kReassemblyTimeExceeded = 1;
    const ip::Bytes packet = given_up.first_packet;
    if (given_up.key.src.is_v4())
        return send_v4(host, packet, ip::time_exceeded(kReassemblyTimeExceeded, packet));
    send_v6(host, packet, ip::icmpv6_type::time_exceeded, kReassemblyTimeExceeded, 0);
}

void report_bad_fragment(HostCore& host, const ip::Datagram& fragment, ip::FragmentDrop why) {
    if (fragment.src.is_v4()) return;
    constexpr std::uint32_t kPayloadLengthField = 4;
    constexpr std::uint32_t kOffsetField = 2;  // in the fragment header
    std::uint32_t pointer = 0;
    if (why == ip::FragmentDrop::not_multiple_of_8) {
        pointer = kPayloadLengthField;
    } else if (why == ip::FragmentDrop::too_long) {
        pointer =
            fragment.payload_at - static_cast<std::uint32_t>(ip::Ipv6FragmentHeader::kLength) + kOffsetField;
    } else {
        return;
    }
    send_v6(host, fragment.packet, ip::icmpv6_type::parameter_problem,
            ip::parameter_problem_code::erroneous_field, pointer);
}

}  // namespace glass::tcp
