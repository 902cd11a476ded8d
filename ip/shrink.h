// Shrinking: the few of many that still make a run fail, after the idea of Zeller and Hildebrandt
// ("Simplifying and isolating failure-inducing input", 2002).
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace glass::ip {

template <class T>
struct Shrunk {
    std::vector<T> items;  ///< in the order they had; they fail together
    std::size_t runs = 0;  ///< how often `fails` was asked
    bool minimal = false;  ///< without any single one of them it does not fail; false: `most_runs` came first
};

/// `fails(const std::vector<T>&)` runs with only these, and says whether that fails; the same for the same.
/// Precondition: it fails with `items`. Asked at most `most_runs` times; to find k of n it takes about
/// 2 k log2(n) where they fail for no other reason.
template <class T, class Fails>
[[nodiscard]] Shrunk<T> shrink(std::vector<T> items, Fails&& fails, std::size_t most_runs = 1000) {
    Shrunk<T> result{.items = std::move(items)};
    std::vector<T>& left = result.items;
    // Pieces are left out as long as that goes on failing: all at once, halves, quarters, single ones.
    for (std::size_t piece = std::max<std::size_t>(left.size(), 1);;) {
        bool smaller = false;
        for (std::size_t at = 0; at < left.size();) {
            if (result.runs == most_runs) return result;
            ++result.runs;
            const auto from = static_cast<std::ptrdiff_t>(at);
            const auto to = static_cast<std::ptrdiff_t>(std::min(at + piece, left.size()));
            std::vector<T> candidate(left.begin(), left.begin() + from);
            candidate.insert(candidate.end(), left.begin() + to, left.end());
            if (fails(std::as_const(candidate))) {
                left = std::move(candidate);
                smaller = true;
            } else {
                at += piece;
            }
        }
        if (piece == 1 && !smaller) break;
        piece = std::max<std::size_t>(piece / 2, 1);
    }
    result.minimal = true;
    return result;
}

}  // namespace glass::ip
