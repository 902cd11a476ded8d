// Whole connections over bad pipes: every octet arrives once, both sides end closed; RFC 9293 section 3.8.
#include <doctest/doctest.h>
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

TEST_CASE("200 seeds of 100 kB at 20 % loss both ways, reordered and duplicated: every octet, both closed") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const Kind& kind = kKinds[seed % std::size(kKinds)];
        CAPTURE(seed);
        CAPTURE(kind.name);
        TcpPair pair(config_of(kind), bad_pipe(seed, 0.20, 0.05, 0.02));
        pair.app(0).out = tests::some_octets(100'000, seed);
        pair.app(1).out = tests::some_octets(seed % 3 == 0 ? 100'000 : 500, seed + 1000);
        pair.open();
        check_outcome(pair, pair.run(std::chrono::hours(12)));
    }
}

TEST_CASE("every single packet of an exchange lost, duplicated or late: every octet, both closed") {
    struct Change {
        std::string name;
        Fate fate;
    };
    const Change changes[] = {
        {"lost", {}}, {"duplicated", {10ms, 11ms}}, {"late", {350ms}}, {"very late", {5s}}};
    for (const Kind& kind : kKinds) {
        for (const Change& change : changes) {
            for (std::uint64_t which = 0; which < 24; ++which) {
                CAPTURE(kind.name);
                CAPTURE(change.name);
                CAPTURE(which);
                TcpPair pair(config_of(kind), [&](std::uint64_t number, unsigned) {
                    return number == which ? change.fate : Fate{10ms};
                });
                pair.app(0).out = tests::some_octets(9'000, 1);
                pair.app(1).out = tests::some_octets(4'000, 2);
                pair.app(1).waits_for_peer = true;
                pair.open();
                check_outcome(pair, pair.run(10min));
                CHECK(pair.packets() < 60);
            }
        }
    }
}

TEST_CASE("every pair of packets of an exchange lost, duplicated or late: every octet, both closed") {
    const Fate changes[] = {{}, {10ms, 11ms}, {350ms}};
    for (const Kind& kind : {kKinds[0], kKinds[2]}) {
        for (const Fate& change : changes) {
            for (std::uint64_t second = 1; second < 24; ++second) {
                for (std::uint64_t first = 0; first < second; ++first) {
                    CAPTURE(kind.name);
                    CAPTURE(change.size());
                    CAPTURE(first);
                    CAPTURE(second);
                    TcpPair pair(config_of(kind), [&](std::uint64_t number, unsigned) {
                        return number == first || number == second ? change : Fate{10ms};
                    });
                    pair.app(0).out = tests::some_octets(9'000, 1);
                    pair.app(1).out = tests::some_octets(4'000, 2);
                    pair.app(1).waits_for_peer = true;
                    pair.open();
                    check_outcome(pair, pair.run(20min));
                    CHECK(pair.packets() < 80);
                }
            }
        }
    }
}
