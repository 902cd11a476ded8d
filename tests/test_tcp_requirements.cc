// Requirements of RFC 9293 Appendix B that no other test is about; tests/requirements says where each one is.
#include <doctest/doctest.h>

#include "tests/script_parts.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Opts;
using tests::Script;
using tests::text;
using tests::with;

}  // namespace

TEST_CASE("MUST-1, REC-1: windows have no sign, at 16 bits and at 30") {
    Script script;
    script.established(40'000);
    CHECK(script.connection.status().snd_wnd == 40'000);
    std::uint32_t sent = 0, acked = 1;
    script.writes(text(100'000));
    while (script.connection.status().unacknowledged < 39'900) {  // all of it can be used
        const auto sizes = script.sends_sizes();
        if (sizes.empty()) acked = 1 + sent;
        for (const std::size_t n : sizes) sent += static_cast<std::uint32_t>(n);
        acked = std::min(acked + 536, 1 + sent);
        if (script.connection.status().unacknowledged >= 39'900) break;
        script.arrives({.flags = ACK, .seq = 1, .ack = acked, .window = 40'000});
    }
    CHECK(script.connection.status().unacknowledged <= 40'000);
    Script large(with([](Config& c) { c.window_scale = true; }));
    large.opens().sends({.flags = SYN, .seq = 0});
    large.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1, .options = Opts{WindowScale{14}}});
    large.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 65535});
    CHECK(large.connection.status().snd_wnd == 65535u << 14);
}

TEST_CASE("MUST-5: a FIN, a data segment and a pure ACK carry options, and what they carry counts") {
    Script script(with([](Config& c) { c.timestamps = c.sack = true; }));
    script.established(65535, Opts{Timestamps{.tsval = 1}, SackPermitted{}});
    script.writes("a").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "a"});
    CHECK(find_option<Timestamps>(script.sent.options));
    script.arrives({.flags = ACK, .seq = 1, .ack = 2, .text = "b", .options = Opts{Timestamps{.tsval = 2}}});
    script.sends({.flags = ACK, .seq = 2, .ack = 2});
    CHECK(find_option<Timestamps>(script.sent.options)->tsecr == 2);
    script.arrives({.flags = FIN | ACK, .seq = 2, .ack = 2, .options = Opts{Timestamps{.tsval = 3}}});
    script.sends({.flags = ACK, .seq = 2, .ack = 3});
    CHECK(find_option<Timestamps>(script.sent.options)->tsecr == 3);
    script.closes().sends({.flags = FIN | ACK, .seq = 2, .ack = 3});
    CHECK(find_option<Timestamps>(script.sent.options));
}

TEST_CASE("MUST-4, MUST-6, MUST-64, MUST-68: unknown options are skipped by their length, at any alignment") {
    const std::uint8_t unknown[] = {1, 2, 3};
    for (std::size_t n = 0; n <= 3; ++n) {
        OptionWriter options;
        for (std::size_t i = 0; i < n; ++i) REQUIRE(options.add(NoOperation{}));
        REQUIRE(options.add(UnknownOption{.kind = 77, .data = unknown}));
        REQUIRE(options.add(MaximumSegmentSize{700}));
        REQUIRE(options.add(EndOfList{}));
        Script script;
        script.listens().arrives({.flags = SYN, .seq = 0, .options = options.octets()});
        script.sends({.flags = SYN | ACK, .ack = 1}).arrives({.flags = ACK, .seq = 1, .ack = 1});
        CHECK(script.connection.status().mss == 700);
    }
}

TEST_CASE("MUST-12: the application learns how a connection ended, and when") {
    const auto ending = [](Script& script) {
        CHECK((script.connection.take_events() & kEnded) != 0);
        return script.connection.status().ending;
    };
    Script reset;
    reset.established().arrives({.flags = RST, .seq = 1});
    CHECK(ending(reset) == Ending::reset);
    Script closed;
    closed.established().arrives({.flags = FIN | ACK, .seq = 1, .ack = 1}).closes();
    closed.sends({.flags = FIN | ACK, .seq = 1, .ack = 2});
    CHECK((closed.connection.take_events() & (kEnded | kFinished)) == kFinished);
    closed.arrives({.flags = ACK, .seq = 2, .ack = 2});
    CHECK(ending(closed) == Ending::closed);
    Script refused;
    refused.opens().sends({.flags = SYN, .seq = 0}).arrives({.flags = RST | ACK, .seq = 0, .ack = 1});
    CHECK(ending(refused) == Ending::refused);
}

TEST_CASE("MUST-15: over IPv6 a peer without an MSS option takes 1220 octets") {
    Connection c(Script::plain(), {1, 2}, {*ip::parse_address("2001:db8::1"), 1},
                 {*ip::parse_address("2001:db8::2"), 2});
    const ip::Time now{1h};
    REQUIRE(c.open_active(now));
    const auto syn = c.poll(now);
    REQUIRE(syn);
    CHECK(find_option<MaximumSegmentSize>(syn->options)->octets == 1440);
    Segment answer{.flags = SYN | ACK, .window = 65535};
    answer.seq = Seq(5);
    answer.ack = syn->seq + 1;
    c.receive(answer, now);
    CHECK(c.status().mss == 1220);
}

TEST_CASE(
    "MUST-16: options are paid for out of the segment, and our own MTU counts as well as the peer's MSS") {
    Script options(with([](Config& c) { c.timestamps = true; }));
    options.established(65535, Opts{MaximumSegmentSize{1000}, Timestamps{}}).writes(text(2000));
    CHECK(options.sends_sizes() == std::vector<std::size_t>{988, 988, 24});
    Script narrow(with([](Config& c) { c.mtu = 600; }));
    narrow.established(65535, Opts{MaximumSegmentSize{9000}}).writes(text(1000));
    CHECK(narrow.sends_sizes() == std::vector<std::size_t>{560, 440});
}

TEST_CASE(
    "SHLD-6, MAY-3: the MSS option follows the MTU, and is in every SYN, also where it is the default") {
    for (const std::uint16_t mtu : {576, 1280, 1500, 9000}) {
        Config config = Script::plain();
        config.mtu = mtu;
        Script active(config), passive(config);
        active.opens().sends({.flags = SYN, .seq = 0});
        CHECK(find_option<MaximumSegmentSize>(active.sent.options)->octets == mtu - 40);
        passive.listens().arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .ack = 1});
        CHECK(find_option<MaximumSegmentSize>(passive.sent.options)->octets == mtu - 40);
    }
}

