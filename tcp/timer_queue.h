// TimerQueue: the deadlines of many connections, of which the earliest comes first; for the timers of RFC
// 9293 section 3.8.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ip/time.h"

namespace glass::tcp {

/// One deadline for each item, a small number. A heap: setting, removing and taking cost a time logarithmic
/// in how many are set, and nothing at all where a deadline moves later, as it does with most segments: the
/// item stays where it is until it is the first.
class TimerQueue {
public:
    void set(std::uint32_t item, ip::Time at);
    void remove(std::uint32_t item);

    /// The earliest deadline.
    [[nodiscard]] std::optional<ip::Time> first() const {
        return heap_.empty() ? std::nullopt : std::optional(heap_.front().at);
    }
    /// An item whose deadline is `now` or before, the earliest one; it is removed.
    [[nodiscard]] std::optional<std::uint32_t> take_due(ip::Time now) {
        if (heap_.empty() || heap_.front().at > now) return std::nullopt;
        return take_first();
    }

    [[nodiscard]] std::size_t size() const { return heap_.size(); }
    /// After many have gone: gives back memory that only they needed.
    void trim();

private:
    static constexpr std::uint32_t kNowhere = 0xffffffff;
    static constexpr std::size_t kChildren = 4;

    struct Node {
        ip::Time at;  ///< the item's deadline, or before it
        std::uint32_t item;
    };
    struct Item {
        ip::Time at{};  ///< the deadline
        std::uint32_t place = kNowhere;
    };

    void put(std::size_t place, const Node& node);
    void rise(std::size_t place, const Node& node);
    void sink(std::size_t place, const Node& node);
    void take_out(std::size_t place);
    std::uint32_t take_first();
    void settle_first();

    std::vector<Node> heap_;
    std::vector<Item> items_;
};

}  // namespace glass::tcp
