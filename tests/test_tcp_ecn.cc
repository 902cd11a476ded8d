// Explicit Congestion Notification at work, RFC 3168 section 6.1.
#include <doctest/doctest.h>

#include "tests/script.h"
#include "tests/tcp_pair.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using ip::Ecn;
using tests::Script;

Config with_ecn() {
    Config config = Script::plain();
    config.ecn = true;
    return config;
}

/// ESTABLISHED, both ends know ECN, segments of 536 octets.
Script agreed() {
    Script script(with_ecn());
    script.opens().sends({.flags = SYN | ECE | CWR, .seq = 0});
    script.arrives({.flags = SYN | ACK | ECE, .seq = 0, .ack = 1});
    script.sends({.flags = ACK, .seq = 1, .ack = 1});
    CHECK(script.connection.status().ecn);
    return script;
}

}  // namespace

TEST_CASE("SHLD-8, RFC 3168 section 6.1.1: who opens offers ECN, and only a SYN,ACK with ECE alone agrees") {
    struct Row {
        std::uint16_t answer;
        bool agreed;
    };
    for (const Row& row : {Row{ECE, true}, Row{0, false}, Row{ECE | CWR, false}, Row{CWR, false}}) {
        CAPTURE(row.answer);
        Script script(with_ecn());
        script.opens().sends({.flags = SYN | ECE | CWR, .seq = 0});
        CHECK(script.sent_ecn == Ecn::not_ect);
        script.arrives({.flags = static_cast<std::uint16_t>(SYN | ACK | row.answer), .seq = 0, .ack = 1});
        script.sends({.flags = ACK, .seq = 1, .ack = 1}).writes("x");
        CHECK(script.sent_ecn == Ecn::not_ect);
        script.sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
        CHECK(script.sent_ecn == (row.agreed ? Ecn::ect0 : Ecn::not_ect));
        CHECK(script.connection.status().ecn == row.agreed);
    }
}

TEST_CASE("RFC 3168 section 6.1.1: who is asked answers an ECN-setup SYN, and no other") {
    struct Row {
        std::uint16_t flags;
        bool ours, agreed;
    };
    const Row rows[] = {{ECE | CWR, true, true}, {0, true, false},          {ECE, true, false},
                        {CWR, true, false},      {ECE | CWR, false, false}, {AE | ECE | CWR, true, true}};
    for (const Row& row : rows) {
        CAPTURE(row.flags);
        Config config = Script::plain();
        config.ecn = row.ours;
        Script script(config);
        script.listens().arrives({.flags = static_cast<std::uint16_t>(SYN | row.flags), .seq = 0});
        script.sends({.flags = static_cast<std::uint16_t>(SYN | ACK | (row.agreed ? ECE : 0)), .ack = 1});
        CHECK(script.sent_ecn == Ecn::not_ect);
        script.arrives({.flags = ACK, .seq = 1, .ack = 1}).writes("x");
        script.sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
        CHECK(script.sent_ecn == (row.agreed ? Ecn::ect0 : Ecn::not_ect));
    }
}

TEST_CASE("RFC 3168 section 6.1.1.1: a SYN without an answer goes out again without ECN, for good") {
    Script script(with_ecn());
    script.opens().sends({.flags = SYN | ECE | CWR, .seq = 0}).passes(1s).sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = SYN | ACK | ECE, .seq = 0, .ack = 1});
    script.sends({.flags = ACK, .seq = 1, .ack = 1}).writes("x");
    script.sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    CHECK(script.sent_ecn == Ecn::not_ect);

    Script asked(with_ecn());
    asked.listens().arrives({.flags = SYN | ECE | CWR, .seq = 0});
    asked.sends({.flags = SYN | ACK | ECE, .ack = 1}).arrives({.flags = SYN, .seq = 0});
    asked.sends({.flags = SYN | ACK, .ack = 1});
    CHECK_FALSE(asked.connection.status().ecn);
}

TEST_CASE("RFC 3168 section 6.1.3: CE is echoed with every segment until CWR comes, and again after new CE") {
    Script script = agreed();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "a", .ecn = Ecn::ect0});
    script.sends({.flags = ACK, .seq = 1, .ack = 2});
    script.arrives({.flags = ACK, .seq = 2, .ack = 1, .ecn = Ecn::ce}).sends_nothing();  // no ACK is ECT
    script.arrives({.flags = ACK, .seq = 2, .ack = 1, .text = "n"}).sends({.flags = ACK, .seq = 1, .ack = 3});
    script.arrives({.flags = ACK, .seq = 3, .ack = 1, .text = "b", .ecn = Ecn::ce});
    script.sends({.flags = ACK | ECE, .seq = 1, .ack = 4});
    script.arrives({.flags = ACK, .seq = 4, .ack = 1, .text = "c", .ecn = Ecn::ect0}).writes("x");
    script.sends({.flags = ACK | ECE | PSH, .seq = 1, .ack = 5, .text = "x"});
    script.arrives({.flags = ACK | CWR, .seq = 5, .ack = 1, .text = "d", .ecn = Ecn::ect0});
    script.sends({.flags = ACK, .seq = 2, .ack = 6});
    script.arrives({.flags = ACK | CWR, .seq = 6, .ack = 1, .text = "e", .ecn = Ecn::ce});
    script.sends({.flags = ACK | ECE, .seq = 2, .ack = 7});
}

