// BoundedMap against a plain list that is searched from end to end.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <vector>

#include "ip/bounded_map.h"

namespace {

using glass::ip::BoundedMap;

struct Key {
    std::uint64_t word = 0;
    bool operator==(const Key&) const = default;
    std::uint64_t hash(std::uint64_t seed) const { return glass::ip::mix(seed, word); }
};
/// The worst key: all of them fall on one place.
struct CollidingKey {
    std::uint64_t word = 0;
    bool operator==(const CollidingKey&) const = default;
    std::uint64_t hash(std::uint64_t) const { return 3; }
};

template <class K>
void behaves_like_a_list(const std::vector<std::uint8_t>& keys, std::size_t capacity) {
    BoundedMap<K, int> map(capacity, 7);
    std::vector<std::pair<std::uint64_t, int>> model;  // the least recently used first
    std::uint64_t evicted = 0;
    int next = 1;
    for (const std::uint8_t word : keys) {
        const auto [value, inserted] = map.find_or_insert(K{word});
        auto known = std::find_if(model.begin(), model.end(), [&](const auto& e) { return e.first == word; });
        RC_ASSERT(inserted == (known == model.end()));
        if (inserted) *value = next++;
        if (known == model.end()) {
            if (model.size() == capacity) model.erase(model.begin()), ++evicted;
            model.emplace_back(word, *value);
        } else {
            RC_ASSERT(*value == known->second);
            std::rotate(known, known + 1, model.end());
        }
        RC_ASSERT(map.size() == model.size());
        RC_ASSERT(map.evicted() == evicted);
    }
    std::vector<std::pair<std::uint64_t, int>> held;
    map.for_each([&](const K& key, int value) { held.emplace_back(key.word, value); });
    RC_ASSERT(held == model);
}

TEST_CASE("a bounded map holds the most recently used, whatever is asked of it") {
    CHECK(rc::check("keys spread out", [](const std::vector<std::uint8_t>& keys) {
        behaves_like_a_list<Key>(keys, *rc::gen::inRange<std::size_t>(1, 40));
    }));
    CHECK(rc::check("keys that all collide", [](const std::vector<std::uint8_t>& keys) {
        behaves_like_a_list<CollidingKey>(keys, *rc::gen::inRange<std::size_t>(1, 40));
    }));
}

TEST_CASE("what was never inserted, or given up, is not found") {
    BoundedMap<Key, int> map(2, 1);
    CHECK(map.find({1}) == nullptr);
    *map.find_or_insert({1}).first = 10;
    *map.find_or_insert({2}).first = 20;
    REQUIRE(map.find({1}) != nullptr);  // makes 2 the oldest
    map.find_or_insert({3});
    CHECK(map.find({2}) == nullptr);
    REQUIRE(map.find({1}) != nullptr);
    CHECK(*map.find({1}) == 10);
    CHECK(map.evicted() == 1);
}

}  // namespace
