// Ping: requests at their times, what is said of answers, and the sum; in virtual time.
#include <doctest/doctest.h>

#include "tools/ping.h"

using namespace glass;
using namespace std::chrono_literals;
using tools::Ping;

namespace {

const ip::Address kOurs{ip::Ipv4Address{0x0a070002}}, kTheirs{ip::Ipv4Address{0x0a070001}};

/// A host that pings another one, with a network between them that tests decide on.
struct Scene {
    explicit Scene(tools::PingPlan plan) {
        plan.to = kTheirs;
        plan.identifier = 77;
        ping.emplace(ours, plan, [this](const std::string& line) { said += line; });
    }
    /// Everything that happens until then.
    void pass(ip::Duration time) {
        const ip::Time end = now + time;
        while (!ping->over()) {
            const auto next = ping->deadline();
            if (!next || *next > end) break;
            now = std::max(now, *next);
            ping->run(now);
            while (const auto packet = ours.poll(now)) {
                ++requests;
                if (loses == 0 || requests % loses != 0) theirs.receive(*packet, now);
            }
            now += trip;
            while (const auto packet = theirs.poll(now))
                for (int copy = 0; copy < copies; ++copy) ours.receive(*packet, now);
        }
        now = std::max(now, end);
    }

    tcp::Host ours{{.addresses = {{kOurs, 24}}}, {1, 2}};
    tcp::Host theirs{{.addresses = {{kTheirs, 24}}}, {3, 4}};
    std::optional<Ping> ping;
    std::string said;
    ip::Time now{1'000'000s};
    ip::Duration trip = 10ms;
    int copies = 1;
    std::uint64_t loses = 0;  ///< every so manieth
    std::uint64_t requests = 0;
};

}  // namespace

TEST_CASE("three requests a second apart, and the sum") {
    Scene scene({.count = 3, .interval = 1s, .size = 56, .wait = 1s});
    scene.pass(1999ms);
    CHECK(scene.requests == 2);
    CHECK_FALSE(scene.ping->over());
    scene.pass(10s);
    CHECK(scene.ping->over());
    CHECK(scene.requests == 3);
    CHECK(scene.said ==
          "PING 10.7.0.1 from 10.7.0.2: 56 data bytes\n"
          "64 bytes from 10.7.0.1: icmp_seq=1 ttl=64 time=10.0 ms\n"
          "64 bytes from 10.7.0.1: icmp_seq=2 ttl=64 time=10.0 ms\n"
          "64 bytes from 10.7.0.1: icmp_seq=3 ttl=64 time=10.0 ms\n");
    CHECK(scene.ping->statistics() ==
          "\n--- 10.7.0.1 ping statistics ---\n"
          "3 packets transmitted, 3 received, 0% packet loss, time 2000 ms\n"
          "rtt min/avg/max/mdev = 10.0/10.0/10.0/0.000 ms\n");
    CHECK(scene.ping->received() == 3);
}

TEST_CASE("what is lost is waited for, and counted") {
    Scene scene({.count = 4, .interval = 100ms, .size = 8, .wait = 2s});
    scene.loses = 4;
    const ip::Time start = scene.now;
    scene.pass(1min);
    CHECK(scene.ping->over());
    CHECK(scene.requests == 4);
    CHECK(scene.ping->received() == 3);
    CHECK(scene.ping->deadline() == std::nullopt);
    CHECK(scene.now - start == 1min);
    CHECK(scene.ping->statistics().find("4 packets transmitted, 3 received, 25% packet loss") !=
          std::string::npos);
}

TEST_CASE("nobody answers") {
    Scene scene({.count = 2, .interval = 100ms, .size = 8, .wait = 1s});
    scene.loses = 1;
    scene.pass(1min);
    CHECK(scene.ping->received() == 0);
    CHECK(scene.ping->statistics() ==
          "\n--- 10.7.0.1 ping statistics ---\n"
          "2 packets transmitted, 0 received, 100% packet loss, time 100 ms\n");
}

TEST_CASE("what comes twice is told") {
    Scene scene({.count = 1, .interval = 1s, .size = 8, .wait = 1s});
    scene.copies = 2;
    scene.pass(10s);
    CHECK(scene.ping->received() == 1);
    CHECK(scene.said.find("icmp_seq=1 ttl=64 time=10.0 ms (DUP!)\n") != std::string::npos);
    CHECK(scene.ping->statistics().find("1 received, +1 duplicates, 0% packet loss") != std::string::npos);
}

TEST_CASE("answers to somebody else's requests, and late ones, are none of ours") {
    Scene scene({.count = 1, .interval = 1s, .size = 8, .wait = 1s});
    scene.pass(0ms);
    for (const auto& [identifier, sequence] : {std::pair{78, 1}, {77, 2}, {77, 0}}) {
        ip::Buffer message, packet;
        ip::echo_reply(ip::echo_request(static_cast<std::uint16_t>(identifier),
                                        static_cast<std::uint16_t>(sequence), {}))
            .serialize(message);
        const ip::DatagramHeader header{.src = kTheirs, .dst = kOurs, .protocol = 1};
        header.serialize(packet, message.size());
        packet.insert(packet.end(), message.begin(), message.end());
        scene.ours.receive(packet, scene.now);
    }
    CHECK(scene.ping->received() == 1);
    CHECK(scene.said.find("data than was sent") == std::string::npos);
}

TEST_CASE("a router's error is told, and nothing is waited for") {
    Scene scene({.count = 1, .interval = 1s, .size = 8, .wait = 100s});
    scene.ping->run(scene.now);
    const auto request = scene.ours.poll(scene.now);
    REQUIRE(request.has_value());
    ip::Buffer message, packet;
    ip::destination_unreachable(ip::unreachable_code::host, *request).serialize(message);
    const ip::DatagramHeader header{
        .src = ip::Address(ip::Ipv4Address{0x0a0700fe}), .dst = kOurs, .protocol = 1};
    header.serialize(packet, message.size());
    packet.insert(packet.end(), message.begin(), message.end());
    scene.ours.receive(packet, scene.now);
    scene.ping->run(scene.now);
    CHECK(scene.ping->over());
    CHECK(scene.said.ends_with("From 10.7.0.254 icmp_seq=1 Destination Host Unreachable\n"));
    CHECK(scene.ping->statistics().find("0 received, +1 errors, 100% packet loss") != std::string::npos);
}

TEST_CASE("an address that cannot be pinged") {
    tcp::Host host({.addresses = {{kOurs, 24}}}, {1, 2});
    ip::Ipv6Address six{{0xfd}};
    Ping ping(host, {.to = six, .count = 1}, [](const std::string&) {});
    ping.run(ip::Time{1s});
    CHECK(ping.over());
    CHECK(ping.refusal() == "fd00::: our stack has no IPv6 address: give it one with --address");
}
