#include "tcp/host_icmp.h"

#include "ip/icmp.h"
#include "ip/icmpv6.h"
#include "ip/protocol_numbers.h"
#include "ip/udp.h"
#include "tcp/host_errors.h"
#include "tcp/host_message.h"

namespace glass::tcp {

namespace {

/// The datagram that an error is about, as far as it is quoted: TCP's ports and sequence number are in the
/// first eight octets (RFC 792).
struct Quoted {
    FourTuple tuple;
    Seq seq{};
};

std::optional<Quoted> quoted_segment(ip::Bytes packet, bool v4) {
    Quoted quoted;
    ip::Bytes segment;
    std::uint8_t protocol = 0;
    if (v4) {
        const ip::Ipv4Header h = ip::read_ipv4(packet);
        if (packet.size() < ip::Ipv4Header::kMinLength || h.version != 4 || h.ihl < 5) return std::nullopt;
        if (h.fragment_offset != 0) return std::nullopt;
        quoted.tuple = {.local = {h.src, 0}, .remote = {h.dst, 0}};
        segment = ip::after(packet, h.header_length());
        protocol = h.protocol;
    } else {
        const ip::Ipv6Header h = ip::read_ipv6(packet);
        if (packet.size() < ip::Ipv6Header::kLength || h.version != 6) return std::nullopt;
        quoted.tuple = {.local = {h.src, 0}, .remote = {h.dst, 0}};
        segment = ip::after(packet, ip::Ipv6Header::kLength);  // we send no extension headers before TCP
        protocol = h.next_header;
    }
    constexpr std::size_t kPortsAndSeq = 8;
    if (protocol != ip::protocol_number::tcp || segment.size() < kPortsAndSeq) return std::nullopt;
    quoted.tuple.local.port = ip::load16(&segment[0]);
    quoted.tuple.remote.port = ip::load16(&segment[2]);
    quoted.seq = Seq(ip::load32(&segment[4]));
    return quoted;
}

/// RFC 1122 section 4.2.3.9.
IcmpReport report_of(const ip::IcmpHeader& message) {
    using Kind = IcmpReport::Kind;
    if (message.type == ip::icmp_type::source_quench) return {.kind = Kind::source_quench};
    if (message.type != ip::icmp_type::destination_unreachable) return {.kind = Kind::soft};
    switch (message.code) {
        case ip::unreachable_code::protocol:
        case ip::unreachable_code::port: return {.kind = Kind::hard};
        case ip::unreachable_code::fragmentation_needed:
            return {.kind = Kind::too_big, .mtu = message.next_hop_mtu()};
        default: return {.kind = Kind::soft};
    }
}

/// The same for RFC 4443: what is prohibited, unknown or closed stays so.
IcmpReport report_of_v6(const ip::IcmpHeader& message) {
    using Kind = IcmpReport::Kind;
    if (message.type == ip::icmpv6_type::packet_too_big)
        return {.kind = Kind::too_big, .mtu = message.mtu_v6()};
    const bool hard = (message.type == ip::icmpv6_type::destination_unreachable &&
                       (message.code == ip::unreachable_code_v6::prohibited ||
                        message.code == ip::unreachable_code_v6::port)) ||
                      (message.type == ip::icmpv6_type::parameter_problem &&
                       message.code == ip::parameter_problem_code::unknown_next_header);
    return {.kind = hard ? Kind::hard : Kind::soft};
}

/// For no connection.
void hand_over(HostCore& host, const ip::Datagram& d, const ip::IcmpHeader& message, HostDrop otherwise) {
    if (!host.icmp_user) return drop(host, otherwise);
    host.icmp_user->icmp_arrived(d, message, host.now);
}

void error_arrives(HostCore& host, const ip::Datagram& d, const ip::IcmpHeader& message) {
    const auto quoted = quoted_segment(message.payload, d.src.is_v4());
    if (!quoted) return hand_over(host, d, message, HostDrop::strange_icmp_quote);
    if (quoted->tuple.local.address != d.dst) return drop(host, HostDrop::strange_icmp_quote);
    const auto number = host.connections.find(quoted->tuple);
    if (!number || !host.connections[*number].connection) return drop(host, HostDrop::strange_icmp_quote);
    IcmpReport report = d.src.is_v4() ? report_of(message) : report_of_v6(message);
    report.seq = quoted->seq;
    report.type = message.type;
    report.code = message.code;
    host.connections[*number].connection->icmp_arrives(report, host.now);
    note_progress(host, *number);
    touch(host, *number);
}

void icmpv4_arrives(HostCore& host, const ip::Datagram& d) {
    const auto message = ip::parse_icmp(d.payload);
    if (!message) return drop(host, HostDrop::bad_icmp);
    ++host.counters.icmp_in;
    if (message->type == ip::icmp_type::echo_request)
        return send_icmp(host, d.dst, d.src, ip::echo_reply(*message));
    if (ip::is_icmp_error(message->type)) return error_arrives(host, d, *message);
    if (message->type == ip::icmp_type::echo_reply)
        return hand_over(host, d, *message, HostDrop::unused_icmp);
    drop(host, HostDrop::unused_icmp);
}

void icmpv6_arrives(HostCore& host, const ip::Datagram& d) {
    const auto message = ip::parse_icmpv6(d.payload, d.src.v6, d.dst.v6);
    if (!message) return drop(host, HostDrop::bad_icmp);
    ++host.counters.icmp_in;
    if (message->type == ip::icmpv6_type::echo_request)
        return send_icmp(host, d.dst, d.src, ip::echo_reply_v6(*message));
    if (ip::is_icmpv6_error(message->type)) return error_arrives(host, d, *message);
    if (message->type == ip::icmpv6_type::echo_reply)
        return hand_over(host, d, *message, HostDrop::unused_icmp);
    drop(host, HostDrop::unused_icmp);
}

}  // namespace

std::expected<ip::Address, HostError> send_echo(HostCore& host, const ip::Address& to,
                                                const EchoRequest& echo) {
    const ip::Address* from = host.addresses.source_for(to);
    if (!from) return std::unexpected(HostError::no_address);
    if (host.addresses.is_impossible_source(to)) return std::unexpected(HostError::illegal_remote);
    const auto build = from->is_v4() ? ip::echo_request : ip::echo_request_v6;
    send_icmp(host, *from, to, build(echo.identifier, echo.sequence, echo.data));
    return *from;
}

void icmp_arrives_at_host(HostCore& host, const ip::Datagram& d) {
    d.src.is_v4() ? icmpv4_arrives(host, d) : icmpv6_arrives(host, d);
}

void udp_arrives_at_host(HostCore& host, const ip::Datagram& d) {
    drop(host, HostDrop::no_udp_port);
    const auto udp = ip::parse_udp(d.payload);
    if (!udp || !ip::udp_checksum_ok(d.payload, d.src, d.dst)) return;
    send_port_unreachable(host, d);
}

}  // namespace glass::tcp
