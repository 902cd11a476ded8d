// Salvage: where a damaged capture file makes sense again.
//
// A pcap record has no mark by which it could be known. What is taken for one has a captured length that
// fits, a fraction below a second, a time near that of a good frame, and what follows it looks the same: the
// chance that other octets do is below 2^-40 at any place. A pcapng block is known by its type, and by its
// length, which stands at both its ends.
#pragma once

#include <cstdint>

#include "ip/bytes.h"
#include "ip/input_buffer.h"

namespace glass::ip {

/// How far the search looks ahead: records and blocks longer than a part of this are not found again.
inline constexpr std::size_t kSalvageReach = std::size_t{1} << 20;

/// Takes octets, at least one, until `starts_here(rest, whole)` answers yes; false where the file ends before
/// that. `rest` are kSalvageReach octets or more, or, if `whole` is set, all that are left of the file. Looks
/// at every octet, for what is missing from a file need not be a multiple of anything.
template <class StartsHere>
[[nodiscard]] bool search(InputBuffer& in, StartsHere starts_here) {
    constexpr std::size_t kWindow = 2 * kSalvageReach;
    if (!in.skip(1)) return false;
    while (true) {
        const Bytes window = in.peek_up_to(kWindow);
        const bool whole = window.size() < kWindow;
        const std::size_t candidates = whole ? window.size() : kWindow - kSalvageReach;
        for (std::size_t i = 0; i < candidates; ++i) {
            if (!starts_here(window.subspan(i), whole)) continue;
            in.take(i);
            return true;
        }
        in.take(candidates);
        if (whole) return false;
    }
}

}  // namespace glass::ip
