#include "tcp/connection_table.h"

#include <bit>
#include <utility>

namespace glass::tcp {

std::uint32_t ConnectionTable::add(std::unique_ptr<Connection> connection, Slot::Kind kind) {
    if (2 * (size_ + 1) > index_.size()) rehash(2 * index_.size());
    const std::uint32_t number = numbers_.take();
    if (number == slots_.size()) slots_.emplace_back();
    Slot& slot = slots_[number];
    slot.generation = ++generation_;
    slot.connection = std::move(connection);
    slot.kind = kind;
    slot.listed = true;
    insert({hash_of({slot.local(), slot.remote()}), number});
    ++size_;
    return number;
}

void ConnectionTable::erase(std::uint32_t number) {
    unlist(number);
    slots_[number] = {};
    numbers_.give_back(number);
    --size_;
}

void ConnectionTable::unlist(std::uint32_t number) {
    Slot& slot = slots_[number];
    if (!std::exchange(slot.listed, false)) return;
    close_gap(place_of({slot.local(), slot.remote()}));
    if (found_ == number) found_ = kNone;
}

void ConnectionTable::shrink(std::uint32_t number, std::unique_ptr<TimeWait> time_wait) {
    Slot& slot = slots_[number];
    slot.time_wait = std::move(time_wait);
    slot.connection.reset();
    slot.kind = Slot::Kind::time_wait;
}

std::uint32_t ConnectionTable::hash_of(const FourTuple& tuple) const {
    return static_cast<std::uint32_t>(hash(tuple, key_));
}

/// Where it is, or the free place where it would go.
std::size_t ConnectionTable::place_of(const FourTuple& tuple) const {
    const std::uint32_t h = hash_of(tuple);
    std::size_t at = h & (index_.size() - 1);
    while (index_[at].slot != kNone && (index_[at].hash != h || !has(index_[at].slot, tuple)))
        at = (at + 1) & (index_.size() - 1);
    return at;
}

void ConnectionTable::insert(Entry entry) {
    std::size_t at = entry.hash & (index_.size() - 1);
    while (index_[at].slot != kNone) at = (at + 1) & (index_.size() - 1);
    index_[at] = entry;
}

void ConnectionTable::trim() {
    numbers_.trim();
    slots_.resize(numbers_.end());
    slots_.shrink_to_fit();
    rehash(std::max(kFewest, std::bit_ceil(2 * size_)));
}

/// `places`: a power of two, of which at most half will be taken.
void ConnectionTable::rehash(std::size_t places) {
    const std::vector<Entry> before = std::exchange(index_, std::vector<Entry>(places));
    for (const Entry& entry : before)
        if (entry.slot != kNone) insert(entry);
}

/// Moves later members of the run back, so that searching never stops early at the gap.
void ConnectionTable::close_gap(std::size_t gap) {
    const std::size_t mask = index_.size() - 1;
    for (std::size_t at = (gap + 1) & mask; index_[at].slot != kNone; at = (at + 1) & mask) {
        const std::size_t home = index_[at].hash & mask;
        if (((at - home) & mask) < ((at - gap) & mask)) continue;
        index_[gap] = index_[at];
        gap = at;
    }
    index_[gap] = {};
}

}  // namespace glass::tcp
