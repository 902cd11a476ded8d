// Connections by their requirements: RFC 9293 Appendix B, RFC 5961, RFC 7323, RFC 2018.
#include <doctest/doctest.h>
#include <set>

#include "tests/script.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Script;

template <class T>
T only(const std::optional<T>& option) {
    REQUIRE(option.has_value());
    return *option;
}

/// A plain script whose peer takes `mss` octets a segment.
Script with_mss(std::uint16_t mss, std::uint16_t window = 65535, Config config = Script::plain()) {
    OptionWriter options;
    REQUIRE(options.add(MaximumSegmentSize{mss}));
    Script script(config);
    script.established(window, options.octets());
    return script;
}

}  // namespace

TEST_CASE("MUST-14, MUST-65, MUST-67, SHLD-5: MSS is sent in SYNs only, 40 octets below the MTU") {
    Script script;
    script.opens().sends({.flags = SYN, .seq = 0});
    CHECK(only(find_option<MaximumSegmentSize>(script.sent.options)).octets == 1460);
    script.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1}).sends({.flags = ACK, .seq = 1, .ack = 1});
    CHECK_FALSE(find_option<MaximumSegmentSize>(script.sent.options));
}

TEST_CASE("MUST-15, MUST-16: without an MSS option segments have 536 octets; with one, as many as it says") {
    const std::string text(600, 'x');
    Script none;
    none.established().writes(text).sends({.flags = ACK, .seq = 1, .ack = 1, .text = text.substr(0, 536)});
    Script some = with_mss(100);
    some.writes(text).sends({.flags = ACK, .seq = 1, .ack = 1, .text = text.substr(0, 100)});
}

TEST_CASE(
    "MUST-10, MUST-22, MUST-23: SYNs go out again after 1, 2, 4 ... s; no sooner than 3 minutes it gives "
    "up") {
    Script script;
    script.opens().sends({.flags = SYN, .seq = 0});
    for (const ip::Duration rto : {1s, 2s, 4s, 8s, 16s, 32s, 60s})
        script.passes(rto).sends({.flags = SYN, .seq = 0});
    script.passes(180s - 123s - 1ms).is(State::syn_sent);
    script.passes(1ms).sends_nothing().ended(Ending::timed_out);
}

TEST_CASE("MUST-18, MUST-19, MUST-20, MUST-21, SHLD-9, SHLD-10, SHLD-11: back-off, R1, R2") {
    Script script;
    script.connection.set_user_timeout(100s);
    script.established().writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    (void)script.connection.take_events();
    int count = 0;
    for (const ip::Duration rto : {1s, 2s, 4s, 8s, 16s, 32s}) {
        script.passes(rto).sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
        CHECK(((script.connection.take_events() & kTroubled) != 0) == (++count == 3));
    }
    script.passes(100s - 63s - 1ms).is(State::established);
    script.passes(1ms).sends_nothing().ended(Ending::timed_out);
}

TEST_CASE("MUST-18: Karn's rule: the ACK of a retransmission measures nothing, and the back-off stays") {
    Script script;
    script.established().writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    script.passes(1s).sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    script.arrives({.flags = ACK, .seq = 1, .ack = 2}).writes("y");
    script.sends({.flags = ACK | PSH, .seq = 2, .ack = 1, .text = "y"});
    script.passes(2s).sends({.flags = ACK | PSH, .seq = 2, .ack = 1, .text = "y"});
}

TEST_CASE("MUST-17, SHLD-7: Nagle holds a small segment while data is outstanding; it can be switched off") {
    Script script;
    script.connection.set_nagle(true);
    script.established().writes("a").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "a"});
    script.writes("b").sends_nothing();
    script.arrives({.flags = ACK, .seq = 1, .ack = 2});
    script.sends({.flags = ACK | PSH, .seq = 2, .ack = 1, .text = "b"});
    script.connection.set_nagle(false);
    script.writes("c").sends({.flags = ACK | PSH, .seq = 3, .ack = 1, .text = "c"});
}

TEST_CASE("MUST-34, SHLD-15, SHLD-16, SHLD-17: a window shrunk below what is out") {
    Script script = with_mss(100);
    const std::string text(300, 'x');
    script.writes(text);
    script.sends({.flags = ACK, .seq = 1, .ack = 1, .text = std::string(100, 'x')});
    script.sends({.flags = ACK, .seq = 101, .ack = 1, .text = std::string(100, 'x')});
    script.sends({.flags = ACK | PSH, .seq = 201, .ack = 1, .text = std::string(100, 'x')});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 150}).writes("y").sends_nothing();
    script.passes(1s).sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = std::string(100, 'x')});
    script.sends_nothing();  // the window of one segment is full: PSH tells
}

