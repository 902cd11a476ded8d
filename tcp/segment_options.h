// SegmentOptions: those options of a segment that a connection acts on, read in one pass: RFC 9293
// section 3.2, RFC 7323, RFC 2018.
#pragma once

#include <optional>

#include "tcp/options.h"

namespace glass::tcp {

/// The first well-formed one of each kind; others are skipped (MUST-6, MUST-7).
struct SegmentOptions {
    std::optional<MaximumSegmentSize> mss;
    std::optional<WindowScale> window_scale;
    std::optional<Timestamps> timestamps;
    std::optional<Sack> sack;
    std::optional<UserTimeout> user_timeout;
    bool sack_permitted = false;
};

[[nodiscard]] SegmentOptions read_segment_options(ip::Bytes options);

/// What nearly every segment carries, RFC 7323 appendix A: NOP, NOP, timestamps. In octets.
inline constexpr std::size_t kTimestampOctets = 12;
/// Writes that many octets.
void write_timestamps(std::uint8_t* at, const Timestamps& timestamps);

}  // namespace glass::tcp
