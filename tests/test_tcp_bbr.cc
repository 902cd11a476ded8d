// BBR: its model of the path, and whole connections over a bottleneck; draft-ietf-ccwg-bbr.
#include <doctest/doctest.h>
#include <random>

#include "tcp/bbr.h"
#include "tests/tcp_pair.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Fate;
using tests::TcpPair;

constexpr std::uint32_t kMss = 1000;

/// A path that carries so many octets a second, with a queue that drops what does not fit.
struct Bottleneck {
    double rate = 1'250'000;
    double queue = 100'000;  ///< octets
    double loss = 0;
    ip::Duration one_way = 20ms;
    /// From `changes_at` on the rate is another one.
    ip::Duration changes_at = std::chrono::hours(1);
    double later_rate = 0;
    /// The machine does nothing for so long every second.
    ip::Duration stalls{};
};

struct Outcome {
    double goodput = 0;  ///< as a share of the rate
    double queued = 0;   ///< octets that waited before a packet, the average over the last half
    double dropped = 0;  ///< the share of packets that found no room
    std::uint64_t bandwidth = 0;
    ip::Duration min_rtt{};
    Bbr::Phase phase{};
};

Outcome transfer(const Bottleneck& path, ip::Duration time) {
    Config config;
    config.congestion = CongestionAlgorithm::bbr;
    config.send_capacity = config.receive_capacity = 4 << 20;
    config.rto.floor = 200ms;
    const ip::Time start = ip::Time(1h);
    const TcpPair* clock = nullptr;
    ip::Time free_at = start;
    std::mt19937_64 random(1);
    double packets = 0, dropped = 0, queued = 0, late_packets = 0;
    TcpPair pair(config, [&](std::uint64_t number, unsigned side) {
        if (side == 1 || number < 3) return Fate{path.one_way};
        const ip::Time now = clock->now();
        const double rate = now - start < path.changes_at ? path.rate : path.later_rate;
        const double waits = std::max(0.0, std::chrono::duration<double>(free_at - now).count());
        ++packets;
        if (now - start > time / 2) ++late_packets, queued += waits * rate;
        if (waits * rate + 1500 > path.queue) {
            ++dropped;
            return Fate{};
        }
        free_at = std::max(free_at, now) + ip::Duration(std::int64_t(1500 / rate * 1e9));
        if (std::uniform_real_distribution<>(0, 1)(random) < path.loss) return Fate{};
        return Fate{free_at - now + path.one_way};
    });
    clock = &pair;
    if (path.stalls > 0ms)
        pair.late = [&](ip::Time t) {
            const ip::Duration second = (t - start) % 1s;
            return second < path.stalls ? t + (path.stalls - second) : t;
        };
    pair.app(0).out =
        tests::some_octets(std::size_t(1.2 * path.rate * std::chrono::duration<double>(time).count()), 1);
    pair.open();
    CHECK_FALSE(pair.run(time));  // there is always more to send
    const auto* bbr = dynamic_cast<const Bbr*>(pair.end(0).tcb().congestion.get());
    REQUIRE(bbr);
    const double seconds = std::chrono::duration<double>(time).count();
    return {.goodput = double(pair.app(1).in.size()) / seconds / path.rate,
            .queued = queued / std::max(late_packets, 1.0),
            .dropped = dropped / packets,
            .bandwidth = bbr->model().max_bandwidth(),
            .min_rtt = bbr->model().min_rtt(),
            .phase = bbr->phase()};
}

/// A round trip of `segments`, of which some were lost.
Measured round(std::uint64_t& delivered, std::uint32_t segments, std::uint32_t lost, ip::Duration at,
               ip::Duration rtt = 100ms) {
    Measured measured{.rate = {}, .now = ip::Time(1h + at), .rtt = rtt, .pipe = segments * kMss};
    measured.rate = {.valid = true,
                     .octets = std::uint64_t{segments} * kMss,
                     .interval = rtt,
                     .prior_delivered = delivered,
                     .total_delivered = delivered + std::uint64_t{segments} * kMss,
                     .newly_delivered = segments * kMss,
                     .newly_lost = lost * kMss,
                     .in_flight_then = segments * kMss};
    delivered += std::uint64_t{segments} * kMss;
    return measured;
}

}  // namespace

TEST_CASE("the model takes the best bandwidth of two cycles, and the shortest round trip of ten seconds") {
    BbrModel model(kMss);
    std::uint64_t delivered = 0;
    model.update(round(delivered, 100, 0, 0ms), 1 << 20);
    CHECK(model.max_bandwidth() == 1000 * kMss);
    CHECK(model.min_rtt() == 100ms);
    CHECK(model.product(model.max_bandwidth(), 2) == 200 * kMss);
    model.next_cycle();
    model.update(round(delivered, 50, 0, 100ms), 1 << 20);
    CHECK(model.max_bandwidth() == 1000 * kMss);
    model.next_cycle();
    CHECK(model.max_bandwidth() == 500 * kMss);
    model.next_cycle();  // nothing was measured since: what is known stays
    CHECK(model.max_bandwidth() == 500 * kMss);
    model.update(round(delivered, 50, 0, 4s, 120ms), 1 << 20);
    CHECK_FALSE(model.rtt_is_stale());
    model.update(round(delivered, 50, 0, 5200ms, 120ms), 1 << 20);
    CHECK(model.rtt_is_stale());
    CHECK(model.min_rtt() == 100ms);
    model.update(round(delivered, 50, 0, 10300ms, 120ms), 1 << 20);
    CHECK(model.min_rtt() == 120ms);
}