TEST_CASE("SND.WL1, SND.WL2: the window of an old segment does not replace that of a newer one") {
    Script script;
    script.established(5000).arrives({.flags = ACK, .seq = 3, .ack = 1, .text = "c", .window = 1000});
    CHECK(script.connection.status().snd_wnd == 1000);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "ab", .window = 9000});
    CHECK(script.connection.status().snd_wnd == 1000);
    script.writes("x").sends_sizes();
    script.arrives({.flags = ACK, .seq = 4, .ack = 2, .window = 2000});
    script.arrives({.flags = ACK, .seq = 4, .ack = 1, .window = 3000});
    CHECK(script.connection.status().snd_wnd == 2000);
}

TEST_CASE("a FIN behind text that fills the window is taken with it; ours waits for room") {
    Config config = Script::plain();
    config.receive_capacity = 4;
    Script script(config);
    script.established().arrives({.flags = FIN | ACK, .seq = 1, .ack = 1, .text = "full"});
    script.is(State::close_wait).sends({.flags = ACK, .seq = 1, .ack = 6});
    Script sender;
    sender.established(4).writes("full").closes();
    sender.sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "full"}).sends_nothing();
    sender.arrives({.flags = ACK, .seq = 1, .ack = 5, .window = 1});
    sender.sends({.flags = FIN | ACK, .seq = 5, .ack = 1});
}

TEST_CASE("section 3.8.6.2.1 (3): half of the largest window there ever was is worth sending") {
    Script script;
    script.established(100).writes(std::string(300, 'x'));
    script.sends({.flags = ACK, .seq = 1, .ack = 1, .text = std::string(100, 'x')}).sends_nothing();
    script.arrives({.flags = ACK, .seq = 1, .ack = 101, .window = 49}).sends_nothing();
    script.arrives({.flags = ACK, .seq = 1, .ack = 101, .window = 50});
    script.sends({.flags = ACK, .seq = 101, .ack = 1, .text = std::string(50, 'x')});
}

TEST_CASE("RFC 6298 rule 5.7: after a SYN that was lost the first RTO of data is three seconds") {
    Script script;
    script.opens().sends({.flags = SYN, .seq = 0}).passes(1s).sends({.flags = SYN, .seq = 0});
    script.arrives({.flags = SYN | ACK, .seq = 0, .ack = 1}).sends({.flags = ACK, .seq = 1, .ack = 1});
    script.writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    script.passes(3s).sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
}

TEST_CASE("RFC 5681 section 4.1: who has sent nothing for an RTO begins with the initial window again") {
    Script script;
    script.established().writes(std::string(10 * 536, 'x')).sends_sizes();
    for (std::uint32_t i = 1; i <= 10; ++i) script.arrives({.flags = ACK, .seq = 1, .ack = 1 + i * 536});
    REQUIRE(script.connection.status().cwnd > 10 * 536);
    script.now += 1min;
    script.writes(std::string(50'000, 'x'));
    CHECK(script.sends_sizes().size() == 10);
}

TEST_CASE(
    "SHLD-17: data beyond a shrunk window does not end the connection while what is inside is answered") {
    Script script = with_mss(100);
    script.writes(std::string(300, 'x'));
    for (std::uint32_t i = 0; i < 3; ++i) REQUIRE(script.connection.poll(script.now).has_value());
    // The window has shut over all of it, and the peer answers probes: R2 never comes.
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 0}).sends_nothing();
    for (int probes = 0; probes < 100; ++probes) {
        script.now = script.connection.deadline().value();
        script.sends({.flags = ACK, .seq = 1, .ack = 1, .text = "x"});
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 0});
    }
    script.is(State::established).arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 1000});
    CHECK(script.sends_sizes().size() >= 3);
}

