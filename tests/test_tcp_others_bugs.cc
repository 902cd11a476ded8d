// What other stacks got wrong, as far as one connection can show it: each test is named by the
// project and the number of the thread in which the story is told.
#include <doctest/doctest.h>

#include "tcp/isn.h"
#include "tests/script_parts.h"
#include "tests/tcp_pair.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Script;
using tests::text;
using tests::with;

}  // namespace

TEST_CASE("smoltcp 62: ACKs that acknowledge nothing do not put the retransmission off") {
    Script script;
    script.established().writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    for (int i = 0; i < 9; ++i) {
        script.passes(100ms).arrives({.flags = ACK, .seq = 1u + i, .ack = 1, .text = "y"});
        script.sends({.flags = ACK, .seq = 2, .ack = 2u + i});
    }
    script.passes(100ms).sends({.flags = ACK | PSH, .seq = 1, .ack = 10, .text = "x"});
}

TEST_CASE("smoltcp 199: the window opens when the application has read, whoever said last that it is shut") {
    Script script(with([](Config& c) { c.receive_capacity = 2000; }));
    script.established().arrives({.flags = ACK, .seq = 1, .ack = 1, .text = text(2000)});
    script.writes("data");  // the shut window goes out with text, not with a pure ACK
    script.sends({.flags = ACK | PSH, .seq = 1, .ack = 2001, .text = "data"});
    CHECK(script.sent.window == 0);
    script.reads(text(2000)).sends({.flags = ACK, .seq = 5, .ack = 2001});
    CHECK(script.sent.window == 2000);
    // Half of it is enough, where a segment fits: who reads no more has told all the same.
    script.arrives({.flags = ACK, .seq = 2001, .ack = 5, .text = text(2000)});
    script.sends({.flags = ACK, .seq = 5, .ack = 4001});
    std::uint8_t octets[1000];
    CHECK(script.connection.read(octets).value() == 1000);
    script.sends({.flags = ACK, .seq = 5, .ack = 4001});
    CHECK(script.sent.window == 1000);
}

TEST_CASE(
    "smoltcp 1025 and 1026: a FIN is sent again in FIN-WAIT-1, CLOSING and LAST-ACK; the first data has a "
    "timer") {
    Script first;
    first.established().closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    first.passes(1s).sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    Script both;
    both.established().closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    both.arrives({.flags = FIN | ACK, .seq = 1, .ack = 1}).is(State::closing);
    both.sends({.flags = ACK, .seq = 2, .ack = 2}).passes(1s);
    both.sends({.flags = FIN | ACK, .seq = 1, .ack = 2}).arrives({.flags = ACK, .seq = 2, .ack = 2});
    both.is(State::time_wait);
    Script last;
    last.established().arrives({.flags = FIN | ACK, .seq = 1, .ack = 1}).closes();
    last.sends({.flags = FIN | ACK, .seq = 1, .ack = 2}).is(State::last_ack).passes(1s);
    last.sends({.flags = FIN | ACK, .seq = 1, .ack = 2}).arrives({.flags = ACK, .seq = 2, .ack = 2});
    last.ended(Ending::closed);
    Script idle;
    idle.established().passes(1h).writes("x");
    idle.sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"}).passes(1s);
    idle.sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
}

TEST_CASE("smoltcp 949: while new data is acknowledged nothing is sent again, however long the queue is") {
    Script script;
    script.established().writes(text(100'000)).sends_sizes();
    std::uint32_t acked = 1;
    for (int i = 0; i < 100; ++i) {
        script.now += 900ms;  // each later than the first RTO after what it acknowledges was sent
        acked += 536;
        script.arrives({.flags = ACK, .seq = 1, .ack = acked}).sends_sizes();
    }
    CHECK(script.connection.tcb().timeouts == 0);
    CHECK(script.connection.tcb().resent == 0);
}

TEST_CASE("smoltcp 111: a FIN in the window closes nothing while data before it is missing") {
    Script script;
    script.established().arrives({.flags = FIN | ACK, .seq = 5, .ack = 1, .text = "ef"});
    script.is(State::established).sends({.flags = ACK, .seq = 1, .ack = 1});
    CHECK_FALSE(script.connection.status().peer_finished);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "ab"}).is(State::established);
    script.sends({.flags = ACK, .seq = 1, .ack = 3});
    script.arrives({.flags = ACK, .seq = 3, .ack = 1, .text = "cd"}).is(State::close_wait).reads("abcdef");
    script.sends({.flags = ACK, .seq = 1, .ack = 8});
}

TEST_CASE("smoltcp 338: two connections that disagree do not answer each other for ever") {
    Script a, b;
    a.established();
    b.established(65535).writes(text(3000)).sends_sizes();
    // Each believes in other numbers: every ACK of one is unacceptable to the other.
    int said = 0;
    std::uint32_t seq = 500'000;
    for (int i = 0; i < 1000; ++i) {
        a.arrives({.flags = ACK, .seq = seq, .ack = seq});
        said += static_cast<int>(a.sends_sizes().size());
    }
    CHECK(said <= 11);
    for (const std::uint32_t at : {65535u, 65536u}) {  // the last number of the window, and the one after it
        Script edge;
        edge.established().arrives({.flags = RST, .seq = at}).is(State::established);
        CHECK(edge.sends_sizes().size() == (at == 65535 ? 1 : 0));
    }
}

