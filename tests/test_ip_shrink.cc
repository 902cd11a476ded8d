// Shrinking a failure: finds exactly what is to blame, in a bounded number of runs.
#include <algorithm>
#include <doctest/doctest.h>
#include <numeric>
#include <rapidcheck.h>

#include "ip/shrink.h"
#include "ip/sim_link.h"
#include "tests/sim_checks.h"

using namespace glass;
using namespace glass::test;

namespace {

std::vector<int> up_to(int n) {
    std::vector<int> out(static_cast<std::size_t>(n));
    std::iota(out.begin(), out.end(), 1);
    return out;
}

}  // namespace

TEST_CASE("the culprits are found, whichever they are") {
    struct Row {
        int n;
        std::vector<int> culprits;
        std::size_t most_runs;
    };
    for (const Row& row : {Row{1, {1}, 2}, Row{1000, {}, 1}, Row{1000, {1}, 25}, Row{1000, {1000}, 25},
                           Row{1000, {500, 501}, 45}, Row{1000, {1, 333, 1000}, 70},
                           Row{10'000, {17, 4711, 9000, 9001}, 130}}) {
        CAPTURE(row.n);
        const auto fails = [&](const std::vector<int>& items) {
            return std::ranges::includes(items, row.culprits);
        };
        const auto shrunk = ip::shrink(up_to(row.n), fails);
        CHECK(shrunk.items == row.culprits);
        CHECK(shrunk.minimal);
        CHECK(shrunk.runs <= row.most_runs);
    }
}

TEST_CASE("nothing to leave out, nothing at all, and too few runs") {
    const auto all = [](const std::vector<int>& items) { return items.size() == 5; };
    CHECK(ip::shrink(up_to(5), all).items == up_to(5));
    CHECK(ip::shrink(std::vector<int>{}, [](const auto&) { return true; }).minimal);

    const auto shrunk = ip::shrink(
        up_to(1000),
        [](const std::vector<int>& items) {
            return std::ranges::includes(items, std::vector{7, 700});
        },
        10);
    CHECK(shrunk.runs == 10);
    CHECK_FALSE(shrunk.minimal);
    CHECK(std::ranges::includes(shrunk.items, std::vector{7, 700}));
    CHECK(shrunk.items.size() < 1000);
}

TEST_CASE("what is left fails, and without any single one it does not") {
    CHECK(rc::check("1-minimal", [] {
        // Fails when any one of some sets is all there: the answer is one of several.
        auto sets = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::vector<int>>>(
            rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 61))));
        for (auto& s : sets) std::ranges::sort(s), s.erase(std::ranges::unique(s).begin(), s.end());
        const auto fails = [&](const std::vector<int>& items) {
            return std::ranges::any_of(sets, [&](const auto& s) { return std::ranges::includes(items, s); });
        };
        const auto shrunk = ip::shrink(up_to(60), fails, 100'000);
        RC_ASSERT(shrunk.minimal);
        RC_ASSERT(fails(shrunk.items));
        for (std::size_t i = 0; i < shrunk.items.size(); ++i) {
            auto without = shrunk.items;
            without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
            RC_ASSERT(!fails(without));
        }
    }));
}

TEST_CASE("a run that failed by chance is shrunk to the list of losses that matter") {
    // A receiver that breaks when packets 30 and 31 are both missing.
    const auto breaks = [](const ip::SimLinkOptions& options, std::vector<std::uint64_t>& lost) {
        Log log;
        ip::SimLink link(options, 3, &log);
        for (int i = 0; i < 200; ++i) link.send(octets_of(10), at(i * 1ms));
        drain(link);
        lost = log.numbers(ip::SimEvent::Kind::dropped);
        return std::ranges::includes(lost, std::vector<std::uint64_t>{30, 31});
    };
    std::vector<std::uint64_t> lost;
    REQUIRE(breaks({.loss = {.chance = {60, 100}, .numbers = {30, 31}}}, lost));
    CHECK(lost.size() > 80);
    const auto shrunk = ip::shrink(lost, [&](const std::vector<std::uint64_t>& numbers) {
        std::vector<std::uint64_t> ignored;
        return breaks({.loss = {.numbers = numbers}}, ignored);
    });
    CHECK(shrunk.items == std::vector<std::uint64_t>{30, 31});
}
