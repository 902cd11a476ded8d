// Echo: what a host sends of its own accord besides segments, and who gets the answers; and the end of a
// host.
#include <doctest/doctest.h>

#include "ip/icmpv6.h"
#include "tests/host_script.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::tests;

namespace {

/// Keeps what came.
struct Kept final : IcmpUser {
    void icmp_arrived(const ip::Datagram& datagram, const ip::IcmpHeader& message, ip::Time now) override {
        from.push_back(datagram.src);
        messages.push_back(message);
        data.emplace_back(message.payload.begin(), message.payload.end());
        at = now;
    }
    std::vector<ip::Address> from;
    std::vector<ip::IcmpHeader> messages;
    std::vector<ip::Buffer> data;
    ip::Time at{};
};

ip::Address v6(std::uint8_t last) {
    ip::Ipv6Address address{{0xfd, 0x07}};
    address.octets[15] = last;
    return address;
}

}  // namespace

TEST_CASE("an echo request is answered, whatever its length, over both versions") {
    for (const bool six : {false, true}) {
        for (const std::size_t size : {std::size_t{0}, std::size_t{56}, std::size_t{5000}}) {
            CAPTURE(six);
            CAPTURE(size);
            const ip::Address a = six ? v6(1) : kA, b = six ? v6(2) : kB;
            HostPair pair({.addresses = {{a, 24}}}, {.addresses = {{b, 24}}});
            Kept kept;
            pair.a.set_icmp_user(&kept);
            const ip::Buffer data = octets_of(size);
            const auto from = pair.a.send_echo(b, {7, 8, data}, pair.now);
            REQUIRE(from.has_value());
            CHECK(*from == a);
            CHECK(pair.a.deadline() == pair.now);
            pair.run();
            REQUIRE(kept.messages.size() == 1);
            CHECK(kept.messages[0].type == (six ? ip::icmpv6_type::echo_reply : ip::icmp_type::echo_reply));
            CHECK(kept.messages[0].identifier() == 7);
            CHECK(kept.messages[0].sequence() == 8);
            CHECK(kept.data[0] == data);
            CHECK(kept.from[0] == b);
            CHECK(kept.at == pair.now);
        }
    }
}

TEST_CASE("an echo request that cannot be sent") {
    Host host(at_address(kA), {1, 2});
    CHECK(host.send_echo(v6(1), {}, kNow).error() == HostError::no_address);
    CHECK(host.send_echo(ip::Ipv4Address{0xffffffff}, {}, kNow).error() == HostError::illegal_remote);
    CHECK(host.send_echo(kA, {}, kNow).error() == HostError::illegal_remote);
    CHECK_FALSE(next(host, kNow).has_value());
}

TEST_CASE("an error that quotes an echo request is the user's, one about a segment is not") {
    Host host(at_address(kA), {1, 2});
    Kept kept;
    host.set_icmp_user(&kept);
    REQUIRE(host.send_echo(kB, {7, 9, {}}, kNow).has_value());
    const auto request = next(host, kNow);
    REQUIRE(request.has_value());
    const auto error_about = [](ip::Bytes packet) {
        ip::Buffer message;
        ip::destination_unreachable(ip::unreachable_code::host, packet).serialize(message);
        return datagram_of(kC, kA, ip::protocol_number::icmp, message);
    };
    host.receive(error_about(*request->packet), kNow);
    REQUIRE(kept.messages.size() == 1);
    CHECK(kept.messages[0].type == ip::icmp_type::destination_unreachable);
    CHECK(kept.from[0] == kC);
    host.receive(error_about(packet_of(kClient, kServer, {.seq = Seq(5), .flags = SYN})), kNow);
    CHECK(kept.messages.size() == 1);
    CHECK(host.counters().dropped_for(HostDrop::strange_icmp_quote) == 1);
}

TEST_CASE("without a user, answers that nobody asked for are counted and dropped") {
    Host host(at_address(kA), {1, 2});
    ip::Buffer message;
    ip::echo_reply(ip::echo_request(1, 2, {})).serialize(message);
    host.receive(datagram_of(kB, kA, ip::protocol_number::icmp, message), kNow);
    CHECK(host.counters().dropped_for(HostDrop::unused_icmp) == 1);
}

TEST_CASE("abort_all resets every connection, held or not, and one that is being opened") {
    HostPair pair;
    const auto listener = pair.b.listen({kB, 80}, 10, {});
    REQUIRE(listener.has_value());
    const auto held = pair.a.connect({kB, 80}, {}, pair.now);
    const auto released = pair.a.connect({kB, 80}, {}, pair.now);
    pair.run();
    CHECK(pair.a.send(*released, octets("last words")) == 10u);
    pair.a.release(*released);
    const auto opening = pair.a.connect({kB, 80}, {}, pair.now);
    pair.a.abort_all();
    CHECK(pair.a.status(*held)->ending == Ending::aborted);
    CHECK(pair.a.status(*opening)->ending == Ending::aborted);
    pair.run();
    while (const auto id = pair.b.accept(*listener)) CHECK(pair.b.status(*id)->ending == Ending::reset);
    pair.a.release(*held);
    pair.a.release(*opening);
    pair.run();
    CHECK(pair.a.connections() == 0);
}

TEST_CASE("connections in TIME-WAIT that nobody holds are counted") {
    HostPair pair;
    const auto listener = pair.b.listen({kB, 80}, 10, {});
    const auto client = pair.a.connect({kB, 80}, {}, pair.now);
    pair.run();
    const auto server = pair.b.accept(*listener);
    REQUIRE(server.has_value());
    pair.a.release(*client);
    pair.run();
    CHECK(pair.a.time_waits() == 0);
    pair.b.release(*server);
    pair.run();
    CHECK(pair.a.time_waits() == 1);
    CHECK(pair.b.time_waits() == 0);
}
