// Microbenchmarks: packets per second through simulated links, beside allocating and copying the same octets.
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstring>

#include "ip/random.h"
#include "ip/sim_link.h"

namespace {

namespace ip = glass::ip;
using namespace std::chrono_literals;

constexpr std::size_t kSegment = 1500;
constexpr std::size_t kAck = 52;
constexpr std::int64_t kPackets = 10'000;  // a run; every second one is answered

void per_packet(benchmark::State& state, std::int64_t packets) {
    state.SetItemsProcessed(packets * state.iterations());
    state.counters["per_packet"] =
        benchmark::Counter(static_cast<double>(packets) * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

/// What any way through a link costs that keeps packets apart: each allocated and written once.
void allocate(benchmark::State& state) {
    const ip::Buffer segment(kSegment, 'x');
    for (auto _ : state) {
        for (std::int64_t i = 0; i < kPackets; ++i) {
            ip::Buffer packet(segment);
            benchmark::DoNotOptimize(packet.data());
        }
    }
    per_packet(state, kPackets);
}
BENCHMARK(allocate);

/// Takes everything that is due; the buffers of segments come back to be sent again, as a host would.
std::uint64_t take(ip::SimLink& link, ip::Time now) {
    std::uint64_t octets = 0;
    while (auto packet = link.receive(now)) octets += packet->octets.size();
    return octets;
}

/// A window of segments one way and their ACKs the other, each taken when it is due.
void through_pair(benchmark::State& state, const ip::SimLinkOptions& options) {
    const ip::Buffer segment(kSegment, 'x'), ack(kAck, 'a');
    for (auto _ : state) {
        ip::SimLinkPair pair(options, options, 1);
        ip::Time now{};
        std::uint64_t octets = 0;
        for (std::int64_t i = 0; i < kPackets; ++i) {
            pair.to_b.send(ip::Buffer(segment), now);
            if (i % 2 == 1) pair.to_a.send(ip::Buffer(ack), now);
            now += 12us;
            for (auto due = pair.deadline(); due && *due <= now; due = pair.deadline())
                octets += take(pair.to_b, *due) + take(pair.to_a, *due);
        }
        while (const auto due = pair.deadline()) octets += take(pair.to_b, *due) + take(pair.to_a, *due);
        const std::uint64_t arrived =
            pair.to_b.counters().delivered_octets + pair.to_a.counters().delivered_octets;
        if (octets != arrived || octets == 0) state.SkipWithError("octets are missing");
    }
    per_packet(state, kPackets * 3 / 2);
}

ip::SimLinkOptions rough() {
    using Discipline = ip::SimQueueOptions::Discipline;
    return {.delay = 10ms,
            .jitter = 1ms,
            .rate = 1'000'000'000,
            .queue = {.discipline = Discipline::red},
            .loss = {.chance = {1, 100}},
            .burst_loss = {.to_bad = {1, 1000}, .to_good = {1, 5}},
            .duplicate = {.chance = {1, 100}},
            .reorder = {.chance = {1, 100}},
            .reorder_distance = 3,
            .reorder_delay = 1ms,
            .corrupt = {.chance = {1, 100}}};
}

BENCHMARK_CAPTURE(through_pair, delay alone, {.delay = 10ms});
BENCHMARK_CAPTURE(through_pair, rate and drop_tail, {.delay = 10ms, .rate = 1'000'000'000});
BENCHMARK_CAPTURE(through_pair, CoDel,
                  {.delay = 10ms,
                   .rate = 1'000'000'000,
                   .queue = {.discipline = ip::SimQueueOptions::Discipline::codel}});
BENCHMARK_CAPTURE(through_pair, everything, rough());

/// One number drawn for one packet and purpose, as every option that goes by chance does.
void draw(benchmark::State& state) {
    std::uint64_t number = 0;
    for (auto _ : state) benchmark::DoNotOptimize(ip::Random(1, 2, ++number).chance({1, 100}));
}
BENCHMARK(draw);

}  // namespace

BENCHMARK_MAIN();