TEST_CASE(
    "MUST-35, MUST-36, SHLD-29, SHLD-30: a closed window is probed after one RTO, then less and less often") {
    Script script;
    script.established(0).writes("abc").sends_nothing();
    script.passes(1s).sends({.flags = ACK, .seq = 1, .ack = 1, .text = "a"});
    for (const ip::Duration interval : {2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 0});
        script.passes(interval).sends({.flags = ACK, .seq = 1, .ack = 1, .text = "a"});
    }
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 100});
    script.sends({.flags = ACK, .seq = 1, .ack = 1, .text = "a"});
    script.sends({.flags = ACK | PSH, .seq = 2, .ack = 1, .text = "bc"}).sends_nothing();
}

TEST_CASE("MUST-37: it stays open as long as probes are answered, and no longer than R2 when they are not") {
    Script script;
    script.established(0).writes("a").sends_nothing();
    const auto probed = [&] {
        for (int i = 0; i < 20 && script.connection.deadline(); ++i) {
            script.now = script.connection.deadline().value();
            if (const auto segment = script.connection.poll(script.now)) return true;
        }
        return false;
    };
    for (int i = 0; i < 100; ++i) {
        REQUIRE(probed());
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .window = 0});
    }
    script.is(State::established);
    for (int i = 0; i < 10 && script.connection.deadline(); ++i) (void)probed();
    script.ended(Ending::timed_out);
}

TEST_CASE(
    "MUST-38: the sender waits for a window that is worth a segment; after a while it takes what there is") {
    Script script = with_mss(100, 1000);
    script.writes(std::string(1000, 'x'));
    for (std::uint32_t i = 0; i < 10; ++i) REQUIRE(script.connection.poll(script.now).has_value());
    script.arrives({.flags = ACK, .seq = 1, .ack = 1001, .window = 10})
        .writes(std::string(200, 'y'))
        .sends_nothing();
    script.passes(200ms).sends({.flags = ACK, .seq = 1001, .ack = 1, .text = std::string(10, 'y')});
}

TEST_CASE("MUST-39, SHLD-14: the receiver opens its window by a segment or half the buffer, never back") {
    Config config = Script::plain();
    config.receive_capacity = 1000;
    Script script(config);
    script.established();
    CHECK(script.sent.window == 1000);
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = std::string(1000, 'x')});
    script.sends({.flags = ACK, .seq = 1, .ack = 1001});
    CHECK(script.sent.window == 0);
    std::uint8_t octets[499];
    CHECK(script.connection.read(octets).value() == 499);
    script.sends_nothing().arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "x"});
    script.sends({.flags = ACK, .seq = 1, .ack = 1001});
    CHECK(script.sent.window == 0);
    script.reads(std::string(501, 'x')).sends({.flags = ACK, .seq = 1, .ack = 1001});
    CHECK(script.sent.window == 1000);
}

TEST_CASE("MUST-40, MUST-58, MUST-59, SHLD-18, SHLD-19: ACKs wait for a second full-sized segment or 40 ms") {
    Config config = Script::plain();
    config.delayed_ack = 40ms;
    Script script(config);
    script.established();
    const std::string full(536, 'x');
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = full}).sends_nothing();
    script.arrives({.flags = ACK, .seq = 537, .ack = 1, .text = full});
    script.sends({.flags = ACK, .seq = 1, .ack = 1073}).sends_nothing();
    script.arrives({.flags = ACK, .seq = 1073, .ack = 1, .text = "x"}).passes(40ms);
    script.sends({.flags = ACK, .seq = 1, .ack = 1074}).sends_nothing();
}

TEST_CASE("MUST-24 to MUST-29, SHLD-12: keep-alive is off unless asked for, and asks more than once") {
    Script off;
    off.established().passes(std::chrono::hours(100)).is(State::established);
    Script script;
    script.connection.set_keep_alive(true);
    script.established().passes(2h).sends({.flags = ACK, .seq = 0, .ack = 1}).sends_nothing();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1}).passes(75s).sends_nothing();
    script.passes(2h - 75s).sends({.flags = ACK, .seq = 0, .ack = 1});
    for (int i = 0; i < 8; ++i) script.passes(75s).sends({.flags = ACK, .seq = 0, .ack = 1});
    script.is(State::established).passes(75s).sends_nothing().ended(Ending::timed_out);
}

