// Host: TIME-WAIT, small or held by the application, and what may begin a new connection in its place.
#include <doctest/doctest.h>

#include "tests/host_script.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::tests;

namespace {

struct Ends {
    ConnectionId client, server;
};

/// A connection from that endpoint to the listener, which accepts it.
Ends open_from(const Endpoint& from, HostPair& pair, ListenerId listener, const Config& config = {}) {
    const auto client = *pair.a.connect(kServer, config, pair.now, from);
    pair.run();
    return {client, *pair.b.accept(listener)};
}

}  // namespace

TEST_CASE("TIME-WAIT that nobody holds is small, answers a FIN, ignores a RST, and ends in time") {
    HostPair pair;
    const Endpoint from{kA, 5000};
    const auto [client, server] = open_from(from, pair, *pair.b.listen(kServer, 10, {}));
    pair.a.release(client);
    pair.run();
    const Seq rcv_nxt = pair.a.find(client)->tcb().rcv.nxt, snd_nxt = pair.a.find(client)->tcb().snd.nxt;
    const Timestamps ts{.tsval = pair.a.find(client)->tcb().clock.recent + 5, .tsecr = 0};
    pair.b.release(server);
    pair.run();
    CHECK(pair.a.find(client) == nullptr);  // its Connection is gone
    CHECK(pair.a.connections() == 1);
    pair.now += std::chrono::minutes(3);
    CHECK(!next(pair.a, pair.now).has_value());

    OptionWriter options;
    REQUIRE(options.add(ts));
    const Segment fin{.seq = rcv_nxt, .ack = snd_nxt, .flags = FIN | ACK, .options = options.octets()};
    pair.a.receive(packet_of(kServer, from, fin), pair.now);
    const auto ack = next(pair.a, pair.now);
    REQUIRE(ack.has_value());
    CHECK(ack->segment.flags == ACK);
    CHECK(ack->segment.seq == snd_nxt);
    CHECK(ack->segment.ack == rcv_nxt + 1);
    CHECK(find_option<Timestamps>(ack->segment.options).has_value());
    const Segment plain{.seq = rcv_nxt, .ack = snd_nxt, .flags = FIN | ACK};  // some peers leave it out
    pair.a.receive(packet_of(kServer, from, plain), pair.now);
    CHECK(next(pair.a, pair.now).has_value());
    Segment reset = fin;
    reset.flags = RST;
    reset.seq = rcv_nxt + 1;
    pair.a.receive(packet_of(kServer, from, reset), pair.now);
    CHECK(!next(pair.a, pair.now).has_value());
    pair.now += std::chrono::seconds(239);  // 2 MSL from the FIN on
    CHECK(!next(pair.a, pair.now).has_value());
    CHECK(pair.a.connections() == 1);
    pair.now += std::chrono::seconds(1);
    CHECK(!next(pair.a, pair.now).has_value());
    CHECK(pair.a.connections() == 0);
    CHECK(!pair.a.deadline().has_value());
}

TEST_CASE("a listener's TIME-WAIT makes room for a newer SYN, MAY-2 and RFC 6191") {
    HostPair pair;
    const Endpoint from{kA, 5000};
    const auto [client, server] = open_from(from, pair, *pair.b.listen(kServer, 10, {}));
    pair.b.release(server);  // closes first
    pair.run();
    pair.a.release(client);
    pair.run();
    CHECK(pair.a.connections() == 0);
    CHECK(pair.b.connections() == 1);
    pair.now += std::chrono::milliseconds(10);
    const auto again = *pair.a.connect(kServer, {}, pair.now, from);
    pair.run();
    CHECK(pair.a.status(again)->state == State::established);
    CHECK(pair.b.connections() == 1);
}

TEST_CASE("there are never more in TIME-WAIT than may be: the oldest end early") {
    HostConfig config = at_address(kA);
    config.limits.time_waits = 5;
    HostPair pair(config);
    const auto listener = pair.b.listen(kServer, 10, {});
    for (int i = 0; i < 20; ++i) {
        const auto client = *pair.a.connect(kServer, {}, pair.now);
        pair.run();
        pair.a.release(client);
        pair.run();
        pair.b.release(*pair.b.accept(*listener));
        pair.run();
        CHECK(pair.a.connections() <= 5);
    }
    CHECK(pair.a.counters().time_waits_cut_short == 15);
    CHECK(pair.b.connections() == 0);
}

