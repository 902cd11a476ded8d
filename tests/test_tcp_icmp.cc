// ICMP errors about a connection's segments, and the path's MTU: RFC 9293 section 3.9.2.2, RFC 5927, 1191,
// 8201, 4821, 6633.
#include <doctest/doctest.h>

#include "tests/script_parts.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Script;
using tests::text;
using Kind = IcmpReport::Kind;
using Sizes = std::vector<std::size_t>;

/// ESTABLISHED with a peer that takes 1460 octets a segment.
Script large(Config config = Script::plain()) {
    OptionWriter options;
    REQUIRE(options.add(MaximumSegmentSize{1460}));
    Script script(config);
    script.established(65535, options.octets());
    return script;
}

}  // namespace

TEST_CASE("MUST-47, MUST-56, SHLD-25: soft errors are told to the application, and change nothing") {
    Script opening;
    opening.opens().sends({.flags = SYN, .seq = 0}).is_told(Kind::soft, 0).is(State::syn_sent);
    CHECK((opening.connection.take_events() & kSoftError) != 0);
    CHECK(opening.connection.status().soft_error->kind == Kind::soft);
    opening.passes(1s).sends({.flags = SYN, .seq = 0});
    Script script = large();
    CHECK_FALSE(script.connection.status().soft_error);
    script.writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    script.is_told(Kind::soft, 1).is(State::established).sends_nothing();
    CHECK(script.connection.status().soft_error);
}

TEST_CASE("SHLD-20: an application that does not want to hear of soft errors does not") {
    Script script = large();
    script.connection.set_soft_error_reports(false);
    (void)script.connection.take_events();
    script.writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"}).is_told(Kind::soft, 1);
    CHECK((script.connection.take_events() & kSoftError) == 0);
    CHECK_FALSE(script.connection.status().soft_error);
}

TEST_CASE("SHLD-26, RFC 5927 section 5.2: a hard error ends what is not open yet, and nothing else") {
    Script opening;
    opening.opens().sends({.flags = SYN, .seq = 0}).is_told(Kind::hard, 0).ended(Ending::unreachable);
    Script asked;
    asked.listens().arrives({.flags = SYN, .seq = 0}).sends({.flags = SYN | ACK, .ack = 1});
    asked.is_told(Kind::hard, 0).is(State::listen);
    Script script = large();
    script.writes("x").sends({.flags = ACK | PSH, .seq = 1, .ack = 1, .text = "x"});
    script.is_told(Kind::hard, 1).is(State::established);
    CHECK((script.connection.take_events() & kSoftError) != 0);
}

TEST_CASE("hostile 25: an ICMP error about what is not outstanding is ignored") {
    Script opening;
    opening.opens().sends({.flags = SYN, .seq = 0});
    for (const std::uint32_t seq : {1u, 2u, 0x80000000u, 0xffffffffu})
        opening.is_told(Kind::hard, seq).is(State::syn_sent);
    Script script = large();
    script.writes(text(2920)).sends_sizes();
    for (const std::uint32_t seq : {0u, 2921u, 0xffffffffu, 70000u}) {
        script.is_told(Kind::too_big, seq, 600).is_told(Kind::soft, seq).sends_nothing();
        CHECK(script.connection.status().path_mtu == 1500);
        CHECK_FALSE(script.connection.status().soft_error);
    }
    script.arrives({.flags = ACK, .seq = 1, .ack = 2921})
        .is_told(Kind::too_big, 1461, 600)
        .writes(text(1460));
    CHECK(script.sends_sizes() == Sizes{1460});
}

TEST_CASE("MUST-55: Source Quench is ignored (RFC 6633)") {
    Script script = large();
    script.writes(text(1460)).sends_sizes();
    const std::uint32_t cwnd = script.connection.status().cwnd;
    (void)script.connection.take_events();
    script.is_told(Kind::source_quench, 1).sends_nothing();
    CHECK(script.connection.status().cwnd == cwnd);
    CHECK(script.connection.take_events() == 0);
}

