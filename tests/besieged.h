// A host that is attacked while an honest connection has to go on, and packets to attack it with.
#pragma once

#include "ip/checksum.h"
#include "ip/icmp.h"
#include "ip/icmpv6.h"
#include "tests/host_script.h"

namespace glass::tests {

inline const ip::Address kA6{ip::parse_ipv6_address("2001:db8::1").value()};
inline const ip::Address kB6{ip::parse_ipv6_address("2001:db8::2").value()};

inline tcp::HostConfig both_versions() {
    tcp::HostConfig config = at_address(kB);
    config.addresses.push_back({.address = kB6, .prefix_length = 64});
    return config;
}

/// A host under attack at kB, with a connection to somebody honest that has to go on.
struct Besieged {
    tcp::Host host{both_versions(), {3, 4}};
    tcp::Host honest{at_address(kA), {1, 2}};
    ip::Time now = kNow;
    tcp::ListenerId listener;
    tcp::ConnectionId here;
    tcp::ConnectionId there;

    Besieged() : listener(*host.listen(kServer, 10, {})) {
        there = *honest.connect(kServer, {}, now, kClient);
        exchange();
        here = *host.accept(listener);
    }
    void exchange() {
        for (bool again = true; again;) {
            again = false;
            while (const auto packet = honest.poll(now)) again = true, host.receive(*packet, now);
            while (const auto packet = host.poll(now)) again = true, honest.receive(*packet, now);
        }
    }
    /// Takes the packet; nothing is sent in answer.
    void silent(const ip::Buffer& packet, tcp::HostDrop why) {
        const auto before = host.counters().dropped_for(why);
        host.receive(packet, now);
        CHECK_MESSAGE(host.counters().dropped_for(why) == before + 1, to_string(why));
        CHECK(!host.poll(now).has_value());
    }
    /// Takes the packet; one packet is sent in answer.
    Sent answered(const ip::Buffer& packet) {
        host.receive(packet, now);
        auto answer = next(host, now);
        REQUIRE(answer.has_value());
        CHECK(!host.poll(now).has_value());
        return *answer;
    }
    ~Besieged() {
        CHECK(honest.send(there, octets("still here")) == 10u);
        exchange();
        std::uint8_t text[100];
        CHECK(host.read(here, text) == 10u);
        CHECK(host.counters().packets_in < 1'000'000);
    }
};

inline ip::Buffer echo_request_to(const ip::Address& dst, const ip::Address& src = kA,
                                  std::size_t size = 20) {
    ip::Buffer data(size);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(i * 7 >> 3);
    ip::Buffer message;
    ip::echo_request(1, 2, data).serialize(message);
    return datagram_of(src, dst, ip::protocol_number::icmp, message);
}

inline ip::Buffer changed(ip::Buffer packet, std::size_t at, std::uint8_t to) {
    packet[at] = to;
    return packet;
}

/// With the right header checksum again.
inline ip::Buffer resummed(ip::Buffer packet) {
    packet[10] = packet[11] = 0;
    const std::uint16_t sum = ip::checksum(ip::Bytes(packet).first((packet[0] & 15u) * 4));
    packet[10] = static_cast<std::uint8_t>(sum >> 8);
    packet[11] = static_cast<std::uint8_t>(sum);
    return packet;
}

/// An IPv6 packet with `chain` before `payload`; each header of the chain names the next.
inline ip::Buffer packet_v6(std::uint8_t first, ip::Bytes rest, const ip::Address& src = kA6,
                            const ip::Address& dst = kB6) {
    ip::Buffer out;
    const ip::Ipv6Header header{.next_header = first, .src = src.v6, .dst = dst.v6, .payload = rest};
    header.serialize(out);
    return out;
}

inline const ip::Buffer kSyn =
    packet_of({kC, 9}, kServer, {.seq = tcp::Seq(1), .flags = tcp::SYN, .window = 1000});

}  // namespace glass::tests