namespace {

/// A connection from that endpoint, which the server closes first and then holds in TIME-WAIT.
ConnectionId held_in_time_wait(HostPair& pair, ListenerId listener, const Endpoint& from,
                               const Config& config, std::size_t octets = 0) {
    const auto [client, server] = open_from(from, pair, listener, config);
    (void)pair.b.send(server, octets_of(octets));
    CHECK(pair.b.close(server).has_value());
    pair.run();
    while (!pair.read(pair.a, client).empty()) pair.run();
    pair.a.release(client);
    pair.run();
    CHECK(pair.a.connections() == 0);
    CHECK(pair.b.status(server)->state == State::time_wait);
    return server;
}

/// A SYN that was late: its sequence number is above all that its sender, which has no connection any more,
/// sent in the last one.
ip::Buffer old_duplicate(const Endpoint& from, Seq rcv_nxt) {
    return packet_of(from, kServer, {.seq = rcv_nxt + 1000, .flags = SYN, .window = 1000});
}

}  // namespace

TEST_CASE("MAY-2: TIME-WAIT that the application holds makes room for a new connection, too") {
    const Endpoint from{kA, 5000};
    for (const bool timestamps : {true, false}) {
        CAPTURE(timestamps);
        HostPair pair;
        const Config config{.timestamps = timestamps};
        const auto listener = *pair.b.listen(kServer, 10, {});
        const auto old = held_in_time_wait(pair, listener, from, config);
        pair.now += std::chrono::seconds(1);
        const auto client = *pair.a.connect(kServer, config, pair.now, from);
        pair.run();
        CHECK(pair.a.status(client)->state == State::established);
        const auto server = *pair.b.accept(listener);
        CHECK(server != old);
        CHECK(pair.b.status(old)->state == State::closed);
        CHECK(pair.b.status(old)->ending == Ending::closed);
        pair.b.release(old);
        pair.run();
        CHECK(pair.a.send(client, octets("x")) == 1u);
        pair.run();
        CHECK(pair.read_b(server) == "x");
        CHECK(pair.b.connections() == 1);
    }
}

TEST_CASE("MAY-2: no new connection before our ISS is above what the old one sent, or without a listener") {
    const Endpoint from{kA, 5000};
    const Config config{.receive_capacity = 1 << 20, .timestamps = false};
    HostPair pair;
    const auto listener = *pair.b.listen(kServer, 10, {.send_capacity = 1 << 20});
    const auto old =
        held_in_time_wait(pair, listener, from, config, 1'000'000);  // the clock counts 250,000 a second
    const auto refused = *pair.a.connect(kServer, config, pair.now + std::chrono::seconds(1), from);
    pair.now += std::chrono::seconds(1);
    pair.run();
    CHECK(pair.b.status(old)->state == State::time_wait);
    (void)pair.a.abort(refused);
    pair.a.release(refused);
    pair.now += std::chrono::seconds(4);
    pair.run();
    const auto taken = *pair.a.connect(kServer, config, pair.now, from);
    pair.run();
    CHECK(pair.b.status(old)->state == State::closed);
    CHECK(pair.a.status(taken)->state == State::established);

    HostPair deaf;
    const auto closing = *deaf.b.listen(kServer, 10, {});
    const auto last = held_in_time_wait(deaf, closing, from, {});
    deaf.b.stop_listening(closing);
    deaf.now += std::chrono::seconds(1);
    (void)deaf.a.connect(kServer, {}, deaf.now, from);
    deaf.run();
    CHECK(deaf.b.status(last)->state == State::time_wait);
}

