// RFC 6298 section 2, step by step.
#include <doctest/doctest.h>

#include "tcp/rtt_estimate.h"

namespace {

using namespace std::chrono_literals;
using glass::tcp::RttEstimate;

TEST_CASE("before the first measurement there is no estimate") {
    CHECK_FALSE(RttEstimate().rto());
}

TEST_CASE("SRTT, RTTVAR and RTO after each measurement (2.2, 2.3)") {
    struct Row {
        glass::ip::Duration rtt, srtt, rttvar, rto;
    };
    const Row rows[] = {
        {800ms, 800ms, 400ms, 2400ms},     // R, R/2
        {800ms, 800ms, 300ms, 2000ms},     // |SRTT - R'| = 0: RTTVAR * 3/4
        {1600ms, 900ms, 425ms, 2600ms},    // 300 * 3/4 + 800 / 4, 800 * 7/8 + 1600 / 8
        {100ms, 800ms, 518750us, 2875ms},  // 425 * 3/4 + 800 / 4
    };
    RttEstimate estimate;
    for (const Row& row : rows) {
        CAPTURE(row.rtt.count());
        estimate.measured(row.rtt);
        CHECK(estimate.srtt() == row.srtt);
        CHECK(estimate.rttvar() == row.rttvar);
        CHECK(estimate.rto() == row.rto);
    }
}

TEST_CASE("the floor of one second, and the clock's granularity (2.3, 2.4)") {
    RttEstimate estimate;
    for (int i = 0; i < 100; ++i) estimate.measured(20ms);
    CHECK(estimate.rto() == 1s);
    CHECK(estimate.rto(200ms) == 200ms);
    CHECK(estimate.rto(0ms) == 21ms);  // SRTT + G: RTTVAR has vanished
}

}  // namespace
