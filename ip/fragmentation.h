// Fragmentation: a datagram cut into fragments, and the octets of fragments put together, RFC 791
// section 3.2.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "ip/bytes.h"
#include "ip/error.h"

namespace glass::ip {

/// The packet in pieces of at most `mtu` octets each, headers included, and each as long as it may be; itself
/// alone where it fits. The packet may be a fragment itself. Options with the copied flag stand in every
/// piece, the others in the first. Errors: those of parse_ipv4; bad_value: Don't Fragment is set; too_long:
/// no eight octets fit beside the header.
[[nodiscard]] Result<std::vector<Buffer>> fragment_ipv4(Bytes packet, std::size_t mtu);

/// What to do with fragments that cover the same octets. An exact repetition is left out alone in any case.
enum class OverlapPolicy : std::uint8_t {
    /// For a host, IPv6: any overlap dooms the datagram (RFC 5722).
    forbidden,
    /// For a host, IPv4: an overlap whose octets differ does; RFC 791 lets a retransmission come in other
    /// pieces.
    must_agree,
    /// For looking at captures: octets that came first stay, later ones fill the gaps. The first end stays,
    /// too: what lies beyond it is left out, whether it comes later or was held before.
    first_wins,
};

/// What is wrong with a fragment.
enum class FragmentDrop : std::uint8_t {
    none,
    duplicate,          ///< nothing new in it: left out alone
    empty,              ///< no octets: left out alone
    not_multiple_of_8,  ///< only a last fragment may have any length; IPv6: Parameter Problem at 4
    cut_short,          ///< the frame does not hold all of it: left out alone
    too_long,  ///< ends beyond 65535 octets: the datagram is dropped; IPv6: Parameter Problem at the offset
    overlap,   ///< the datagram is dropped
    bad_end,   ///< two different ends, or data beyond the end: the datagram is dropped
    too_many,  ///< more fragments than a datagram may have: the datagram is dropped
    dropped_before,  ///< belongs to a datagram dropped before: RFC 5722 drops those not yet received, too
};

/// What has come of one datagram's payload.
struct FragmentPieces {
    struct Piece {
        Buffer octets;
        std::uint64_t frame = 0;
    };
    std::map<std::uint32_t, Piece> by_offset;  ///< they never overlap
    std::optional<std::uint32_t> end;          ///< length of the whole, once the last fragment came
    std::uint32_t held = 0;                    ///< octets in pieces

    /// Copies the octets to where nothing is yet. `more_fragments`: these are not the last ones. `frame` is
    /// kept with them. none, duplicate; overlap or bad_end: nothing was changed, and the datagram is doomed.
    /// Preconditions: there are octets, a multiple of eight if more fragments follow; they end within 65535.
    FragmentDrop add(std::uint32_t offset, Bytes octets, bool more_fragments, std::uint64_t frame,
                     OverlapPolicy policy);

    [[nodiscard]] bool complete() const { return end && held == *end; }
};

}  // namespace glass::ip