TEST_CASE("RFC 3168 section 6.1.5: CE of a segment outside the window is nobody's congestion") {
    Script script = agreed();
    script.arrives({.flags = ACK, .seq = 70000, .ack = 1, .text = "a", .ecn = Ecn::ce});
    script.sends({.flags = ACK, .seq = 1, .ack = 1});
    Script deaf;  // never said that it knows ECN
    deaf.established().arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "a", .ecn = Ecn::ce});
    deaf.sends({.flags = ACK, .seq = 1, .ack = 2});
}

TEST_CASE("RFC 3168 section 6.1.2: ECE halves the window once a round trip; new data says CWR, once") {
    Script script = agreed();
    const std::string full(536, 'x');
    const auto cwnd = [&] { return script.connection.status().cwnd; };
    script.writes(std::string(20 * 536, 'x'));
    const std::uint32_t before = cwnd();
    REQUIRE(before == 10 * 536);
    for (std::uint32_t i = 0; i < 10; ++i)
        script.sends({.flags = Flag(i == 9 ? ACK | PSH : ACK), .seq = 1 + i * 536, .ack = 1, .text = full});
    script.arrives({.flags = ACK | ECE, .seq = 1, .ack = 537});
    CHECK(cwnd() == before / 2);
    CHECK(script.connection.status().ssthresh == before / 2);
    for (std::uint32_t i = 2; i < 6; ++i) {
        script.arrives({.flags = ACK | ECE, .seq = 1, .ack = 1 + i * 536}).sends_nothing();
        CHECK(cwnd() == before / 2);  // the same window: no further, and no growth
    }
    script.arrives({.flags = ACK | ECE, .seq = 1, .ack = 1 + 6 * 536});
    CHECK(cwnd() == before / 2);
    script.sends({.flags = ACK | CWR | PSH, .seq = 1 + 10 * 536, .ack = 1, .text = full});
    CHECK(script.sent_ecn == Ecn::ect0);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1 + 7 * 536});
    script.sends({.flags = ACK | PSH, .seq = 1 + 11 * 536, .ack = 1, .text = full});
    // Another window, another mark.
    script.arrives({.flags = ACK | ECE, .seq = 1, .ack = 1 + 11 * 536});
    CHECK(cwnd() < before / 2);
}

TEST_CASE("RFC 3168 sections 6.1.4 to 6.1.6: no ECT on ACKs, on what is sent again, on probes") {
    Script script = agreed();
    script.writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    CHECK(script.sent_ecn == Ecn::ect0);
    script.passes(1s).sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    CHECK(script.sent_ecn == Ecn::not_ect);
    script.arrives({.flags = ACK, .seq = 1, .ack = 2, .text = "y"});
    script.sends({.flags = ACK, .seq = 2, .ack = 2});
    CHECK(script.sent_ecn == Ecn::not_ect);
    script.arrives({.flags = ACK, .seq = 2, .ack = 2, .window = 0}).writes("z");
    script.sends_nothing().passes(2s).sends({.flags = ACK | PSH, .seq = 2, .ack = 2, .text = "z"});
    CHECK(script.sent_ecn == Ecn::not_ect);
    CHECK(script.connection.poll(script.now).has_value() == false);
    CHECK(script.connection.ecn() == Ecn::not_ect);
}

TEST_CASE("ECE in a SYN,ACK that comes again is not taken for an echo") {
    Script script(with_ecn());
    script.opens().sends({.flags = SYN | ECE | CWR, .seq = 0});
    script.arrives({.flags = SYN | ECE | CWR, .seq = 0});
    script.sends({.flags = SYN | ACK | ECE, .seq = 0, .ack = 1});
    script.arrives({.flags = SYN | ACK | ECE, .seq = 0, .ack = 1}).is(State::established);
    CHECK(script.connection.status().cwnd == 10 * 536);
    CHECK(script.connection.status().ecn);
}

TEST_CASE("two of ours agree on ECN, and marked packets cost no retransmission") {
    // Marks as a queue would: every 20th packet that may be marked.
    Connection a({}, tests::kSecrets[0], tests::kClientEnd, tests::kServerEnd);
    Connection b({}, tests::kSecrets[1], tests::kServerEnd, tests::kClientEnd);
    ip::Time now{1h};
    REQUIRE(b.open_passive());
    REQUIRE(a.open_active(now));
    const std::string text = tests::some_octets(200'000, 1);
    std::size_t got = 0;
    int capable = 0;
    const auto carry = [&](Connection& from, Connection& to) {
        while (const auto segment = from.poll(now)) {
            Ecn ecn = from.ecn();
            if (ecn == Ecn::ect0 && ++capable % 20 == 0) ecn = Ecn::ce;
            to.receive(*segment, now, ecn);
        }
    };
    std::size_t sent = 0;
    for (int i = 0; i < 2000 && got < text.size(); ++i) {
        if (a.state() == State::established)
            sent += a.send({reinterpret_cast<const std::uint8_t*>(text.data()) + sent, text.size() - sent})
                        .value_or(0);
        carry(a, b);
        std::uint8_t octets[4096];
        while (const std::size_t n = b.read(octets).value_or(0)) got += n;
        now += 10ms;
        carry(b, a);
        now += 10ms;
    }
    CHECK(got == text.size());
    CHECK(a.tcb().resent == 0);
    CHECK(capable > 100);
    CHECK(a.status().ssthresh < 100'000);
}
