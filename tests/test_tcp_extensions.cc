// Options at work: timestamps and window scale (RFC 7323), SACK (RFC 2018, 2883); ISNs (RFC 6528).
#include <doctest/doctest.h>
#include <set>

#include "tcp/isn.h"
#include "tests/script_parts.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Opts;
using tests::Script;
using tests::with;

std::uint32_t echo(const Script& script) {
    const auto timestamps = find_option<Timestamps>(script.sent.options);
    REQUIRE(timestamps.has_value());
    return timestamps->tsecr;
}

std::vector<std::uint32_t> blocks(const Script& script) {
    std::vector<std::uint32_t> edges;
    if (const auto sack = find_option<Sack>(script.sent.options))
        for (std::size_t i = 0; i < sack->count; ++i) {
            edges.push_back(sack->blocks[i].left - Seq(Script::kPeerIss));
            edges.push_back(sack->blocks[i].right - Seq(Script::kPeerIss));
        }
    return edges;
}

using Edges = std::vector<std::uint32_t>;

}  // namespace

TEST_CASE("RFC 7323 section 3.2: timestamps are in every segment once both sides have said so, and echoed") {
    Script script(with([](Config& c) { c.timestamps = true; }));
    script.established(65535, Opts{Timestamps{.tsval = 500}});
    CHECK(echo(script) == 500);
    script.arrives(
        {.flags = ACK, .seq = 1, .ack = 1, .text = "a", .options = Opts{Timestamps{.tsval = 510}}});
    script.sends({.flags = ACK, .seq = 1, .ack = 2});
    CHECK(echo(script) == 510);
    // Out of order: what is echoed stays that of the segment that moved RCV.NXT last (section 4.3).
    script.arrives(
        {.flags = ACK, .seq = 3, .ack = 1, .text = "c", .options = Opts{Timestamps{.tsval = 520}}});
    script.sends({.flags = ACK, .seq = 1, .ack = 2});
    CHECK(echo(script) == 510);
    // Not asked of a RST.
    script.arrives({.flags = RST, .seq = 2}).ended(Ending::reset);
}

TEST_CASE("gvisor 11536: a segment without the timestamp agreed on is taken, and changes nothing of ours") {
    Script script(with([](Config& c) { c.timestamps = true; }));
    script.listens().arrives({.flags = SYN, .seq = 0, .options = Opts{Timestamps{.tsval = 500}}});
    script.sends({.flags = SYN | ACK, .ack = 1}).arrives({.flags = ACK, .seq = 1, .ack = 1});
    script.is(State::established).arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "a"}).reads("a");
    script.sends({.flags = ACK, .seq = 1, .ack = 2});
    CHECK(echo(script) == 500);
}

TEST_CASE("RFC 7323 section 5, PAWS: an old FIN does not begin TIME-WAIT anew, the last one again does") {
    for (const std::uint32_t tsval : {199u, 200u}) {
        CAPTURE(tsval);
        Script script(with([](Config& c) { c.timestamps = true; }));
        script.established(65535, Opts{Timestamps{.tsval = 100}}).closes();
        script.sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
        script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 2, .options = Opts{Timestamps{.tsval = 200}}});
        script.sends({.flags = ACK, .seq = 2, .ack = 2}).passes(3min);
        script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 2, .options = Opts{Timestamps{.tsval = tsval}}});
        script.sends({.flags = ACK, .seq = 2, .ack = 2}).passes(1min).sends_nothing();
        script.is(tsval == 200 ? State::time_wait : State::closed);
    }
}

TEST_CASE(
    "RFC 7323 section 5, PAWS: an old timestamp is answered and dropped, for 24 days, across the wrap") {
    Script script(with([](Config& c) { c.timestamps = true; }));
    script.established(65535, Opts{Timestamps{.tsval = 5}});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "x", .options = Opts{Timestamps{.tsval = 4}}});
    script.reads("").sends({.flags = ACK, .seq = 1, .ack = 1});
    script.arrives(
        {.flags = ACK, .seq = 1, .ack = 1, .text = "x", .options = Opts{Timestamps{.tsval = 0xffffffff}}});
    script.reads("").sends({.flags = ACK, .seq = 1, .ack = 1});
    Script reset(with([](Config& c) { c.timestamps = true; }));  // a RST is never too old (section 5.2)
    reset.established(65535, Opts{Timestamps{.tsval = 5}});
    reset.arrives({.flags = RST, .seq = 1, .options = Opts{Timestamps{.tsval = 4}}}).ended(Ending::reset);
    script.now += std::chrono::hours(24 * 25);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "x", .options = Opts{Timestamps{.tsval = 4}}});
    script.reads("x");
}

