// Benchmarks of two hosts in memory: real packets, checksums computed and verified, an MTU of 1500; bulk data
// in order and reordered, many idle connections, and connections opened, used and closed.
#include <benchmark/benchmark.h>
#include <cstdint>
#include <malloc.h>
#include <utility>
#include <vector>

#include "tcp/host.h"

namespace {

namespace ip = glass::ip;
namespace tcp = glass::tcp;

const tcp::Endpoint kServer{ip::Ipv4Address{0x0a000002}, 80};

tcp::HostConfig at_address(std::uint32_t ipv4) {
    return {.addresses = {{.address = ip::Ipv4Address{ipv4}, .prefix_length = 8}}};
}

/// Hosts with nothing between them.
struct Pair {
    tcp::Host client{at_address(0x0a000001), {1, 2}};
    tcp::Host server{at_address(0x0a000002), {3, 4}};
    tcp::ListenerId listener;
    ip::Time now{std::chrono::hours(1)};
    std::vector<ip::Buffer> held;  ///< packets that others overtake

    explicit Pair(std::size_t backlog = 1000) : listener(*server.listen(kServer, backlog, {})) {}

    void run() {
        for (bool again = true; again;) {
            again = false;
            while (const auto packet = client.poll(now)) again = true, server.receive(*packet, now);
            while (const auto packet = server.poll(now)) again = true, client.receive(*packet, now);
        }
    }
    /// The same, but every tenth packet to the server is overtaken by three others.
    void run_reordered(std::uint64_t& packets) {
        for (bool again = true; again;) {
            again = false;
            unsigned behind = 0;
            while (const auto packet = client.poll(now)) {
                again = true;
                if (++packets % 10 == 0) {
                    held.emplace_back(packet->begin(), packet->end());
                    behind = 3;
                    continue;
                }
                server.receive(*packet, now);
                if (behind > 0 && --behind == 0) release();
            }
            release();
            while (const auto packet = server.poll(now)) again = true, client.receive(*packet, now);
        }
    }
    void release() {
        for (const ip::Buffer& packet : held) server.receive(packet, now);
        held.clear();
    }
    std::pair<tcp::ConnectionId, tcp::ConnectionId> open() {
        const auto id = client.connect(kServer, {}, now);
        run();
        return {*id, *server.accept(listener)};
    }
};

constexpr std::size_t kPiece = 128 * 1024;

/// `kPiece` octets from one to the other. Returns how many arrived.
std::size_t transfer(Pair& pair, tcp::ConnectionId from, tcp::ConnectionId to, ip::Bytes text,
                     std::span<std::uint8_t> into, std::uint64_t* reordered = nullptr) {
    const std::size_t taken = pair.client.send(from, text).value_or(0);
    pair.now += std::chrono::microseconds(50);
    reordered ? pair.run_reordered(*reordered) : pair.run();
    const std::size_t read = pair.server.read(to, into).value_or(0);
    pair.run();
    benchmark::DoNotOptimize(taken);
    return read;
}

void bulk(benchmark::State& state, bool reordered) {
    Pair pair;
    const auto [from, to] = pair.open();
    const ip::Buffer text(kPiece, 'x');
    ip::Buffer into(kPiece);
    std::uint64_t packets = 0;
    for (int i = 0; i < 100; ++i)
        transfer(pair, from, to, text, into, reordered ? &packets : nullptr);  // the window grows
    std::int64_t octets = 0;
    const std::uint64_t before = pair.client.counters().packets_out;
    for (auto _ : state)
        octets +=
            static_cast<std::int64_t>(transfer(pair, from, to, text, into, reordered ? &packets : nullptr));
    state.SetBytesProcessed(octets);
    state.counters["Gbit/s"] =
        benchmark::Counter(static_cast<double>(octets) * 8e-9, benchmark::Counter::kIsRate);
    state.counters["octets/packet"] =
        static_cast<double>(octets) / static_cast<double>(pair.client.counters().packets_out - before);
}

void host_bulk(benchmark::State& state) {
    bulk(state, false);
}
BENCHMARK(host_bulk);

void host_bulk_reordered(benchmark::State& state) {
    bulk(state, true);
}
BENCHMARK(host_bulk_reordered);

/// One active connection among so many idle ones.
void host_bulk_among_idle(benchmark::State& state) {
    Pair pair;
    const auto before = mallinfo2();
    const auto idle = static_cast<std::size_t>(state.range(0));
    tcp::Config config;
    config.keep_alive = true;  // so that each of them has a timer
    constexpr std::size_t kPerPort = 40'000;
    for (std::size_t i = 0; i < idle; i += kPerPort) {
        const tcp::Endpoint server{kServer.address, static_cast<std::uint16_t>(81 + i / kPerPort)};
        const auto listener = pair.server.listen(server, 1000, config);
        for (std::size_t j = i; j < std::min(idle, i + kPerPort); ++j) {
            (void)pair.client.connect(server, config, pair.now);
            pair.run();
            (void)pair.server.accept(*listener);
        }
    }
    pair.now += std::chrono::seconds(2);  // they are quiet, and give back what they need no more
    pair.run();
    const auto after = mallinfo2();
    const auto [from, to] = pair.open();
    const ip::Buffer text(kPiece, 'x');
    ip::Buffer into(kPiece);
    for (int i = 0; i < 100; ++i) transfer(pair, from, to, text, into);
    std::int64_t octets = 0;
    for (auto _ : state) octets += static_cast<std::int64_t>(transfer(pair, from, to, text, into));
    state.counters["Gbit/s"] =
        benchmark::Counter(static_cast<double>(octets) * 8e-9, benchmark::Counter::kIsRate);
    if (idle > 0)
        state.counters["octets/connection"] =
            static_cast<double>(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) /
            static_cast<double>(2 * idle);
}
BENCHMARK(host_bulk_among_idle)->Arg(0)->Arg(200'000);

/// A connection is opened, carries a request and a response, and is closed by both.
void host_open_transfer_close(benchmark::State& state) {
    Pair pair;
    const ip::Buffer request(100, 'q'), response(1000, 'r');
    ip::Buffer into(2000);
    for (auto _ : state) {
        const auto [client, server] = pair.open();
        (void)pair.client.send(client, request);
        pair.run();
        (void)pair.server.read(server, into);
        (void)pair.server.send(server, response);
        (void)pair.server.close(server);
        pair.run();
        (void)pair.client.read(client, into);
        pair.client.release(client);
        pair.run();
        pair.server.release(server);
        pair.run();
        pair.now += std::chrono::microseconds(10);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
    state.counters["left"] = static_cast<double>(pair.server.connections());
}
BENCHMARK(host_open_transfer_close);

}  // namespace

BENCHMARK_MAIN();
