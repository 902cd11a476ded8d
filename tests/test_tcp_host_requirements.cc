// Requirements of RFC 9293 Appendix B that are met by a host: addresses, what is in the IP header, ICMP.
#include <doctest/doctest.h>

#include "ip/datagram.h"
#include "ip/icmp.h"
#include "tests/host_script.h"

namespace {

using namespace glass;
using namespace glass::tcp;
using tests::kA;
using tests::kB;
using tests::kC;

constexpr ip::Time kNow{std::chrono::hours(7)};

ip::Buffer syn(const ip::Address& from, const ip::Address& to, ip::Bytes ip_options = {}) {
    const Segment segment{.src_port = 1000, .dst_port = 80, .seq = Seq(7), .flags = SYN, .window = 1000};
    ip::Buffer out;
    const ip::DatagramHeader header{
        .src = from, .dst = to, .protocol = ip::protocol_number::tcp, .options = ip_options};
    header.serialize(out, Segment::kFixedLength);
    segment.serialize(out, from, to);
    return out;
}

/// What a packet of the host says.
struct Seen {
    ip::Buffer packet;
    ip::Datagram datagram{};
    Segment segment{};
};
std::optional<Seen> next(Host& host) {
    const auto packet = host.poll(kNow);
    if (!packet) return std::nullopt;
    Seen seen{.packet = ip::Buffer(packet->begin(), packet->end())};
    seen.datagram = ip::parse_datagram(seen.packet).value();
    seen.segment = read_segment(seen.datagram.payload);
    return seen;
}

Seen must(const std::optional<Seen>& seen) {
    REQUIRE(seen.has_value());
    return *seen;
}

}  // namespace

TEST_CASE(
    "MUST-41, MUST-42: a listener beside connections of its port, open and opening, leaves them alone") {
    tests::HostPair pair;
    const auto first = pair.b.listen({kB, 80}, 10, {});
    REQUIRE(first);
    const auto open = pair.a.connect({kB, 80}, {}, pair.now, Endpoint{kA, 5000});
    REQUIRE(open);
    pair.run();
    const auto opening = pair.a.connect({kC, 80}, {}, pair.now, Endpoint{kA, 5000});  // nobody answers
    REQUIRE(opening);
    pair.run();
    CHECK(pair.a.status(*opening)->state == State::syn_sent);
    const auto listener = pair.a.listen({kA, 5000}, 10, {});
    REQUIRE(listener);
    CHECK(pair.a.status(*open)->state == State::established);
    CHECK(pair.a.status(*opening)->state == State::syn_sent);
    REQUIRE(pair.a.send(*open, tests::octets("still here")));
    const auto asked = pair.b.connect({kA, 5000}, {}, pair.now);
    REQUIRE(asked);
    pair.run();
    CHECK(pair.b.status(*asked)->state == State::established);
    CHECK(pair.a.accept(*listener));
    const auto server = pair.b.accept(*first);
    REQUIRE(server);
    CHECK(pair.read_b(*server) == "still here");
}

TEST_CASE("MUST-43, MUST-44, MUST-45: OPEN takes a local address or asks for one, and keeps to it") {
    const ip::Address other(ip::Ipv4Address{0x0a000105});
    Host host({.addresses = {{.address = kA, .prefix_length = 24}, {.address = other, .prefix_length = 24}}},
              {1, 2});
    REQUIRE(host.connect({kB, 80}, {}, kNow, Endpoint{other, 0}));
    CHECK(must(next(host)).datagram.src == other);
    REQUIRE(host.connect({kB, 80}, {}, kNow));  // the one that shares its network
    CHECK(must(next(host)).datagram.src == kA);
    REQUIRE(host.connect({ip::Address(ip::Ipv4Address{0x0a000109}), 80}, {}, kNow));
    CHECK(must(next(host)).datagram.src == other);
    CHECK(host.connect({kB, 80}, {}, kNow, Endpoint{kC, 0}).error() == HostError::no_address);
    for (int again = 0; again < 3; ++again) {
        const ip::Time later = kNow + std::chrono::seconds(10 * again + 10);
        while (const auto packet = host.poll(later)) {
            const ip::Datagram d = ip::parse_datagram(*packet).value();
            const bool first = d.dst == kB && read_segment(d.payload).dst_port == 80;
            CHECK((d.src == kA) != (d.src == other));
            if (!first) CHECK(d.src == other);
        }
    }
}

