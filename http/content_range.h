// Content-Range: which part of a representation a response has: RFC 9110 section 14.4.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace glass::http {

struct ContentRange {
    /// Both ends are part of it.
    struct Octets {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        bool operator==(const Octets&) const = default;
    };
    std::optional<Octets> range;            ///< nothing: the range asked for lies behind the end
    std::optional<std::uint64_t> complete;  ///< length of the whole; nothing: not known
    bool operator==(const ContentRange&) const = default;
};

/// The value of the field; nothing where it is malformed, or not of bytes.
[[nodiscard]] std::optional<ContentRange> parse_content_range(std::string_view value);

}  // namespace glass::http
