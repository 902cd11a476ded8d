// Hostile packets against a host, before TCP has seen them: each is dropped for its reason, costs no more
// than its limit, and leaves a live connection alone.
#include <doctest/doctest.h>
#include <set>

#include "ip/fragmentation.h"
#include "tests/besieged.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::tests;
using namespace std::chrono_literals;

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
