// More of what malicious peers send: floods, overlaps, windows that stay shut, segments that cannot be; none
// of it may crash a connection, stop it, or fill memory. RFC 9293, RFC 5961, RFC 7323.
#include <doctest/doctest.h>
#include <random>

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

TEST_CASE("hostile 31: an ACK in many pieces, or many times, buys no more than one") {
    Script pieces, whole;
    for (Script* script : {&pieces, &whole}) script->established().writes(text(100'000)).sends_sizes();
    for (std::uint32_t ack = 2; ack <= 537; ++ack) pieces.arrives({.flags = ACK, .seq = 1, .ack = ack});
    whole.arrives({.flags = ACK, .seq = 1, .ack = 537});
    CHECK(pieces.connection.status().cwnd <= whole.connection.status().cwnd);
    // Duplicates beyond those that outstanding segments can cause.
    whole.sends_sizes();
    const std::uint32_t outstanding = whole.connection.status().unacknowledged;
    for (int i = 0; i < 1000; ++i) {
        whole.arrives({.flags = ACK, .seq = 1, .ack = 537});
        whole.sends_sizes();
    }
    CHECK(whole.connection.status().unacknowledged <= 2 * outstanding);
}

TEST_CASE("hostile 32: a flood of single octets out of order takes bounded memory, and the stream goes on") {
    Script script(with([](Config& c) { c.receive_capacity = 65535; }));
    script.established();
    for (std::uint32_t seq = 3; seq < 65535; seq += 2) {
        script.arrives({.flags = ACK, .seq = seq, .ack = 1, .text = "x"});
        CHECK(script.connection.tcb().in.memory() < 3 * 65535 + 64 * 1024);
    }
    while (script.connection.poll(script.now)) continue;
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = text(60'000)});
    CHECK(script.connection.status().unread >= 60'000);
}

TEST_CASE("hostile 32: octets far on that fill the memory make room for those wanted sooner") {
    Script script(with([](Config& c) { c.receive_capacity = 4000; }));
    script.established();
    for (std::uint32_t seq = 4000; seq > 2000; seq -= 2)
        script.arrives({.flags = ACK, .seq = seq, .ack = 1, .text = "x"});
    CHECK(script.connection.tcb().in.memory() < 3 * 4000 + 32 * 1024);
    // All but the first octet, last segment first: each is kept, whatever lies behind it.
    for (std::uint32_t piece = 20; piece-- > 0;)
        script.arrives({.flags = ACK, .seq = 2 + 100 * piece, .ack = 1, .text = text(100)});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "x"});
    CHECK(script.connection.status().unread >= 2000);
}

TEST_CASE("an orphan in FIN-WAIT-2 ends though its peer answers with closed windows for ever") {
    Script script;
    script.established();
    script.connection.release();
    script.sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = ACK, .seq = 1, .ack = 2, .window = 0}).is(State::fin_wait_2);
    for (int i = 0; i < 10 && script.connection.state() != State::closed; ++i) {
        script.arrives({.flags = ACK, .seq = 1, .ack = 2, .window = 0});
        script.passes(30s);
        while (script.connection.poll(script.now)) continue;
    }
    script.is(State::closed);
}

TEST_CASE("hostile 33: of octets that come twice with different contents the first copy counts") {
    Script script;
    script.established();
    script.arrives({.flags = ACK, .seq = 4, .ack = 1, .text = "DEF"});
    script.arrives({.flags = ACK, .seq = 2, .ack = 1, .text = "xxxxxx"});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "ayyyyyyyy"}).reads("axxDEFxyy");
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "zzzzzzzzzz"}).reads("z");
}

TEST_CASE("hostile 34: a segment far outside the window is answered and dropped, wherever the numbers wrap") {
    Script script(with([](Config& c) { c.receive_capacity = 1000; }));
    script.established();
    for (const std::uint32_t seq : {1001u, 2000u, 0x7fffffffu, 0x80000001u, 0x80000002u, 0xfffff000u}) {
        CAPTURE(seq);
        script.arrives({.flags = ACK, .seq = seq, .ack = 1, .text = "far"});
        script.sends({.flags = ACK, .seq = 1, .ack = 1}).reads("");
        CHECK_FALSE(script.connection.tcb().in.has_hole());
    }
    script.arrives({.flags = ACK, .seq = 1000, .ack = 1, .text = "edge"});  // one octet is inside
    CHECK(script.connection.tcb().in.has_hole());
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = text(999)}).reads(text(999) + "e");
    // Longer than the window on both sides: what is wanted is in it.
    script.sends_sizes();
    script.arrives({.flags = ACK, .seq = 1000, .ack = 1, .text = "e" + std::string(1100, 'y')});
    script.reads(std::string(1000, 'y'));
}

