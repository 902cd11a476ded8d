// Host: packets in, packets out: connections, listeners, and what belongs to neither.
#include <doctest/doctest.h>

#include "tests/host_script.h"

using namespace glass;
using namespace glass::tcp;
using namespace glass::tests;

TEST_CASE("two hosts open, transfer and close") {
    HostPair pair;
    const auto listener = pair.b.listen({kB, 80}, 10, {});
    REQUIRE(listener.has_value());
    const auto client = pair.a.connect({kB, 80}, {}, pair.now);
    REQUIRE(client.has_value());
    pair.run();
    const auto server = pair.b.accept(*listener);
    REQUIRE(server.has_value());
    CHECK(pair.a.status(*client)->state == State::established);
    CHECK(pair.a.send(*client, octets("hello")) == 5u);
    pair.run();
    CHECK(pair.read_b(*server) == "hello");
    pair.a.release(*client);
    pair.run();
    CHECK(pair.b.status(*server)->state == State::close_wait);
    pair.b.release(*server);
    pair.run();
    CHECK(pair.b.connections() == 0);
    CHECK(pair.a.connections() == 1);  // TIME-WAIT
    pair.pass(std::chrono::minutes(5));
    CHECK(pair.a.connections() == 0);
}

TEST_CASE("a SYN to a port where nobody listens is answered with RST, MUST of section 3.10.7.1") {
    HostPair pair;
    const auto client = pair.a.connect({kB, 81}, {}, pair.now);
    pair.run();
    CHECK(pair.a.status(*client)->state == State::closed);
    CHECK(pair.a.status(*client)->ending == Ending::refused);
    CHECK(pair.b.counters().resets_out == 1);
}

TEST_CASE("an ACK to a closed port is answered with RST at its SEG.ACK, a RST with nothing") {
    Host host(at_address(kB), {1, 2});
    host.receive(packet_of(kClient, kServer, {.seq = Seq(5), .ack = Seq(77), .flags = ACK}), kNow);
    const auto reset = next(host, kNow);
    REQUIRE(reset.has_value());
    CHECK(reset->segment.flags == RST);
    CHECK(reset->segment.seq == Seq(77));
    CHECK(reset->datagram.dst == kA);
    host.receive(packet_of(kClient, kServer, {.seq = Seq(5), .flags = RST}), kNow);
    CHECK(!next(host, kNow).has_value());
    CHECK(host.counters().dropped_for(HostDrop::no_connection) == 2);
}

TEST_CASE("a full SYN queue sends cookies, RFC 4987 section 3.6, and their ACKs open connections") {
    struct Row {
        const char* name;
        bool timestamps;
        std::uint16_t mss;
        std::uint16_t kept;
        std::uint8_t scale;
        bool sack;
        bool ecn;
    };
    const Row rows[] = {{"all", true, 1460, 1460, 7, true, true},
                        {"no SACK", true, 1400, 1400, 14, false, false},
                        {"no timestamps", false, 1000, 536, 0, false, false},
                        {"small MSS", true, 48, 88, 0, true, false}};
    for (const Row& row : rows) {
        CAPTURE(row.name);
        HostConfig config = at_address(kB);
        config.limits.syn_queue = 0;
        Host host(config, {1, 2});
        const auto listener = host.listen(kServer, 10, {});
        OptionWriter options;
        REQUIRE(options.add(MaximumSegmentSize{row.mss}));
        REQUIRE(options.add(WindowScale{row.scale}));
        if (row.sack) REQUIRE(options.add(SackPermitted{}));
        if (row.timestamps) REQUIRE(options.add(Timestamps{.tsval = 1000, .tsecr = 0}));
        const auto flags = static_cast<std::uint16_t>(SYN | (row.ecn ? ECE | CWR : 0));
        host.receive(packet_of(kClient, kServer,
                               {.seq = Seq(99), .flags = flags, .window = 1000, .options = options.octets()}),
                     kNow);
        CHECK(host.connections() == 0);
        const auto answer = next(host, kNow);
        REQUIRE(answer.has_value());
        CHECK(answer->segment.has(SYN | ACK));
        CHECK(answer->segment.ack == Seq(100));
        const auto theirs = find_option<Timestamps>(answer->segment.options);
        CHECK(theirs.has_value() == row.timestamps);
        CHECK(find_option<WindowScale>(answer->segment.options).has_value() == row.timestamps);

        OptionWriter echoed;
        if (theirs) REQUIRE(echoed.add(Timestamps{.tsval = 1010, .tsecr = theirs->tsval}));
        const Segment ack{.seq = Seq(100),
                          .ack = answer->segment.seq + 1,
                          .flags = ACK,
                          .window = 1000,
                          .options = echoed.octets()};
        Segment forged = ack;
        forged.ack += 1;
        host.receive(packet_of(kClient, kServer, forged), kNow);
        CHECK(next(host, kNow)->segment.has(RST));
        forged = ack;
        forged.flags = RST | ACK;  // hostile 20
        host.receive(packet_of(kClient, kServer, forged), kNow);
        CHECK(!next(host, kNow).has_value());
        CHECK(host.connections() == 0);
        CHECK(host.counters().dropped_for(HostDrop::bad_cookie) == 1);

        host.receive(packet_of(kClient, kServer, ack), kNow + std::chrono::seconds(60));
        const auto accepted = host.accept(*listener);
        REQUIRE(accepted.has_value());
        const Tcb& tcb = host.find(*accepted)->tcb();
        CHECK(tcb.state == State::established);
        CHECK(tcb.agreed.peer_mss == row.kept);
        CHECK(tcb.agreed.sack == (row.sack && row.timestamps));
        CHECK(tcb.agreed.timestamps == row.timestamps);
        CHECK(tcb.snd.shift == (row.timestamps ? row.scale : 0));
        CHECK(tcb.ecn.agreed == (row.ecn && row.timestamps));
        CHECK(host.counters().cookies_good == 1);
    }
}

