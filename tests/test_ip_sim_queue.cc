// Queues of simulated links: ECN marks (RFC 3168), RED (RFC 7567), CoDel (RFC 8289).
#include <cmath>
#include <deque>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "ip/checksum.h"
#include "ip/codel.h"
#include "ip/ecn.h"
#include "ip/ipv6.h"
#include "ip/red.h"
#include "tests/sim_checks.h"

using namespace glass;
using namespace glass::test;
using Discipline = ip::SimQueueOptions::Discipline;

namespace {

ip::Buffer ipv6_packet(std::uint8_t traffic_class) {
    ip::Ipv6Header header;
    header.traffic_class = traffic_class;
    header.flow_label = 0xfffff;
    ip::Buffer out;
    header.serialize(out);
    return out;
}

}  // namespace

// ---- marks, RFC 3168 section 5 ----

TEST_CASE("ECT(0) and ECT(1) become CE, and the IPv4 header checksum stays right") {
    for (int tos = 0; tos < 256; ++tos) {
        CAPTURE(tos);
        const auto octet = static_cast<std::uint8_t>(tos);
        const auto ecn = static_cast<ip::Ecn>(octet & 3);
        ip::Buffer v4 = ipv4_packet(30, octet), v6 = ipv6_packet(octet);
        const ip::Buffer v4_before = v4, v6_before = v6;
        CHECK(ip::ecn_of(v4) == ecn);
        CHECK(ip::ecn_of(v6) == ecn);
        CHECK(ip::mark_congestion(v4) == (ecn != ip::Ecn::not_ect));
        CHECK(ip::mark_congestion(v6) == (ecn != ip::Ecn::not_ect));
        if (ecn == ip::Ecn::not_ect || ecn == ip::Ecn::ce) {
            CHECK(v4 == v4_before);
            CHECK(v6 == v6_before);
        } else {
            CHECK(v4 == ipv4_packet(30, octet | 3));
            CHECK(v6 == ipv6_packet(octet | 3));
        }
    }
}

TEST_CASE("a wrong checksum stays wrong, RFC 1624") {
    ip::Buffer packet = ipv4_packet(30, 2);
    packet[10] ^= 0x40;
    CHECK(ip::mark_congestion(packet));
    CHECK(ip::parse_ipv4(packet).error() == ip::Error::bad_checksum);
}

TEST_CASE("whatever octets come are marked within their bounds, or not at all") {
    CHECK(rc::check("marks", [](std::vector<std::uint8_t> octets) {
        const auto before = octets;
        const ip::Ecn ecn = ip::ecn_of(octets);
        const bool marked = ip::mark_congestion(octets);
        RC_ASSERT(marked == (ecn != ip::Ecn::not_ect));
        RC_ASSERT(octets.size() == before.size());
        RC_ASSERT(((octets == before) == (!marked || ecn == ip::Ecn::ce)));
    }));
    for (const std::uint8_t version : {0x45, 0x6f}) {
        for (std::size_t n = 0; n < (version == 0x45 ? 20u : 40u); ++n) {
            ip::Buffer cut = octets_of(n, version);
            CHECK_FALSE(ip::mark_congestion(cut));
        }
    }
}

// ---- CoDel, RFC 8289 ----

namespace {

/// What waited how long, judged by hand: the state of section 5 in one loop over whole dequeues.
struct CodelModel {
    ip::CodelOptions options;
    std::int64_t first_above = 0;  // 0: not
    std::int64_t drop_next = 0;
    std::uint32_t count = 0, last_count = 0;
    bool dropping = false;

    struct Packet {
        std::uint64_t number;
        std::int64_t since;
    };
    std::deque<Packet> queue{};
    std::uint64_t each = 0;  // octets of a packet
    std::vector<std::uint64_t> dropped{};

