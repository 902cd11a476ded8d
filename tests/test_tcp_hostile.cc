// What malicious peers, and those who only guess, send to a connection: nothing of it may crash it, stop it,
// or fill memory. RFC 5961, RFC 6528, RFC 1337, RFC 9293 section 3.7 and the well-known attacks on TCP.
#include <doctest/doctest.h>
#include <random>
#include <set>

#include "tests/script_parts.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Opts;
using tests::Script;
using tests::text;
using tests::with;

Script sack_script(std::uint16_t mss = 100) {
    Script script(with([](Config& c) { c.sack = true; }));
    script.established(65535, Opts{MaximumSegmentSize{mss}, SackPermitted{}});
    return script;
}

/// How many segments it wants to send now.
int answers(Script& script) {
    return static_cast<int>(script.sends_sizes().size());
}

}  // namespace

TEST_CASE("hostile 1: an option of length 0 or 1 ends the options, not the connection (MUST-5, MUST-7)") {
    const ip::Buffer wrong[] = {{2, 0}, {2, 1}, {8, 0, 0, 0}, {200, 0}, {5, 1, 1, 1}, {3}, {30, 0, 30, 0}};
    for (const ip::Buffer& options : wrong) {
        Script script;
        script.listens().arrives({.flags = SYN, .seq = 0, .options = options});
        script.sends({.flags = SYN | ACK, .ack = 1}).arrives({.flags = ACK, .seq = 1, .ack = 1});
        CHECK(script.connection.status().mss == 536);
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .text = "a", .options = options}).reads("a");
        script.sends({.flags = ACK, .seq = 1, .ack = 2}).is(State::established);
    }
}

TEST_CASE("hostile 2: options whose length is not theirs, or runs past the header, are as if not there") {
    const ip::Buffer wrong[] = {{2, 5, 1, 0, 0},
                                {2, 3, 9},
                                {3, 4, 14, 0},
                                {3, 2},
                                {5, 7, 0, 0, 0, 0, 0},
                                {8, 9, 0, 0, 0, 0, 0, 0, 0},
                                {4, 3, 0},
                                {2, 40},
                                {5, 34, 0, 0},
                                {253, 2, 254, 3, 0, 255, 255, 0, 2, 200}};
    for (const ip::Buffer& options : wrong) {
        Script script(with([](Config& c) { c.sack = c.timestamps = c.window_scale = true; }));
        script.listens().arrives({.flags = SYN, .seq = 0, .options = options});
        REQUIRE(script.connection.poll(script.now));
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .options = options}).is(State::established);
        const Agreed& agreed = script.connection.tcb().agreed;
        CHECK_FALSE((agreed.sack || agreed.timestamps || agreed.window_scale));
        CHECK(agreed.peer_mss == 536);
    }
}

TEST_CASE("hostile 3: a data offset below 20, or beyond the segment, makes no segment (MUST-68)") {
    ip::Buffer octets(24, 0);
    for (const int words : {0, 1, 4, 7, 15}) {
        octets[12] = static_cast<std::uint8_t>(words << 4);
        CHECK_FALSE(parse_segment(octets));
    }
    octets[12] = 6 << 4;
    CHECK(parse_segment(octets));
    CHECK_FALSE(parse_segment(ip::Bytes(octets).first(19)));
}

TEST_CASE("hostile 16: urgent pointers to anywhere leave the text alone, and nothing underflows") {
    for (const std::uint16_t pointer : {0, 1, 3, 4, 100, 65535}) {
        CAPTURE(pointer);
        Script script;
        script.listens().arrives({.flags = SYN | URG, .seq = 0, .urgent = pointer});
        script.sends({.flags = SYN | ACK, .ack = 1});
        script.arrives({.flags = ACK | URG, .seq = 1, .ack = 1, .urgent = pointer});
        script.arrives({.flags = ACK | URG, .seq = 1, .ack = 1, .text = "abc", .urgent = pointer});
        CHECK(script.connection.status().urgent == pointer);
        script.arrives({.flags = ACK | URG, .seq = 4, .ack = 1, .text = "d", .urgent = 0});  // backwards
        CHECK(script.connection.status().urgent == std::max<std::uint16_t>(pointer, 3));
        script.reads("abcd");
        CHECK(script.connection.status().urgent == (pointer > 4 ? pointer - 4u : 0u));
        script.arrives({.flags = ACK | URG | FIN, .seq = 5, .ack = 1, .urgent = pointer});
        script.is(State::close_wait);
        CHECK(script.connection.status().peer_finished);
    }
}

