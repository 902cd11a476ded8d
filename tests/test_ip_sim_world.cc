// Simulated links as a whole: the same world again from its seed, nothing lost track of, impossible ones
// refused.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <rapidcheck.h>
#include <set>

#include "ip/sim_link.h"
#include "tests/sim_checks.h"

using namespace glass;
using namespace glass::test;
using Kind = ip::SimEvent::Kind;

// ---- the same again ----

namespace {

/// A link on which everything happens.
ip::SimLinkOptions rough() {
    return {.delay = 10ms,
            .jitter = 3ms,
            .rate = 1'000'000,
            .overhead = 14,
            .mtu = 1500,
            .queue = {.discipline = ip::SimQueueOptions::Discipline::red,
                      .packets = 50,
                      .ecn = true,
                      .red = {.lower = 1000, .upper = 3000, .weight_shift = 3}},
            .loss = {.chance = {5, 100}, .numbers = {10, 20}},
            .burst_loss = {.to_bad = {1, 50}, .to_good = {1, 4}},
            .duplicate = {.chance = {3, 100}},
            .duplicate_delay = 1ms,
            .reorder = {.chance = {4, 100}},
            .reorder_distance = 3,
            .reorder_delay = 20ms,
            .corrupt = {.chance = {2, 100}},
            .corrupt_bits = 2};
}

}  // namespace

TEST_CASE("the same seed gives the same world, another one another") {
    for (const std::uint64_t seed : {0u, 1u, 99u}) {
        const auto once = fates(rough(), seed, 3000, 700us);
        CHECK(once == fates(rough(), seed, 3000, 700us));
        CHECK(once != fates(rough(), seed + 1, 3000, 700us));
    }
}

TEST_CASE("an option does not change what another one does") {
    // No rate, so that no packet waits for another.
    ip::SimLinkOptions base = rough();
    base.rate = 0;
    base.burst_loss = {};
    const auto before = fates(base, 7);
    const auto fate_of = [](const std::vector<Happened>& events, Kind kind) {
        return numbers_where(events, kind);
    };

    ip::SimLinkOptions other = base;
    other.jitter = 0ms;
    other.duplicate = {};
    other.corrupt = {.chance = {1, 2}};
    other.reorder = {};
    other.delay = 123ms;
    CHECK(fate_of(fates(other, 7), Kind::dropped) == fate_of(before, Kind::dropped));
    CHECK(fate_of(fates(other, 7, 2000, 7us, 1400), Kind::dropped) == fate_of(before, Kind::dropped));

    // With more loss the lost ones are lost, and more.
    other = base;
    other.loss.chance = {10, 100};
    const auto more = fate_of(fates(other, 7), Kind::dropped), some = fate_of(before, Kind::dropped);
    CHECK(std::ranges::includes(more, some));
    CHECK(more.size() > some.size());

    // And without loss, those are duplicated that were, and some of the lost ones.
    other = base;
    other.loss = {};
    const auto copies = [](const std::vector<Happened>& events) {
        std::set<std::uint64_t> out;
        for (const Happened& h : events)
            if (h.copy) out.insert(h.number);
        return out;
    };
    CHECK(std::ranges::includes(copies(fates(other, 7)), copies(before)));
}

