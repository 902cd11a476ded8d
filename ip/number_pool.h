// NumberPool: small numbers for what comes and goes: places in a table.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace glass::ip {

/// A number that was given back is taken again before a new one: a table that has end() places is as large as
/// need be, and no larger than the most that were there at a time.
class NumberPool {
public:
    std::uint32_t take() {
        if (free_.empty()) return end_++;
        const std::uint32_t number = free_.back();
        free_.pop_back();
        return number;
    }
    void give_back(std::uint32_t number) { free_.push_back(number); }

    /// All numbers taken are below it.
    [[nodiscard]] std::uint32_t end() const { return end_; }

    /// After many have gone: end() becomes the least that it can be, and low numbers are taken first, so that
    /// it can become less still the next time. Takes a time linear in the numbers given back, but for sorting
    /// them.
    void trim() {
        std::ranges::sort(free_);
        while (!free_.empty() && free_.back() + 1 == end_) {
            free_.pop_back();
            --end_;
        }
        std::ranges::reverse(free_);
        free_.shrink_to_fit();
    }

private:
    std::vector<std::uint32_t> free_;
    std::uint32_t end_ = 0;
};

}  // namespace glass::ip