TEST_CASE("hostile 35: a timestamp from the future poisons nothing unless the segment is believed") {
    Script script(with([](Config& c) { c.timestamps = true; }));
    script.established(65535, Opts{Timestamps{.tsval = 100}});
    const Opts future{Timestamps{.tsval = 100 + 0x70000000}};
    script.arrives({.flags = ACK, .seq = 70000, .ack = 1, .text = "out", .options = future});
    script.arrives({.flags = ACK, .seq = 1, .ack = 99, .text = "bad ACK", .options = future});
    script.arrives({.flags = ACK, .seq = 2, .ack = 1, .text = "beyond", .options = future});
    while (script.connection.poll(script.now)) continue;
    script.arrives(
        {.flags = ACK, .seq = 1, .ack = 1, .text = "a", .options = Opts{Timestamps{.tsval = 101}}});
    std::uint8_t octet[1];
    REQUIRE(script.connection.read(octet).value() == 1);
    CHECK(octet[0] == 'a');
}

TEST_CASE("hostile 36: a window that stays closed costs a probe a minute, and ABORT frees all") {
    Script script;
    script.established(0).writes(text(100'000)).sends_nothing();
    int probes = 0;
    const ip::Time end = script.now + 24h;
    while (const auto deadline = script.connection.deadline()) {
        script.now = *deadline;
        if (script.now >= end) break;
        for (; script.connection.poll(script.now); ++probes)
            script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 0});
    }
    script.is(State::established);
    CHECK(probes > 24 * 59);
    CHECK(probes < 24 * 60 + 10);
    script.aborts().ended(Ending::aborted);
    CHECK(script.connection.tcb().out.memory() == 0);
    CHECK_FALSE(script.connection.tcb().timers.next());
}

TEST_CASE("hostile 37: windows that shrink to anything never make the usable window wrap") {
    std::mt19937 random(3);
    Script script;
    script.established(60'000).writes(text(200'000)).sends_sizes();
    for (int i = 0; i < 2000; ++i) {
        const std::uint16_t window = random() % 3 == 0 ? 0 : static_cast<std::uint16_t>(random() % 3000);
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = window});
        script.now += 50ms;
        while (const auto segment = script.connection.poll(script.now)) {
            const Seq end = segment->seq + segment->len();
            const Seq una = script.connection.tcb().snd.una;
            if (!segment->payload.empty()) CHECK(end - una <= std::max<std::uint32_t>(1, window));
        }
    }
    script.is(State::established);
}

TEST_CASE(
    "hostile 37: a window that opens by an octet at a time does not cut what is outstanding to octets") {
    Script script(with([](Config& c) { c.sack = true; }));
    script.established(65535, Opts{MaximumSegmentSize{1460}, SackPermitted{}});
    script.writes(text(14'600)).sends_sizes();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 1}).passes(1s).sends_sizes();
    for (std::uint16_t window = 2; window < 10'000; ++window) {
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = window}).sends_sizes();
        REQUIRE(script.connection.tcb().sent.size() < 30);
    }
}