TEST_CASE("a cookie is good for two minutes at the most, and for its own endpoints") {
    const SynCookies cookies({5, 6});
    const FourTuple tuple{kServer, kClient};
    const Segment syn{.seq = Seq(1), .flags = SYN};
    const Seq iss = cookies.iss_for(tuple, syn, kNow);
    const Segment ack{.seq = Seq(2), .ack = iss + 1, .flags = ACK};
    CHECK(cookies.check(tuple, ack, kNow).has_value());
    CHECK(cookies.check(tuple, ack, kNow + std::chrono::seconds(64)).has_value());
    CHECK(!cookies.check(tuple, ack, kNow + std::chrono::seconds(128)).has_value());
    CHECK(!cookies.check({kServer, {kA, 40001}}, ack, kNow).has_value());
    Segment other = ack;
    other.seq += 1;
    CHECK(!cookies.check(tuple, other, kNow).has_value());
    CHECK(!SynCookies({5, 7}).check(tuple, ack, kNow).has_value());
    // Timestamps never go back afterwards.
    for (const std::uint32_t tsval : {0u, 1u, 63u, 64u, 0xffffffffu})
        CHECK(Seq(SynCookies::timestamp_for(syn, tsval)) <= Seq(tsval));
}

TEST_CASE("a full accept queue drops SYNs and the ACKs that would open, hostile 41") {
    HostPair pair;
    const auto listener = pair.b.listen(kServer, 2, {});
    std::vector<ConnectionId> clients;
    for (int i = 0; i < 3; ++i) clients.push_back(*pair.a.connect(kServer, {}, pair.now));
    // Three SYNs get in before the first of them is open.
    for (int i = 0; i < 3; ++i) pair.b.receive(*pair.a.poll(pair.now), pair.now);
    pair.run();
    CHECK(pair.b.counters().dropped_for(HostDrop::accept_queue_full) == 1);
    CHECK(pair.a.status(clients[2])->state == State::established);  // as far as it knows
    clients.push_back(*pair.a.connect(kServer, {}, pair.now));
    pair.run();
    CHECK(pair.a.status(clients[3])->state == State::syn_sent);
    // One that is reset makes room, without being accepted.
    CHECK(pair.a.abort(clients[0]).has_value());
    pair.run();
    pair.pass(std::chrono::seconds(10));
    CHECK(pair.b.counters().passive_opens >= 3);
    CHECK(pair.b.accept(*listener).has_value());
    pair.pass(std::chrono::seconds(100));
    CHECK(pair.a.status(clients[3])->state == State::established);
    CHECK(pair.b.accept(*listener).has_value());
    CHECK(pair.b.accept(*listener).has_value());
    CHECK(!pair.b.accept(*listener).has_value());
}

