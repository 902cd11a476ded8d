// Rows for tests of steps: octets in hexadecimal and the hop they must give; and what holds for any octets.
#pragma once

#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <vector>

#include "ip/protocol.h"

namespace glass::tests {

/// "45 00 | 00 1c" as octets; what is no hexadecimal digit separates.
inline ip::Buffer octets(std::string_view text) {
    ip::Buffer out;
    int half = -1;
    for (const char c : text) {
        const auto digit = std::string_view("0123456789abcdef").find(c);
        if (digit == std::string_view::npos) continue;
        const int value = static_cast<int>(digit);
        if (half >= 0) out.push_back(static_cast<std::uint8_t>(half << 4 | value));
        half = half >= 0 ? -1 : value;
    }
    REQUIRE(half == -1);
    return out;
}

struct HopRow {
    const char* name;
    ip::Step step;
    const char* bytes;  ///< the header and what follows it
    std::uint32_t header_length;
    ip::Proto next = ip::Proto::data;
    std::uint32_t payload_length = ip::kToTheEnd;
    std::string_view fault = {};     ///< empty: there must be none
    std::uint32_t more_on_wire = 0;  ///< octets that were sent and not captured
};

inline ip::Hop hop_of(const HopRow& row, ip::Bytes bytes) {
    return row.step(bytes, static_cast<std::uint32_t>(bytes.size()) + row.more_on_wire);
}

inline void check_row(const HopRow& row) {
    CAPTURE(std::string(row.name));
    const ip::Buffer bytes = octets(row.bytes);
    const ip::Hop hop = hop_of(row, bytes);
    CHECK(hop.header_length == row.header_length);
    CHECK(ip::name(hop.next) == ip::name(row.next));
    CHECK(hop.payload_length == row.payload_length);
    CHECK(std::string_view(hop.fault.what ? hop.fault.what : "") == row.fault);
}

/// A step must never claim more than there is.
inline bool holds_for(ip::Step step, ip::Bytes bytes, std::uint32_t wire_length) {
    const ip::Hop hop = step(bytes, wire_length);
    return hop.header_length <= bytes.size() && hop.next < ip::Proto::count_;
}

/// Every prefix, and every octet changed to every other value. The octets lie in memory of exactly their
/// size, so that a sanitizer sees a step that reads one too many.
inline void check_hostile(const HopRow& row) {
    CAPTURE(std::string(row.name));
    const ip::Buffer whole = octets(row.bytes);
    const auto length = static_cast<std::uint32_t>(whole.size());
    bool all_hold = true;
    for (std::size_t n = 0; n <= whole.size(); ++n) {
        const std::vector<std::uint8_t> prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
        all_hold = all_hold && holds_for(row.step, prefix, length) &&
                   holds_for(row.step, prefix, static_cast<std::uint32_t>(n));
    }
    std::vector<std::uint8_t> changed = whole;
    for (std::size_t i = 0; i < std::min<std::size_t>(whole.size(), 64); ++i) {
        for (int value = 0; value < 256; ++value) {
            changed[i] = static_cast<std::uint8_t>(value);
            all_hold = all_hold && holds_for(row.step, changed, length);
        }
        changed[i] = whole[i];
    }
    CHECK(all_hold);
}

/// The header alone, less one octet, is a header cut short, wherever it is there to be read at all.
inline void check_cut(const HopRow& row) {
    CAPTURE(std::string(row.name));
    const ip::Buffer whole = octets(row.bytes);
    if (row.header_length == 0) return;
    const ip::Hop hop = row.step(ip::Bytes(whole).first(row.header_length - 1), row.header_length + 100);
    CHECK(hop.fault);
    CHECK(hop.header_length == 0);
}

}  // namespace glass::tests
