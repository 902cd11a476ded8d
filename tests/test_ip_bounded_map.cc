// BoundedMap against a plain list that is searched from end to end.
#include <algorithm>
#include <doctest/doctest.h>
#include <list>
#include <map>
#include <rapidcheck.h>
#include <set>
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

/// What a map that is never full and a list of keys by age make of the same operations.
template <class K>
void erases_like_a_map(const std::vector<std::uint16_t>& operations, std::size_t capacity) {
    BoundedMap<K, int> map(capacity, 7);
    struct Known {
        int value;
        std::uint32_t place;
        std::list<std::uint64_t>::iterator age;
    };
    std::map<std::uint64_t, Known> model;
    std::list<std::uint64_t> ages;  // the least recently used first
    std::uint64_t evicted = 0;
    int next = 1;
    const auto forget = [&](std::uint64_t word) {
        ages.erase(model.at(word).age);
        model.erase(word);
    };
    for (const std::uint16_t operation : operations) {
        const std::uint64_t word = operation % 61;
        const auto known = model.find(word);
        switch (operation / 61 % 4) {
            case 0:
                if (known != model.end()) {
                    map.erase(known->second.place);
                    forget(word);
                }
                break;
            case 1:
                if (!model.empty()) {
                    RC_ASSERT(map.oldest_place() == model.at(ages.front()).place);
                    map.erase(map.oldest_place());
                    forget(ages.front());
                }
                break;
            case 2: {
                const int* value = map.find(K{word});
                RC_ASSERT((value != nullptr) == (known != model.end()));
                if (!value) break;
                RC_ASSERT(*value == known->second.value);
                ages.splice(ages.end(), ages, known->second.age);
                break;
            }
            default: {
                if (known == model.end() && model.size() == capacity) forget(ages.front()), ++evicted;
                const auto [value, inserted] = map.find_or_insert(K{word});
                RC_ASSERT(inserted == (known == model.end()));
                if (inserted) {
                    RC_ASSERT(*value == 0);  // nothing is left of who had the place before
                    *value = next++;
                    ages.push_back(word);
                    model[word] = {*value, map.newest_place(), std::prev(ages.end())};
                } else {
                    ages.splice(ages.end(), ages, known->second.age);
                }
                RC_ASSERT(map.newest_place() == model.at(word).place);
            }
        }
        RC_ASSERT(map.size() == model.size());
        RC_ASSERT(map.evicted() == evicted);
        std::set<std::uint32_t> places;
        for (const auto& [key, k] : model) {
            RC_ASSERT(map.at(k.place) == k.value);
            RC_ASSERT(places.insert(k.place).second);
            RC_ASSERT(k.place < capacity);  // places are used again
        }
    }
    std::vector<std::uint64_t> held;
    map.for_each([&](const K& key, int) { held.push_back(key.word); });
    RC_ASSERT(std::ranges::equal(held, ages));
}

TEST_CASE("what is erased is gone, its place is used again, and all others are found where they were") {
    const auto operations =
        rc::gen::container<std::vector<std::uint16_t>>(400, rc::gen::inRange<std::uint16_t>(0, 61 * 8));
    CHECK(rc::check("keys spread out",
                    [&] { erases_like_a_map<Key>(*operations, *rc::gen::inRange<std::size_t>(1, 70)); }));
    CHECK(rc::check("keys that all collide", [&] {
        erases_like_a_map<CollidingKey>(*operations, *rc::gen::inRange<std::size_t>(1, 70));
    }));
}

TEST_CASE("an emptied map is as good as new") {
    BoundedMap<Key, int> map(3, 1);
    for (int round = 0; round < 3; ++round) {
        for (std::uint64_t word = 0; word < 3; ++word) map.find_or_insert({word});
        CHECK(map.size() == 3);
        while (map.size() > 0) map.erase(map.newest_place());
        CHECK(map.find({0}) == nullptr);
    }
    CHECK(map.evicted() == 0);  // what was erased made room
}

}  // namespace
