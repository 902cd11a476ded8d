// Whole connections over bad pipes: every octet arrives once, both sides end closed; RFC 9293 section 3.8.
#include <cstdlib>
#include <doctest/doctest.h>
#include <map>
#include <random>

#include "tests/tcp_pair.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using tests::Fate;
using tests::TcpPair;

/// Loses, delays and duplicates as a seed says.
tests::Pipe bad_pipe(std::uint64_t seed, double loss, double reorder, double duplicate) {
    return [random = std::mt19937_64(seed), loss, reorder, duplicate](std::uint64_t, unsigned) mutable {
        std::uniform_real_distribution<> chance(0, 1);
        Fate fate;
        const int copies = chance(random) < duplicate ? 2 : 1;
        for (int i = 0; i < copies; ++i) {
            if (chance(random) < loss) continue;
            const auto late = chance(random) < reorder ? std::chrono::microseconds(random() % 30'000) : 0us;
            fate.push_back(10ms + late);
        }
        return fate;
    };
}

struct Kind {
    std::string name;
    bool sack, timestamps, time_based, delayed;
    tcp::CongestionAlgorithm congestion;
};

const Kind kKinds[] = {
    {"all", true, true, true, true, tcp::CongestionAlgorithm::cubic},
    {"RFC 6675", true, true, false, true, tcp::CongestionAlgorithm::newreno},
    {"NewReno without SACK", false, true, false, true, tcp::CongestionAlgorithm::newreno},
    {"no options", false, false, false, true, tcp::CongestionAlgorithm::newreno},
    {"no delayed ACKs", true, false, true, false, tcp::CongestionAlgorithm::cubic},
};

tcp::Config config_of(const Kind& kind) {
    tcp::Config config;
    config.sack = kind.sack;
    config.timestamps = kind.timestamps;
    config.time_based_loss = kind.time_based;
    config.congestion = kind.congestion;
    if (!kind.delayed) config.delayed_ack = 0ns;
    config.r2 = config.r2_syn = std::chrono::hours(2);
    return config;
}

/// What was sent is what was read, and both ended well.
void check_outcome(TcpPair& pair, bool ran) {
    CHECK(ran);
    for (unsigned side : {0u, 1u}) {
        CAPTURE(side);
        CAPTURE(to_string(pair.end(side).state()));
        CHECK(pair.end(side).status().ending == tcp::Ending::closed);
        CHECK(pair.app(1 - side).in.size() == pair.app(side).out.size());
        CHECK(pair.app(1 - side).in == pair.app(side).out);
    }
}

/// GLASS_SEEDS=1000 asks for all of them.
std::uint64_t seeds() {
    const char* wish = std::getenv("GLASS_SEEDS");
    return wish ? std::strtoull(wish, nullptr, 10) : 60;
}

/// An exchange of 20 or so packets from SYN to TIME-WAIT, some of which do not fare as they should.
void check_exchange(const Kind& kind, const tests::Pipe& pipe, std::uint64_t most_packets) {
    constexpr ip::Duration kRoundTrip = 20ms;
    TcpPair pair(config_of(kind), pipe);
    std::map<std::pair<unsigned, std::uint32_t>, ip::Time> sent;
    pair.watch = [&](unsigned side, const tcp::Segment& segment, ip::Time now) {
        if (segment.payload.empty()) return;
        const auto [at, first] = sent.try_emplace({side, segment.seq.value()}, now);
        // No busy retransmission: never again before an answer could have come.
        if (!first) CHECK(now - at->second >= kRoundTrip);
        at->second = now;
    };
    pair.app(0).out = tests::some_octets(9'000, 1);
    pair.app(1).out = tests::some_octets(4'000, 2);
    pair.app(1).waits_for_peer = true;
    pair.open();
    check_outcome(pair, pair.run(20min));
    CHECK(pair.packets() < most_packets);
    CHECK(pair.longest_silence() <= 5s);
}

}  // namespace

TEST_CASE("a transfer over a perfect pipe needs no retransmission") {
    for (const Kind& kind : kKinds) {
        CAPTURE(kind.name);
        TcpPair pair(config_of(kind), tests::perfect_pipe());
        pair.app(0).out = tests::some_octets(300'000, 1);
        pair.open();
        check_outcome(pair, pair.run(10min));
        // 206 or so segments of data, at most as many ACKs, and opening and closing.
        CHECK(pair.packets() <= 2 * (300'000 / 1448 + 8));
    }
}

TEST_CASE("1 MB at 20 % loss both ways, reordered and duplicated, seed by seed: every octet, no stall") {
    for (std::uint64_t seed = 0; seed < seeds(); ++seed) {
        const Kind& kind = kKinds[seed % std::size(kKinds)];
        CAPTURE(seed);
        CAPTURE(kind.name);
        TcpPair pair(config_of(kind), bad_pipe(seed, 0.20, 0.05, 0.02));
        pair.app(0).out = tests::some_octets(1'000'000, seed);
        pair.app(1).out = tests::some_octets(seed % 3 == 0 ? 1'000'000 : 500, seed + 1000);
        pair.open();
        check_outcome(pair, pair.run(std::chrono::hours(12)));
        CHECK(pair.longest_silence() <= tcp::RetransmissionTimeout::Limits{}.ceiling);
    }
}

TEST_CASE("every single packet of an exchange lost, duplicated or late: every octet, both closed") {
    for (const Kind& kind : kKinds) {
        for (const Fate& fate : {Fate{}, Fate{10ms, 11ms}, Fate{10ms, 2s}, Fate{350ms}, Fate{5s}}) {
            for (std::uint64_t which = 0; which < 24; ++which) {
                CAPTURE(kind.name);
                CAPTURE(which);
                check_exchange(
                    kind, [&](std::uint64_t n, unsigned) { return n == which ? fate : Fate{10ms}; }, 60);
            }
        }
    }
}

TEST_CASE("every pair of packets of an exchange, each lost, duplicated or late: every octet, both closed") {
    const Fate fates[] = {{}, {10ms, 11ms}, {350ms}};
    for (const Kind& kind : kKinds) {
        for (std::uint64_t pair = 0; pair < 24 * 24 * 9; ++pair) {
            const std::uint64_t first = pair % 24, second = pair / 24 % 24, choice = pair / (24 * 24);
            if (first >= second) continue;
            CAPTURE(kind.name);
            CAPTURE(first);
            CAPTURE(second);
            CAPTURE(choice);
            const auto pipe = [&](std::uint64_t n, unsigned) {
                return n == first ? fates[choice % 3] : n == second ? fates[choice / 3] : Fate{10ms};
            };
            check_exchange(kind, pipe, 80);
        }
    }
}