TEST_CASE("what happens to a packet by one option says nothing about another") {
    const ip::Chosen half{.chance = {1, 2}};
    Log log;
    ip::SimLink link({.loss = half,
                      .burst_loss = {.to_bad = half.chance, .to_good = half.chance},
                      .duplicate = half,
                      .reorder = half,
                      .reorder_delay = 1ms,
                      .corrupt = half},
                     1, &log);
    for (int i = 0; i < 16'000; ++i) link.send(octets_of(10), at(i * 1us));
    // Of the 4000 that both kinds of loss leave over, each of eight ways is taken by 500.
    std::map<int, int> ways;
    for (const ip::SimPacket& p : drain(link))
        if (!p.copy) ++ways[(p.duplicated ? 4 : 0) + (p.reordered ? 2 : 0) + (p.corrupt ? 1 : 0)];
    CHECK(ways.size() == 8);
    for (const auto& [way, count] : ways) {
        CAPTURE(way);
        CHECK(count > 400);
        CHECK(count < 600);
    }
}

TEST_CASE("the two directions of a pair have fates of their own") {
    const ip::SimLinkOptions half{.delay = 1ms, .loss = {.chance = {1, 2}}};
    Log to_b, to_a;
    ip::SimLinkPair pair(half, half, 1, &to_b, &to_a);
    for (int i = 0; i < 100; ++i) {
        pair.to_b.send(octets_of(1), at(i * 1s));
        CHECK(pair.deadline() == pair.to_b.deadline());
        pair.to_a.send(octets_of(1), at(i * 1s + 500us));
        CHECK((!pair.deadline() || *pair.deadline() <= at(i * 1s + 1500us)));
        drain(pair.to_b);
        drain(pair.to_a);
        CHECK_FALSE(pair.deadline());
    }
    CHECK(to_b.numbers(Kind::dropped) != to_a.numbers(Kind::dropped));
}

// ---- whatever comes ----

namespace {

ip::Ratio any_ratio() {
    return {*rc::gen::element<std::uint64_t>(0, 1, 10, 50, 100), 100};
}

ip::SimLinkOptions any_link() {
    using Discipline = ip::SimQueueOptions::Discipline;
    ip::SimLinkOptions o;
    o.delay = ip::Duration(*rc::gen::inRange(0, 20'000'000));
    o.jitter = ip::Duration(*rc::gen::inRange(0, 10'000'000));
    o.rate = *rc::gen::element<std::uint64_t>(0, 1000, 1'000'000, 7'777'777, 1'000'000'000);
    o.overhead = *rc::gen::inRange(0u, 50u);
    o.mtu = *rc::gen::element(0u, 68u, 600u);
    o.memory = *rc::gen::element<std::uint64_t>(1, 3000, 50'000, 64 << 20);
    o.queue.discipline = *rc::gen::element(Discipline::drop_tail, Discipline::red, Discipline::codel);
    o.queue.packets = *rc::gen::element<std::uint64_t>(1, 5, 1000);
    o.queue.ecn = *rc::gen::arbitrary<bool>();
    o.queue.red = {.lower = 500, .upper = 2000, .highest_chance = any_ratio(), .weight_shift = 2};
    o.queue.codel = {.target = 1ms, .interval = 5ms, .largest_packet = 100};
    o.loss = {any_ratio(), {2, 3, 5}};
    o.burst_loss = {any_ratio(), any_ratio(), any_ratio(), any_ratio()};
    o.duplicate = {any_ratio(), {}};
    o.duplicate_delay = ip::Duration(*rc::gen::inRange(0, 3'000'000));
    o.reorder = {any_ratio(), {}};
    o.reorder_distance = *rc::gen::inRange<std::uint64_t>(0, 4);
    o.reorder_delay = ip::Duration(*rc::gen::inRange(1, 9'000'000));
    o.corrupt = {any_ratio(), {}};
    o.corrupt_bits = *rc::gen::inRange(1u, 65u);
    return o;
}

}  // namespace

TEST_CASE("on any link: what was sent or duplicated was delivered, dropped, or is still there") {
    CHECK(rc::check("conservation", [] {
        const ip::SimLinkOptions options = any_link();
        RC_ASSERT(ip::why_impossible(options).empty());
        Log log;
        ip::SimLink link(options, *rc::gen::arbitrary<std::uint64_t>(), &log);
        ip::Time now = at(0s), latest = now;
        const auto steps =
            *rc::gen::container<std::vector<std::pair<std::uint32_t, std::uint16_t>>>(rc::gen::pair(
                rc::gen::inRange<std::uint32_t>(0, 4'000'000), rc::gen::inRange<std::uint16_t>(20, 700)));
        const auto conserved = [&] {
            const ip::SimCounters& c = link.counters();
            RC_ASSERT(c.sent + c.duplicated == c.delivered + c.dropped_in_all() + link.packets_held());
            RC_ASSERT(link.octets_held() <= 2 * options.memory);
        };
        const auto take = [&](ip::Time until) {
            while (auto p = link.receive(until)) {
                RC_ASSERT(p->arrives <= until);
                RC_ASSERT(p->arrives >= latest);  // in order of time
                RC_ASSERT(p->arrives >= p->sent + options.delay);
                latest = p->arrives;
                conserved();
            }
        };
        for (const auto& [gap, length] : steps) {
            now += ip::Duration(gap);
            if (gap % 3 != 0) take(now);
            link.send(ipv4_packet(length, gap & 3), now);
            conserved();
            RC_ASSERT((!link.deadline() || *link.deadline() > latest || *link.deadline() <= now));
        }
        take(ip::Time(std::chrono::hours(100)));
        RC_ASSERT(link.packets_held() == 0u);
        RC_ASSERT(link.octets_held() == 0u);
        RC_ASSERT(!link.deadline());
        // Every packet has one end, or one for each copy.
        std::map<std::uint64_t, int> ends;
        for (const Happened& h : log.events)
            ends[h.number] += h.kind == Kind::dropped || h.kind == Kind::delivered;
        for (const auto& [number, count] : ends) RC_ASSERT((count >= 1 && count <= 2));
        RC_ASSERT(ends.size() == steps.size());
    }));
}

TEST_CASE("events come in order of time where packets are taken when they are due") {
    const auto events = fates(rough(), 5, 3000, 700us);
    CHECK(std::ranges::is_sorted(events, {}, &Happened::at));
    CHECK(numbers_where(events, Kind::sent).size() == 3000);
}

// ---- options that cannot be ----

TEST_CASE("impossible links are refused with a reason") {
    struct Row {
        ip::SimLinkOptions options;
        const char* why;
    };
    using Discipline = ip::SimQueueOptions::Discipline;
    const Row rows[] = {
        {{}, ""},
        {rough(), ""},
        {{.delay = -1ns}, "the delay is negative"},
        {{.jitter = 2h}, "the jitter is more than an hour"},
        {{.rate = 999}, "a rate below 1 kbit/s"},
        {{.rate = ~std::uint64_t{0}}, "a rate above 10 Tbit/s"},
        {{.overhead = 70'000}, "an overhead above 65535 octets"},
        {{.mtu = 67}, "an MTU below 68 octets, the least that IP allows (RFC 791)"},
        {{.memory = 0}, "the memory of a link is from 1 octet to 1 GiB"},
        {{.queue = {.packets = 0}}, "the queue has no limit"},
        {{.queue = {.discipline = Discipline::red, .red = {.lower = 5, .upper = 5}}},
         "RED's lower threshold is not below its upper one"},
        {{.queue = {.discipline = Discipline::red, .red = {.weight_shift = 17}}},
         "RED's average is too slow"},
        {{.queue = {.discipline = Discipline::codel, .codel = {.target = 100ms}}},
         "the interval of CoDel is not above its target"},
        {{.loss = {.chance = {3, 2}}}, "the probability of loss is not between 0 and 1"},
        {{.loss = {.chance = {0, 0}}}, "the probability of loss is not between 0 and 1"},
        {{.loss = {.chance = {1, std::uint64_t{1} << 40}}}, "the probability of loss is too exact"},
        {{.loss = list({2, 1})}, "packet numbers must ascend"},
        {{.corrupt = list({0})}, "packets are numbered from 1 on"},
        {{.reorder = list({1})}, "reordered packets need a delay, or the longest they wait to be overtaken"},
        {{.corrupt_bits = 65}, "the bits flipped in a packet are from 1 to 64"},
    };
    for (const Row& row : rows) CHECK(ip::why_impossible(row.options) == row.why);
}
