// Retransmissions that were for nothing, RFC 3522, RFC 3708, RFC 4015; proportional rate reduction, RFC 9937.
#include <doctest/doctest.h>

#include "tcp/needless.h"
#include "tcp/prr.h"
#include "tests/tcp_pair.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Fate;
using tests::TcpPair;

struct Outcome {
    std::uint32_t undone, timeouts, resent, ssthresh;
};

/// 600 kB with 20 ms each way. `late(number of the data segment, time since the start)` says how much later a
/// data segment comes.
Outcome transfer(const Config& config, const std::function<ip::Duration(std::uint64_t, ip::Duration)>& late) {
    const TcpPair* clock = nullptr;
    TcpPair pair(config, [&, data = std::uint64_t{0}](std::uint64_t number, unsigned side) mutable {
        if (side == 1 || number < 3) return Fate{20ms};
        return Fate{20ms + late(++data, clock->now() - ip::Time(1h))};
    });
    clock = &pair;
    pair.app(0).out = tests::some_octets(600'000, 5);
    pair.app(1).waits_for_peer = true;
    pair.open();
    CHECK(pair.run(10min));
    CHECK(pair.app(1).in == pair.app(0).out);
    const Tcb& tcb = pair.end(0).tcb();
    return Outcome{tcb.recovery.undone(), tcb.timeouts, tcb.resent, tcb.congestion->ssthresh()};
}

Config with(bool timestamps, CongestionAlgorithm algorithm = CongestionAlgorithm::newreno) {
    Config config;
    config.timestamps = timestamps;
    config.congestion = algorithm;
    return config;
}

}  // namespace

TEST_CASE("RFC 3522: an ACK that echoes what is older than the retransmission answers the original; once") {
    struct Row {
        std::string name;
        std::vector<std::uint32_t> sent, echoed;
        std::vector<bool> needless;
    };
    const Row rows[] = {{"older", {100}, {99, 98}, {true, false}},
                        {"the same tick", {100}, {100}, {false}},
                        {"newer, and older later", {100, 110}, {100, 90}, {false, false}},
                        {"of two the first counts", {100, 110}, {105}, {false}},
                        {"across the wrap", {5}, {0xfffffff0}, {true}},
                        {"nothing was sent again", {}, {50}, {false}}};
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Needless needless;
        needless.begin(Seq(1000), Seq(9000));
        for (const std::uint32_t tsval : row.sent) needless.resent(tsval);
        for (std::size_t i = 0; i < row.echoed.size(); ++i)
            CHECK(needless.answered(row.echoed[i]) == row.needless[i]);
    }
    Needless none;
    none.begin(Seq(1000), Seq(9000));
    none.resent(100);
    CHECK_FALSE(none.answered(std::nullopt));
    Needless never_begun;
    never_begun.resent(100);
    CHECK_FALSE(never_begun.answered(50));
}

TEST_CASE("RFC 3708: when all that was sent again is reported as duplicate, it was for nothing") {
    Needless needless;
    needless.begin(Seq(1000), Seq(9000));
    needless.resent(1);
    needless.resent(2);
    CHECK_FALSE(needless.duplicate({Seq(500), Seq(1000)}));  // not of this time
    CHECK_FALSE(needless.duplicate({Seq(1000), Seq(2000)}));
    CHECK(needless.duplicate({Seq(2000), Seq(3000)}));
    CHECK_FALSE(needless.duplicate({Seq(2000), Seq(3000)}));
}

TEST_CASE("RFC 4015: reordering that looks like a loss leaves the window as it was") {
    for (const bool timestamps : {true, false}) {
        CAPTURE(timestamps);
        const Outcome outcome = transfer(with(timestamps), [](std::uint64_t number, ip::Duration) {
            return number == 100 ? ip::Duration(30ms) : ip::Duration{};
        });
        CHECK(outcome.resent >= 1);
        CHECK(outcome.undone == 1);
        CHECK(outcome.ssthresh == 1u << 30);
    }
}

TEST_CASE("RFC 4015: a delay that looks like the loss of everything leaves ssthresh as it was") {
    for (const CongestionAlgorithm algorithm : {CongestionAlgorithm::newreno, CongestionAlgorithm::cubic}) {
        // The path stands still from 220 ms to 2 s, and loses nothing.
        const auto outage = [](std::uint64_t, ip::Duration now) {
            return now >= 220ms && now < 2s ? 2s - now : ip::Duration{};
        };
        const Outcome outcome = transfer(with(true, algorithm), outage);
        CHECK(outcome.timeouts >= 1);
        CHECK(outcome.undone >= 1);
        CHECK(outcome.ssthresh == 1u << 30);
        // What the timeout had marked lost does not all go out a second time.
        CHECK(outcome.resent < 5);
    }
}

TEST_CASE("what was lost is not undone") {
    Config config = with(true);
    TcpPair pair(config, [data = 0](std::uint64_t number, unsigned side) mutable {
        const bool lost = side == 0 && number >= 3 && ++data == 100;
        return lost ? Fate{} : Fate{20ms};
    });
    pair.app(0).out = tests::some_octets(600'000, 5);
    pair.app(1).waits_for_peer = true;
    pair.open();
    CHECK(pair.run(10min));
    CHECK(pair.end(0).tcb().recovery.undone() == 0);
    CHECK(pair.end(0).tcb().congestion->ssthresh() < 200'000);
}

TEST_CASE("RFC 9937 section 6: one out for so many delivered, down to ssthresh") {
    // 20 segments out, the first lost, one ACK each: as the RFC's own example with a reduction to a half.
    constexpr std::uint32_t kMss = 1000;
    Prr prr;
    prr.begin(20 * kMss);
    std::uint32_t pipe = 18 * kMss, sent = 0;
    for (int ack = 0; ack < 18; ++ack) {
        const std::uint32_t cwnd =
            prr.cwnd({.delivered = kMss, .pipe = pipe, .ssthresh = 10 * kMss, .mss = kMss, .safe = false});
        CHECK(cwnd >= pipe);
        const std::uint32_t now = (cwnd - pipe) / kMss;
        CHECK(now <= 1);
        prr.sent(now * kMss);
        pipe = pipe + now * kMss - kMss;
        sent += now;
    }
    CHECK(sent == doctest::Approx(9).epsilon(0.12));
}

TEST_CASE("RFC 9937 section 6: below ssthresh it conserves packets, and grows where progress is safe") {
    Prr prr;
    prr.begin(20'000);
    CHECK(prr.cwnd({.delivered = 1000, .pipe = 2000, .ssthresh = 10'000, .mss = 1000, .safe = false}) ==
          3000);
    prr.sent(1000);
    CHECK(prr.cwnd({.delivered = 1000, .pipe = 2000, .ssthresh = 10'000, .mss = 1000, .safe = true}) == 4000);
    prr.sent(2000);
    CHECK(prr.cwnd({.delivered = 9000, .pipe = 9500, .ssthresh = 10'000, .mss = 1000, .safe = true}) ==
          10'000);
}
