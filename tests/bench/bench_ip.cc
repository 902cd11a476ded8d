// Microbenchmarks: the checksum beside a copy of the same octets, reading headers, writing addresses as text.
#include <array>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstring>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/checksum.h"
#include "ip/ipv4.h"
#include "ip/ipv6.h"
#include "tcp/segment.h"

namespace {

namespace ip = glass::ip;
namespace tcp = glass::tcp;

/// Octets that no branch predictor guesses, the same in every run.
ip::Buffer noise(std::size_t n) {
    ip::Buffer octets(n);
    std::uint32_t state = 1;
    for (std::uint8_t& octet : octets) {
        state = state * 1664525 + 1013904223;
        octet = static_cast<std::uint8_t>(state >> 24);
    }
    return octets;
}

void octets_processed(benchmark::State& state, std::size_t each) {
    state.SetBytesProcessed(static_cast<std::int64_t>(each) * state.iterations());
}

/// The limit: no checksum is faster than touching each octet once; a copy touches it twice.
void copy(benchmark::State& state) {
    const ip::Buffer from = noise(static_cast<std::size_t>(state.range()));
    ip::Buffer to(from.size());
    for (auto _ : state) {
        std::memcpy(to.data(), from.data(), from.size());
        benchmark::DoNotOptimize(to.data());
        benchmark::ClobberMemory();
    }
    octets_processed(state, from.size());
}

void checksum(benchmark::State& state) {
    const ip::Buffer octets = noise(static_cast<std::size_t>(state.range()));
    for (auto _ : state) benchmark::DoNotOptimize(ip::checksum(octets));
    octets_processed(state, octets.size());
}

void every_size(benchmark::internal::Benchmark* b) {
    b->Arg(64)->Arg(576)->Arg(1460)->Arg(65535);
}
BENCHMARK(copy)->Apply(every_size);
BENCHMARK(checksum)->Apply(every_size);

void update_checksum(benchmark::State& state) {
    std::uint16_t sum = 0x1234;
    for (auto _ : state) benchmark::DoNotOptimize(sum = ip::update_checksum(sum, 0x4006, 0x3f06));
}
BENCHMARK(update_checksum);

/// A segment of 1448 octets with timestamps, as most segments of a download are.
tcp::Segment bulk_segment(const ip::Buffer& payload) {
    static constexpr std::array<std::uint8_t, 12> kTimestamps{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
    tcp::Segment segment;
    segment.options = kTimestamps;
    segment.payload = payload;
    return segment;
}

ip::Buffer segment_octets() {
    ip::Buffer out;
    bulk_segment(noise(1448)).serialize(out, ip::Ipv4Address{0x0a000001}, ip::Ipv4Address{0x0a000002});
    return out;
}

void parse_ipv4(benchmark::State& state) {
    const ip::Buffer payload = segment_octets();
    ip::Ipv4Header header;
    header.protocol = 6;
    header.payload = payload;
    ip::Buffer packet;
    header.serialize(packet);
    if (!ip::parse_ipv4(packet)) state.SkipWithError("not a sound packet");
    for (auto _ : state) benchmark::DoNotOptimize(ip::parse_ipv4(packet));
}
BENCHMARK(parse_ipv4);

void parse_ipv6(benchmark::State& state) {
    const ip::Buffer payload = segment_octets();
    ip::Ipv6Header header;
    header.next_header = 6;
    header.payload = payload;
    ip::Buffer packet;
    header.serialize(packet);
    if (!ip::parse_ipv6(packet)) state.SkipWithError("not a sound packet");
    for (auto _ : state) benchmark::DoNotOptimize(ip::parse_ipv6(packet));
}
BENCHMARK(parse_ipv6);

void parse_segment(benchmark::State& state) {
    const ip::Buffer octets = segment_octets();
    if (!tcp::parse_segment(octets)) state.SkipWithError("not a sound segment");
    for (auto _ : state) benchmark::DoNotOptimize(tcp::parse_segment(octets));
}
BENCHMARK(parse_segment);

/// Headers, copy and checksum.
void serialize_segment(benchmark::State& state) {
    const ip::Buffer payload = noise(1448);
    const tcp::Segment segment = bulk_segment(payload);
    const ip::Address src = ip::Ipv4Address{0x0a000001}, dst = ip::Ipv4Address{0x0a000002};
    ip::Buffer out;
    for (auto _ : state) {
        out.clear();
        segment.serialize(out, src, dst);
        benchmark::DoNotOptimize(out.data());
    }
}
BENCHMARK(serialize_segment);

template <class AnyAddress>
void write_text(benchmark::State& state, AnyAddress address) {
    std::array<char, ip::kMaxAddressText> text;
    for (auto _ : state) {
        benchmark::DoNotOptimize(ip::write_text(text.data(), address));
        benchmark::ClobberMemory();
    }
}
BENCHMARK_CAPTURE(write_text, ipv4, ip::Ipv4Address{0xc0a801c8});
BENCHMARK_CAPTURE(write_text, ipv6,
                  ip::Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0xab, 0xcd, 0, 1, 2, 3}});

}  // namespace

BENCHMARK_MAIN();
