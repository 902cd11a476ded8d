#include "http/ranges.h"

#include <algorithm>
#include <string>

#include "http/characters.h"

namespace glass::http {

namespace {

constexpr std::uint64_t kPartHead = 80;  // octets that a part has around its content

/// 1*DIGIT, as far as 2^64 - 1: what is larger lies behind the end all the same.
std::optional<std::uint64_t> parse_position(std::string_view text) {
    if (text.empty()) return {};
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return {};
        const auto digit = static_cast<std::uint64_t>(c - '0');
        value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
    }
    return value;
}

/// int-range or suffix-range; length 0 where it is not satisfiable, nothing where it is neither.
std::optional<ByteRange> parse_range(std::string_view text, std::uint64_t size) {
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) return {};
    const std::string_view before = text.substr(0, dash), behind = text.substr(dash + 1);
    if (before.empty()) {
        const auto suffix = parse_position(behind);
        if (!suffix) return {};
        const std::uint64_t length = std::min(*suffix, size);
        return ByteRange{size - length, length};
    }
    const auto first = parse_position(before);
    const auto last = behind.empty() ? UINT64_MAX : parse_position(behind);
    if (!first || !last || *last < *first) return {};
    if (*first >= size) return ByteRange{};
    return ByteRange{*first, std::min(*last, size - 1) - *first + 1};
}

bool near(const ByteRange& a, const ByteRange& b) {
    return a.first <= b.first + b.length + kPartHead && b.first <= a.first + a.length + kPartHead;
}

ByteRange joined(const ByteRange& a, const ByteRange& b) {
    const std::uint64_t first = std::min(a.first, b.first);
    return {first, std::max(a.first + a.length, b.first + b.length) - first};
}

}  // namespace

std::optional<std::vector<ByteRange>> parse_ranges(std::string_view value, std::uint64_t size) {
    constexpr std::string_view kUnit = "bytes=";
    if (!same_name(value.substr(0, kUnit.size()), kUnit)) return {};
    value.remove_prefix(kUnit.size());
    std::vector<ByteRange> ranges;
    std::size_t count = 0;
    while (!value.empty()) {
        const std::size_t comma = std::min(value.find(','), value.size());
        const std::string_view element = trim(value.substr(0, comma));
        value.remove_prefix(std::min(comma + 1, value.size()));
        if (element.empty()) continue;  // RFC 9110 section 5.6.1.2
        const auto range = parse_range(element, size);
        if (!range || ++count > kMostRanges) return {};
        if (range->length != 0) ranges.push_back(*range);
    }
    if (count == 0) return {};
    return ranges;
}

std::vector<ByteRange> coalesce(const std::vector<ByteRange>& ranges) {
    std::vector<ByteRange> out;
    for (ByteRange range : ranges) {
        // What grows may come near to others: these are looked at again. The first of them keeps its place.
        std::size_t place = out.size();
        for (std::size_t i = 0; i < out.size();) {
            if (!near(out[i], range)) {
                ++i;
                continue;
            }
            range = joined(out[i], range);
            place = std::min(place, i);
            out.erase(out.begin() + static_cast<std::ptrdiff_t>(i));
            i = 0;
        }
        out.insert(out.begin() + static_cast<std::ptrdiff_t>(std::min(place, out.size())), range);
    }
    return out;
}

std::uint64_t total(const std::vector<ByteRange>& ranges) {
    std::uint64_t sum = 0;
    for (const ByteRange& range : ranges) sum += std::min(range.length, UINT64_MAX - sum);
    return sum;
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
    return "bytes " + std::to_string(range.first) + "-" + std::to_string(range.first + range.length - 1) +
           "/" + std::to_string(size);
}

}  // namespace glass::http
