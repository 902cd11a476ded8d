// Random: published vectors, fairness, and sequences that do not disturb each other.
#include <array>
#include <cmath>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <set>
#include <vector>

#include "ip/random.h"

using namespace glass;

namespace {

/// How far counts are from all being equal, in units of what chance allows (chi-squared with n - 1 degrees of
/// freedom: mean n - 1, standard deviation sqrt(2 (n - 1))).
double deviations(const std::vector<std::uint64_t>& counts, double total) {
    const double expected = total / static_cast<double>(counts.size());
    double chi = 0;
    for (const std::uint64_t count : counts) {
        const double difference = static_cast<double>(count) - expected;
        chi += difference * difference / expected;
    }
    const double freedom = static_cast<double>(counts.size() - 1);
    return (chi - freedom) / std::sqrt(2 * freedom);
}

}  // namespace

TEST_CASE("SplitMix64 and xoshiro256** give what their authors' programs give") {
    std::uint64_t state = 1234567;
    for (const std::uint64_t expected : {0x599ed017fb08fc85u, 0x2c73f08458540fa5u, 0x883ebce5a3f27c77u})
        CHECK(ip::split_mix64(state) == expected);

    ip::Random random(std::array<std::uint64_t, 4>{1, 2, 3, 4});
    constexpr std::uint64_t kExpected[] = {11520,
                                           0,
                                           1509978240,
                                           1215971899390074240,
                                           1216172134540287360,
                                           607988272756665600,
                                           16172922978634559625u,
                                           8476171486693032832,
                                           10595114339597558777u,
                                           2904607092377533576};
    for (const std::uint64_t expected : kExpected) CHECK(random.next() == expected);
}

TEST_CASE("a seed means the same sequence on every machine") {
    // Written down once: a change of any of these changes what every seed ever noted means.
    CHECK(ip::Random(7).next() == 0xb358faf74ef9765au);
    CHECK(ip::Random(7, 1, 2).next() == 0x5d68f893770b2a71u);
    ip::Random random(7);
    CHECK(random.below(1000) == 700u);
    CHECK(random.between(10, 20) == 13u);
    CHECK(random.chance({1, 2}) == false);
}

TEST_CASE("below() and between() stay inside, reach everything, and are fair") {
    for (const std::uint64_t n : {1u, 2u, 3u, 7u, 10u, 64u, 1000u}) {
        CAPTURE(n);
        ip::Random random(n);
        std::vector<std::uint64_t> counts(n);
        constexpr int kDraws = 100'000;
        for (int i = 0; i < kDraws; ++i) ++counts.at(random.below(n));
        if (n > 1) CHECK(std::abs(deviations(counts, kDraws)) < 4);
    }
    CHECK(rc::check("between", [](std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
        const std::uint64_t n = ip::Random(seed).between(std::min(a, b), std::max(a, b));
        RC_ASSERT(n >= std::min(a, b));
        RC_ASSERT(n <= std::max(a, b));
    }));
}

TEST_CASE("below() has no bias where 2^64 is far from a multiple of n") {
    // Of 3 * 2^62 numbers a remainder would take those below 2^62 twice as often.
    ip::Random random(1);
    constexpr std::uint64_t kThird = std::uint64_t{1} << 62;
    std::vector<std::uint64_t> counts(3);
    constexpr int kDraws = 300'000;
    for (int i = 0; i < kDraws; ++i) ++counts.at(random.below(3 * kThird) / kThird);
    CHECK(std::abs(deviations(counts, kDraws)) < 4);
}

TEST_CASE(
    "chance() is as likely as it says, and what it decides at some ratio it decides at each higher one") {
    struct Row {
        ip::Ratio ratio;
        double least, most;  // of 200,000: four standard deviations around the expected
    };
    for (const Row& row :
         {Row{{0, 1}, 0, 0}, Row{{1, 1}, 200'000, 200'000}, Row{{3, 2}, 200'000, 200'000},
          Row{{1, 2}, 99'106, 100'894}, Row{{2, 100}, 3'750, 4'250}, Row{{1, 1000}, 144, 256},
          Row{{~std::uint64_t{0} / 2, ~std::uint64_t{0}}, 99'106, 100'894}}) {
        CAPTURE(row.ratio.part);
        ip::Random random(5);
        int count = 0;
        for (int i = 0; i < 200'000; ++i) count += random.chance(row.ratio);
        CHECK(count >= row.least);
        CHECK(count <= row.most);
    }
    CHECK(
        rc::check("monotonic", [](std::uint64_t seed, std::uint32_t a, std::uint32_t b, std::uint32_t whole) {
            const ip::Ratio low{std::min(a, b), std::uint64_t{whole} + 1};
            const ip::Ratio high{std::max(a, b), std::uint64_t{whole} + 1};
            RC_ASSERT((!ip::Random(seed).chance(low) || ip::Random(seed).chance(high)));
        }));
}

TEST_CASE("seed, stream and index each give another sequence") {
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 20; ++seed)
        for (std::uint64_t stream = 0; stream < 20; ++stream)
            for (std::uint64_t index = 0; index < 20; ++index)
                seen.insert(ip::Random(seed, stream, index).next());
    CHECK(seen.size() == 20 * 20 * 20);
}

TEST_CASE("the first numbers of neighbouring indices are as random as those of one sequence") {
    std::vector<std::uint64_t> counts(256);
    constexpr std::uint64_t kDraws = 100'000;
    for (std::uint64_t i = 0; i < kDraws; ++i) ++counts.at(ip::Random(1, 2, i).below(256));
    CHECK(std::abs(deviations(counts, kDraws)) < 4);
    // And whether one comes true says nothing about the next: pairs are as likely as they should be.
    int pairs = 0;
    bool before = false;
    for (std::uint64_t i = 0; i < kDraws; ++i) {
        const bool now = ip::Random(1, 2, i).chance({1, 10});
        pairs += now && before;
        before = now;
    }
    CHECK(pairs > 870);
    CHECK(pairs < 1130);
}