TEST_CASE("MUST-19: the window doubles, then grows by a segment a round trip; after a timeout it is one") {
    Script script;
    script.established().writes(text(200'000));
    std::uint32_t acked = 1;
    const auto cwnd = [&] { return script.connection.status().cwnd / 536; };
    const auto round_trip = [&] {
        script.sends_sizes();
        const std::uint32_t end = acked + script.connection.status().unacknowledged;
        script.now += 100ms;
        while (acked < end) {
            acked += std::min(536u, end - acked);
            script.arrives({.flags = ACK, .seq = 1, .ack = acked}).sends_sizes();
        }
    };
    CHECK(cwnd() == 10);
    round_trip();
    CHECK(cwnd() == 20);
    round_trip();
    CHECK(cwnd() == 40);
    script.now = script.connection.deadline().value();
    CHECK(script.sends_sizes().size() == 1);
    CHECK(cwnd() == 1);
    CHECK(script.connection.status().ssthresh / 536 == 20);
    acked += script.connection.status().unacknowledged;
    script.arrives({.flags = ACK, .seq = 1, .ack = acked});
    for (int i = 0; i < 20 && cwnd() < 20; ++i) round_trip();
    const std::uint32_t before = cwnd();
    CHECK(before >= 20);
    CHECK(before <= 22);
    round_trip();
    round_trip();
    CHECK(cwnd() <= before + 2);
    CHECK(cwnd() > before);
}

TEST_CASE("MUST-27: the keep-alive interval and the number of probes can be chosen") {
    Script script(with([](Config& c) {
        c.keep_alive = true;
        c.keep_alive_idle = 1min;
        c.keep_alive_interval = 5s;
        c.keep_alive_probes = 2;
    }));
    script.established().passes(1min).sends({.flags = ACK, .seq = 0, .ack = 1});
    script.passes(5s).sends({.flags = ACK, .seq = 0, .ack = 1}).is(State::established);
    script.passes(5s).sends_nothing().ended(Ending::timed_out);
}

TEST_CASE("MUST-26: no keep-alive while something is outstanding, or has just been received") {
    Script script(with([](Config& c) { c.keep_alive = true; }));
    script.established().passes(119min).arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "x"});
    script.sends({.flags = ACK, .seq = 1, .ack = 2}).passes(119min).sends_nothing();
    script.passes(1min).sends({.flags = ACK, .seq = 0, .ack = 2});
    // What is not the peer's says nothing of the peer.
    Script guessed(with([](Config& c) { c.keep_alive = true; }));
    guessed.established()
        .passes(119min)
        .arrives({.flags = RST, .seq = 99'999})
        .arrives({.flags = ACK, .seq = 99'999, .ack = 1});
    guessed.sends({.flags = ACK, .seq = 1, .ack = 1}).passes(1min).sends({.flags = ACK, .seq = 0, .ack = 1});
    Script waiting(with([](Config& c) { c.keep_alive = true; }));
    waiting.connection.set_user_timeout(24h);
    waiting.established().writes("x").sends_sizes();
    while (waiting.now < ip::Time(5h + 10h)) {
        waiting.now = waiting.connection.deadline().value();
        for (const std::size_t n : waiting.sends_sizes()) CHECK(n == 1);
    }
}

TEST_CASE("MUST-60: what an application sent goes out in a bounded time, whatever it does next") {
    Script script(with([](Config& c) { c.nagle = true; }));
    script.established(1000).writes("a").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "a"});
    script.writes("b").sends_nothing();  // Nagle, until the ACK
    script.arrives({.flags = ACK, .seq = 1, .ack = 2, .window = 1000});
    script.sends({.flags = ACK | PSH, .seq = 2, .ack = 1, .text = "b"});
    script.arrives({.flags = ACK, .seq = 1, .ack = 3, .window = 3});
    script.writes("0123456789").sends_nothing().passes(200ms);  // a silly window, until the override
    script.sends({.flags = ACK, .seq = 3, .ack = 1, .text = "012"});
}

TEST_CASE("SHLD-27, SHLD-28, MAY-16: small SENDs become full segments, with one PSH at the end of them all") {
    Script script;
    script.established(0);
    for (int i = 0; i < 100; ++i) script.writes(text(10)).sends_nothing();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 65535});
    script.sends({.flags = ACK, .seq = 1, .ack = 1, .text = text(536)});
    script.sends({.flags = ACK | PSH, .seq = 537, .ack = 1, .text = text(464)}).sends_nothing();
}