TEST_CASE("MUST-30, MUST-31, MUST-62: the urgent pointer says where urgent data ends, however long it is") {
    Script script = with_mss(100);
    script.writes(std::string(150, 'u'), true).writes("n");
    script.sends({.flags = ACK | URG, .seq = 1, .ack = 1, .text = std::string(100, 'u'), .urgent = 150});
    script.sends(
        {.flags = ACK | URG | PSH, .seq = 101, .ack = 1, .text = std::string(50, 'u') + "n", .urgent = 50});
    script.writes("m").sends({.flags = ACK | PSH, .seq = 152, .ack = 1, .text = "m"});
}

TEST_CASE("MUST-32, MUST-33, MUST-66: urgent data is announced, and how much of it is left can be asked") {
    Script script;
    script.established();
    (void)script.connection.take_events();
    script.arrives({.flags = ACK | URG, .seq = 1, .ack = 1, .text = "abc", .urgent = 5});
    CHECK((script.connection.take_events() & kUrgent) != 0);
    CHECK(script.connection.status().urgent == 5);
    script.reads("abc");
    CHECK(script.connection.status().urgent == 2);
    script.arrives({.flags = ACK | URG, .seq = 4, .ack = 1, .text = "d", .urgent = 2});
    CHECK((script.connection.take_events() & kUrgent) == 0);
    script.arrives({.flags = ACK, .seq = 5, .ack = 1, .text = "e"}).reads("de");
    CHECK(script.connection.status().urgent == 0);
}

TEST_CASE("MUST-46: an active OPEN to an address that is nobody's alone is refused") {
    for (const std::uint32_t remote : {0u, 0xe0000001u, 0xffffffffu}) {
        Connection connection({}, {}, {ip::Address(ip::Ipv4Address{0x0a000001}), 1},
                              {ip::Address(ip::Ipv4Address{remote}), 2});
        CHECK(connection.open_active({}).error() == CallError::illegal_remote);
    }
}

TEST_CASE("MUST-61: PSH is set where a segment empties the send buffer") {
    Script script = with_mss(100);
    script.writes(std::string(150, 'x'));
    script.sends({.flags = ACK, .seq = 1, .ack = 1, .text = std::string(100, 'x')});
    script.sends({.flags = ACK | PSH, .seq = 101, .ack = 1, .text = std::string(50, 'x')});
}

TEST_CASE("MUST-66: with a receive window of zero RST and ACK count") {
    Config config = Script::plain();
    config.receive_capacity = 4;
    Script script(config);
    script.established().arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "full"});
    script.sends({.flags = ACK, .seq = 1, .ack = 5});
    script.writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 5, .text = "x"});
    script.arrives({.flags = ACK, .seq = 5, .ack = 2, .text = "probe"});
    CHECK(script.connection.status().unacknowledged == 0);
    script.sends({.flags = ACK, .seq = 2, .ack = 5});
    script.arrives({.flags = RST, .seq = 5}).ended(Ending::reset);
}

TEST_CASE(
    "SHLD-31, MAY-13: segments out of order are held and answered at once, each for itself without SACK") {
    Script script;
    script.established();
    script.arrives({.flags = ACK, .seq = 2, .ack = 1, .text = "b"})
        .arrives({.flags = ACK, .seq = 3, .ack = 1, .text = "c"});
    script.sends({.flags = ACK, .seq = 1, .ack = 1})
        .sends({.flags = ACK, .seq = 1, .ack = 1})
        .sends_nothing();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "a"}).reads("abc");
    script.sends({.flags = ACK, .seq = 1, .ack = 4});
}

TEST_CASE("a FIN beyond a hole waits for what is missing") {
    Script script;
    script.established()
        .arrives({.flags = ACK | FIN, .seq = 2, .ack = 1, .text = "b"})
        .is(State::established);
    script.sends({.flags = ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "a"}).is(State::close_wait).reads("ab");
    script.sends({.flags = ACK, .seq = 1, .ack = 4});
}

TEST_CASE(
    "SHLD-2, RFC 5961 section 3: a RST counts at RCV.NXT only; elsewhere in the window it is challenged") {
    Script script;
    script.established().arrives({.flags = RST, .seq = 2}).is(State::established);
    script.sends({.flags = ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = RST, .seq = 70000}).sends_nothing();
    script.arrives({.flags = RST, .seq = 1, .text = "why"}).ended(Ending::reset).sends_nothing();
}

TEST_CASE("RFC 5961 section 4: a SYN in the window is challenged") {
    Script script;
    script.established().arrives({.flags = SYN, .seq = 10}).is(State::established);
    script.sends({.flags = ACK, .seq = 1, .ack = 1});
}

