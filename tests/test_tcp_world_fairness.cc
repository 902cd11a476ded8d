// Worlds with several flows: how they share a link, and how much of a long fat one they use. These take a few
// seconds.
#include <doctest/doctest.h>

#include "tcp/applications.h"
#include "tcp/world.h"

using namespace glass;
using namespace glass::tcp;
using namespace std::chrono_literals;

namespace {

/// Flows from hosts of their own over one bottleneck, each with an algorithm, for so long.
struct Flows {
    Flows(std::uint64_t seed, const ip::SimLinkOptions& link,
          const std::vector<CongestionAlgorithm>& algorithms, ip::Duration apart, std::uint32_t buffer)
        : world(seed) {
        std::vector<HostNumber> senders;
        for (std::size_t i = 0; i < algorithms.size(); ++i)
            senders.push_back(world.add_host(static_cast<std::uint32_t>(0x0a000001 + i)));
        const HostNumber sink = world.add_host(0x0a0000c8);
        ip::SimLinkOptions back = link;
        back.queue = {};
        world.add_link(senders, {sink}, link, back);
        for (std::size_t i = 0; i < algorithms.size(); ++i) {
            Config config{.send_capacity = buffer, .receive_capacity = buffer, .congestion = algorithms[i]};
            const Endpoint server{ip::Ipv4Address{0x0a0000c8}, static_cast<std::uint16_t>(80 + i)};
            received.push_back(std::make_shared<Tally>());
            world.listen(sink, server, config,
                         [this, i] { return std::make_unique<BulkReceiver>(i, received[i]); });
            world.connect(world.now() + static_cast<int>(i) * apart, senders[i], server, config,
                          std::make_unique<BulkSender>(std::uint64_t{1} << 40, i, std::make_shared<Tally>()));
        }
    }
    /// Octets of each flow in the time.
    std::vector<double> during(ip::Duration time) {
        std::vector<double> out;
        for (const auto& tally : received) out.push_back(-static_cast<double>(tally->received));
        world.run_for(time);
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += static_cast<double>(received[i]->received);
        return out;
    }

    World world;
    std::vector<SharedTally> received;
};

/// (R. Jain, 1984): 1 where all have the same, 1/n where one has all.
double jain(const std::vector<double>& shares) {
    double sum = 0, squares = 0;
    for (const double share : shares) sum += share, squares += share * share;
    return sum * sum / (static_cast<double>(shares.size()) * squares);
}

constexpr auto kCubic = CongestionAlgorithm::cubic;
constexpr auto kNewReno = CongestionAlgorithm::newreno;

}  // namespace

TEST_CASE("two CUBIC flows share a link fairly: Jain's index in the minute after the first one is 0.95") {
    for (const ip::Duration apart : {1s, 10s}) {
        CAPTURE(apart.count());
        Flows flows(1, {.delay = 20ms, .rate = 20'000'000, .queue = {.packets = 70}}, {kCubic, kCubic}, apart,
                    1 << 20);
        (void)flows.during(60s);
        const auto shares = flows.during(60s);
        CAPTURE(shares[0]);
        CAPTURE(shares[1]);
        CHECK(jain(shares) >= 0.95);
        CHECK(shares[0] + shares[1] > 0.9 * 20e6 / 8 * 60);
        CHECK(flows.received[0]->wrong == 0);
    }
}

TEST_CASE("CUBIC beside NewReno over a short path takes about as much, RFC 9438 section 4.3") {
    Flows flows(1, {.delay = 5ms, .rate = 10'000'000, .queue = {.packets = 20}}, {kCubic, kNewReno}, 1s,
                1 << 20);
    (void)flows.during(20s);
    const auto shares = flows.during(40s);
    CAPTURE(shares[0]);
    CAPTURE(shares[1]);
    CHECK(shares[1] > 0.25 * (shares[0] + shares[1]));
    CHECK(shares[0] > 0.25 * (shares[0] + shares[1]));
}

TEST_CASE("one CUBIC flow uses 90 % of 1 Gbit/s over 100 ms where nothing is lost") {
    Flows flows(1, {.delay = 50ms, .rate = 1'000'000'000, .queue = {.packets = 10'000}}, {kCubic}, 0s,
                64 << 20);
    const auto begin = flows.during(4s);
    const auto shares = flows.during(3s);
    CAPTURE(begin[0]);
    CAPTURE(shares[0]);
    CHECK(shares[0] >= 0.9 * 1e9 / 8 * 3 * 1448 / 1500);
}
