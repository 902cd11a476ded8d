// Overlap policies: which of two segments' octets count where both cover the same offsets. RFC 9293 does not
// say; systems differ, as Novak and Sturges measured ("Target-Based TCP Stream Reassembly", 2007).
#pragma once

#include <cstdint>

#include "tcp/stream_offset.h"

namespace glass::tcp {

/// A decision for each older segment that is held; octets that are out can never change. "Before" compares
/// where the two segments started as they came, whatever is left of the older one.
enum class OverlapPolicy : std::uint8_t {
    first,  ///< the octets that came first stay
    last,   ///< the newest win
    bsd,    ///< the older stay, unless the newer segment starts before the older one
    linux,  ///< as bsd, and the newer wins as well where both start together and it ends later
};

[[nodiscard]] constexpr bool newer_wins(OverlapPolicy policy, StreamRange older, StreamRange newer) {
    switch (policy) {
        case OverlapPolicy::first: return false;
        case OverlapPolicy::last: return true;
        case OverlapPolicy::bsd: return newer.start < older.start;
        case OverlapPolicy::linux:
            return newer.start < older.start || (newer.start == older.start && newer.end > older.end);
    }
    return false;
}

}  // namespace glass::tcp
