// Handles: names of connections and listeners that never name another one later.
#pragma once

#include <compare>
#include <cstdint>

namespace glass::tcp {

/// An index that is used again, and a number that tells who used it. A default one names nothing.
template <class Of>
struct Handle {
    static constexpr std::uint32_t kNone = 0xffffffff;

    std::uint32_t index = kNone;
    std::uint32_t generation = 0;

    auto operator<=>(const Handle&) const = default;
    [[nodiscard]] explicit operator bool() const { return index != kNone; }
};

class Connection;
struct Listener;
using ConnectionId = Handle<Connection>;
using ListenerId = Handle<Listener>;

}  // namespace glass::tcp
