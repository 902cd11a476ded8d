// Numbers of places in a table: distinct, dense, and fewer again when a crowd has gone.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <set>

#include "ip/number_pool.h"

using glass::ip::NumberPool;

TEST_CASE("numbers taken are distinct and below the end, whatever comes and goes") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& steps) {
        NumberPool pool;
        std::set<std::uint32_t> taken;
        const auto least_end = [&] { return taken.empty() ? 0 : *taken.rbegin() + 1; };
        for (const std::uint8_t step : steps) {
            if (step % 16 == 0) {
                pool.trim();
                RC_ASSERT(pool.end() == least_end());
            } else if (step % 2 == 0 || taken.empty()) {
                RC_ASSERT(taken.insert(pool.take()).second);
            } else {
                const std::uint32_t number = *std::next(taken.begin(), step % taken.size());
                taken.erase(number);
                pool.give_back(number);
            }
            RC_ASSERT(pool.end() >= least_end());
        }
    }));
}

TEST_CASE("numbers given back come before new ones, after trimming the lowest first") {
    NumberPool pool;
    for (std::uint32_t i = 0; i < 5; ++i) CHECK(pool.take() == i);
    for (const std::uint32_t number : {0u, 3u, 1u}) pool.give_back(number);
    CHECK(pool.take() == 1);
    pool.trim();
    CHECK(pool.take() == 0);
    CHECK(pool.take() == 3);
    CHECK(pool.take() == 5);
}