TEST_CASE("hostile 17: ISNs of one moment differ from connection to connection without a pattern") {
    const ip::Time now{1h};
    std::set<std::uint32_t> isns, steps;
    std::uint32_t last = 0;
    int high = 0;
    for (std::uint16_t port = 1; port <= 1000; ++port) {
        Connection c({}, {1, 2}, {ip::Address(ip::Ipv4Address{1}), port},
                     {ip::Address(ip::Ipv4Address{2}), 9});
        REQUIRE(c.open_active(now));
        const std::uint32_t isn = c.poll(now)->seq.value();
        isns.insert(isn);
        steps.insert(isn - last);
        high += isn >> 31;
        last = isn;
    }
    CHECK(isns.size() == 1000);
    CHECK(steps.size() == 1000);
    CHECK(high > 400);
    CHECK(high < 600);
}

TEST_CASE("hostile 21: a blind RST: exact ends it, in the window is challenged, elsewhere is nothing") {
    std::mt19937 random(1);
    Script script;
    script.established();
    for (int i = 0; i < 1000; ++i) {
        const std::uint32_t seq = static_cast<std::uint32_t>(random());
        if (seq == 1) continue;
        script.arrives({.flags = RST, .seq = seq}).is(State::established);
        const bool in_window = seq - 1 < 65535;
        CHECK(answers(script) <= (in_window ? 1 : 0));
    }
    script.arrives({.flags = RST, .seq = 65536}).sends_nothing().is(State::established);
    script.now += 2s;
    script.arrives({.flags = RST, .seq = 65535}).sends({.flags = ACK, .seq = 1, .ack = 1});
    script.arrives({.flags = RST, .seq = 1}).ended(Ending::reset);
}

TEST_CASE("hostile 22: a SYN anywhere in a connection is challenged; TIME-WAIT gives way to a newer one") {
    Script script;
    script.established();
    for (const std::uint32_t seq : {0u, 1u, 2u, 65535u, 65536u, 0x80000001u}) {
        script.now += 2s;
        script.arrives({.flags = SYN, .seq = seq}).sends({.flags = ACK, .seq = 1, .ack = 1});
        script.arrives({.flags = SYN | ACK, .seq = seq, .ack = 1});
        script.sends({.flags = ACK, .seq = 1, .ack = 1}).is(State::established);
    }
    int count = 0;
    for (std::uint32_t i = 0; i < 100; ++i) {
        script.arrives({.flags = SYN, .seq = 0x40000000 + i});
        count += answers(script);
    }
    CHECK(count <= 11);
    Script waiting(with([](Config& c) { c.timestamps = true; }));
    waiting.established(65535, Opts{Timestamps{.tsval = 100}}).closes();
    waiting.sends({.flags = FIN | ACK, .seq = 1, .ack = 1});
    waiting.arrives({.flags = FIN | ACK, .seq = 1, .ack = 2, .options = Opts{Timestamps{.tsval = 200}}});
    waiting.sends({.flags = ACK, .seq = 2, .ack = 2}).is(State::time_wait);
    struct Row {
        std::uint32_t seq;
        std::optional<std::uint32_t> tsval;
        std::uint16_t flags;
        bool replaces;
    };
    const Row rows[] = {
        {0, 201, SYN, true},        {9, 199, SYN, false},       {3, 200, SYN, true},
        {1, 200, SYN, false},       {3, {}, SYN, true},         {1, {}, SYN, false},
        {3, 201, SYN | ACK, false}, {3, 201, SYN | RST, false}, {3, 201, ACK, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.seq);
        CAPTURE(row.tsval.value_or(0));
        const Opts options = row.tsval ? Opts{Timestamps{.tsval = *row.tsval}} : Opts{};
        Segment syn{.flags = row.flags, .options = options};
        syn.seq = Seq(Script::kPeerIss) + row.seq;
        CHECK(waiting.connection.may_be_replaced_by(syn) == row.replaces);  // SHLD-4, MAY-2
    }
}

TEST_CASE("hostile 23: text with an ACK outside SND.UNA - MAX.SND.WND to SND.NXT is not taken") {
    Script script;
    script.established(1000).writes(text(600)).sends_sizes();
    script.arrives({.flags = ACK, .seq = 1, .ack = 601, .window = 1000});
    struct Row {
        std::uint32_t ack;
        bool taken;
    };
    std::uint32_t seq = 1;
    for (const Row& row :
         {Row{602, false}, Row{601, true}, Row{0u - 400, false}, Row{0u - 401, false}, Row{0x40000000, false},
          Row{0xc0000000, false}, Row{600, true}, Row{0u - 399, true}}) {
        CAPTURE(row.ack);
        script.now += 2s;
        script.arrives({.flags = ACK, .seq = seq, .ack = row.ack, .text = "z", .window = 1000});
        script.reads(row.taken ? "z" : "");
        if (row.taken) ++seq;
        script.sends({.flags = ACK, .seq = 601, .ack = seq}).sends_nothing();
    }
}

