// Why octets were sent again, as far as the capture can tell: RFC 5681, RFC 6298, RFC 6582, RFC 6675, RFC
// 8985.
#pragma once

#include <optional>
#include <vector>

#include "tools/why_connection.h"

namespace glass::tools {

enum class Cause : std::uint8_t {
    same_packet,       ///< not sent again: one IP packet seen twice
    path_mtu,          ///< a router asked for smaller packets, RFC 1191, RFC 8201
    fast,              ///< three duplicate ACKs, RFC 5681 section 3.2
    sack,              ///< later octets were selectively acknowledged, RFC 6675 or RFC 8985
    partial_ack,       ///< recovery goes on: an ACK moved up to here and no further, RFC 6582
    recovery,          ///< recovery goes on, told by SACK
    after_timeout,     ///< what followed the segment that timed out was sent again, too, RFC 5681 section 3.1
    tail_probe,        ///< the last segment, not after the timeout, RFC 8985 section 7
    probe_or_timeout,  ///< the last segment, and no later copy whose wait would tell
    timeout,           ///< RFC 6298
    unknown,
};

/// A segment that repeats octets, and all that matters about it. Indices are those of the connection.
struct Repetition {
    std::size_t at = 0;
    std::vector<std::size_t> copies;  ///< earlier segments that carried its first octet, in order; not empty
    std::vector<std::size_t>
        duplicates;  ///< duplicate ACKs since the first copy that asked for its first octet
    std::optional<std::size_t> sacked_by;        ///< the last ACK before it that reports later octets
    std::uint32_t sacked = 0;                    ///< how many later octets that reports
    std::optional<std::size_t> acknowledged_by;  ///< had acknowledged all of it before
    std::optional<std::size_t> answered_by;      ///< the first to acknowledge all of it after
    std::optional<std::size_t> dsack;            ///< reports afterwards that it arrived twice, RFC 2883
    std::optional<std::size_t> error;            ///< in `errors`: packet too big
    std::optional<std::size_t> episode;  ///< the first repetition of the recovery that this is part of
    std::optional<std::size_t> partial;  ///< the ACK that moved up to it during that recovery
    std::optional<std::size_t>
        progress;                     ///< the ACK that restarted the timer after the last copy, RFC 6298 5.3
    std::optional<std::size_t> next;  ///< the next copy
    ip::Duration wait{};              ///< since the last copy
    ip::Duration timer{};             ///< since `progress`, or the last copy
    std::optional<ip::Duration> estimate;  ///< RTO without a floor, whole way there and back
    bool tail = false;                     ///< nothing later had been sent
    bool backed_off = false;               ///< twice as long as the wait before, RFC 6298 section 5.5
    bool doubled_later = false;            ///< the next copy came after about twice this wait
    bool same_later = false;               ///< the next copy came after about this wait: it did not double
    Cause cause = Cause::unknown;
};

/// Nothing where no earlier segment carried the first octet of segment `at`, or it has none.
[[nodiscard]] std::optional<Repetition> repetition(const WhyConnection& c, std::size_t at);

}  // namespace glass::tools