TEST_CASE("RFC 7323 section 2: windows are scaled where both sides say so, but never in a SYN") {
    Script script(with([](Config& c) {
        c.window_scale = true;
        c.receive_capacity = 1 << 20;
    }));
    script.opens().sends({.flags = SYN, .seq = 0});
    CHECK(find_option<WindowScale>(script.sent.options)->shift == 5);
    CHECK(script.sent.window == 65535);
    script.arrives(
        {.flags = SYN | ACK, .seq = 0, .ack = 1, .window = 1000, .options = Opts{WindowScale{20}}});
    CHECK(script.connection.status().snd_wnd == 1000);
    script.sends({.flags = ACK, .seq = 1, .ack = 1});
    CHECK(script.sent.window == (1 << 20) >> 5);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 3});
    CHECK(script.connection.status().snd_wnd == 3 << 14);  // 20 is taken for 14 (section 2.3)

    Script alone(with([](Config& c) { c.window_scale = true; }));
    alone.established();
    CHECK(alone.sent.window == 65535);
}

TEST_CASE("RFC 7323 section 2.2: nor is the window of a SYN,ACK scaled where both opened at the same time") {
    Script script(with([](Config& c) { c.window_scale = true; }));
    script.opens().sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = SYN, .seq = 0, .options = Opts{WindowScale{7}}});
    script.sends({.flags = SYN | ACK, .seq = 0, .ack = 1});
    script.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1, .window = 500, .options = Opts{WindowScale{7}}});
    script.is(State::established);
    CHECK(script.connection.status().snd_wnd == 500);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 500});
    CHECK(script.connection.status().snd_wnd == 500 << 7);
}

TEST_CASE("RFC 2018 section 4: the block that changed last comes first; RFC 2883: a duplicate before all") {
    Script script(with([](Config& c) { c.sack = true; }));
    script.established(65535, Opts{SackPermitted{}});
    script.arrives({.flags = ACK, .seq = 3, .ack = 1, .text = "c"}).sends({.flags = ACK, .seq = 1, .ack = 1});
    CHECK(blocks(script) == Edges{3, 4});
    script.arrives({.flags = ACK, .seq = 7, .ack = 1, .text = "g"}).sends({.flags = ACK, .seq = 1, .ack = 1});
    CHECK(blocks(script) == Edges{7, 8, 3, 4});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "a"}).sends({.flags = ACK, .seq = 1, .ack = 2});
    CHECK(blocks(script) == Edges{7, 8, 3, 4});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "a"}).sends({.flags = ACK, .seq = 1, .ack = 2});
    CHECK(blocks(script) == Edges{1, 2, 7, 8, 3, 4});
    script.arrives({.flags = ACK, .seq = 2, .ack = 1, .text = "b"}).sends({.flags = ACK, .seq = 1, .ack = 4});
    CHECK(blocks(script) == Edges{7, 8});
    CHECK_FALSE(find_option<Timestamps>(script.sent.options));
}

TEST_CASE("SACK blocks that cannot be are ignored") {
    Script script(with([](Config& c) { c.sack = true; }));
    script.established(65535, Opts{SackPermitted{}}).writes("abc");
    script.sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "abc"});
    const Seq una = script.connection.tcb().snd.una;
    const SackBlock wrong[] = {{una + 5, una + 9}, {una + 2, una + 1},          {una, una},
                               {una - 9, una + 3}, {una + 1, una + 0x80000001}, {Seq(0), Seq(0xffffffff)}};
    for (const SackBlock& block : wrong) {
        const Sack sack{.count = 1, .blocks = {block}};
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .options = Opts{sack}}).sends_nothing();
        CHECK(script.connection.tcb().sent.sacked_segments() == 0);
        CHECK(script.connection.tcb().sent.pipe() == 3);
    }
}

TEST_CASE(
    "MUST-8, MUST-9, SHLD-1: an ISN counts in 4 microseconds, from a place that only the secret knows") {
    const Endpoint a{ip::Address(ip::Ipv4Address{0x0a000001}), 1},
        b{ip::Address(ip::Ipv4Address{0x0a000002}), 2};
    const ip::Time now{std::chrono::hours(9)};
    const Seq isn = initial_sequence_number({1, 2}, a, b, now);
    CHECK(initial_sequence_number({1, 2}, a, b, now + 4ms) - isn == 1000);
    std::set<std::uint32_t> others = {isn.value()};
    for (std::uint16_t port = 2; port < 1000; ++port) {
        const Endpoint other{a.address, port};
        CHECK(others.insert(initial_sequence_number({1, 2}, other, b, now).value()).second);
    }
    CHECK(others.insert(initial_sequence_number({1, 3}, a, b, now).value()).second);
    CHECK(others.insert(initial_sequence_number({1, 2}, b, a, now).value()).second);
}
