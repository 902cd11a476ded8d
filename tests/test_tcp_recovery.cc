// Loss recovery and congestion control: RFC 5681, 6582, 6675, 6928, 6937, 8985, 9406, 9438.
#include <doctest/doctest.h>
#include <set>

#include "tcp/cubic.h"
#include "tcp/hystart.h"
#include "tcp/reno.h"
#include "tests/script.h"
#include "tests/tcp_pair.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;
using tests::Fate;
using tests::Script;
using tests::TcpPair;

constexpr std::uint32_t kMss = 1000;

AckedData acked(std::uint32_t octets, ip::Duration at = {}, ip::Duration rtt = 100ms) {
    return {.octets = octets, .now = ip::Time(at), .rtt = rtt, .srtt = rtt};
}

/// Transfers 300 kB with these packets lost. The 3rd packet is the first of data: SYN, SYN,ACK, ACK come
/// before.
TcpPair transfer(const Config& config, const std::set<std::uint64_t>& lost, ip::Duration one_way = 20ms) {
    TcpPair pair(config,
                 [lost, one_way, data = std::uint64_t{0}](std::uint64_t number, unsigned side) mutable {
                     const bool is_lost = side == 0 && number >= 3 && lost.contains(data++);
                     return is_lost ? Fate{} : Fate{one_way};
                 });
    pair.app(0).out = tests::some_octets(300'000, 5);
    pair.app(1).waits_for_peer = true;
    pair.open();
    CHECK(pair.run(10min));
    CHECK(pair.app(1).in == pair.app(0).out);
    return pair;
}

}  // namespace

TEST_CASE("losses in one window cost no timeout, and each lost segment goes out once more") {
    for (const bool time_based : {true, false}) {
        for (const bool sack : {true, false}) {
            CAPTURE(time_based);
            CAPTURE(sack);
            Config config;
            config.time_based_loss = time_based;
            config.sack = sack;
            for (const auto& lost :
                 {std::set<std::uint64_t>{20}, {20, 21}, {20, 22, 24}, {30, 31, 32, 33, 34, 35}}) {
                TcpPair pair = transfer(config, lost);
                CHECK(pair.end(0).tcb().timeouts == 0);
                CHECK(pair.end(0).tcb().resent == lost.size());
            }
        }
    }
}

TEST_CASE("any number of losses in a row, up to 50, costs no timeout with SACK") {
    Config config;
    config.initial_window = 100;
    for (std::uint64_t k = 1; k <= 50; ++k) {
        CAPTURE(k);
        std::set<std::uint64_t> lost;
        while (lost.size() < k) lost.insert(20 + lost.size());
        TcpPair pair = transfer(config, lost);
        CHECK(pair.end(0).tcb().timeouts == 0);
        CHECK(pair.end(0).tcb().resent == k);
    }
}

TEST_CASE("RFC 8985 section 7: the last segments of a flight, as many as you like, cost no timeout") {
    Config config;
    config.initial_window = 100;
    // 300 kB are 207 segments; the FIN goes with the last.
    for (std::uint64_t k = 1; k <= 50; ++k) {
        CAPTURE(k);
        std::set<std::uint64_t> lost;
        while (lost.size() < k) lost.insert(206 - lost.size());
        TcpPair pair = transfer(config, lost);
        CHECK(pair.end(0).tcb().timeouts == 0);
        CHECK(pair.end(0).tcb().resent >= k);
    }
}