TEST_CASE("hostile 36: buffers of all connections together are bounded; who takes little goes on") {
    HostConfig config = at_address(kB);
    config.limits.buffers = 1 << 20;
    HostPair pair(at_address(kA), config);
    const auto listener = *pair.b.listen(kServer, 100, {});
    const auto text = octets_of(100'000);
    std::vector<ConnectionId> clients, servers;
    // The application reads nothing, and sends what nobody reads.
    for (int i = 0; i < 20; ++i) {
        const auto client = pair.a.connect(kServer, {.receive_capacity = 1000}, pair.now);
        pair.run();
        const auto server = pair.b.accept(listener);
        if (!server) break;
        clients.push_back(*client);
        servers.push_back(*server);
        (void)pair.a.send(*client, text);
        (void)pair.b.send(*server, text);
        pair.run();
    }
    CHECK(pair.b.buffered() > 1 << 20);
    CHECK(pair.b.buffered() < 2 << 20);
    CHECK(servers.size() > 3);
    CHECK(servers.size() < 20);  // SYNs are not answered any more
    CHECK(pair.b.counters().dropped_for(HostDrop::memory) > 0);
    const std::size_t before = pair.b.buffered();
    CHECK(pair.b.send(servers[0], text) == 0u);
    CHECK(pair.a.send(clients[0], text).value_or(0) > 0);
    pair.pass(std::chrono::seconds(10));
    CHECK(pair.b.buffered() <= before + 1024);  // what is out again is noted

    // Reading makes room, and who was refused hears of it.
    while (pair.b.next_event()) {
    }
    for (int round = 0; round < 300; ++round) {
        for (const ConnectionId id : servers) (void)pair.read_b(id);
        for (const ConnectionId id : clients) (void)pair.read(pair.a, id);
        pair.pass(std::chrono::seconds(1));
    }
    CHECK(pair.b.buffered() < 1 << 20);
    bool told = false;
    while (const auto event = pair.b.next_event())
        told |= event->connection == servers[0] && event->events & kWritable;
    CHECK(told);
    CHECK(pair.b.send(servers[0], text).value_or(0) > 0);

    while (const auto late = pair.b.accept(listener)) servers.push_back(*late);
    for (const ConnectionId id : servers) pair.b.release(id);
    for (const ConnectionId id : clients) pair.a.release(id);
    pair.pass(std::chrono::minutes(30));
    CHECK(pair.b.buffered() == 0);
    CHECK(pair.b.connections() == 0);
}

TEST_CASE("hostile 36: what nobody holds any more does not keep memory that others need") {
    HostConfig config = at_address(kB);
    config.limits.buffers = 1 << 20;
    HostPair pair(at_address(kA), config);
    const auto listener = *pair.b.listen(kServer, 100, {});
    const auto text = octets_of(200'000);
    for (int i = 0; i < 20; ++i) {
        (void)pair.a.connect(kServer, {.receive_capacity = 1000}, pair.now);  // and never reads
        pair.run();
        const auto server = pair.b.accept(listener);
        if (!server) continue;
        (void)pair.b.send(*server, text);
        pair.b.release(*server);
        pair.run();
    }
    CHECK(pair.b.counters().orphans_aborted > 5);
    CHECK(pair.b.buffered() < 2 << 20);
}

TEST_CASE("a connection that has been quiet for a second takes no memory for buffers") {
    HostPair pair;
    const auto listener = *pair.b.listen(kServer, 1, {});
    const auto client = *pair.a.connect(kServer, {}, pair.now);
    pair.run();
    const auto server = *pair.b.accept(listener);
    CHECK(pair.a.send(client, octets_of(200'000)) == 200'000u);
    pair.run();
    CHECK(pair.b.buffered() >= 200'000);
    while (!pair.read_b(server).empty()) pair.run();
    CHECK(pair.a.buffered() >= 200'000);
    CHECK(pair.b.buffered() >= 200'000);
    pair.pass(std::chrono::seconds(2));
    CHECK(pair.a.buffered() == 0);
    CHECK(pair.b.buffered() == 0);
    CHECK(!pair.a.deadline().has_value());
    CHECK(pair.a.find(client)->buffered() == 0);
    CHECK(pair.b.find(server)->buffered() == 0);
}

TEST_CASE("a closed connection that the application still holds is in nobody's way") {
    HostPair pair;
    const Endpoint from{kA, 5000};
    const auto listener = *pair.b.listen(kServer, 10, {});
    const auto first = *pair.a.connect(kServer, {}, pair.now, from);
    pair.run();
    const auto held = *pair.b.accept(listener);
    CHECK(pair.a.abort(first).has_value());
    pair.run();
    CHECK(pair.b.status(held)->ending == Ending::reset);
    // The same endpoints again, at both ends.
    const auto second = pair.a.connect(kServer, {}, pair.now, from);
    REQUIRE(second.has_value());
    pair.run();
    CHECK(pair.a.status(*second)->state == State::established);
    CHECK(pair.b.accept(listener).has_value());
    pair.b.release(held);
    pair.a.release(first);
    pair.run();
    CHECK(pair.a.connections() == 1);
    CHECK(pair.b.connections() == 1);
}

TEST_CASE("connections that are configured alike share what they are configured with, until one is changed") {
    HostPair pair;
    const Endpoint other{kServer.address, 81};
    const auto listener = *pair.b.listen(kServer, 10, {.nagle = false});
    const auto same = *pair.b.listen(other, 10, {.nagle = false});
    std::vector<const Config*> configs;
    for (const Endpoint& server : {kServer, kServer, other}) {
        const auto client = *pair.a.connect(server, {.mtu = 1400}, pair.now);
        pair.run();
        configs.push_back(&*pair.a.find(client)->tcb().config);
        const auto id = *pair.b.accept(server == other ? same : listener);
        configs.push_back(&*pair.b.find(id)->tcb().config);
        if (server == other) {
            REQUIRE(pair.b.set_dscp(id, 10));
            CHECK(pair.b.find(id)->tcb().config->dscp == 10);
            CHECK_FALSE(pair.b.find(id)->tcb().config->nagle);
        }
    }
    CHECK(configs[0]->mtu == 1400);
    CHECK(configs[0] == configs[2]);
    CHECK(configs[0] == configs[4]);
    CHECK_FALSE(configs[1]->nagle);
    CHECK(configs[1] == configs[3]);
    CHECK(configs[1] == configs[5]);
    CHECK(configs[1]->dscp == 0);
}