TEST_CASE("MAY-2: a SYN that turns out to be an old duplicate leaves TIME-WAIT as it was") {
    const Endpoint from{kA, 5000};
    for (const bool held : {true, false}) {
        CAPTURE(held);
        HostPair pair;
        const auto listener = *pair.b.listen(kServer, 10, {});
        const auto server = held_in_time_wait(pair, listener, from, {.timestamps = false});
        const Seq rcv_nxt = pair.b.find(server)->tcb().rcv.nxt, snd_nxt = pair.b.find(server)->tcb().snd.nxt;
        if (!held) pair.b.release(server);
        pair.run();
        pair.now += std::chrono::seconds(100);
        for (int i = 0; i < 3; ++i) {
            pair.b.receive(old_duplicate(from, rcv_nxt), pair.now);
            const auto answer = pair.b.poll(pair.now);
            REQUIRE(answer.has_value());
            CHECK(pair.b.time_waits() == 0);
            pair.a.receive(*answer, pair.now);  // it knows of no connection, and says so
            pair.run();
            CHECK(pair.a.counters().resets_out == static_cast<std::uint64_t>(i + 1));
            CHECK(pair.b.time_waits() == 1);
            CHECK(!pair.b.accept(listener).has_value());
        }
        pair.b.release(server);
        pair.run();
        CHECK(pair.b.connections() == 1);
        pair.b.receive(packet_of(from, kServer, {.seq = rcv_nxt, .ack = snd_nxt, .flags = ACK}), pair.now);
        CHECK(!pair.b.poll(pair.now).has_value());  // not a listener's RST
        pair.b.receive(packet_of(from, kServer, {.seq = rcv_nxt - 10, .ack = snd_nxt, .flags = ACK}),
                       pair.now);
        const auto answer = next(pair.b, pair.now);
        REQUIRE(answer.has_value());
        CHECK(answer->segment.seq == snd_nxt);
        CHECK(answer->segment.ack == rcv_nxt);
        pair.pass(std::chrono::seconds(139));
        CHECK(pair.b.time_waits() == 1);
        pair.pass(std::chrono::seconds(1));
        CHECK(pair.b.connections() == 0);

        // And again: the peer begins a new connection.
        (void)held_in_time_wait(pair, listener, from, {.timestamps = false});
    }
}

TEST_CASE("MAY-2: TIME-WAIT comes back, too, where nobody answers or listens; not after a connection") {
    const Endpoint from{kA, 5000};
    HostPair pair;
    const auto listener = *pair.b.listen(kServer, 10, {});
    const auto server = held_in_time_wait(pair, listener, from, {.timestamps = false});
    const Seq rcv_nxt = pair.b.find(server)->tcb().rcv.nxt;
    pair.b.release(server);
    pair.run();
    pair.now += std::chrono::seconds(1);
    pair.b.receive(old_duplicate(from, rcv_nxt), pair.now);
    CHECK(next(pair.b, pair.now)->segment.has(SYN | ACK));
    // 2 MSL from the end of the old connection on, or three minutes of an open one: the later.
    while (pair.b.time_waits() == 0 && pair.b.deadline()) {
        pair.now = std::max(pair.now, *pair.b.deadline());
        while (next(pair.b, pair.now)) {
        }
    }
    CHECK(pair.b.time_waits() == 1);
    pair.b.receive(old_duplicate(from, rcv_nxt), pair.now);
    CHECK(next(pair.b, pair.now)->segment.has(SYN | ACK));
    pair.b.stop_listening(listener);
    while (next(pair.b, pair.now)) {
    }
    CHECK(pair.b.time_waits() == 1);
    pair.pass(std::chrono::minutes(2));
    CHECK(pair.b.connections() == 0);

    // A new connection leaves nothing of the old one: RST ends it for good.
    const auto open = *pair.b.listen(kServer, 10, {});
    pair.b.release(held_in_time_wait(pair, open, from, {.timestamps = false}));
    pair.now += std::chrono::seconds(1);
    const auto client = *pair.a.connect(kServer, {.timestamps = false}, pair.now, from);
    pair.run();
    CHECK(pair.a.status(client)->state == State::established);
    CHECK(pair.a.abort(client).has_value());
    pair.run();
    pair.b.release(*pair.b.accept(open));
    pair.run();
    CHECK(pair.b.connections() == 0);
}

TEST_CASE("MAY-2: TIME-WAIT stays where a new connection would have to wait for a place") {
    const Endpoint from{kA, 5000};
    HostPair pair;
    const auto listener = *pair.b.listen(kServer, 1, {});
    pair.b.release(held_in_time_wait(pair, listener, from, {}));
    pair.run();
    (void)pair.a.connect(kServer, {}, pair.now);
    pair.run();
    pair.now += std::chrono::seconds(1);
    const auto client = *pair.a.connect(kServer, {}, pair.now, from);
    pair.run();
    CHECK(pair.a.status(client)->state == State::syn_sent);
    CHECK(pair.b.time_waits() == 1);
    CHECK(pair.b.accept(listener).has_value());
    pair.pass(std::chrono::seconds(10));
    CHECK(pair.a.status(client)->state == State::established);
    CHECK(pair.b.time_waits() == 0);
}