TEST_CASE("MAY-12, RFC 5961 section 5: an ACK of what was never sent, or of long ago, brings no data in") {
    Script script;
    script.established();
    for (const std::uint32_t ack : {2u, 0x80000000u, 0u - 70000u}) {
        script.arrives({.flags = ACK, .seq = 1, .ack = ack, .text = "evil"}).reads("");
        script.sends({.flags = ACK, .seq = 1, .ack = 1});
    }
}

TEST_CASE("RFC 5961 section 7: challenges are limited, and the limit is not the same every second") {
    Script script;
    script.established();
    std::set<int> limits;
    for (int second = 0; second < 30; ++second) {
        int answers = 0;
        for (int i = 0; i < 50; ++i) {
            script.arrives({.flags = SYN, .seq = 10});
            while (script.connection.poll(script.now)) ++answers;
        }
        CHECK(answers < 20);
        limits.insert(answers);
        script.now += 1s;
    }
    CHECK(limits.size() > 1);
}

TEST_CASE("SHLD-3, MAY-1: data that nobody will read is answered with RST") {
    Script unread;
    unread.established()
        .arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "x"})
        .sends({.flags = ACK, .seq = 1, .ack = 2});
    unread.connection.release();
    unread.sends({.flags = RST | ACK, .seq = 1, .ack = 2}).ended(Ending::aborted);
    Script late;
    late.established().connection.release();
    late.sends({.flags = FIN | ACK, .seq = 1, .ack = 1})
        .arrives({.flags = ACK, .seq = 1, .ack = 2, .text = "x"});
    late.sends({.flags = RST | ACK, .seq = 2, .ack = 1}).ended(Ending::aborted);
}

TEST_CASE("ABORT tells the peer") {
    Script script;
    script.established()
        .aborts()
        .sends({.flags = RST | ACK, .seq = 1, .ack = 1})
        .ended(Ending::aborted)
        .sends_nothing();
}

TEST_CASE("RFC 1337: a RST does not end TIME-WAIT") {
    Script script;
    script.established().closes().sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = FIN | ACK, .seq = 1, .ack = 2}).sends({.flags = ACK, .seq = 2, .ack = 2});
    script.arrives({.flags = RST, .seq = 2}).is(State::time_wait).sends_nothing();
    Segment syn{.flags = SYN};
    syn.seq = Seq(Script::kPeerIss) + 3;
    CHECK(script.connection.may_be_replaced_by(syn));  // MAY-2
    syn.seq = Seq(Script::kPeerIss) + 1;
    CHECK_FALSE(script.connection.may_be_replaced_by(syn));
}

TEST_CASE("a RST is never answered, not in CLOSED and not in SYN-SENT, nor does a wrong one end anything") {
    Script closed;
    closed.arrives({.flags = RST, .seq = 1})
        .arrives({.flags = RST | ACK, .seq = 1, .ack = 1})
        .sends_nothing();
    Script opening;
    opening.opens().sends({.flags = SYN, .seq = 0});
    opening.arrives({.flags = RST | ACK, .seq = 0, .ack = 7})
        .arrives({.flags = RST, .seq = 0})
        .sends_nothing();
    opening.is(State::syn_sent).arrives({.flags = RST | ACK, .seq = 0, .ack = 1}).ended(Ending::refused);
    Script listening;
    listening.listens().arrives({.flags = RST, .seq = 0}).arrives({.flags = RST | ACK, .seq = 0, .ack = 1});
    listening.is(State::listen).sends_nothing();
}

TEST_CASE("a SYN that comes again in SYN-RECEIVED gets its SYN,ACK again") {
    Script script;
    script.listens().arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .seq = 0, .ack = 1});
    script.arrives({.flags = SYN, .seq = 0}).is(State::syn_received);
    script.sends({.flags = SYN | ACK, .seq = 0, .ack = 1}).sends_nothing();
}

TEST_CASE("after a normal end the rest can be read, and status() says that the peer had finished") {
    Script script;
    script.established().arrives({.flags = FIN | ACK, .seq = 1, .ack = 1, .text = "end"}).closes();
    script.sends({.flags = FIN | ACK, .seq = 1, .ack = 5});
    script.arrives({.flags = ACK, .seq = 5, .ack = 2}).ended(Ending::closed);
    CHECK(script.connection.status().peer_finished);
    script.reads("end");
}