TEST_CASE("a round of which more is lost than the path loses anyway is congested") {
    BbrModel model(kMss);
    std::uint64_t delivered = 0;
    ip::Duration now{};
    const auto congested = [&](std::uint32_t arrived, std::uint32_t lost) {
        model.update(round(delivered, arrived, lost, now += 100ms), 1 << 20);
        model.update(round(delivered, 1, 0, now += 100ms), 1 << 20);  // it ends the round
        return model.last_round().congested;
    };
    CHECK_FALSE(congested(1000, 0));
    CHECK_FALSE(congested(1000, 80));  // nothing is known of the path yet
    CHECK(congested(1000, 200));
    for (int i = 0; i < 100; ++i) {
        (void)congested(1000, 0);
        model.learn_loss();
    }
    CHECK_FALSE(congested(1000, 20));
    CHECK(congested(1000, 60));
    CHECK_FALSE(congested(10, 2));  // may be chance
    for (int i = 0; i < 100; ++i) {
        (void)congested(950, 50);
        model.learn_loss();
    }
    CHECK_FALSE(congested(950, 50));
    CHECK(congested(850, 150));
}

TEST_CASE("startup ends when the bandwidth has not grown for three rounds") {
    Bbr bbr(kMss, 10 * kMss);
    std::uint64_t delivered = 0;
    ip::Duration now{};
    std::uint32_t segments = 10;
    for (; segments < 1000; segments *= 2) {
        bbr.measured(round(delivered, segments, 0, now += 100ms));
        CHECK(bbr.phase() == Bbr::Phase::startup);
        CHECK(bbr.pacing_rate() > 2 * segments * kMss * 10);
    }
    int rounds = 0;
    for (; bbr.phase() == Bbr::Phase::startup && rounds < 10; ++rounds)
        bbr.measured(round(delivered, 1000, 0, now += 100ms));
    CHECK(rounds >= 3);
    CHECK(rounds <= 5);
    CHECK(bbr.pacing_rate() < 10'000 * kMss);
}

TEST_CASE("a lost round of startup ends it, and bounds what may be under way") {
    Bbr bbr(kMss, 10 * kMss);
    std::uint64_t delivered = 0;
    bbr.measured(round(delivered, 100, 0, 100ms));
    bbr.measured(round(delivered, 200, 100, 200ms));
    bbr.measured(round(delivered, 200, 0, 300ms));
    CHECK(bbr.phase() != Bbr::Phase::startup);
    CHECK(bbr.cwnd() <= 200 * kMss);
}

TEST_CASE(
    "losses that are seen one by one do not shrink the window; a mark does; a timeout leaves a segment") {
    Bbr bbr(kMss, 10 * kMss);
    bbr.set_cwnd(100 * kMss);
    bbr.congestion(100 * kMss, {});
    CHECK(bbr.cwnd() == 100 * kMss);
    CHECK(bbr.ssthresh() > 100 * kMss);
    bbr.congestion(100 * kMss, {}, Signal::mark);
    CHECK(bbr.ssthresh() == 85 * kMss);
    bbr.timeout(100 * kMss, {}, false);
    CHECK(bbr.cwnd() == kMss);
    bbr.undo();
    CHECK(bbr.cwnd() == 100 * kMss);
}

TEST_CASE("as long as no round trip could be measured, a probe for more goes on") {
    Bbr bbr(kMss, 10 * kMss);
    std::uint64_t delivered = 0;
    const auto hear = [&](ip::Duration at, std::optional<ip::Duration> rtt) {
        Measured heard = round(delivered, 100, 0, at);
        heard.rtt = rtt;
        bbr.measured(heard);
    };
    ip::Duration at{};
    for (; at < 10s; at += 100ms) hear(at, std::nullopt);  // each ACK is for what was sent twice
    CHECK(bbr.phase() == Bbr::Phase::up);
    for (int i = 0; i < 3; ++i) hear(at += 100ms, 50ms);
    CHECK(bbr.phase() != Bbr::Phase::up);
}

TEST_CASE("it finds bandwidth and round trip, uses the path, and leaves no queue standing") {
    const Bottleneck path;
    const Outcome outcome = transfer(path, 12s);
    CHECK(outcome.goodput > 0.88);
    CHECK(double(outcome.bandwidth) == doctest::Approx(1'250'000 * 0.965).epsilon(0.05));
    CHECK(outcome.min_rtt < 46ms);
    CHECK(outcome.queued < 0.25 * 50'000);  // of what the path holds
    CHECK(outcome.dropped < 0.01);
}

TEST_CASE("losses by chance cost little more than what is lost") {
    CHECK(transfer({.loss = 0.01}, 12s).goodput > 0.86);
    CHECK(transfer({.loss = 0.05}, 12s).goodput > 0.80);
}

TEST_CASE("what a machine that comes late takes for lost, because a timer says so, is no congestion") {
    const Outcome outcome = transfer({.loss = 0.05, .stalls = 300ms}, 20s);
    CHECK(outcome.goodput > 0.7 * 0.82);
}

TEST_CASE("a queue with little room is not overrun for long") {
    const Outcome outcome = transfer({.queue = 15'000}, 12s);
    CHECK(outcome.goodput > 0.7);
    CHECK(outcome.dropped < 0.03);
}

TEST_CASE("it follows a path that becomes slower, and one that becomes faster") {
    const Outcome slower = transfer({.changes_at = 4s, .later_rate = 400'000}, 30s);
    CHECK(double(slower.bandwidth) == doctest::Approx(400'000 * 0.965).epsilon(0.1));
    CHECK(slower.queued < 40'000);
    const Outcome faster = transfer({.rate = 400'000, .changes_at = 4s, .later_rate = 1'250'000}, 14s);
    CHECK(double(faster.bandwidth) == doctest::Approx(1'250'000 * 0.965).epsilon(0.1));
}
