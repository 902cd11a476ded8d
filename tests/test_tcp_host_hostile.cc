// Hostile segments and ICMP errors against a host, its listeners and connections; and what went wrong in
// other stacks.
#include <doctest/doctest.h>
#include <set>

#include "tests/besieged.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::tests;
using namespace std::chrono_literals;

TEST_CASE("hostile 18: ports that connections are opened from cannot be told beforehand (RFC 6056)") {
    Host host(at_address(kA), {1, 2}), other(at_address(kA), {1, 3});
    std::set<std::uint16_t> ports;
    std::set<int> steps;
    int last = 0;
    std::size_t same = 0;
    for (int i = 0; i < 1000; ++i) {
        const auto port = host.find(*host.connect(kServer, {}, kNow))->local().port;
        same += port == other.find(*other.connect(kServer, {}, kNow))->local().port;
        CHECK(port >= 1024);
        ports.insert(port);
        steps.insert(port - last);
        last = port;
    }
    CHECK(ports.size() == 1000);
    CHECK(steps.size() > 400);  // of the 500 that there are
    CHECK(same < 5);
}

TEST_CASE("hostile 19: a flood of SYNs from everywhere takes bounded memory, and honest ones get in") {
    HostConfig config = at_address(kB);
    config.limits.syn_queue = 16;
    HostPair pair(at_address(kA), config);
    const auto listener = pair.b.listen(kServer, 10, {});
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        const ip::Address src{ip::Ipv4Address{0x0b000000 + i}};
        pair.b.receive(packet_of({src, 1000}, kServer, {.seq = Seq(i), .flags = SYN, .window = 100}),
                       pair.now);
        if (i % 100 == 0)
            while (pair.b.poll(pair.now)) {
            }
    }
    CHECK(pair.b.connections() == 16);
    CHECK(pair.b.counters().cookies_sent + 16 == 20'000);
    while (pair.b.poll(pair.now)) {
    }
    const auto client = pair.a.connect(kServer, {}, pair.now);
    pair.run();
    CHECK(pair.a.status(*client)->state == State::established);
    const auto server = pair.b.accept(*listener);
    REQUIRE(server.has_value());
    CHECK(pair.a.send(*client, octets("hello")) == 5u);
    pair.run();
    CHECK(pair.read_b(*server) == "hello");
}

TEST_CASE("hostile 20: ACKs, SYN,ACKs and RST,ACKs at a listener that sends cookies leave nothing behind") {
    HostConfig config = at_address(kB);
    config.limits.syn_queue = 0;
    Host host(config, {3, 4});
    REQUIRE(host.listen(kServer, 10, {}).has_value());
    host.receive(kSyn, kNow);
    REQUIRE(next(host, kNow).has_value());
    for (std::uint32_t i = 0; i < 1000; ++i) {
        for (const int flags :
             {int{ACK}, SYN | ACK, RST | ACK, FIN | ACK, PSH | ACK, SYN | FIN, 0, int{FIN}}) {
            const Segment segment{
                .seq = Seq(i), .ack = Seq(i * 77777), .flags = static_cast<std::uint16_t>(flags)};
            host.receive(packet_of({kC, 9}, kServer, segment), kNow);
            while (const auto answer = next(host, kNow)) CHECK(answer->segment.has(RST));
        }
    }
    CHECK(host.connections() == 0);
}

TEST_CASE("gvisor 6076: a RST,ACK or a SYN,ACK with the right cookie opens no connection") {
    HostConfig config = at_address(kB);
    config.limits.syn_queue = 0;
    Host host(config, {3, 4});
    REQUIRE(host.listen(kServer, 10, {}).has_value());
    host.receive(kSyn, kNow);
    const auto cookie = next(host, kNow);
    REQUIRE(cookie.has_value());
    Segment answer{.seq = cookie->segment.ack, .ack = cookie->segment.seq + 1};
    for (const int flags : {RST | ACK, SYN | ACK, int{RST}, int{ACK}}) {
        answer.flags = static_cast<std::uint16_t>(flags);
        host.receive(packet_of({kC, 9}, kServer, answer), kNow);
        CHECK(host.connections() == (flags == ACK ? 1 : 0));
    }
}

namespace {

/// An ICMP error about a segment that the host at kB sent from kServer to kClient.
ip::Buffer error_about(Seq seq, std::uint8_t code, std::uint16_t mtu, const ip::Address& router = kC) {
    ip::Buffer quoted = packet_of(kServer, kClient, {.seq = seq, .flags = ACK});
    quoted.resize(28);
    ip::Buffer message;
    ip::destination_unreachable(code, quoted, mtu).serialize(message);
    return datagram_of(router, kB, ip::protocol_number::icmp, message);
}

}  // namespace

