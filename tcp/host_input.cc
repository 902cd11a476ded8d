#include "tcp/host_input.h"

#include "ip/checksum.h"
#include "ip/ipv4_options.h"
#include "ip/protocol_numbers.h"
#include "tcp/host_errors.h"
#include "tcp/host_icmp.h"
#include "tcp/host_segment.h"

namespace glass::tcp {

namespace {

HostDrop reason_of(ip::Error error) {
    return error == ip::Error::bad_checksum ? HostDrop::bad_ip_checksum : HostDrop::bad_ip_header;
}

/// Returns whether to go on: MUST-57, MUST-63 and RFC 1122 section 3.2.1.3.
bool check_addresses(HostCore& host, const ip::Address& src, const ip::Address& dst) {
    if (host.addresses.is_impossible_source(src)) {
        drop(host, HostDrop::impossible_source);
    } else if (host.addresses.has(dst)) {
        return true;
    } else {
        drop(host, host.addresses.is_group(dst) ? HostDrop::group : HostDrop::not_ours);
    }
    return false;
}

/// RFC 1122 section 3.2.1.8: an option that cannot be read is reported, and so is a route that goes on.
bool check_ipv4_options(HostCore& host, const ip::Datagram& d) {
    if (d.options.empty()) return true;
    ip::Ipv4OptionReader reader(d.options);
    while (const auto option = reader.next()) {
        const bool routed = option->type == ip::ipv4_option::loose_source_route ||
                            option->type == ip::ipv4_option::strict_source_route;
        if (!routed && option->type != ip::ipv4_option::record_route) continue;
        const auto route = ip::parse_route_option(option->data);
        if (route && (!routed || route->done() >= route->count())) continue;
        drop(host, HostDrop::bad_ip_options);
        if (!route) send_parameter_problem(host, d, ip::Ipv4Header::kMinLength + option->at);
        return false;
    }
    if (!reader.error()) return true;
    drop(host, HostDrop::bad_ip_options);
    send_parameter_problem(host, d, ip::Ipv4Header::kMinLength + reader.position());
    return false;
}

void deliver(HostCore& host, const ip::Datagram& d, ip::ChecksumState checksum) {
    if (d.problem) {
        drop(host, HostDrop::bad_extension);
        if (d.problem->report) send_ipv6_problem(host, d, *d.problem);
        return;
    }
    namespace number = ip::protocol_number;
    const bool v4 = d.src.is_v4();
    if (d.protocol == number::tcp) {
        TcpDatagram tcp{.tuple = {.local = {d.dst, 0}, .remote = {d.src, 0}},
                        .ecn = static_cast<ip::Ecn>(d.tos & 3),
                        .payload = d.payload,
                        .checksum = checksum};
        return segment_arrives_at_host(host, tcp);
    }
    if (d.protocol == (v4 ? number::icmp : number::icmpv6)) return icmp_arrives_at_host(host, d);
    if (!v4 && d.protocol == number::no_next_header) return;
    if (d.protocol == number::udp) return udp_arrives_at_host(host, d);
    drop(host, HostDrop::unknown_protocol);
    send_protocol_unreachable(host, d);
}

/// The whole, as if it had come in one packet: its payload, behind the header of the first fragment.
ip::Datagram whole(const ip::Datagram& last, const ip::FragmentOutcome& outcome, ip::Buffer& packet) {
    packet.assign(outcome.header.begin(), outcome.header.end());
    packet.insert(packet.end(), outcome.payload.begin(), outcome.payload.end());
    ip::Datagram d = last;
    d.fragment.reset();
    d.protocol = outcome.protocol;
    d.packet = packet;
    d.payload_at = static_cast<std::uint32_t>(outcome.header.size());
    d.payload = d.packet.subspan(d.payload_at);
    if (d.src.is_v4()) {
        const ip::Ipv4Header first = ip::read_ipv4(d.packet);
        d.tos = first.tos;
        d.options = first.options;
        return d;
    }
    const ip::Ipv6Header first = ip::read_ipv6(d.packet);
    const ip::Ipv6Chain chain = ip::walk_ipv6_chain(first, outcome.protocol, d.payload, d.payload_at);
    d.tos = first.traffic_class;
    d.protocol = chain.protocol;
    d.payload = chain.payload;
    d.payload_at = chain.payload_at;
    d.next_header_at = chain.next_header_at;
    d.problem = chain.problem;
    if (chain.fragment) d.problem = ip::Ipv6Problem{.why = "a fragment in a fragment"};
    return d;
}

/// Nearly every packet is like this: TCP over IPv4 without options, whole and sound. It costs a tenth of what
/// all cases take.
bool is_plain(ip::Bytes packet) {
    constexpr std::uint8_t kVersion4Words5 = 0x45;
    constexpr std::uint16_t kFragment = 0x3fff;
    constexpr std::size_t kHeader = ip::Ipv4Header::kMinLength;
    if (packet.size() < kHeader || packet[0] != kVersion4Words5 || packet[9] != ip::protocol_number::tcp)
        return false;
    const std::size_t length = ip::load16(&packet[2]);
    if (length < kHeader || length > packet.size() || ip::load16(&packet[6]) & kFragment) return false;
    ip::ChecksumSum sum;
    sum.add(packet.first(kHeader));
    return sum.is_good();
}

void plain_packet_arrives(HostCore& host, const ip::DevicePacket& packet) {
    const ip::Bytes octets = packet.octets.first(ip::load16(&packet.octets[2]));
    TcpDatagram datagram{.tuple = {.local = {ip::Ipv4Address{ip::load32(&octets[16])}, 0},
                                   .remote = {ip::Ipv4Address{ip::load32(&octets[12])}, 0}},
                         .ecn = static_cast<ip::Ecn>(octets[1] & 3),
                         .payload = octets.subspan(ip::Ipv4Header::kMinLength),
                         .checksum = packet.checksum};
    if (check_addresses(host, datagram.tuple.remote.address, datagram.tuple.local.address))
        segment_arrives_at_host(host, datagram);
}

void fragment_arrives(HostCore& host, const ip::Datagram& d) {
    using Status = ip::FragmentOutcome::Status;
    expire_fragments(host);
    const auto outcome = host.fragments.add(*d.fragment, host.now, ++host.fragments_seen);
    if (outcome.status == Status::dropped) {
        drop(host, HostDrop::fragment);
        report_bad_fragment(host, d, outcome.why);
    }
    if (outcome.status != Status::complete) return;
    ip::Buffer packet;
    const ip::Datagram all = whole(d, outcome, packet);
    if (check_ipv4_options(host, all)) deliver(host, all, ip::ChecksumState::complete);
}

}  // namespace

void packet_arrives(HostCore& host, const ip::DevicePacket& packet) {
    ++host.counters.packets_in;
    host.last_receiver = {};
    if (is_plain(packet.octets)) return plain_packet_arrives(host, packet);
    const auto datagram = ip::parse_datagram(packet.octets);
    if (!datagram) return drop(host, reason_of(datagram.error()));
    if (!check_addresses(host, datagram->src, datagram->dst)) return;
    if (datagram->fragment && !datagram->problem) return fragment_arrives(host, *datagram);
    if (check_ipv4_options(host, *datagram)) deliver(host, *datagram, packet.checksum);
}

void expire_fragments(HostCore& host) {
    if (host.fragments.pending() == 0 || *host.fragments.deadline() > host.now) return;
    for (const ip::GivenUp& given_up : host.fragments.expire(host.now)) {
        drop(host, HostDrop::fragment_timeout);
        if (!given_up.first_packet.empty()) send_reassembly_timeout(host, given_up);
    }
}

}  // namespace glass::tcp
