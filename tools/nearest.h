// Nearest: which known words come close to a mistyped one, for "did you mean".
#pragma once

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glass::tools {

/// Levenshtein's distance: insertions, deletions and replacements of one character each.
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
        }
    }
    return row.back();
}

/// The closest of `known`, best first: at most `most`, and none that differs by more than a third of the
/// word.
template <class Range>
[[nodiscard]] std::vector<std::string> nearest(std::string_view word, const Range& known,
                                               std::size_t most = 3) {
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const auto& candidate : known) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance <= std::max<std::size_t>(1, word.size() / 3)) found.emplace_back(distance, candidate);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> words;
    for (std::size_t i = 0; i < std::min(most, found.size()); ++i) words.push_back(found[i].second);
    return words;
}

}  // namespace glass::tools
