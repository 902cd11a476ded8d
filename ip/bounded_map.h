// BoundedMap: a hash map that never holds more than it may; a full one gives up what was used longest ago.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace glass::ip {

/// Mixes one more word into a hash. With a secret seed nobody can choose keys that all fall on one place.
constexpr std::uint64_t mix(std::uint64_t hash, std::uint64_t word) {
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;  // 2^64 / golden ratio: odd, its bits without a pattern
    return hash ^ hash >> 32;
}

/// Key needs == and `std::uint64_t hash(std::uint64_t seed) const`. Open addressing with linear probing;
/// entries lie in one vector and are linked by age. All operations take constant time on average.
template <class Key, class Value>
class BoundedMap {
public:
    /// `capacity`: entries held at the most, at least 1. Memory grows with what is held, not ahead of it.
    BoundedMap(std::size_t capacity, std::uint64_t seed) : capacity_(capacity), seed_(seed), slots_(16) {}

    /// The value of `key`, now the most recently used, or null. Valid until the next insertion.
    Value* find(const Key& key) {
        const std::size_t slot = slot_of(key, key.hash(seed_));
        if (slots_[slot].entry == kNone) return nullptr;
        touch(slots_[slot].entry);
        return &entries_[slots_[slot].entry].value;
    }

    /// The same, but makes a default value where there was none: `second` tells.
    std::pair<Value*, bool> find_or_insert(const Key& key) {
        // Most often it is the one used last, or the one before: two ends take turns.
        if (newest_ != kNone) {
            if (entries_[newest_].key == key) return {&entries_[newest_].value, false};
            if (const std::uint32_t second = entries_[newest_].older;
                second != kNone && entries_[second].key == key) {
                touch(second);
                return {&entries_[second].value, false};
            }
        }
        const std::uint64_t hash = key.hash(seed_);
        std::size_t slot = slot_of(key, hash);
        if (slots_[slot].entry != kNone) {
            touch(slots_[slot].entry);
            return {&entries_[slots_[slot].entry].value, false};
        }
        const std::uint32_t entry = make_room();
        slot = slot_of(key, hash);  // making room may have moved the slots
        entries_[entry].key = key;
        entries_[entry].value = Value{};
        slots_[slot] = {tag(hash), entry};
        link_newest(entry);
        ++size_;
        return {&entries_[entry].value, true};
    }

    /// Where the entry used last is held: a small number that is its own as long as it is held.
    std::uint32_t newest_place() const { return newest_; }
    /// The entry that was used longest ago; precondition: the map is not empty.
    std::uint32_t oldest_place() const { return oldest_; }
    /// What is held at a place where an entry is.
    const Value& at(std::uint32_t place) const { return entries_[place].value; }

    /// Gives up the entry at this place; precondition: there is one.
    void erase(std::uint32_t place) {
        release(place);
        entries_[place].value = Value{};
        free_.push_back(place);
    }

    std::size_t size() const { return size_; }
    /// How many entries were given up because the map was full.
    std::uint64_t evicted() const { return evicted_; }

    /// Calls f(key, value), the least recently used first.
    template <class F>
    void for_each(F f) const {
        for (std::uint32_t e = oldest_; e != kNone; e = entries_[e].newer)
            f(entries_[e].key, entries_[e].value);
    }

private:
    static constexpr std::uint32_t kNone = 0xffffffff;
    struct Slot {
        std::uint32_t tag =
            0;  ///< the hash's upper half: most strangers are told apart without reading the entry
        std::uint32_t entry = kNone;
    };
    struct Entry {
        Key key;
        Value value;
        std::uint32_t older = kNone, newer = kNone;
    };

    static constexpr std::uint32_t tag(std::uint64_t hash) { return static_cast<std::uint32_t>(hash >> 32); }
    std::size_t home(std::uint32_t entry) const {
        return entries_[entry].key.hash(seed_) & (slots_.size() - 1);
    }

    /// Where `key` is, or the free slot where it would go.
    std::size_t slot_of(const Key& key, std::uint64_t hash) const {
        std::size_t at = hash & (slots_.size() - 1);
        while (slots_[at].entry != kNone &&
               (slots_[at].tag != tag(hash) || !(entries_[slots_[at].entry].key == key)))
            at = (at + 1) & (slots_.size() - 1);
        return at;
    }

    std::uint32_t make_room() {
        if (size_ == capacity_) {
            const std::uint32_t entry = oldest_;
            ++evicted_;
            release(entry);
            return entry;
        }
        if (!free_.empty()) {
            const std::uint32_t entry = free_.back();
            free_.pop_back();
            return entry;
        }
        if (2 * (size_ + 1) > slots_.size()) grow();
        entries_.emplace_back();
        return static_cast<std::uint32_t>(entries_.size() - 1);
    }

    void release(std::uint32_t entry) {
        --size_;
        free_slot(slot_of(entries_[entry].key, entries_[entry].key.hash(seed_)));
        unlink(entry);
    }

    void grow() {
        const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots_.size() * 2));
        for (const Slot& slot : before) {
            if (slot.entry == kNone) continue;
            std::size_t at = home(slot.entry);
            while (slots_[at].entry != kNone) at = (at + 1) & (slots_.size() - 1);
            slots_[at] = slot;
        }
    }

    /// Moves later members of the run back over the hole, so that searching never stops early at it.
    void free_slot(std::size_t hole) {
        for (std::size_t at = (hole + 1) & (slots_.size() - 1); slots_[at].entry != kNone;
             at = (at + 1) & (slots_.size() - 1)) {
            const std::size_t distance = (at - home(slots_[at].entry)) & (slots_.size() - 1);
            if (distance >= ((at - hole) & (slots_.size() - 1))) {
                slots_[hole] = slots_[at];
                hole = at;
            }
        }
        slots_[hole] = {};
    }

    void touch(std::uint32_t entry) {
        if (entry == newest_) return;
        unlink(entry);
        link_newest(entry);
    }
    void unlink(std::uint32_t entry) {
        Entry& e = entries_[entry];
        (e.older == kNone ? oldest_ : entries_[e.older].newer) = e.newer;
        (e.newer == kNone ? newest_ : entries_[e.newer].older) = e.older;
    }
    void link_newest(std::uint32_t entry) {
        entries_[entry].older = newest_;
        entries_[entry].newer = kNone;
        (newest_ == kNone ? oldest_ : entries_[newest_].newer) = entry;
        newest_ = entry;
    }

    std::size_t capacity_;
    std::uint64_t seed_;
    std::vector<Slot> slots_;
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;  ///< entries given up with erase()
    std::size_t size_ = 0;
    std::uint64_t evicted_ = 0;
    std::uint32_t oldest_ = kNone, newest_ = kNone;
};

}  // namespace glass::ip