TEST_CASE("RFC 1191, 8201: what is too big goes out again at once, smaller, and it is no congestion") {
    Script script = large();
    script.writes(text(4000));
    CHECK(script.sends_sizes() == Sizes{1460, 1460, 1080});
    const std::uint32_t cwnd = script.connection.status().cwnd;
    script.is_told(Kind::too_big, 1, 1040);
    CHECK(script.connection.status().path_mtu == 1040);
    CHECK(script.sends_sizes() == Sizes{1000, 460, 1000, 460, 1000, 80});
    CHECK(script.connection.status().cwnd == cwnd);
    CHECK(script.connection.status().phase == LossRecovery::Phase::open);
    script.arrives({.flags = ACK, .seq = 1, .ack = 4001}).writes(text(2500));
    CHECK(script.sends_sizes() == Sizes{1000, 1000, 500});
}

TEST_CASE("hostile 26: too big for 0, for little, for more than is sent: a plateau, a floor, nothing") {
    struct Row {
        std::uint32_t mtu, becomes;
    };
    for (const Row& row : {Row{0, 1492}, Row{68, 552}, Row{551, 552}, Row{1400, 1400}, Row{1500, 1500},
                           Row{9000, 1500}, Row{0xffffffff, 1500}}) {
        CAPTURE(row.mtu);
        Script script = large();
        script.writes(text(1460)).sends_sizes();
        script.is_told(Kind::too_big, 1, row.mtu);
        CHECK(script.connection.status().path_mtu == row.becomes);
    }
    Config config = Script::plain();
    config.path_mtu_discovery = false;
    Script off = large(config);
    off.writes(text(1460)).sends_sizes();
    off.is_told(Kind::too_big, 1, 600).sends_nothing();
}

TEST_CASE("RFC 8201 section 4: over IPv6 the floor is 1280") {
    Connection c(Script::plain(), {1, 2}, {*ip::parse_address("2001:db8::1"), 1},
                 {*ip::parse_address("2001:db8::2"), 2});
    const ip::Time now{1h};
    REQUIRE(c.open_active(now));
    Segment answer{.flags = SYN | ACK, .window = 65535};
    OptionWriter options;
    REQUIRE(options.add(MaximumSegmentSize{1440}));
    answer.options = options.octets();
    answer.ack = c.poll(now)->seq + 1;
    c.icmp_arrives({.kind = Kind::too_big, .mtu = 1280, .seq = c.tcb().snd.iss}, now);
    CHECK(c.status().path_mtu == 1500);  // no SYN is too big
    c.receive(answer, now);
    const ip::Buffer octets(1440, 'x');
    REQUIRE(c.send(octets).value() == 1440);
    const auto first = c.poll(now);
    REQUIRE(first);
    c.icmp_arrives({.kind = Kind::too_big, .mtu = 576, .seq = first->seq}, now);
    CHECK(c.status().path_mtu == 1280);
    CHECK(c.poll(now)->payload.size() == 1220);
}

TEST_CASE("RFC 5927 section 7: after larger segments got through, a report is believed once one times out") {
    Script script = large();
    script.writes(text(1460)).sends_sizes();
    script.arrives({.flags = ACK, .seq = 1, .ack = 1461}).writes(text(2920)).sends_sizes();
    script.is_told(Kind::too_big, 1461, 1000).sends_nothing();
    CHECK(script.connection.status().path_mtu == 1500);
    SUBCASE("it was a lie: the segment is acknowledged") {
        script.arrives({.flags = ACK, .seq = 1, .ack = 1 + 3 * 1460}).writes(text(1460)).sends_sizes();
        script.passes(1s);
        CHECK(script.sends_sizes() == Sizes{1460});
    }
    SUBCASE("it was true, and comes when something has timed out already") {
        script.arrives({.flags = ACK, .seq = 1, .ack = 2921}).passes(1s).sends_sizes();
        script.is_told(Kind::too_big, 2921, 1000);
        CHECK(script.connection.status().path_mtu == 1000);
    }
    SUBCASE("it was true: nothing comes back") {
        script.passes(1s);
        CHECK(script.sends_sizes() == Sizes{960});  // the loss window
        CHECK(script.connection.status().path_mtu == 1000);
    }
}

TEST_CASE("RFC 1191: with a FIN behind the text no octet more of it goes into a segment than fits") {
    Script script = large();
    script.writes(text(513)).closes();
    CHECK(script.sends_sizes() == Sizes{513});
    script.is_told(Kind::too_big, 1, 552);
    CHECK(script.sends_sizes() == Sizes{512, 1});
}