TEST_CASE("RFC 8985 section 7: the last segment's loss costs a probe, not a timeout") {
    Config config;
    std::uint64_t from_client = 0;
    TcpPair perfect(config, [&](std::uint64_t, unsigned side) {
        from_client += side == 0;
        return Fate{20ms};
    });
    perfect.app(0).out = tests::some_octets(300'000, 5);
    perfect.app(1).waits_for_peer = true;
    perfect.open();
    REQUIRE(perfect.run(10min));
    // Beside data there are SYN and ACK before, and the ACK of the server's FIN after.
    TcpPair pair = transfer(config, {from_client - 4});
    CHECK(pair.end(0).tcb().timeouts == 0);
    CHECK(pair.end(0).tcb().resent == 1);
}

TEST_CASE("RFC 8985 section 7.2: where two round trips are longer than the RTO, the probe takes its place") {
    Config config;
    config.initial_window = 2;
    config.congestion = CongestionAlgorithm::newreno;
    TcpPair pair = transfer(config, {206}, 400ms);
    CHECK(pair.end(0).tcb().rto.rto() < 2 * pair.end(0).tcb().rto.srtt());
    CHECK(pair.end(0).tcb().timeouts == 0);
    CHECK(pair.end(0).tcb().resent == 1);
}

TEST_CASE("RFC 8985: a retransmission that is lost too is found by time, without a timeout") {
    Config config;
    // Data segment 20 is lost; its retransmission is one of those sent about a round trip later.
    int timeouts = 0;
    for (std::uint64_t again = 21; again < 120; ++again)
        timeouts += static_cast<int>(transfer(config, {20, again}).end(0).tcb().timeouts);
    CHECK(timeouts == 0);
}

TEST_CASE("RFC 6928: ten segments at first; RFC 5681: one after a lost SYN") {
    CHECK(make_congestion_control(CongestionAlgorithm::newreno, 1460, 10)->cwnd() == 14600);
    CHECK(make_congestion_control(CongestionAlgorithm::cubic, 536, 10)->cwnd() == 5360);
    CHECK(make_congestion_control(CongestionAlgorithm::cubic, 9000, 10)->cwnd() == 18000);
    CHECK(make_congestion_control(CongestionAlgorithm::newreno, 1460, 1)->cwnd() == 1460);
}

TEST_CASE(
    "RFC 5681 section 3.1: a segment more each round trip, half after a loss, one segment after a timeout") {
    Reno reno(kMss, 10 * kMss);
    reno.acknowledged(acked(kMss));
    CHECK(reno.cwnd() == 11 * kMss);  // slow start
    reno.set_cwnd(20 * kMss);
    reno.congestion(20 * kMss, {});
    CHECK(reno.ssthresh() == 10 * kMss);
    reno.set_cwnd(10 * kMss);
    for (int i = 0; i < 10; ++i) reno.acknowledged(acked(kMss));
    CHECK(reno.cwnd() == 11 * kMss);
    reno.timeout(11 * kMss, {}, false);
    CHECK(reno.cwnd() == kMss);
    CHECK(reno.ssthresh() == 5500);
    reno.timeout(kMss, {}, true);
    CHECK(reno.ssthresh() == 5500);
    reno.congestion(kMss, {});
    CHECK(reno.ssthresh() == 2 * kMss);
    reno.set_cwnd(10 * kMss);
    reno.congestion(15 * kMss, {});  // more than cwnd: limited transmit, which does not count
    CHECK(reno.ssthresh() == 5 * kMss);
}

TEST_CASE("RFC 8511: a mark takes less than a loss") {
    Reno reno(kMss, 10 * kMss);
    reno.congestion(10 * kMss, {}, Signal::mark);
    CHECK(reno.ssthresh() == 8 * kMss);
    Cubic cubic(kMss, 10 * kMss);
    cubic.congestion(10 * kMss, {}, Signal::mark);
    CHECK(cubic.ssthresh() == 8500);
}

TEST_CASE("RFC 3465 section 2.3: after a timeout an ACK opens the window by one segment at the most") {
    Reno reno(kMss, 2 * kMss);
    AckedData two = acked(2 * kMss);
    reno.acknowledged(two);
    CHECK(reno.cwnd() == 4 * kMss);
    two.after_timeout = true;
    reno.acknowledged(two);
    CHECK(reno.cwnd() == 5 * kMss);
}

TEST_CASE(
    "an ACK for many segments opens the window by eight in the first slow start, by two in a later one") {
    Reno reno(kMss, 10 * kMss);
    reno.acknowledged(acked(6 * kMss));
    CHECK(reno.cwnd() == 16 * kMss);
    reno.acknowledged(acked(16 * kMss));
    CHECK(reno.cwnd() == 24 * kMss);
    reno.congestion(24 * kMss, {});
    reno.set_cwnd(2 * kMss);
    reno.acknowledged(acked(6 * kMss));
    CHECK(reno.cwnd() == 4 * kMss);
}

TEST_CASE("half of what was out is left after a loss, though ACKs came before anything went out in answer") {
    constexpr std::uint32_t kSegment = 536;
    Script script;
    script.established().writes(std::string(30 * kSegment, 'x'));
    REQUIRE(script.sends_sizes().size() == 10);
    for (std::uint32_t i = 1; i <= 4; ++i)
        script.arrives({.flags = ACK, .seq = 1, .ack = 1 + i * kSegment});  // and nothing is sent yet
    for (int i = 0; i < 3; ++i) script.arrives({.flags = ACK, .seq = 1, .ack = 1 + 4 * kSegment});
    CHECK(script.connection.status().phase == LossRecovery::Phase::recovery);
    CHECK(script.connection.status().ssthresh == 10 * kSegment / 2);
}

TEST_CASE("what ACKs delivered that came together is answered, though the last of them began recovery") {
    constexpr std::uint32_t kSegment = 536;
    Script script;
    script.established().writes(std::string(60 * kSegment, 'x'));
    REQUIRE(script.sends_sizes().size() == 10);
    // 1 to 4 arrived, 5 is lost, 6 to 10 each cause a duplicate; nothing could be sent meanwhile.
    script.arrives({.flags = ACK, .seq = 1, .ack = 1 + 4 * kSegment});
    for (int i = 0; i < 5; ++i) script.arrives({.flags = ACK, .seq = 1, .ack = 1 + 4 * kSegment});
    REQUIRE(script.connection.status().ssthresh == 10 * kSegment / 2);
    // Nothing is left in the network: what goes out again, and new text, are a window of ssthresh together,
    // so that the loss of the former shows.
    CHECK(script.sends_sizes().size() == 5);
}

TEST_CASE("what ACKs delivered that came one by one is answered by one segment when recovery begins") {
    constexpr std::uint32_t kSegment = 536;
    Script script;
    script.established().writes(std::string(10 * kSegment, 'x'));
    REQUIRE(script.sends_sizes().size() == 10);
    for (int i = 0; i < 4; ++i) {
        script.passes(1ms).arrives({.flags = ACK, .seq = 1, .ack = 1 + 4 * kSegment});
        CHECK(script.sends_sizes().size() == (i == 3 ? 1 : 0));
    }
}

TEST_CASE("an ACK divided into many grows cwnd no faster") {
    Reno whole(kMss, 10 * kMss), divided(kMss, 10 * kMss);
    whole.acknowledged(acked(kMss));
    for (int i = 0; i < 1000; ++i) divided.acknowledged(acked(1));
    CHECK(divided.cwnd() == whole.cwnd());
}

TEST_CASE("RFC 9438: after a loss at W_max the window is back there after K, and goes on beyond") {
    Cubic cubic(kMss, 10 * kMss);
    cubic.set_cwnd(1000 * kMss);
    cubic.congestion(1000 * kMss, {});
    CHECK(cubic.ssthresh() == 700 * kMss);
    cubic.set_cwnd(cubic.ssthresh());
    // K = cbrt(1000 * 0.3 / 0.4), 9.086 s; one ACK for each segment of each round trip.
    const ip::Duration rtt = 200ms;  // long enough for the Reno-friendly region to be below
    std::uint32_t at_half = 0, at_k = 0, later = 0;
    for (ip::Duration t{}; t < 18s; t += rtt) {
        for (std::uint32_t left = cubic.cwnd() / kMss; left > 0; --left)
            cubic.acknowledged(acked(kMss, t, rtt));
        if (t <= 4540ms) at_half = cubic.cwnd();
        if (t <= 9086ms) at_k = cubic.cwnd();
        later = cubic.cwnd();
    }
    CHECK(at_half / kMss == doctest::Approx(1000 - 300.0 / 8).epsilon(0.02));
    CHECK(at_k / kMss == doctest::Approx(1000).epsilon(0.02));
    CHECK(later > 1250 * kMss);
}

TEST_CASE("RFC 9438 section 5.8: time in which the window was not used does not count") {
    const auto grown = [](ip::Duration pause) {
        Cubic cubic(kMss, 10 * kMss);
        cubic.set_cwnd(1000 * kMss);
        cubic.congestion(1000 * kMss, {});
        cubic.set_cwnd(cubic.ssthresh());
        ip::Duration t{};
        for (int i = 0; i < 20; ++i, t += 200ms) {
            if (i == 10) t += pause;
            for (std::uint32_t left = cubic.cwnd() / kMss; left > 0; --left)
                cubic.acknowledged(acked(kMss, t, 200ms));
        }
        return cubic.cwnd() / kMss;
    };
    CHECK(grown(0ms) > 800);
    CHECK(grown(60s) == doctest::Approx(grown(0ms)).epsilon(0.01));
}

TEST_CASE("RFC 9438 section 4.9: a reduction that was for nothing is undone, growth since then is not") {
    Cubic cubic(kMss, 10 * kMss), other(kMss, 10 * kMss);
    for (Cubic* c : {&cubic, &other}) {
        c->set_cwnd(100 * kMss);
        c->congestion(100 * kMss, {});
        c->set_cwnd(c->ssthresh());
        c->acknowledged(acked(kMss, 1s));
    }
    const std::uint32_t before = cubic.cwnd();
    cubic.congestion(before, ip::Time(2s));
    cubic.set_cwnd(cubic.ssthresh());
    cubic.undo();
    CHECK(cubic.cwnd() == before);
    CHECK(cubic.ssthresh() == 70 * kMss);
    for (ip::Duration t = 2s; t < 20s; t += 100ms) {
        cubic.acknowledged(acked(50 * kMss, t));
        other.acknowledged(acked(50 * kMss, t));
    }
    CHECK(cubic.cwnd() == other.cwnd());
}

TEST_CASE("RFC 9438 section 4.7: fast convergence") {
    Cubic cubic(kMss, 10 * kMss);
    cubic.set_cwnd(100 * kMss);
    cubic.congestion(100 * kMss, {});
    cubic.set_cwnd(70 * kMss);
    cubic.congestion(70 * kMss, {});
    CHECK(cubic.ssthresh() == 49 * kMss);
}

TEST_CASE("RFC 9406: slow start ends when round trips grow, and goes on when they fall back") {
    const auto rounds = [](std::initializer_list<ip::Duration> rtts) {
        HyStart hystart;
        std::uint32_t end = 100;
        int round = 0;
        for (const ip::Duration rtt : rtts) {
            ++round;
            for (std::uint32_t i = 0; i <= 10; ++i) {
                AckedData data = acked(kMss, {}, rtt);
                data.una = Seq(end - 10 + i);
                data.nxt = Seq(end + 100);
                if (round == 1 && i == 0) data.nxt = Seq(end);
                if (hystart.acknowledged(data)) return round;
            }
            end += 100;
        }
        return hystart.conservative() ? -1 : 0;
    };
    CHECK(rounds({40ms, 40ms, 40ms, 40ms, 40ms, 40ms, 40ms, 40ms}) == 0);
    CHECK(rounds({40ms, 44ms, 44ms, 44ms}) == 0);  // below the threshold of 5 ms
    CHECK(rounds({40ms, 50ms, 50ms}) == -1);
    CHECK(rounds({40ms, 50ms, 50ms, 50ms, 50ms, 50ms, 50ms, 50ms}) > 5);
    CHECK(rounds({40ms, 50ms, 41ms, 41ms}) == 0);
}

TEST_CASE("PSH: with the last octet, and where the window is full, so that the peer need not delay its ACK") {
    Config config;
    config.nagle = false;
    tests::TcpPair pair(config, tests::perfect_pipe());
    pair.app(0).closes = pair.app(1).closes = false;
    pair.open();
    CHECK(pair.run(1s));
    Connection& sender = pair.end(0);
    const std::string text = tests::some_octets(100'000, 1);
    REQUIRE(sender.send({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}) == text.size());
    std::vector<bool> pushed;
    while (const auto segment = sender.poll(pair.now())) pushed.push_back(segment->has(PSH));
    REQUIRE(pushed.size() == 10);
    for (std::size_t i = 0; i < pushed.size(); ++i) CHECK(pushed[i] == (i == 9));
}
