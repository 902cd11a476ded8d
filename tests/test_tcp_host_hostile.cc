// Hostile packets against a host: each is dropped for its reason, costs no more than its limit, and leaves a
// live connection alone.
#include <doctest/doctest.h>
#include <set>

#include "ip/checksum.h"
#include "ip/fragmenting.h"
#include "ip/icmp.h"
#include "ip/icmpv6.h"
#include "tests/host_script.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::tests;
using namespace std::chrono_literals;

namespace {

const ip::Address kA6{ip::parse_ipv6_address("2001:db8::1").value()};
const ip::Address kB6{ip::parse_ipv6_address("2001:db8::2").value()};

HostConfig both_versions() {
    HostConfig config = at_address(kB);
    config.addresses.push_back({.address = kB6, .prefix_length = 64});
    return config;
}

/// A host under attack at kB, with a connection to somebody honest that has to go on.
struct Besieged {
    Host host{both_versions(), {3, 4}};
    Host honest{at_address(kA), {1, 2}};
    ip::Time now = kNow;
    ListenerId listener;
    ConnectionId here;
    ConnectionId there;

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
    void silent(const ip::Buffer& packet, HostDrop why) {
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

ip::Buffer echo_request_to(const ip::Address& dst, const ip::Address& src = kA, std::size_t size = 20) {
    ip::Buffer data(size);
    for (std::size_t i = 0; i < size; ++i) data[i] = static_cast<std::uint8_t>(i * 7 >> 3);
    ip::Buffer message;
    ip::echo_request(1, 2, data).serialize(message);
    return datagram_of(src, dst, ip::protocol_number::icmp, message);
}

ip::Buffer changed(ip::Buffer packet, std::size_t at, std::uint8_t to) {
    packet[at] = to;
    return packet;
}

/// With the right header checksum again.
ip::Buffer resummed(ip::Buffer packet) {
    packet[10] = packet[11] = 0;
    const std::uint16_t sum = ip::checksum(ip::Bytes(packet).first((packet[0] & 15u) * 4));
    packet[10] = static_cast<std::uint8_t>(sum >> 8);
    packet[11] = static_cast<std::uint8_t>(sum);
    return packet;
}

const ip::Buffer kSyn = packet_of({kC, 9}, kServer, {.seq = Seq(1), .flags = SYN, .window = 1000});

}  // namespace

TEST_CASE("hostile 3 and 4: lengths that contradict each other, at every cut") {
    Besieged b;
    for (std::size_t n = 0; n < kSyn.size(); ++n)
        b.silent({kSyn.begin(), kSyn.begin() + static_cast<std::ptrdiff_t>(n)}, HostDrop::bad_ip_header);
    b.silent(resummed(changed(kSyn, 0, 0x44)), HostDrop::bad_ip_header);  // IHL 4
    b.silent(resummed(changed(kSyn, 3, 19)), HostDrop::bad_ip_header);    // total length below the header
    b.silent(resummed(changed(kSyn, 3, 200)), HostDrop::bad_ip_header);   // beyond the packet
    b.silent(changed(kSyn, 0, 0x55), HostDrop::bad_ip_header);            // version 5
    b.silent(resummed(changed(kSyn, 3, 39)), HostDrop::bad_tcp_header);   // no whole TCP header
    b.silent(changed(kSyn, 32, 0x40), HostDrop::bad_tcp_header);          // data offset 16
    b.silent(changed(kSyn, 32, 0xf0), HostDrop::bad_tcp_header);          // data offset 60
    b.silent(changed(kSyn, 8, 1), HostDrop::bad_ip_checksum);
    CHECK(b.host.connections() == 1);
}

TEST_CASE("hostile 5: source routes that go on, and options that cannot be read") {
    struct Row {
        const char* name;
        ip::Buffer options;
        bool reported;
        unsigned pointer;
    };
    const Row rows[] = {
        {"LSRR to go on", {131, 7, 4, 10, 0, 0, 9, 0}, false, 0},
        {"SSRR to go on", {137, 7, 4, 10, 0, 0, 9, 0}, false, 0},
        {"LSRR pointer 0", {131, 7, 0, 10, 0, 0, 9, 0}, true, 20},
        {"RR pointer 1 after a NOP", {1, 7, 7, 1, 0, 0, 0, 0}, true, 21},
        {"length 0", {131, 0, 4, 10}, true, 20},
        {"length 1", {7, 1, 4, 10}, true, 20},
        {"length beyond the header", {1, 1, 7, 39}, true, 22},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Besieged b;
        const ip::Buffer message = [] {
            ip::Buffer out;
            ip::echo_request(1, 2, {}).serialize(out);
            return out;
        }();
        const ip::Buffer packet = datagram_of(kA, kB, 17, message, 0, row.options);
        if (!row.reported) {
            b.silent(packet, HostDrop::bad_ip_options);
            continue;
        }
        const Sent answer = b.answered(packet);
        CHECK(b.host.counters().dropped_for(HostDrop::bad_ip_options) == 1);
        const auto icmp = ip::parse_icmp(answer.datagram.payload);
        REQUIRE(icmp.has_value());
        CHECK(icmp->type == ip::icmp_type::parameter_problem);
        CHECK(icmp->pointer() == row.pointer);
    }
    // A route that ended here, and a recorded one, are harmless.
    Besieged b;
    const ip::Buffer done = {131, 7, 8, 10, 0, 0, 9, 0};
    ip::Buffer message;
    ip::echo_request(1, 2, {}).serialize(message);
    CHECK(b.answered(datagram_of(kA, kB, 1, message, 0, done)).datagram.protocol == 1);
}

TEST_CASE("hostile 6 and 8: overlapping fragments make no datagram, whole ones do") {
    const ip::Buffer whole = [] {
        ip::Buffer packet = echo_request_to(kB, kA, 2000);
        packet[6] &= 0xbf;  // may be fragmented
        return resummed(packet);
    }();
    const auto pieces = ip::fragment_ipv4(whole, 576);
    REQUIRE(pieces.has_value());
    {
        Besieged b;
        for (const ip::Buffer& piece : *pieces) b.host.receive(piece, b.now);
        std::size_t answers = 0;
        while (b.host.poll(b.now)) ++answers;
        CHECK(answers == 2);  // the reply, in fragments
    }
    Besieged b;
    b.host.receive((*pieces)[0], b.now);
    ip::Buffer overlap = (*pieces)[1];
    overlap[7] = static_cast<std::uint8_t>(overlap[7] - 1);  // eight octets earlier
    b.silent(resummed(overlap), HostDrop::fragment);
    for (const ip::Buffer& piece : *pieces) b.host.receive(piece, b.now);
    CHECK(!b.host.poll(b.now).has_value());
}

TEST_CASE("hostile 7: a fragment that ends beyond 65535 octets") {
    Besieged b;
    ip::Buffer packet = echo_request_to(kB, kA, 500);
    packet[6] = 0x1f;  // offset 65528
    packet[7] = 0xff;
    b.silent(resummed(packet), HostDrop::fragment);
}

TEST_CASE("hostile 9: a hundred thousand first fragments take no more memory than they may") {
    HostConfig config = both_versions();
    config.limits.fragments.memory = 1 << 20;
    Host host(config, {3, 4});
    ip::Buffer packet = echo_request_to(kB, kA, 1000);
    packet[6] = 0x20;  // more fragments
    for (unsigned i = 0; i < 100'000; ++i) {
        packet[4] = static_cast<std::uint8_t>(i >> 8);
        packet[5] = static_cast<std::uint8_t>(i);
        packet[14] = static_cast<std::uint8_t>(i >> 16);
        host.receive(resummed(packet), kNow);
    }
    // Who sent them is told, but not a hundred thousand times.
    std::size_t told = 0;
    for (ip::Time now = kNow; now < kNow + 40s; now += 1s)
        while (host.poll(now)) ++told;
    CHECK(told > 0);
    CHECK(told <= 2 * 113);
    CHECK(host.counters().dropped_for(HostDrop::error_limit) > 0);
    CHECK(!host.deadline().has_value());
}

TEST_CASE("hostile 10: a packet in a packet is a protocol that is not there") {
    Besieged b;
    const Sent answer = b.answered(datagram_of(kA, kB, ip::protocol_number::ipv4, echo_request_to(kB)));
    const auto icmp = ip::parse_icmp(answer.datagram.payload);
    CHECK(icmp->type == ip::icmp_type::destination_unreachable);
    CHECK(icmp->code == ip::unreachable_code::protocol);
    CHECK(b.host.counters().dropped_for(HostDrop::unknown_protocol) == 1);
}

namespace {

/// An IPv6 packet with `chain` before `payload`; each header of the chain names the next.
ip::Buffer packet_v6(std::uint8_t first, ip::Bytes rest, const ip::Address& src = kA6,
                     const ip::Address& dst = kB6) {
    ip::Buffer out;
    const ip::Ipv6Header header{.next_header = first, .src = src.v6, .dst = dst.v6, .payload = rest};
    header.serialize(out);
    return out;
}

}  // namespace

TEST_CASE("hostile 11: extension headers that run out, or are without number") {
    Besieged b;
    b.silent(packet_v6(ip::protocol_number::destination_options, ip::Buffer{6, 255, 1, 4, 0, 0, 0, 0}),
             HostDrop::bad_extension);
    ip::Buffer chain;
    for (int i = 0; i < 1000; ++i) chain.insert(chain.end(), {60, 0, 1, 4, 0, 0, 0, 0});
    b.host.receive(packet_v6(ip::protocol_number::destination_options, chain), b.now);
    CHECK(b.host.counters().dropped_for(HostDrop::bad_extension) == 2);
    while (b.host.poll(b.now)) {
    }
}

TEST_CASE("hostile 12: RH0, hop-by-hop out of place, errors about what was sent to a group") {
    Besieged b;
    ip::Buffer rh0{6, 2, 0, 1, 0, 0, 0, 0};
    rh0.insert(rh0.end(), kA6.v6.octets.begin(), kA6.v6.octets.end());
    b.host.receive(packet_v6(ip::protocol_number::routing, rh0), b.now);
    CHECK(b.host.counters().dropped_for(HostDrop::bad_extension) == 1);
    const auto answer = next(b.host, b.now);
    REQUIRE(answer.has_value());
    CHECK(ip::read_icmp(answer->datagram.payload).type == ip::icmpv6_type::parameter_problem);
    const ip::Address all_nodes(ip::parse_ipv6_address("ff02::1").value());
    b.silent(packet_v6(ip::protocol_number::routing, rh0, kA6, all_nodes), HostDrop::group);
    b.silent(packet_v6(200, ip::Buffer(8), kA6, all_nodes), HostDrop::group);
}

TEST_CASE("hostile 13: ICMP too short to be, and errors that quote too little") {
    Besieged b;
    for (std::size_t n = 0; n < 8; ++n) {
        b.silent(packet_v6(ip::protocol_number::icmpv6, ip::Buffer(n, 128)), HostDrop::bad_icmp);
        b.silent(datagram_of(kA, kB, ip::protocol_number::icmp, ip::Buffer(n, 8)), HostDrop::bad_icmp);
    }
    const ip::Buffer quoted = packet_of(kServer, kClient, {.seq = Seq(1), .flags = ACK});
    for (std::size_t n = 0; n < 28; ++n) {
        ip::Buffer message;
        ip::IcmpHeader error = ip::destination_unreachable(ip::unreachable_code::port, quoted);
        error.payload = ip::Bytes(quoted).first(n);
        error.serialize(message);
        b.silent(datagram_of(kC, kB, ip::protocol_number::icmp, message), HostDrop::strange_icmp_quote);
    }
}

TEST_CASE("hostile 14: nobody sends from these addresses (MUST-63)") {
    const char* v4[] = {"10.0.0.2",  "0.0.0.0",         "0.1.2.3",    "127.0.0.1", "224.0.0.1",
                        "239.1.2.3", "255.255.255.255", "10.0.0.255", "240.0.0.1"};
    Besieged b;
    for (const char* text : v4) {
        CAPTURE(text);
        const ip::Address src = ip::parse_address(text).value();
        b.silent(packet_of({src, 80}, kServer, {.seq = Seq(1), .flags = SYN}), HostDrop::impossible_source);
        b.silent(echo_request_to(kB, src), HostDrop::impossible_source);
    }
    for (const char* text : {"::", "::1", "ff02::1", "2001:db8::2", "::ffff:10.0.0.1"}) {
        CAPTURE(text);
        const ip::Address src = ip::parse_address(text).value();
        b.silent(packet_of({src, 80}, {kB6, 80}, {.seq = Seq(1), .flags = SYN}), HostDrop::impossible_source);
    }
}

TEST_CASE("hostile 15: SYNs and echo requests to everybody are not answered (MUST-57)") {
    Besieged b;
    for (const char* text : {"255.255.255.255", "10.0.0.255", "224.0.0.1"}) {
        CAPTURE(text);
        const ip::Address dst = ip::parse_address(text).value();
        b.silent(packet_of({kC, 9}, {dst, 80}, {.seq = Seq(1), .flags = SYN}), HostDrop::group);
        b.silent(echo_request_to(dst, kC), HostDrop::group);
    }
    b.silent(echo_request_to({ip::Ipv4Address{0x0a000009}}, kC), HostDrop::not_ours);
}

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

TEST_CASE("hostile 43: wrong checksums are counted and dropped; UDP over IPv6 needs one") {
    Besieged b;
    ip::Buffer syn = kSyn;
    syn.back() ^= 1;
    b.silent(syn, HostDrop::bad_tcp_checksum);
    ip::Buffer echo = echo_request_to(kB);
    echo.back() ^= 1;
    b.silent(echo, HostDrop::bad_icmp);
    const ip::Buffer udp{0, 1, 0, 2, 0, 8, 0, 0};  // no checksum
    b.silent(packet_v6(ip::protocol_number::udp, udp), HostDrop::no_udp_port);
    const Sent answer = b.answered(datagram_of(kA, kB, ip::protocol_number::udp, udp));
    const auto icmp = ip::parse_icmp(answer.datagram.payload);
    CHECK(icmp->code == ip::unreachable_code::port);
}

TEST_CASE("hostile 45: how many ICMP errors are sent in a second cannot be told beforehand") {
    const ip::Buffer udp{0, 1, 0, 2, 0, 8, 0, 0};
    const ip::Buffer packet = datagram_of(kA, kB, ip::protocol_number::udp, udp);
    Host host(at_address(kB), {3, 4});
    std::set<std::size_t> numbers;
    for (int second = 0; second < 20; ++second) {
        std::size_t n = 0;
        for (int i = 0; i < 300; ++i) {
            host.receive(packet, kNow + second * 1s);
            while (host.poll(kNow + second * 1s)) ++n;
        }
        CHECK(n >= 50);
        CHECK(n <= 113);
        numbers.insert(n);
    }
    CHECK(numbers.size() > 10);
}

TEST_CASE("hostile 47: neighbour discovery means nothing to a host on a point-to-point link") {
    Besieged b;
    for (const std::uint8_t type : {133, 134, 135, 136, 137}) {
        ip::Buffer message;
        const ip::Buffer body(40);
        ip::serialize_icmpv6({.type = type, .payload = body}, message, kA6.v6, kB6.v6);
        b.silent(packet_v6(ip::protocol_number::icmpv6, message), HostDrop::unused_icmp);
    }
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