TEST_CASE("hostile 38: FIN before data, with data, in a SYN, data after FIN: in order, once, or not at all") {
    Script before;
    before.established().arrives({.flags = FIN | ACK, .seq = 4, .ack = 1}).is(State::established);
    before.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "abc"}).is(State::close_wait).reads("abc");
    Script in_syn;
    in_syn.listens().arrives({.flags = SYN | FIN, .seq = 0}).is(State::listen).sends_nothing();
    Script after;
    after.established().arrives({.flags = FIN | ACK, .seq = 1, .ack = 1, .text = "ab"}).is(State::close_wait);
    after.arrives({.flags = ACK, .seq = 3, .ack = 1, .text = "more"}).reads("ab");
    after.arrives({.flags = ACK, .seq = 4, .ack = 1, .text = "more"}).reads("").is(State::close_wait);
    Script beyond;  // text beyond a FIN that is held
    beyond.established().arrives({.flags = FIN | ACK, .seq = 3, .ack = 1});
    beyond.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "abcdef"}).is(State::close_wait).reads("ab");
    Script two;  // FINs that contradict each other: the first
    two.established().arrives({.flags = FIN | ACK, .seq = 3, .ack = 1});
    two.arrives({.flags = FIN | ACK, .seq = 2, .ack = 1}).is(State::established);
    two.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "ab"}).is(State::close_wait).reads("ab");
}

TEST_CASE(
    "hostile 38: a FIN that came before its turn ends the stream, also where it comes again with the text") {
    Script script;
    script.established();
    script.arrives({.flags = FIN | ACK, .seq = 2, .ack = 1}).sends({.flags = ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 1, .text = "a"});
    script.sends({.flags = ACK, .seq = 1, .ack = 3}).is(State::close_wait).reads("a");
    CHECK((script.connection.take_events() & kFinished) != 0);
    script.closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 3}).is(State::last_ack);
}

TEST_CASE("hostile 39: no RST is answered by anything but a challenge, in no state") {
    const auto every_rst = [](Script& script) {
        for (const std::uint16_t more : {0, int{ACK}, int{FIN}, int{SYN}, SYN | ACK})
            for (const std::uint32_t seq : {0u, 90'000u, 0x80000000u})
                for (const std::uint32_t ack : {0u, 5u, 0x80000000u})
                    script.arrives({.flags = static_cast<std::uint16_t>(RST | more), .seq = seq, .ack = ack});
        script.sends_nothing();
    };
    Script closed;
    every_rst(closed);
    Script listening;
    listening.listens();
    every_rst(listening);
    listening.is(State::listen);
    Script opening;
    opening.opens().sends({.flags = SYN, .seq = 0});
    every_rst(opening);
    opening.is(State::syn_sent);
    Script established;
    established.established();
    every_rst(established);
    established.is(State::established).closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    every_rst(established);
    established.is(State::fin_wait_1);
}

TEST_CASE("hostile 40: a peer that has forgotten the connection ends it: by RST, or keep-alive finds out") {
    Script reset;
    reset.established().writes("x").sends_sizes();
    reset.arrives({.flags = RST, .seq = 1}).ended(Ending::reset);
    Script silent(with([](Config& c) { c.keep_alive = true; }));
    silent.established();
    for (int i = 0; i < 1000 && silent.connection.deadline(); ++i) {
        silent.now = *silent.connection.deadline();
        silent.sends_sizes();
    }
    silent.ended(Ending::timed_out);
}

TEST_CASE("hostile 43: a segment with any bit changed has a wrong checksum (MUST-2, MUST-3)") {
    const ip::Address a(ip::Ipv4Address{0x0a000001}), b(ip::Ipv4Address{0x0a000002});
    ip::Buffer octets;
    const std::string data = "octets";
    Segment{.src_port = 1,
            .dst_port = 2,
            .seq = Seq(3),
            .flags = ACK,
            .payload = {reinterpret_cast<const std::uint8_t*>(data.data()), data.size()}}
        .serialize(octets, a, b);
    CHECK(segment_checksum_ok(octets, a, b));
    for (std::size_t bit = 0; bit < octets.size() * 8; ++bit) {
        octets[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        CHECK_FALSE(segment_checksum_ok(octets, a, b));
        octets[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    }
}

TEST_CASE("hostile 46: a SYN again gets its SYN,ACK again; one with another ISN an ACK, and no RST") {
    Script script;
    script.listens().arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .ack = 1});
    for (int i = 0; i < 3; ++i)
        script.arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .ack = 1}).sends_nothing();
    script.arrives({.flags = SYN, .seq = 0x40000000}).sends({.flags = ACK, .seq = 1, .ack = 1});
    script.is(State::syn_received).arrives({.flags = ACK, .seq = 1, .ack = 1}).is(State::established);
}
