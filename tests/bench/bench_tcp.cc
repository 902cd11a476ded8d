// Microbenchmarks: putting a stream in order, beside a copy of the same octets.
#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tcp/reassembler.h"

namespace {

namespace ip = glass::ip;
namespace tcp = glass::tcp;

constexpr std::size_t kSegment = 1448;   // octets of text, as with timestamps on Ethernet
constexpr std::size_t kSegments = 4096;  // about 6 MB: what a fast path has under way
constexpr std::size_t kAway = 64;        // segments after which a lost one is there again: about a round trip

/// Octets that no branch predictor guesses, the same in every run.
std::uint32_t noise(std::uint32_t& state) {
    state = state * 1664525 + 1013904223;
    return state >> 8;
}

/// Which segment comes when.
using Order = std::vector<std::uint32_t>;

Order in_order() {
    Order order(kSegments);
    for (std::uint32_t i = 0; i < kSegments; ++i) order[i] = i;
    return order;
}

Order reversed() {
    Order order = in_order();
    std::ranges::reverse(order);
    return order;
}

/// One of a hundred is lost, and comes again kAway segments later.
Order one_percent_lost() {
    Order order;
    std::vector<std::uint32_t> late(kSegments + kAway, kSegments);
    std::uint32_t state = 1;
    for (std::uint32_t i = 0; i < kSegments + kAway; ++i) {
        if (i < kSegments && noise(state) % 100 == 0) {
            late[i + kAway - 1] = i;
        } else if (i < kSegments) {
            order.push_back(i);
        }
        if (late[i] < kSegments) order.push_back(late[i]);
    }
    return order;
}

/// Every segment comes twice.
Order all_twice() {
    Order order;
    for (std::uint32_t i = 0; i < kSegments; ++i) order.insert(order.end(), {i, i});
    return order;
}

/// Touches nothing: what comes out is counted.
struct Counter final : tcp::ReassemblySink {
    std::uint64_t octets = 0;
    void on_data(std::uint64_t, ip::Bytes data, std::uint64_t) override { octets += data.size(); }
    void on_gap(std::uint64_t, std::uint64_t) override {}
};

void per_segment(benchmark::State& state, std::size_t segments, std::size_t octets) {
    state.SetBytesProcessed(static_cast<std::int64_t>(octets) * state.iterations());
    state.counters["per_segment"] =
        benchmark::Counter(static_cast<double>(segments) * static_cast<double>(state.iterations()),
                           benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void reassemble(benchmark::State& state, Order (*make)(), std::size_t length) {
    const Order order = make();
    const std::vector<std::uint8_t> text(kSegments * length, 'x');
    tcp::ReassemblyBudget budget;
    for (auto _ : state) {
        tcp::Reassembler reassembler(tcp::OverlapPolicy::first, &budget);
        Counter sink;
        std::uint64_t frame = 0;
        for (const std::uint32_t i : order)
            reassembler.insert(i * length, ip::Bytes(text).subspan(i * length, length), ++frame, sink);
        if (sink.octets != text.size()) state.SkipWithError("octets are missing");
        benchmark::DoNotOptimize(sink.octets);
    }
    per_segment(state, order.size(), text.size());
}
BENCHMARK_CAPTURE(reassemble, in order, in_order, kSegment);
BENCHMARK_CAPTURE(reassemble, one percent lost, one_percent_lost, kSegment);
BENCHMARK_CAPTURE(reassemble, all twice, all_twice, kSegment);
BENCHMARK_CAPTURE(reassemble, reversed, reversed, kSegment);
BENCHMARK_CAPTURE(reassemble, reversed octets, reversed, 1);

/// The limit for what must be held: each segment copied once.
void copy(benchmark::State& state) {
    const std::vector<std::uint8_t> text(kSegments * kSegment, 'x');
    std::vector<std::uint8_t> to(text.size());
    for (auto _ : state) {
        for (std::size_t at = 0; at < text.size(); at += kSegment) std::memcpy(&to[at], &text[at], kSegment);
        benchmark::ClobberMemory();
    }
    per_segment(state, kSegments, text.size());
}
BENCHMARK(copy);

/// Holes before every second octet, and one segment over all of them.
void hostile(benchmark::State& state) {
    const auto blocks = static_cast<std::size_t>(state.range());
    const std::vector<std::uint8_t> cover(2 * blocks + 1, 'x');
    for (auto _ : state) {
        tcp::Reassembler reassembler;
        Counter sink;
        for (std::size_t i = 0; i < blocks; ++i)
            reassembler.insert(2 * i + 1, ip::Bytes(cover).first(1), i, sink);
        reassembler.insert(0, cover, blocks, sink);
        if (sink.octets != cover.size()) state.SkipWithError("octets are missing");
    }
    per_segment(state, blocks + 1, cover.size());
}
BENCHMARK(hostile)->Arg(1000)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
