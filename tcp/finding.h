// Finding: what is special about one segment, and the frames that prove it. The names are Wireshark's
// tcp.analysis.*.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tcp/frame_ref.h"

namespace glass::tcp {

/// In the order in which they are listed.
enum class Mark : std::uint8_t {
    retransmission,
    fast_retransmission,
    spurious_retransmission,
    out_of_order,
    lost_segment,
    ack_lost_segment,
    duplicate_ack,
    window_update,
    window_full,
    zero_window,
    zero_window_probe,
    zero_window_probe_ack,
    keep_alive,
    keep_alive_ack,
    reused_ports,
    count_,  ///< how many there are; not a mark
};
inline constexpr std::size_t kMarkCount = static_cast<std::size_t>(Mark::count_);

/// "fast_retransmission": as in the JSON output.
[[nodiscard]] std::string_view name(Mark mark);

class Marks {
public:
    constexpr bool has(Mark mark) const { return bits_ >> static_cast<unsigned>(mark) & 1; }
    constexpr void add(Mark mark) { bits_ |= static_cast<std::uint16_t>(1u << static_cast<unsigned>(mark)); }
    constexpr bool any() const { return bits_ != 0; }
    /// One of the four names that octets sent again, or late, can have.
    constexpr bool any_retransmission() const { return (bits_ & 0xf) != 0; }
    bool operator==(const Marks&) const = default;

private:
    std::uint16_t bits_ = 0;
};

/// What was found about one segment. Evidence is there where a mark, or the comment, asks for it.
struct Finding {
    Marks marks;
    /// Retransmissions: carried SEG.SEQ first; none where that was not captured. Duplicate ACK, window
    /// update: the first ACK with this number. Keep-alive: carried the octet before. Answers to probes and
    /// keep-alives: the one that asked. Window full, zero window probe: announced that window.
    FrameRef original;
    /// Out of order, lost segment: had carried the highest sequence number so far. ACK of a lost segment: the
    /// same, of the other direction.
    FrameRef highest;
    /// Spurious retransmission: the ACK that had covered these octets already.
    FrameRef acknowledged_by;
    /// Retransmissions: the first and the last of the duplicate ACKs that asked for SEG.SEQ.
    FrameRef first_duplicate, last_duplicate;
    /// Duplicate ACK: the how manyth. Retransmissions: how many had asked for SEG.SEQ.
    std::uint32_t duplicate_acks = 0;
    /// Octets not seen. Lost segment: between the highest and this one. ACK of a lost segment: acknowledged.
    std::uint32_t missing = 0;
    /// With text: octets of this direction that were sent and not acknowledged, this segment's included.
    std::uint32_t bytes_in_flight = 0;
    /// Retransmissions: the estimate of RFC 6298 when it was sent, without the floor of section 2.4; none
    /// before the first measurement.
    std::optional<ip::Duration> rto;
    /// ACK of new octets: since the newest segment it acknowledges was sent, where that is a measurement.
    std::optional<ip::Duration> rtt;
    FrameRef rtt_of;  ///< that segment, measurement or not
};

}  // namespace glass::tcp
