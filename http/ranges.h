// Ranges: which parts of a representation are wanted: RFC 9110 section 14.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace glass::http {

/// Octets from `first` on. Precondition of all who take it: `length` is not 0.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t length = 0;

    bool operator==(const ByteRange&) const = default;
};

/// What a Range field asks for of a representation of `size` octets, in that order, without those that are
/// not there: an empty list is answered with 416. Nothing where the field is to be ignored: another unit,
/// malformed, or more than kMostRanges.
[[nodiscard]] std::optional<std::vector<ByteRange>> parse_ranges(std::string_view value, std::uint64_t size);

inline constexpr std::size_t kMostRanges = 64;

/// Those that overlap, or lie nearer to each other than a part's head is long, made one: RFC 9110 section
/// 15.3.7.2. The order is that of the first of each.
[[nodiscard]] std::vector<ByteRange> coalesce(const std::vector<ByteRange>& ranges);

/// How many octets they have together.
[[nodiscard]] std::uint64_t total(const std::vector<ByteRange>& ranges);

/// "bytes 0-499/1234"
[[nodiscard]] std::string content_range(const ByteRange& range, std::uint64_t size);

}  // namespace glass::http
