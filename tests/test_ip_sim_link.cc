// SimLink: times to the nanosecond, and the fates that options choose.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <numeric>
#include <rapidcheck.h>
#include <set>

#include "ip/sim_link.h"
#include "tests/sim_checks.h"

using namespace glass;
using namespace glass::test;
using Kind = ip::SimEvent::Kind;

// ---- times ----

TEST_CASE("a packet arrives after its transmission and the delay, exactly") {
    struct Row {
        std::uint64_t rate;
        std::uint32_t overhead;
        ip::Duration delay;
        std::size_t octets;
        ip::Duration arrives;
    };
    for (const Row& row : {Row{0, 0, 0ms, 1500, 0ns}, Row{0, 38, 20ms, 1500, 20ms},
                           Row{8'000'000, 0, 0ms, 1500, 1500us}, Row{8'000'000, 38, 0ms, 1500, 1538us},
                           Row{100'000'000, 0, 10ms, 1500, 10ms + 120us}, Row{1'000'000'000, 0, 1ns, 1, 9ns},
                           Row{3'000'000'000, 0, 0ns, 1, 2ns}, Row{1000, 0, 0ns, 65575, 524'600ms}}) {
        CAPTURE(row.rate);
        ip::SimLink link({.delay = row.delay, .rate = row.rate, .overhead = row.overhead}, 1);
        link.send(octets_of(row.octets), at(5s));
        const auto out = drain(link);
        REQUIRE(out.size() == 1);
        CHECK(out[0].arrives == at(5s + row.arrives));
        CHECK(out[0].sent == at(5s));
        CHECK(out[0].octets == octets_of(row.octets));
    }
}

TEST_CASE("packets queue behind each other, and roundings do not add up") {
    // 100 octets at 3 Gbit/s: 266 2/3 ns.
    ip::SimLink link({.delay = 1ms, .rate = 3'000'000'000}, 1);
    for (int i = 0; i < 901; ++i) CHECK_FALSE(link.send(octets_of(100), at(0s)));
    CHECK(link.queued_packets() == 900);
    CHECK(link.queued_octets() == 90'000);
    const auto out = drain(link);
    REQUIRE(out.size() == 901);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto k = static_cast<std::int64_t>(i + 1);
        CHECK(out[i].arrives == at(1ms + ip::Duration(k * 800 / 3)));
    }
    // What was carried over is forgotten once the link was idle.
    link.send(octets_of(100), at(1s));
    CHECK(drain(link)[0].arrives == at(1s + 1ms + 266ns));
}

TEST_CASE("the time between packets at a receiver shows the rate of the link, however they are sent") {
    CHECK(rc::check("busy period", [] {
        const auto rate = *rc::gen::inRange<std::uint64_t>(1000, 10'000'000'000);
        const auto lengths = *rc::gen::nonEmpty(
            rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 3000)));
        ip::SimLink link({.rate = rate}, 1);
        __extension__ unsigned __int128 bits = 0;
        for (const std::size_t n : lengths) link.send(octets_of(n), at(0s));
        const auto out = drain(link);
        RC_ASSERT(out.size() == lengths.size());
        for (std::size_t i = 0; i < out.size(); ++i) {
            bits += lengths[i] * 8;
            const auto exact = static_cast<std::int64_t>(bits * 1'000'000'000 / rate);
            RC_ASSERT(out[i].arrives == at(ip::Duration(exact)));
        }
    }));
}

TEST_CASE("nothing comes before its time, and deadline() is that time") {
    ip::SimLink link({.delay = 20ms, .rate = 8'000'000}, 1);
    CHECK_FALSE(link.deadline());
    CHECK_FALSE(link.receive(at(1s)));
    link.send(octets_of(1000), at(1s));
    CHECK(link.deadline() == at(1s + 1ms));  // transmitted
    CHECK_FALSE(link.receive(at(1s + 1ms)));
    CHECK(link.deadline() == at(1s + 21ms));
    CHECK_FALSE(link.receive(at(1s + 21ms - 1ns)));
    CHECK(link.receive(at(1s + 21ms)));
    CHECK_FALSE(link.deadline());
}

TEST_CASE("who comes late gets the same packets, with the times they had") {
    const ip::SimLinkOptions options{.delay = 3ms,
                                     .jitter = 2ms,
                                     .rate = 8'000'000,
                                     .loss = {.chance = {1, 10}},
                                     .duplicate = {.chance = {1, 10}},
                                     .duplicate_delay = 1ms,
                                     .reorder = {.chance = {1, 10}},
                                     .reorder_delay = 4ms};
    ip::SimLink punctual(options, 3), late(options, 3);
    std::vector<ip::SimPacket> one, other;
    for (int i = 0; i < 500; ++i) {
        for (auto& p : drain(punctual, at(i * 1ms))) one.push_back(std::move(p));
        punctual.send(octets_of(900), at(i * 1ms));
        late.send(octets_of(900), at(i * 1ms));
    }
    for (auto& p : drain(punctual)) one.push_back(std::move(p));
    while (auto p = late.receive(at(1h))) other.push_back(std::move(*p));
    REQUIRE(one.size() == other.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        CHECK(one[i].number == other[i].number);
        CHECK(one[i].arrives == other[i].arrives);
    }
}

TEST_CASE("jitter spreads the delay over its whole range, and keeps the order") {
    // Sent far apart, so that no packet waits for the one before.
    std::vector<ip::Duration> sent(5001), delays;
    for (const Happened& h : fates({.delay = 10ms, .jitter = 5ms}, 1, 5000, 1s)) {
        if (h.kind == Kind::sent) sent[h.number] = h.at;
        if (h.kind == Kind::delivered) delays.push_back(h.at - sent[h.number]);
    }
    REQUIRE(delays.size() == 5000);
    CHECK(*std::ranges::min_element(delays) >= 10ms);
    CHECK(*std::ranges::min_element(delays) < 10ms + 10us);
    CHECK(*std::ranges::max_element(delays) <= 15ms);
    CHECK(*std::ranges::max_element(delays) > 15ms - 10us);
    const ip::Duration mean = std::accumulate(delays.begin(), delays.end(), ip::Duration{}) / 5000;
    CHECK(mean > 12400us);
    CHECK(mean < 12600us);

    Log log;
    ip::SimLink link({.delay = 10ms, .jitter = 5ms}, 1, &log);
    for (int i = 0; i < 1000; ++i) link.send(octets_of(10), at(i * 10us));
    CHECK(std::ranges::is_sorted(numbers_of(drain(link))));
}

// ---- fates ----

TEST_CASE("drop-tail: what comes to a full queue is dropped, by packets or by octets") {
    struct Row {
        ip::SimQueueOptions queue;
        std::uint64_t arrive;  // of 20 packets of 1000 octets at once; the first one is transmitted at once
    };
    for (const Row& row : {Row{{.packets = 5}, 6}, Row{{.packets = 0, .octets = 5000}, 6},
                           Row{{.packets = 0, .octets = 5999}, 6}, Row{{.packets = 3, .octets = 9000}, 4},
                           Row{{.packets = 0, .octets = 999}, 0}}) {
        Log log;
        ip::SimLink link({.rate = 8'000'000, .queue = row.queue}, 1, &log);
        std::uint64_t refused = 0;
        for (int i = 0; i < 20; ++i) refused += link.send(octets_of(1000), at(0s)) == ip::Drop::queue_full;
        CHECK(drain(link).size() == row.arrive);
        CHECK(refused == 20 - row.arrive);
        CHECK(link.counters().dropped_for(ip::Drop::queue_full) == 20 - row.arrive);
        CHECK(log.numbers(Kind::dropped).size() == 20 - row.arrive);
    }
}

TEST_CASE("a packet above the MTU stays with its sender, or vanishes in a black hole") {
    for (const bool silent : {false, true}) {
        ip::SimLink link({.mtu = 1400, .silent_mtu = silent}, 1);
        ip::Buffer small = octets_of(1400), large = octets_of(1401);
        CHECK_FALSE(link.send(std::move(small), at(0s)));
        const auto why = link.send(std::move(large), at(0s));
        CHECK(why == (silent ? ip::Drop::black_hole : ip::Drop::too_big));
        CHECK((large == octets_of(1401)) == !silent);  // NOLINT(bugprone-use-after-move): what this is about
        CHECK(numbers_of(drain(link)) == std::vector<std::uint64_t>{1});
    }
    ip::SimLink any({}, 1);
    CHECK(any.send(octets_of(ip::kMaxSimPacket + 1), at(0s)) == ip::Drop::too_big);
    CHECK_FALSE(any.send(octets_of(ip::kMaxSimPacket), at(0s)));
    CHECK_FALSE(any.send({}, at(0s)));
    CHECK(drain(any).size() == 2);
}

TEST_CASE("a link holds no more than its memory, wherever the packets are") {
    for (const std::uint64_t rate : {std::uint64_t{0}, std::uint64_t{1'000'000}}) {
        ip::SimLink link({.delay = 1h, .rate = rate, .memory = 1'000'000, .queue = {.packets = 1'000'000}},
                         1);
        std::uint64_t taken = 0;
        for (int i = 0; i < 10'000; ++i) taken += !link.send(octets_of(872), at(0s));
        CHECK(taken == 1000);  // of 1000 octets each, its 128 included
        CHECK(link.octets_held() == 1'000'000);
        CHECK(link.counters().dropped_for(ip::Drop::memory) == 9000);
    }
}

TEST_CASE("lists choose packets by number: lost, duplicated, held back, corrupted") {
    const ip::SimLinkOptions options{.delay = 10ms,
                                     .loss = list({2, 5}),
                                     .duplicate = list({3}),
                                     .reorder = list({4}),
                                     .reorder_delay = 1500us,
                                     .corrupt = list({1, 6})};
    Log log;
    ip::SimLink link(options, 1, &log);
    for (int i = 0; i < 7; ++i) link.send(octets_of(50), at(i * 1ms));
    const auto out = drain(link);
    CHECK(numbers_of(out) == std::vector<std::uint64_t>{1, 3, 3, 4, 6, 7});
    CHECK(log.numbers(Kind::dropped) == std::vector<std::uint64_t>{2, 5});
    CHECK(link.counters().dropped_for(ip::Drop::listed) == 2);
    CHECK(out[3].arrives == at(3ms + 10ms + 1500us));
    CHECK(out[3].reordered);
    CHECK((!out[1].copy && out[1].duplicated && out[2].copy));
    for (const ip::SimPacket& p : out) {
        CHECK(p.corrupt == (p.number == 1 || p.number == 6));
        CHECK((p.octets != octets_of(50)) == p.corrupt);
    }
}

TEST_CASE("loss, duplicates, reordering and corruption by chance are as frequent as they should be") {
    // 50,000 packets; four standard deviations around 2 %.
    const ip::Chosen two{.chance = {2, 100}};
    ip::SimLinkOptions options{
        .delay = 5ms, .loss = two, .duplicate = two, .reorder = two, .reorder_delay = 3ms, .corrupt = two};
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        ip::SimLink link(options, seed);
        for (int i = 0; i < 50'000; ++i) {
            link.send(octets_of(20), at(i * 1ms));
            drain(link, at(i * 1ms));
        }
        drain(link);
        const ip::SimCounters& c = link.counters();
        for (const std::uint64_t count :
             {c.dropped_for(ip::Drop::loss), c.duplicated, c.reordered, c.corrupted}) {
            CHECK(count > 1000 - 126);
            CHECK(count < 1000 + 126);
        }
    }
}

TEST_CASE("burst loss: bad times are as frequent and as long as Gilbert and Elliott have it") {
    // To bad 1 %, to good 20 %: bad 1/21 of the time, for 5 packets on average.
    const auto events = fates({.burst_loss = {.to_bad = {1, 100}, .to_good = {20, 100}}}, 1, 100'000);
    const auto lost = numbers_where(events, Kind::dropped);
    std::map<std::uint64_t, int> bursts;  // how many of which length
    for (auto i = lost.begin(); i != lost.end();) {
        std::uint64_t length = 1;
        for (auto next = std::next(i); next != lost.end() && *next == *i + 1; i = next++) ++length;
        ++bursts[length];
        ++i;
    }
    const double count =
        std::accumulate(bursts.begin(), bursts.end(), 0.0, [](double n, auto& b) { return n + b.second; });
    CHECK(static_cast<double>(lost.size()) / count == doctest::Approx(5).epsilon(0.06));
    CHECK(static_cast<double>(lost.size()) / 100'000 == doctest::Approx(1.0 / 21).epsilon(0.1));
    // Lengths are geometric: every fifth burst has one packet.
    CHECK(bursts[1] / count == doctest::Approx(0.2).epsilon(0.15));
    CHECK(bursts.rbegin()->first > 20);
}

TEST_CASE("burst loss: both states have their own loss") {
    const auto half = fates({.burst_loss = {.to_bad = {1, 100},
                                            .to_good = {1, 100},
                                            .loss_when_good = {1, 1000},
                                            .loss_when_bad = {50, 100}}},
                            1, 100'000);
    CHECK(static_cast<double>(numbers_where(half, Kind::dropped).size()) ==
          doctest::Approx(100'000 * (0.5 * 0.001 + 0.5 * 0.5)).epsilon(0.08));
}

TEST_CASE("corruption flips as many bits as told, each once") {
    for (const std::uint32_t bits : {1u, 2u, 7u, 64u}) {
        ip::SimLink link({.corrupt = {.chance = {1, 1}}, .corrupt_bits = bits}, bits);
        std::set<std::size_t> where;
        for (int i = 0; i < 500; ++i) link.send(octets_of(8, 0), at(0s));
        for (const ip::SimPacket& p : drain(link)) {
            int flipped = 0;
            for (std::size_t b = 0; b < 64; ++b) {
                if ((p.octets[b / 8] >> b % 8 & 1) == 0) continue;
                ++flipped;
                where.insert(b);
            }
            CHECK(flipped == static_cast<int>(bits));
        }
        CHECK(where.size() == 64);  // any bit may be hit
    }
    ip::SimLink link({.corrupt = {.chance = {1, 1}}, .corrupt_bits = 64}, 1);
    link.send({}, at(0s));
    link.send(octets_of(1, 0), at(0s));
    const auto out = drain(link);
    CHECK(!out.at(0).corrupt);
    CHECK(out.at(1).octets == octets_of(1, 0xff));
}

TEST_CASE("a reordered packet is overtaken by exactly as many, or goes on when its time is over") {
    for (const std::uint64_t distance : {1u, 2u, 5u}) {
        CAPTURE(distance);
        ip::SimLink link(
            {.delay = 10ms, .reorder = list({3}), .reorder_distance = distance, .reorder_delay = 1s}, 1);
        for (int i = 0; i < 10; ++i) link.send(octets_of(10), at(i * 1ms));
        const auto out = drain(link);
        std::vector<std::uint64_t> expected{1, 2, 4, 5, 6, 7, 8, 9, 10};
        expected.insert(expected.begin() + 2 + static_cast<std::ptrdiff_t>(distance), 3);
        CHECK(numbers_of(out) == expected);
        CHECK(out[2 + distance].arrives == at((2 + static_cast<int>(distance)) * 1ms + 10ms));
    }
    ip::SimLink link({.delay = 10ms, .reorder = list({1}), .reorder_distance = 3, .reorder_delay = 50ms}, 1);
    for (int i = 0; i < 3; ++i) link.send(octets_of(10), at(0s));
    const auto out = drain(link);
    CHECK(numbers_of(out) == std::vector<std::uint64_t>{2, 3, 1});
    CHECK(out[2].arrives == at(60ms));
    // All at one moment: the order counts.
    ip::SimLink burst({.reorder = list({1}), .reorder_distance = 2, .reorder_delay = 1s}, 1);
    for (int i = 0; i < 5; ++i) burst.send(octets_of(10), at(0s));
    CHECK(numbers_of(drain(burst)) == std::vector<std::uint64_t>{2, 3, 1, 4, 5});
}

TEST_CASE("where all packets are held back, all of them arrive in the end") {
    ip::SimLink link({.reorder = {.chance = {1, 1}}, .reorder_distance = 3, .reorder_delay = 5ms}, 1);
    for (int i = 0; i < 10'000; ++i) {
        link.send(octets_of(10), at(i * 1ms));
        drain(link, at(i * 1ms));
        REQUIRE(link.packets_held() <= 6);
    }
    drain(link);
    CHECK(link.counters().delivered == 10'000);
}

TEST_CASE("a copy comes when it should, and is what the packet was") {
    ip::SimLink link({.delay = 10ms, .duplicate = list({1}), .duplicate_delay = 2500us, .corrupt = list({1})},
                     1);
    for (int i = 0; i < 4; ++i) link.send(octets_of(10), at(i * 1ms));
    const auto out = drain(link);
    CHECK(numbers_of(out) == std::vector<std::uint64_t>{1, 2, 3, 1, 4});
    CHECK(out[3].copy);
    CHECK(out[3].arrives == at(12500us));
    CHECK(out[3].octets == out[0].octets);
    CHECK(link.counters().duplicated == 1);
    CHECK(link.counters().delivered == 5);
}