TEST_CASE("hostile 24: what one connection was challenged for says nothing of another") {
    Script first;
    first.established();
    int count = 0;
    for (int i = 0; i < 100; ++i) {
        first.arrives({.flags = RST, .seq = 2});
        count += answers(first);
    }
    CHECK(count >= 5);
    CHECK(count <= 11);
    Script second;  // none was used up here
    second.established().arrives({.flags = RST, .seq = 2}).sends({.flags = ACK, .seq = 1, .ack = 1});
}

TEST_CASE("hostile 27: however small the peer's MSS, segments have 88 octets, and are not too many") {
    for (const std::uint16_t mss : {0, 1, 8, 48, 87, 88}) {
        CAPTURE(mss);
        Script script;
        script.established(65535, Opts{MaximumSegmentSize{mss}}).writes(text(100'000));
        CHECK(script.connection.status().mss == 88);
        const auto sizes = script.sends_sizes();
        CHECK(sizes.size() == 10);
        CHECK(sizes[0] == 88);
    }
    Script script(with([](Config& c) { c.timestamps = c.sack = true; }));
    script.established(65535, Opts{MaximumSegmentSize{1}, Timestamps{}, SackPermitted{}}).writes(text(1000));
    CHECK(script.sends_sizes()[0] == 88 - 12);
}

TEST_CASE("hostile 28: SACKs of holes everywhere cost no memory and little time") {
    Script script = sack_script();
    script.writes(text(200'000));
    std::uint32_t acked = 1;
    while (script.connection.status().unacknowledged < 60'000) {  // open the window
        script.sends_sizes();
        acked += 100;
        script.arrives({.flags = ACK, .seq = 1, .ack = acked});
    }
    const std::size_t segments = script.connection.tcb().sent.size();
    const Seq una = script.connection.tcb().snd.una;
    const auto outstanding = script.connection.status().unacknowledged;
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        Sack sack;
        sack.count = 4;
        for (SackBlock& block : sack.blocks) {
            const std::uint32_t from = random() % outstanding;
            block = {.left = una + from, .right = una + from + 1};  // an octet each
        }
        script.arrives({.flags = ACK, .seq = 1, .ack = acked, .options = Opts{sack}});
    }
    CHECK(script.connection.tcb().sent.size() == segments);
    CHECK(script.connection.tcb().sent.sacked_segments() == 0);
    // Every second segment: nothing is split, whatever the order.
    for (std::uint32_t i = 1; i < segments; i += 2) {
        const Sack sack{.count = 1, .blocks = {SackBlock{una + i * 100, una + (i + 1) * 100}}};
        script.arrives({.flags = ACK, .seq = 1, .ack = acked, .options = Opts{sack}});
    }
    CHECK(script.connection.tcb().sent.size() == segments);
    CHECK(script.connection.tcb().sent.sacked_segments() == segments / 2);
}

TEST_CASE("hostile 29: SACK blocks of what was never sent, reversed, or half the circle long are ignored") {
    std::mt19937 random(7);
    Script script = sack_script();
    script.writes(text(500)).sends_sizes();
    const Seq una = script.connection.tcb().snd.una;
    for (int i = 0; i < 5000; ++i) {
        const Seq left = una + static_cast<std::uint32_t>(random()),
                  right = una + static_cast<std::uint32_t>(random());
        if (left >= una && right <= una + 500 && left < right) continue;
        const Sack sack{.count = 2, .blocks = {SackBlock{left, right}, SackBlock{right, left}}};
        script.arrives({.flags = ACK, .seq = 1, .ack = 1, .options = Opts{sack}});
        CHECK(script.connection.tcb().sent.sacked_segments() == 0);
        CHECK(script.connection.tcb().sent.pipe() == 500);
    }
    script.is(State::established).arrives({.flags = ACK, .seq = 1, .ack = 501});
    CHECK(script.connection.status().unacknowledged == 0);
}

TEST_CASE("hostile 30: an optimistic ACK is answered and dropped, and the window does not grow") {
    Script script;
    script.established().writes(text(5360)).sends_sizes();
    const std::uint32_t cwnd = script.connection.status().cwnd;
    for (std::uint32_t ack = 5362; ack < 100'000; ack += 1000) {
        script.now += 1ms;
        script.arrives({.flags = ACK, .seq = 1, .ack = ack});
        CHECK(answers(script) <= 1);
    }
    CHECK(script.connection.status().cwnd == cwnd);
    CHECK(script.connection.status().unacknowledged == 5360);
}