TEST_CASE("RFC 4821 section 7.7: segments below full size that vanish silently become smaller too") {
    Script script = large();
    script.writes(text(1000)).sends_sizes();
    script.passes(1s);
    CHECK(script.sends_sizes() == Sizes{1000});
    script.passes(2s);
    CHECK(script.sends_sizes() == Sizes{512});
    CHECK(script.connection.status().path_mtu == 552);
}

TEST_CASE("RFC 4821 section 7.7: full-sized segments that vanish silently become smaller, twice") {
    Script script = large();
    script.writes(text(1460)).sends_sizes();
    script.passes(1s);
    CHECK(script.sends_sizes() == Sizes{1460});
    script.passes(2s);
    CHECK(script.sends_sizes() == Sizes{1240});
    script.passes(4s);
    CHECK(script.sends_sizes() == Sizes{1240});
    script.passes(8s);
    CHECK(script.sends_sizes() == Sizes{512});
    script.passes(16s);
    CHECK(script.sends_sizes() == Sizes{512});
    Script little = large();
    little.writes("x").sends_sizes();
    for (const ip::Duration rto : {1s, 2s, 4s, 8s}) little.passes(rto).sends_sizes();
    CHECK(little.connection.status().path_mtu == 1500);
}

namespace {

/// Acknowledges all that is outstanding, and sends on: the sizes of a window.
Sizes next_window(Script& script, std::uint32_t& acked) {
    acked += script.connection.status().unacknowledged;
    script.arrives({.flags = ACK, .seq = 1, .ack = acked});
    script.writes(text(20'000));
    return script.sends_sizes();
}

}  // namespace

TEST_CASE("RFC 4821 section 7: after ten minutes more is tried; what gets through is kept") {
    Script script = large();
    std::uint32_t acked = 1;
    script.writes(text(2920)).sends_sizes();
    script.is_told(Kind::too_big, 1, 1040).sends_sizes();
    CHECK(next_window(script, acked)[0] == 1000);
    script.now += 9min;
    CHECK(next_window(script, acked)[0] == 1000);
    script.now += 2min;
    CHECK(next_window(script, acked)[0] == 1460);
    CHECK(script.connection.status().path_mtu == 1040);  // one probe at a time, not known yet
    CHECK(next_window(script, acked)[0] == 1460);
    CHECK(script.connection.status().path_mtu == 1500);
}

TEST_CASE("RFC 4821 section 7: a probe that is lost is sent again in pieces, and the search goes halfway") {
    Script script = large();
    std::uint32_t acked = 1;
    script.writes(text(2920)).sends_sizes();
    script.is_told(Kind::too_big, 1, 1040).sends_sizes();
    script.now += 11min;
    REQUIRE(next_window(script, acked)[0] == 1460);
    const Status before = script.connection.status();
    for (int i = 0; i < 3; ++i) script.arrives({.flags = ACK, .seq = 1, .ack = acked});
    CHECK(script.sends_sizes()[0] == 1000);
    // It says nothing about congestion.
    CHECK(script.connection.status().phase == LossRecovery::Phase::open);
    CHECK(script.connection.status().cwnd == before.cwnd);
    CHECK(script.connection.status().ssthresh == before.ssthresh);
    CHECK(script.connection.status().path_mtu == 1040);
    (void)next_window(script, acked);
    script.now += 1min;
    const std::size_t halfway = (1040 + 1499 + 1) / 2 - 40;
    CHECK(next_window(script, acked)[0] == halfway);
    (void)next_window(script, acked);
    CHECK(script.connection.status().path_mtu == halfway + 40);
}

TEST_CASE("a report that a probe is too big says where to search") {
    Script script = large();
    std::uint32_t acked = 1;
    script.writes(text(2920)).sends_sizes();
    script.is_told(Kind::too_big, 1, 1040).sends_sizes();
    script.now += 11min;
    REQUIRE(next_window(script, acked)[0] == 1460);
    script.is_told(Kind::too_big, acked, 1300);
    CHECK(script.connection.status().path_mtu == 1040);
    CHECK(script.sends_sizes()[0] == 1000);
    CHECK(next_window(script, acked)[0] == (1040 + 1300 + 1) / 2 - 40);
}
