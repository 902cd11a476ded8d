// What the tests of hosts share: two hosts with nothing but time between them, and packets made by hand.
#pragma once

#include <doctest/doctest.h>
#include <memory>
#include <string>
#include <vector>

#include "ip/protocol_numbers.h"
#include "tcp/host.h"

namespace glass::tests {

inline const ip::Address kA{ip::Ipv4Address{0x0a000001}};
inline const ip::Address kB{ip::Ipv4Address{0x0a000002}};
inline const ip::Address kC{ip::Ipv4Address{0x0a000003}};

inline ip::Bytes octets(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline ip::Buffer octets_of(std::size_t n) {
    return ip::Buffer(n, 'o');
}

inline tcp::HostConfig at_address(const ip::Address& address) {
    return {.addresses = {{.address = address, .prefix_length = 24}}};
}

inline const tcp::Endpoint kClient{kA, 40000};
inline const tcp::Endpoint kServer{kB, 80};
inline const ip::Time kNow{std::chrono::hours(7)};

/// A datagram made by hand.
inline ip::Buffer datagram_of(const ip::Address& src, const ip::Address& dst, std::uint8_t protocol,
                              ip::Bytes payload, std::uint8_t tos = 0, ip::Bytes options = {}) {
    ip::Buffer out;
    const ip::DatagramHeader header{
        .src = src, .dst = dst, .protocol = protocol, .tos = tos, .options = options};
    header.serialize(out, payload.size());
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}
/// A segment in a packet; the ports are the endpoints'.
inline ip::Buffer packet_of(const tcp::Endpoint& from, const tcp::Endpoint& to, tcp::Segment segment,
                            std::uint8_t tos = 0) {
    segment.src_port = from.port;
    segment.dst_port = to.port;
    ip::Buffer octets;
    segment.serialize(octets, from.address, to.address);
    return datagram_of(from.address, to.address, ip::protocol_number::tcp, octets, tos);
}

/// What a host sent, read again.
struct Sent {
    std::shared_ptr<const ip::Buffer> packet;  ///< what the rest borrows from
    ip::Datagram datagram;
    tcp::Segment segment;
};
inline std::optional<Sent> next(tcp::Host& host, ip::Time now) {
    const auto packet = host.poll(now);
    if (!packet) return std::nullopt;
    Sent sent{.packet = std::make_shared<ip::Buffer>(packet->begin(), packet->end()),
              .datagram = {},
              .segment = {}};
    const auto datagram = ip::parse_datagram(*sent.packet);
    REQUIRE(datagram.has_value());
    sent.datagram = *datagram;
    if (datagram->protocol == ip::protocol_number::tcp) {
        CHECK(tcp::segment_checksum_ok(datagram->payload, datagram->src, datagram->dst));
        sent.segment = tcp::read_segment(datagram->payload);
    }
    return sent;
}

/// Hosts at kA and kB; what one sends, the other has at once.
struct HostPair {
    explicit HostPair(const tcp::HostConfig& of_a = at_address(kA),
                      const tcp::HostConfig& of_b = at_address(kB))
        : a(of_a, {1, 2}), b(of_b, {3, 4}) {}

    tcp::Host a;
    tcp::Host b;
    ip::Time now{std::chrono::hours(1)};
    std::uint64_t packets = 0;

    /// Until neither has anything to send now.
    void run() {
        for (bool again = true; again;) {
            again = false;
            while (const auto packet = a.poll(now)) again = true, ++packets, b.receive(*packet, now);
            while (const auto packet = b.poll(now)) again = true, ++packets, a.receive(*packet, now);
        }
    }
    /// The same at every deadline before the end.
    void pass(ip::Duration time) {
        const ip::Time end = now + time;
        for (;;) {
            run();
            const auto next = ip::earlier(a.deadline(), b.deadline());
            if (!next || *next > end) break;
            REQUIRE(*next >= now);
            now = *next;
        }
        now = end;
    }
    std::string read(tcp::Host& host, tcp::ConnectionId id) {
        std::string out(100'000, '\0');
        const auto n = host.read(id, {reinterpret_cast<std::uint8_t*>(out.data()), out.size()});
        out.resize(n.value_or(0));
        return out;
    }
    std::string read_b(tcp::ConnectionId id) { return read(b, id); }
};

}  // namespace glass::tests