TEST_CASE("smoltcp 489: a peer that shrinks its window is followed, and what it takes still gets through") {
    Script script;
    script.established(5000).writes(text(4000)).sends_sizes();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1073, .window = 100});  // 2928 octets are beyond it
    script.sends_nothing();
    CHECK(script.connection.status().snd_wnd == 100);
    script.passes(1s).sends({.flags = ACK | PSH, .seq = 1073, .ack = 1, .text = text(100)}).sends_nothing();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1173, .window = 5000});
    std::size_t octets = 0;
    for (const std::size_t n : script.sends_sizes()) octets += n;
    CHECK(octets > 0);
}

TEST_CASE("smoltcp 1048: beyond a window that has shrunk nobody looks at an ACK: ours stays inside") {
    Script script;
    script.established(3000).writes(text(3000)).sends_sizes();
    script.arrives({.flags = ACK, .seq = 1, .ack = 537, .text = "a", .window = 1000});
    script.sends({.flags = ACK, .seq = 1537, .ack = 2});
    script.arrives({.flags = ACK, .seq = 2, .ack = 537, .text = "b", .window = 0});
    script.sends({.flags = ACK, .seq = 537, .ack = 3});
    script.arrives({.flags = ACK, .seq = 3, .ack = 537, .text = "c", .window = 3000});
    CHECK(script.sends_sizes().size() >= 1);
}

TEST_CASE("smoltcp 1136: SACK where numbers wrap, on both sides") {
    for (const std::uint32_t shift : {0u, 100u, 1000u, 1500u}) {
        Config config;
        config.congestion = CongestionAlgorithm::newreno;
        std::uint64_t lost = 0;
        tests::TcpPair pair(config, [&](std::uint64_t number, unsigned) {
            const bool lose = number > 5 && number % 9 == 0 && lost < 40;
            lost += lose;
            return lose ? tests::Fate{} : tests::Fate{10ms};
        });
        // ISNs follow the clock: this one wraps `shift` octets into the transfer.
        const Seq now_iss =
            initial_sequence_number(tests::kSecrets[0], tests::kClientEnd, tests::kServerEnd, pair.now());
        pair.wait((Seq(0) - shift - now_iss) * 4us);
        pair.app(0).out = tests::some_octets(60'000, shift);
        pair.open();
        CHECK(pair.run(10min));
        CHECK(pair.end(0).tcb().snd.iss == Seq(0) - shift);
        CHECK(pair.app(1).in == pair.app(0).out);
        CHECK(lost > 3);
    }
}

TEST_CASE(
    "smoltcp 530, asterinas 485: every second full-sized segment is answered, for ever, and large ones "
    "alone") {
    Script script(with([](Config& c) { c.delayed_ack = 40ms; }));
    script.established();
    for (std::uint32_t i = 0; i < 100; ++i) {
        script.arrives({.flags = ACK, .seq = 1 + 536 * i, .ack = 1, .text = text(536)});
        if (i % 2 == 1) script.sends({.flags = ACK, .seq = 1, .ack = 1 + 536 * (i + 1)});
        script.sends_nothing();
        std::uint8_t octets[600];
        (void)script.connection.read(octets);
    }
    // Of a segment alone, whatever its size, no later than the delayed ACK's time.
    script.arrives({.flags = ACK, .seq = 53601, .ack = 1, .text = text(1200)}).passes(40ms);
    script.sends({.flags = ACK, .seq = 1, .ack = 54801});
}

TEST_CASE("smoltcp 261: every order of six small segments, with overlaps, gives the same octets") {
    const std::string whole = "abcdefghij";
    struct Piece {
        std::uint32_t at, n;
    };
    std::vector<Piece> pieces = {{0, 2}, {1, 3}, {3, 2}, {5, 1}, {4, 4}, {8, 2}};
    std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5};
    int orders = 0;
    do {
        Script script;
        script.established();
        for (const std::size_t i : order)
            script.arrives({.flags = ACK,
                            .seq = 1 + pieces[i].at,
                            .ack = 1,
                            .text = whole.substr(pieces[i].at, pieces[i].n)});
        script.reads(whole);
        CHECK_FALSE(script.connection.tcb().in.has_hole());
        ++orders;
    } while (std::ranges::next_permutation(order).found);
    CHECK(orders == 720);
}

