// Stream offsets: octets of one direction counted in 64 bits from the first after the SYN, and how a sequence
// number of 32 bits becomes one; RFC 9293 section 3.4.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ip/bytes.h"
#include "tcp/seq.h"

namespace glass::tcp {

/// Offsets from `start` on, `end` not among them.
struct StreamRange {
    std::uint64_t start = 0;
    std::uint64_t end = 0;

    bool operator==(const StreamRange&) const = default;
};

/// The offset of the octet numbered `seq`. A number stands for many octets, 2^32 apart: it is the one nearest
/// to `next`, the offset expected next; exactly half the circle away is behind. Negative where that is before
/// the stream's first octet, whose number is `first`. Precondition: next < 2^63.
[[nodiscard]] constexpr std::int64_t stream_offset(Seq seq, Seq first, std::uint64_t next) {
    const Seq expected = first + static_cast<std::uint32_t>(next);
    return static_cast<std::int64_t>(next) + distance(expected, seq);
}

/// Octets at their offset.
struct PlacedOctets {
    std::uint64_t offset = 0;
    ip::Bytes octets{};
};

/// A segment's text, whose first octet has the number `seq` (SEG.SEQ, one more where SYN is set), without
/// what lies before the stream's first octet. `first` and `next` as above.
[[nodiscard]] constexpr PlacedOctets place_octets(Seq seq, ip::Bytes octets, Seq first, std::uint64_t next) {
    const std::int64_t offset = stream_offset(seq, first, next);
    if (offset >= 0) return {.offset = static_cast<std::uint64_t>(offset), .octets = octets};
    const std::uint64_t before = -static_cast<std::uint64_t>(offset);
    return {.offset = 0, .octets = octets.subspan(std::min<std::uint64_t>(before, octets.size()))};
}

}  // namespace glass::tcp
