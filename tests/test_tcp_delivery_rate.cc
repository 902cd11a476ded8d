// Delivery rates, draft-cheng-iccrg-delivery-rate-estimation, and the pacer.
#include <doctest/doctest.h>

#include "tcp/pacer.h"
#include "tcp/scoreboard.h"

namespace {

using namespace glass;
using namespace std::chrono_literals;
using namespace glass::tcp;

constexpr std::uint32_t kMss = 1000;

ip::Time at(ip::Duration d) {
    return ip::Time(1h + d);
}

struct NoWatch : DeliveryWatch {
    void delivered(const Transmission&) override {}
};

struct Flow {
    Flow() { board.measure_rate(); }

    Scoreboard board;
    NoWatch watch;
    Seq nxt{};

    void sends(int segments, ip::Duration now) {
        for (; segments > 0; --segments, nxt += kMss) board.sent(nxt, nxt + kMss, at(now));
    }
    RateSample acked(std::uint32_t segments, ip::Duration now) {
        Delivery delivery;
        board.acknowledged(Seq(segments * kMss), delivery, watch);
        return board.rate()->take(at(now));
    }
};

}  // namespace

TEST_CASE("a window a round trip") {
    Flow flow;
    flow.sends(10, 0ms);
    const RateSample first = flow.acked(10, 100ms);
    REQUIRE(first.valid);
    CHECK(first.octets == 10 * kMss);
    CHECK(first.interval == 100ms);
    CHECK(first.rate() == 100 * kMss);
    CHECK(first.newly_delivered == 10 * kMss);
    CHECK(first.prior_delivered == 0);
    flow.sends(20, 100ms);
    const RateSample second = flow.acked(30, 200ms);
    CHECK(second.rate() == 200 * kMss);
    CHECK(second.prior_delivered == 10 * kMss);
    CHECK(second.in_flight_then == 20 * kMss);
}

TEST_CASE("ACKs that come in a bunch do not make the path faster than it was sent on") {
    Flow flow;
    for (int i = 0; i < 10; ++i) flow.sends(1, i * 10ms);
    (void)flow.acked(1, 200ms);
    const RateSample sample = flow.acked(10, 201ms);  // nine segments, sent in 90 ms, acknowledged in 1 ms
    CHECK(sample.interval >= 90ms);
    CHECK(sample.rate() <= 112 * kMss);
}

TEST_CASE("after an idle time the interval begins anew") {
    Flow flow;
    flow.sends(1, 0ms);
    (void)flow.acked(1, 100ms);
    flow.sends(10, 60s);
    CHECK(flow.acked(11, 60s + 100ms).rate() == 100 * kMss);
}

TEST_CASE("an application with too little to send is seen in the samples until that is acknowledged") {
    Flow flow;
    flow.sends(2, 0ms);
    flow.board.rate()->application_limited(flow.board.pipe());
    flow.sends(1, 10ms);
    CHECK_FALSE(flow.acked(2, 100ms).application_limited);
    flow.sends(1, 100ms);
    CHECK(flow.acked(3, 110ms).application_limited);
    flow.sends(1, 110ms);
    CHECK(flow.acked(4, 200ms).application_limited);
    CHECK_FALSE(flow.acked(5, 210ms).application_limited);
}

TEST_CASE("an ACK that delivers nothing measures nothing; what is lost is said once") {
    Flow flow;
    flow.sends(3, 0ms);
    (void)flow.board.judge_first({.why = SendReason::duplicate_acks, .largest = kMss});
    const RateSample sample = flow.acked(0, 100ms);
    CHECK_FALSE(sample.valid);
    CHECK(sample.rate() == 0);
    CHECK(sample.newly_lost == kMss);
    CHECK(flow.acked(0, 101ms).newly_lost == 0);
}

TEST_CASE("what is sent again counts from then") {
    Flow flow;
    flow.sends(2, 0ms);
    flow.board.mark_all_lost(SendReason::timeout);
    flow.board.resent_lost(Seq(kMss), at(1s));
    const RateSample sample = flow.acked(1, 1100ms);
    CHECK(sample.newly_lost == 0);  // a timeout says nothing of what the path loses
    CHECK(sample.interval == 100ms);
    CHECK(sample.octets == kMss);
}

TEST_CASE("the pacer keeps the rate, and who is late may catch up five milliseconds of it") {
    constexpr std::uint64_t kRate = 1'000'000;  // a segment each millisecond
    Pacer pacer;
    const auto send_all = [&](ip::Duration now) {
        int sent = 0;
        for (; pacer.allows(at(now)); ++sent) pacer.sent(kMss, kRate, at(now));
        return sent;
    };
    CHECK(send_all(0ms) == 1 + 5);  // the credit
    CHECK(pacer.next() == at(1ms));
    for (const ip::Duration step : {ip::Duration(300us), ip::Duration(4ms)}) {
        CAPTURE(step.count());
        const ip::Time begin = pacer.next();
        int sent = 0;
        for (ip::Time now = begin; now < begin + 1s; now += step) sent += send_all(now - at(0ms));
        CHECK(sent == doctest::Approx(1000).epsilon(0.01));
    }
    CHECK(send_all(10s) == 1 + 5);  // a long pause gives no more
    pacer.sent(kMss, 0, at(11s));   // nothing divides by zero
    CHECK_FALSE(pacer.allows(at(11s)));
    CHECK(pacer.allows(at(12s)));
}

TEST_CASE("a clock that stands still, or jumps, makes no number that cannot be") {
    CHECK(RateSample{.valid = true, .octets = ~std::uint64_t{}, .interval = 1ns}.rate() ==
          1'000'000'000'000'000);
    CHECK(RateSample{.valid = true, .octets = 1, .interval = ip::Duration::max()}.rate() == 0);
}