    struct Taken {
        std::optional<Packet> packet;
        bool ok_to_drop = false;
    };
    Taken take(std::int64_t now) {
        if (queue.empty()) {
            first_above = 0;
            return {};
        }
        const Packet packet = queue.front();
        queue.pop_front();
        if (now - packet.since < options.target.count() || queue.size() * each <= options.largest_packet) {
            first_above = 0;
            return {packet};
        }
        if (first_above == 0) {
            first_above = now + options.interval.count();
            return {packet};
        }
        return {packet, now >= first_above};
    }
    std::int64_t law(std::int64_t from) const {
        return from +
               static_cast<std::int64_t>(static_cast<double>(options.interval.count()) / std::sqrt(count));
    }
    std::optional<std::uint64_t> dequeue(std::int64_t now) {
        Taken taken = take(now);
        if (dropping) {
            dropping = taken.ok_to_drop;
            while (dropping && now >= drop_next) {
                dropped.push_back(taken.packet->number);
                ++count;
                taken = take(now);
                if (taken.ok_to_drop)
                    drop_next = law(drop_next);
                else
                    dropping = false;
            }
        } else if (taken.ok_to_drop) {
            dropped.push_back(taken.packet->number);
            taken = take(now);
            dropping = true;
            const std::uint32_t delta = count - last_count;
            count = delta > 1 && now - drop_next < 16 * options.interval.count() ? delta : 1;
            drop_next = law(now);
            last_count = count;
        }
        return taken.packet ? std::optional(taken.packet->number) : std::nullopt;
    }
};

/// Sends `length` octets every `gap` for so long.
void load(ip::SimLink& link, ip::Duration from, ip::Duration until, ip::Duration gap, std::size_t length,
          std::uint8_t ecn = 0) {
    for (ip::Duration t = from; t < until; t += gap) {
        drain(link, at(t));
        link.send(ipv4_packet(length, ecn), at(t));
    }
}

std::vector<ip::Duration> drop_times(const Log& log, ip::Drop why) {
    std::vector<ip::Duration> out;
    for (const Happened& h : log.events)
        if (h.kind == ip::SimEvent::Kind::dropped && h.why == why) out.push_back(h.at);
    return out;
}

/// 8 Mbit/s: 1000 octets take 1 ms.
ip::SimLinkOptions codel_link(bool ecn = false) {
    return {.rate = 8'000'000, .queue = {.discipline = Discipline::codel, .packets = 100'000, .ecn = ecn}};
}

}  // namespace

TEST_CASE("CoDel decides as section 5 does, whatever comes and goes") {
    CHECK(rc::check("same drops", [] {
        const ip::CodelOptions options{.target = 2ms, .interval = 20ms, .largest_packet = 150};
        ip::SimQueue queue({.discipline = Discipline::codel, .codel = options}, 1'000'000, 1);
        CodelModel model{.options = options, .each = 100};
        std::vector<std::uint64_t> dropped;
        std::uint64_t number = 0;
        std::int64_t now = 1;
        const auto steps = *rc::gen::resize(
            400, rc::gen::container<std::vector<std::pair<int, int>>>(
                     rc::gen::pair(rc::gen::element(0, 0, 1, 1, 1, 2, 5), rc::gen::inRange(0, 3'000'000))));
        for (const auto& [arrivals, gap] : steps) {
            for (int i = 0; i < arrivals; ++i) {
                ++number;
                RC_ASSERT(
                    !queue.push({.octets = octets_of(100), .number = number, .sent = at(ip::Duration(now))},
                                at(ip::Duration(now))));
                model.queue.push_back({number, now});
            }
            now += gap;
            auto head = queue.pop(at(ip::Duration(now)));
            for (; head && head->drop; head = queue.pop(at(ip::Duration(now))))
                dropped.push_back(head->packet.number);
            const auto expected = model.dequeue(now);
            RC_ASSERT(head.has_value() == expected.has_value());
            RC_ASSERT((!head || head->packet.number == *expected));
            RC_ASSERT(dropped == model.dropped);
        }
        RC_TAG(dropped.empty() ? "no drops" : dropped.size() < 5 ? "few drops" : "many drops");
    }));
}

TEST_CASE("CoDel leaves a queue alone that is short, or gets short within an interval") {
    Log log;
    ip::SimLink link(codel_link(), 1, &log);
    load(link, 0ms, 2s, 1ms, 1000);                                        // as fast as the link
    for (int i = 0; i < 90; ++i) link.send(ipv4_packet(1000, 0), at(2s));  // 90 ms of them at once
    drain(link);
    CHECK(drop_times(log, ip::Drop::codel).empty());
}

TEST_CASE(
    "CoDel drops first an interval after the delay went above the target, then ever faster (section 5.4)") {
    Log log;
    ip::SimLink link(codel_link(), 1, &log);
    load(link, 0ms, 1500ms, 500us, 1000);  // twice as fast as the link
    const auto times = drop_times(log, ip::Drop::codel);
    REQUIRE(times.size() > 20);
    // The queue grows by half a packet each 500 us: 5 ms of delay are there after 10 ms.
    CHECK(times[0] >= 100ms + 9ms);
    CHECK(times[0] <= 100ms + 12ms);
    // The n-th gap is interval / sqrt(n), up to the transmission it has to wait for. Sums, as errors do not
    // add up.
    double expected = 0;
    for (std::size_t n = 1; n < times.size(); ++n) {
        expected += 100e6 / std::sqrt(static_cast<double>(n));
        const double seen = static_cast<double>((times[n] - times[0]).count());
        CHECK(seen >= expected - 1);
        CHECK(seen <= expected + 1e6);
    }
}

TEST_CASE("CoDel drops nothing while no more than a packet waits, however long that took (section 5.6)") {
    // 10 kbit/s: a packet of 1000 octets takes 800 ms, and one always waits.
    Log log;
    ip::SimLinkOptions options = codel_link();
    options.rate = 10'000;
    ip::SimLink link(options, 1, &log);
    link.send(ipv4_packet(1000, 0), at(0ms));
    load(link, 1ms, 60s, 800ms, 1000);
    CHECK(drop_times(log, ip::Drop::codel).empty());
    CHECK(link.counters().dropped_in_all() == 0);
}

TEST_CASE("CoDel comes back near the rate it had found, unless that is long ago (section 5.5)") {
    for (const bool soon : {true, false}) {
        CAPTURE(soon);
        ip::Codel codel({});
        const auto overload = [&](ip::Duration from, ip::Duration length) {
            std::uint32_t drops = 0;
            for (ip::Duration t = from; t < from + length; t += 1ms)
                drops += codel.judge(50ms, 100'000, at(t));
            return drops;
        };
        const std::uint32_t first = overload(0ms, 1s);
        REQUIRE(first > 10);
        CHECK(codel.dropping());
        const std::uint32_t reached = codel.count();
        CHECK_FALSE(codel.judge(1ms, 100'000, at(1s)));
        CHECK_FALSE(codel.dropping());
        const ip::Duration again = soon ? 1100ms : 5s;
        overload(again, 102ms);
        CHECK(codel.dropping());
        CHECK(codel.count() == (soon ? reached - 1 : 1));
    }
}

TEST_CASE("CoDel with ECN marks what is capable, as often, and loses none of it; the rest is dropped") {
    ip::SimLink marks(codel_link(true), 1), drops(codel_link(true), 1), plain(codel_link(false), 1);
    for (auto [link, ecn] : {std::pair(&marks, 2), std::pair(&drops, 0), std::pair(&plain, 2)}) {
        load(*link, 0ms, 1500ms, 500us, 1000, static_cast<std::uint8_t>(ecn));
        for (const ip::SimPacket& p : drain(*link)) {
            CHECK(p.marked == (ip::ecn_of(p.octets) == ip::Ecn::ce));
            CHECK(ip::parse_ipv4(p.octets).has_value());
        }
    }
    CHECK(marks.counters().dropped_in_all() == 0);
    CHECK(marks.counters().marked > 20);
    CHECK(drops.counters().marked == 0);
    CHECK(drops.counters().dropped_for(ip::Drop::codel) > 20);
    CHECK(plain.counters().dropped_for(ip::Drop::codel) == drops.counters().dropped_for(ip::Drop::codel));
}

TEST_CASE("CoDel brings the delay of a responsive load down to its target, whatever the buffer") {
    // The load halves its rate at each drop it hears of, and grows otherwise, as TCP does.
    Log log;
    ip::SimLink link(codel_link(), 1, &log);
    std::int64_t gap = 2'000'000;
    std::size_t heard = 0, above = 0, seen = 0;
    for (ip::Duration t{}; t < 60s; t += ip::Duration(gap)) {
        drain(link, at(t));
        const std::size_t drops = drop_times(log, ip::Drop::codel).size();
        gap = drops > heard ? gap * 2 : gap - gap / 500;
        heard = drops;
        link.send(ipv4_packet(1000, 0), at(t));
        log.events.erase(
            std::remove_if(log.events.begin(), log.events.end(),
                           [](const Happened& h) { return h.kind != ip::SimEvent::Kind::dropped; }),
            log.events.end());
        if (t < 5s) continue;
        ++seen;
        above += link.queued_packets() > 30;
    }
    CHECK(heard > 10);
    CHECK(above * 10 < seen);
}

// ---- RED ----

namespace {

/// How many of `n` packets pass while the queue stays like that.
int passed(ip::Red& red, std::uint64_t queued, int n, std::uint64_t seed = 1) {
    int count = 0;
    for (int i = 0; i < n; ++i) {
        ip::Random random(seed, 0, static_cast<std::uint64_t>(i));
        count += red.judge(queued, at(0s), random) == ip::Red::Verdict::pass;
    }
    return count;
}

constexpr ip::RedOptions kRed{.lower = 10'000, .upper = 30'000, .highest_chance = {1, 10}, .weight_shift = 4};

}  // namespace

TEST_CASE("RED: the chance grows from 0 at the lower threshold to the highest at the upper, then to 1") {
    struct Row {
        std::uint64_t queued;
        double least, most;  // of those that pass
    };
    // With marks spread out evenly, every 1/p-th is marked on average: 1 / (1/(2p) + 1/2) of the packets.
    for (const Row& row : {Row{0, 1, 1}, Row{9'000, 1, 1}, Row{20'000, 0.89, 0.92}, Row{29'900, 0.80, 0.84},
                           Row{45'000, 0.2, 0.35}, Row{60'010, 0, 0}, Row{1'000'000, 0, 0}}) {
        CAPTURE(row.queued);
        ip::Red red(kRed, 0);
        passed(red, row.queued, 1000);  // until the average is there
        const double rate = passed(red, row.queued, 20'000) / 20'000.0;
        CHECK(rate >= row.least);
        CHECK(rate <= row.most);
    }
}

TEST_CASE("RED spreads marks out: never more than 1/p packets between two of them") {
    ip::Red red(kRed, 0);
    passed(red, 20'000, 1000);
    int run = 0, longest = 0;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        ip::Random random(3, 0, i);
        run = red.judge(20'000, at(0s), random) == ip::Red::Verdict::pass ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    CHECK(longest <= 20);
    CHECK(longest > 15);
}

TEST_CASE("RED looks at an average: a burst passes, and idle time counts as empty") {
    ip::Red red({.lower = 10'000,
                 .upper = 30'000,
                 .highest_chance = {1, 10},
                 .weight_shift = 9,
                 .typical_packet = 500},
                8'000'000);
    CHECK(passed(red, 100'000, 50) == 50);
    const std::uint64_t before = red.average();
    CHECK(before > 9000);
    CHECK(before < 9600);
    // 0.5 ms a typical packet: 500 ms are 1000 samples of nothing, (1 - 1/512) ^ 1000 = 0.1415.
    red.emptied(at(1s));
    ip::Random random(1);
    CHECK(red.judge(0, at(1500ms), random) == ip::Red::Verdict::pass);
    CHECK(static_cast<double>(red.average()) ==
          doctest::Approx(static_cast<double>(before) * 0.1412).epsilon(0.005));
    red.emptied(at(2s));
    CHECK(red.judge(0, at(20h), random) == ip::Red::Verdict::pass);
    CHECK(red.average() == 0);
}

TEST_CASE("RED on a link: marks what is ECN-capable below the upper threshold, drops the rest") {
    const ip::SimLinkOptions options{
        .rate = 8'000'000,
        .queue = {.discipline = Discipline::red, .packets = 1000, .ecn = true, .red = kRed}};
    ip::SimLink capable(options, 1), not_capable(options, 1);
    for (auto [link, ecn] : {std::pair(&capable, 1), std::pair(&not_capable, 0)}) {
        for (int i = 0; i < 25; ++i) link->send(ipv4_packet(1000, static_cast<std::uint8_t>(ecn)), at(0s));
        load(*link, 1ms, 3s, 1ms, 1000, static_cast<std::uint8_t>(ecn));
        drain(*link);
    }
    CHECK(capable.counters().dropped_in_all() == 0);
    CHECK(capable.counters().marked > 100);
    CHECK(not_capable.counters().marked == 0);
    CHECK(not_capable.counters().dropped_for(ip::Drop::red) > 3);
    // Overload goes above both thresholds: then even the capable are dropped, before the queue is full.
    ip::SimLink flooded(options, 1);
    load(flooded, 0ms, 3s, 250us, 1000, 1);
    CHECK(flooded.counters().dropped_for(ip::Drop::red) > 1000);
    CHECK(flooded.counters().dropped_for(ip::Drop::queue_full) == 0);
}