TEST_CASE("MUST-48, MUST-49, SHLD-21, SHLD-22: DSCP and hop limit go out as the application says") {
    HostConfig config = tests::at_address(kA);
    config.hop_limit = 33;
    Host host(config, {1, 2});
    Config marked;
    marked.dscp = 46;
    const auto id = host.connect({kB, 80}, marked, kNow);
    REQUIRE(id);
    const Seen first = must(next(host));
    CHECK(first.datagram.tos == 46 << 2);
    CHECK(first.datagram.hop_limit == 33);
    REQUIRE(host.set_dscp(*id, 10));
    Segment answer{
        .src_port = 80, .dst_port = first.segment.src_port, .flags = SYN | ACK | ECE, .window = 1000};
    answer.ack = first.segment.seq + 1;
    ip::Buffer packet;
    const ip::DatagramHeader header{.src = kB, .dst = kA, .protocol = ip::protocol_number::tcp};
    header.serialize(packet, Segment::kFixedLength);
    answer.serialize(packet, kB, kA);
    host.receive(packet, kNow);
    CHECK(must(next(host)).datagram.tos == 10 << 2);
    REQUIRE(host.send(*id, tests::octets("x")));
    CHECK(must(next(host)).datagram.tos == (10 << 2 | 2));  // and ECT(0)
}

TEST_CASE("MUST-50: a segment in a datagram with IP options is taken as any other") {
    const ip::Buffer unknown = {94, 4, 0, 0}, nops = {1, 1, 1, 0}, record_route = {7, 7, 4, 0, 0, 0, 0, 0};
    for (const ip::Buffer& options : {unknown, nops, record_route}) {
        Host host(tests::at_address(kB), {1, 2});
        REQUIRE(host.listen({kB, 80}, 10, {}));
        host.receive(syn(kA, kB, options), kNow);
        CHECK(must(next(host)).segment.has(SYN | ACK));
    }
}

TEST_CASE("MUST-54: an ICMP error reaches the connection whose segment it quotes, and no other") {
    Host host(tests::at_address(kA), {1, 2});
    const auto first = host.connect({kB, 80}, {}, kNow), second = host.connect({kB, 81}, {}, kNow);
    REQUIRE(first);
    REQUIRE(second);
    std::optional<Seen> quoted;
    while (const auto seen = next(host))
        if (seen->segment.dst_port == 81) quoted = seen;
    REQUIRE(quoted);
    ip::Buffer packet, message;
    ip::destination_unreachable(ip::unreachable_code::host, ip::first(quoted->packet, 28)).serialize(message);
    const ip::DatagramHeader header{.src = kC, .dst = kA, .protocol = ip::protocol_number::icmp};
    header.serialize(packet, message.size());
    packet.insert(packet.end(), message.begin(), message.end());
    host.receive(packet, kNow);
    CHECK_FALSE(host.status(*first)->soft_error);
    REQUIRE(host.status(*second)->soft_error);
    CHECK(host.status(*second)->soft_error->code == ip::unreachable_code::host);
    CHECK(host.status(*second)->state == State::syn_sent);
}

TEST_CASE("MUST-57, MUST-63: a SYN to many, or from an address that is nobody's, is discarded") {
    const auto v4 = [](std::uint32_t address) { return ip::Address(ip::Ipv4Address{address}); };
    struct Row {
        ip::Address from, to;
    };
    const Row rows[] = {{kA, v4(0xffffffff)}, {kA, v4(0x0a0000ff)}, {kA, v4(0xe0000001)},
                        {v4(0), kB},          {v4(0xffffffff), kB}, {v4(0x0a0000ff), kB},
                        {v4(0xe0000001), kB}, {v4(0x7f000001), kB}, {kB, kB}};
    Host host(tests::at_address(kB), {1, 2});
    REQUIRE(host.listen({kB, 80}, 10, {}));
    REQUIRE(host.listen({v4(0), 80}, 10, {}));
    for (const Row& row : rows) {
        CAPTURE(to_string(row.from));
        CAPTURE(to_string(row.to));
        host.receive(syn(row.from, row.to), kNow);
        CHECK_FALSE(next(host));
    }
    CHECK(host.connections() == 0);
    host.receive(syn(kA, kB), kNow);
    CHECK(must(next(host)).segment.has(SYN | ACK));
}