TEST_CASE("gvisor 13393: CLOSE with a shut window is FIN-WAIT-1 at once, and does not last for ever") {
    Script script;
    script.established(0).writes("left").closes().is(State::fin_wait_1).sends_nothing();
    ip::Time end = script.now + 1h;
    while (const auto deadline = script.connection.deadline()) {
        REQUIRE(*deadline < end);
        script.now = *deadline;
        script.sends_sizes();
    }
    script.ended(Ending::timed_out);  // nobody answered its probes
    Script open;
    open.established(0).writes("left").closes().arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 100});
    open.sends({.flags = FIN | PSH | ACK, .seq = 1, .ack = 1, .text = "left"});
}

TEST_CASE(
    "gvisor 10312 and 10243: a shut window's probes are answered, whether they bring an old octet, a new "
    "one, "
    "none") {
    Script script(with([](Config& c) { c.receive_capacity = 1000; }));
    script.established().arrives({.flags = ACK, .seq = 1, .ack = 1, .text = text(1000)});
    script.sends({.flags = ACK, .seq = 1, .ack = 1001});
    CHECK(script.sent.window == 0);
    script.arrives({.flags = ACK, .seq = 1001, .ack = 1, .text = "n"});
    script.sends({.flags = ACK, .seq = 1, .ack = 1001}).sends_nothing();
    script.arrives({.flags = ACK, .seq = 1000, .ack = 1, .text = "x"});
    script.sends({.flags = ACK, .seq = 1, .ack = 1001}).sends_nothing();
    script.arrives({.flags = ACK, .seq = 1000, .ack = 1});
    script.sends({.flags = ACK, .seq = 1, .ack = 1001}).sends_nothing();
    // And ours have an octet, so that they have to be.
    Script sender;
    sender.established(0).writes("abc").sends_nothing().passes(1s);
    sender.sends({.flags = ACK, .seq = 1, .ack = 1, .text = "a"});
    // The octet was taken, though the window stays shut: the next one is the next octet.
    sender.arrives({.flags = ACK, .seq = 1, .ack = 2, .window = 0}).passes(2s);
    sender.sends({.flags = ACK, .seq = 2, .ack = 1, .text = "b"});
}

TEST_CASE("gvisor 1398: no silly window in an ACK that a probe asked for") {
    Script script(with([](Config& c) { c.receive_capacity = 4000; }));
    script.established().arrives({.flags = ACK, .seq = 1, .ack = 1, .text = text(4000)});
    script.sends({.flags = ACK, .seq = 1, .ack = 4001});
    std::uint8_t octets[1459];
    REQUIRE(script.connection.read(octets).value() == 1459);
    script.sends_nothing().arrives({.flags = ACK, .seq = 4001, .ack = 1, .text = "p"});
    script.sends({.flags = ACK, .seq = 1, .ack = 4001});
    CHECK(script.sent.window == 0);
    REQUIRE(script.connection.read({octets, 1}).value() == 1);
    script.sends({.flags = ACK, .seq = 1, .ack = 4001});
    CHECK(script.sent.window == 1460);
}

TEST_CASE(
    "gvisor 7617 and 13165: TIME-WAIT has one timer; RSTs count at RCV.NXT only, also after the window "
    "moved") {
    Script script(with([](Config& c) { c.keep_alive = true; }));
    script.established().writes("x").sends_sizes();
    script.closes().sends({.flags = FIN | ACK, .seq = 2, .ack = 1});
    script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 3}).sends({.flags = ACK, .seq = 3, .ack = 2});
    script.is(State::time_wait);
    CHECK(script.connection.deadline() == script.now + 4min);
    script.passes(4min).sends_nothing().ended(Ending::closed);
    CHECK_FALSE(script.connection.deadline());
    Script moved;
    moved.established().arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "abc"}).sends_sizes();
    moved.arrives({.flags = RST, .seq = 1}).sends_nothing().is(State::established);
    moved.arrives({.flags = RST, .seq = 4}).ended(Ending::reset);
}

TEST_CASE(
    "picotcp 310 and 527: data that a FIN,ACK acknowledges is acknowledged; FIN-WAIT-1 ends exactly at our "
    "FIN") {
    Script data;
    data.established().writes("abc").sends_sizes();
    data.arrives({.flags = FIN | ACK, .seq = 1, .ack = 4}).is(State::close_wait);
    CHECK(data.connection.status().unacknowledged == 0);
    Script exact;
    exact.established().writes("abc").closes();
    exact.sends({.flags = FIN | PSH | ACK, .seq = 1, .ack = 1, .text = "abc"});
    exact.arrives({.flags = ACK, .seq = 1, .ack = 4}).is(State::fin_wait_1);  // all but the FIN
    exact.arrives({.flags = ACK, .seq = 1, .ack = 5}).is(State::fin_wait_2);
    Script twice;  // a duplicate SYN is no reason for a RST
    twice.listens().arrives({.flags = SYN, .seq = 0}).arrives({.flags = SYN, .seq = 0});
    twice.sends({.flags = SYN | ACK, .ack = 1}).sends_nothing().is(State::syn_received);
    Script resent;  // a FIN that is sent again has its old number, also behind data
    resent.established().closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    for (const ip::Duration rto : {1s, 2s, 4s})
        resent.passes(rto).sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
}