TEST_CASE("MAY-8: a window of ours may stay closed for as long as the application does not read") {
    Script script(with([](Config& c) { c.receive_capacity = 1000; }));
    script.established().arrives({.flags = ACK, .seq = 1, .ack = 1, .text = text(1000)});
    script.sends({.flags = ACK, .seq = 1, .ack = 1001});
    for (int hour = 0; hour < 100; ++hour) {
        script.passes(1h).arrives({.flags = ACK, .seq = 1001, .ack = 1, .text = "p"});
        script.sends({.flags = ACK, .seq = 1, .ack = 1001}).is(State::established);
        CHECK(script.sent.window == 0);
    }
    script.reads(text(1000)).sends({.flags = ACK, .seq = 1, .ack = 1001});
    CHECK(script.sent.window == 1000);
}

TEST_CASE("MAY-18: the application chooses the congestion control") {
    for (const auto& [algorithm, name] : {std::pair{CongestionAlgorithm::newreno, "newreno"},
                                          std::pair{CongestionAlgorithm::cubic, "cubic"}}) {
        Config config = Script::plain();
        config.congestion = algorithm;
        Script script(config);
        script.established();
        CHECK(script.connection.tcb().congestion->name() == name);
    }
}

TEST_CASE("MUST-45: a connection's segments come from one address and port, and go to one") {
    Script script;
    script.established().writes("x").sends_sizes();
    script.passes(1s);
    const auto segment = script.connection.poll(script.now);
    REQUIRE(segment);
    CHECK(segment->src_port == 1000);
    CHECK(segment->dst_port == 2000);
    CHECK(script.connection.local() == Endpoint{ip::Address(ip::Ipv4Address{0x0a000001}), 1000});
    CHECK(script.connection.remote() == Endpoint{ip::Address(ip::Ipv4Address{0x0a000002}), 2000});
}

TEST_CASE("RFC 6298 section 3: what is acknowledged with a segment sent again measures no round trip") {
    Script script;
    script.established().writes(text(1072)).sends_sizes();
    const ip::Duration srtt = script.connection.status().srtt;
    script.passes(1s);
    CHECK(script.sends_sizes() == std::vector<std::size_t>{536});
    script.now += 10ms;
    script.arrives({.flags = ACK, .seq = 1, .ack = 1073});
    CHECK(script.connection.status().unacknowledged == 0);
    CHECK(script.connection.status().srtt == srtt);
}