TEST_CASE("hostile 25 and 26: ICMP errors of strangers neither end a connection nor make its segments tiny") {
    Besieged b;
    const ip::Buffer text(5000, 't');
    CHECK(b.host.send(b.here, text).has_value());
    while (b.host.poll(b.now)) {
    }
    const Tcb& tcb = b.host.find(b.here)->tcb();
    for (std::uint32_t off : {0u, 1u, 1000000u, 0x80000000u})
        b.host.receive(error_about(tcb.snd.una - 1 - off, ip::unreachable_code::fragmentation_needed, 600),
                       b.now);
    CHECK(tcb.path.mtu == 1500);
    for (const std::uint8_t code : {0, 1, 2, 3, 5, 13})
        b.host.receive(error_about(tcb.snd.una, code, 0), b.now);
    CHECK(tcb.state == State::established);
    b.host.receive(error_about(tcb.snd.una, 4, 9000), b.now);  // larger than what is sent
    CHECK(tcb.path.mtu == 1500);
    b.host.receive(error_about(tcb.snd.una, 4, 68), b.now);
    CHECK(tcb.path.mtu == 552);
    // It is known to connections that come later, and for ten minutes.
    while (b.host.poll(b.now)) {
    }
    const auto later = b.host.connect({kA, 1}, {}, b.now);
    CHECK(b.host.find(*later)->tcb().path.mtu == 552);
    b.now += 11min;
    const auto much_later = b.host.connect({kA, 1}, {}, b.now);
    CHECK(b.host.find(*much_later)->tcb().path.mtu == 1500);
    b.now -= 11min;
}

TEST_CASE("hostile 40: a segment of a connection that a host has forgotten is answered with RST") {
    Besieged b;
    Host reborn(at_address(kA), {1, 2});
    CHECK(b.host.send(b.here, octets("hello")).has_value());
    const auto data = b.host.poll(b.now);
    REQUIRE(data.has_value());
    reborn.receive(*data, b.now);
    const auto reset = next(reborn, b.now);
    REQUIRE(reset.has_value());
    CHECK(reset->segment.flags == RST);
    CHECK(reset->segment.seq == b.host.find(b.here)->tcb().rcv.nxt);
}

TEST_CASE("hostile 42: when all ports to a peer are used, that is an error and not a search for ever") {
    HostConfig config = at_address(kA);
    config.limits.connections = 70'000;
    Host host(config, {1, 2});
    for (unsigned port = EphemeralPorts::kFirst; port < 65536; ++port)
        if (port % 10'000 != 0)
            REQUIRE(
                host.connect(kServer, {}, kNow, Endpoint{kA, static_cast<std::uint16_t>(port)}).has_value());
    for (int free = 6; free > 0; --free) CHECK(host.connect(kServer, {}, kNow).has_value());
    CHECK(host.connections() == EphemeralPorts::kCount);
    CHECK(host.connect(kServer, {}, kNow).error() == HostError::no_free_port);
    CHECK(host.connect({kB, 81}, {}, kNow).has_value());
    CHECK(host.connect(kServer, {}, kNow, Endpoint{kA, 5000}).error() == HostError::address_in_use);
}

// ---- threads of other stacks -----------------------------------------------------------------------------

TEST_CASE("smoltcp 851: a RST for a connection does not reach the listener of its port") {
    Besieged b;
    const Tcb& tcb = b.host.find(b.here)->tcb();
    b.host.receive(packet_of({kA, 7}, kServer, {.seq = tcb.rcv.nxt, .flags = RST}), b.now);
    CHECK(tcb.state == State::established);
    const auto again = b.honest.connect(kServer, {}, b.now);
    b.exchange();
    CHECK(b.honest.status(*again)->state == State::established);
}

TEST_CASE("smoltcp 943: a full backlog drops the SYN and sends no RST") {
    HostPair pair;
    REQUIRE(pair.b.listen(kServer, 1, {}).has_value());
    const auto first = pair.a.connect(kServer, {}, pair.now);
    pair.run();
    const auto second = pair.a.connect(kServer, {}, pair.now);
    pair.run();
    CHECK(pair.a.status(*first)->state == State::established);
    CHECK(pair.a.status(*second)->state == State::syn_sent);
    CHECK(pair.b.counters().resets_out == 0);
}

TEST_CASE("gvisor 236, picotcp 53: whatever becomes of a pending connection, its place is free again") {
    HostPair pair;
    const auto listener = pair.b.listen(kServer, 2, {});
    for (int i = 0; i < 100; ++i) {
        const auto client = *pair.a.connect(kServer, {}, pair.now);
        if (i % 3 == 0) {  // RST in SYN-RECEIVED
            pair.b.receive(*pair.a.poll(pair.now), pair.now);
            const auto synack = next(pair.b, pair.now);
            REQUIRE(synack.has_value());
            const Endpoint from{kA, synack->segment.dst_port};
            pair.b.receive(packet_of(from, kServer, {.seq = synack->segment.ack, .flags = RST}), pair.now);
        } else {
            pair.run();
            CHECK(pair.a.abort(client).has_value());  // before it is accepted
        }
        pair.a.release(client);
        pair.run();
    }
    CHECK(pair.b.connections() == 0);
    const auto client = *pair.a.connect(kServer, {}, pair.now);
    pair.run();
    CHECK(pair.a.status(client)->state == State::established);
    CHECK(pair.b.accept(*listener).has_value());
}

TEST_CASE("picotcp 148, hostile 46: a SYN again is answered with the same SYN,ACK and no RST") {
    Host host(at_address(kB), {3, 4});
    REQUIRE(host.listen(kServer, 2, {}).has_value());
    host.receive(kSyn, kNow);
    const auto first = next(host, kNow);
    host.receive(kSyn, kNow + 100ms);
    const auto second = next(host, kNow + 100ms);
    REQUIRE(first.has_value());
    REQUIRE(second.has_value());
    CHECK(second->segment.flags == first->segment.flags);
    CHECK(second->segment.seq == first->segment.seq);
    CHECK(second->segment.ack == first->segment.ack);
    CHECK(host.connections() == 1);
}
