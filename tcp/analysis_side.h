// AnalysisSide: what has to be remembered of one endpoint's segments to judge the next one of either.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "tcp/finding.h"
#include "tcp/outstanding.h"
#include "tcp/rtt_estimate.h"

namespace glass::tcp {

/// What one direction added up to.
struct DirectionTotals {
    std::array<std::uint64_t, kMarkCount> marks{};  ///< how many segments had each
    std::uint64_t retransmitted_octets = 0;         ///< sent again, as far as they had been seen before
};

struct RttTotals {
    std::uint64_t samples = 0;
    ip::Duration min{}, max{}, sum{};
    /// SYN to the ACK that ends the handshake, as captured: the same for both sides.
    std::optional<ip::Duration> handshake;
};

struct AnalysisSide {
    bool spoke = false;         ///< it sent something: next, highest, last and window mean something
    bool acknowledges = false;  ///< last_ack means something
    bool told_unseen = false;  ///< ack_lost_segment was said of its octets, and it has sent nothing new since
    bool probing = false;      ///< its last octet, at `next`, was a zero window probe
    Marks last_marks;          ///< of its last segment
    std::uint16_t window = 0;  ///< of its last segment, as on the wire

    Seq next;                           ///< one after the highest octet it sent, as far as seen
    Seq contiguous;                     ///< one after the octets before the first that was left out
    Seq last_ack;                       ///< SEG.ACK of its last segment that had ACK set
    std::uint32_t duplicate_acks = 0;   ///< how often it repeated that
    std::optional<std::uint32_t> edge;  ///< last_ack and window added up, where the scale is known

    FrameRef highest;    ///< carried the highest octet
    FrameRef last;       ///< its last segment
    FrameRef ack_since;  ///< the first one with last_ack
    ip::Time timed{};    ///< when the estimate had its last measurement

    Outstanding outstanding;
    RttEstimate estimate;
    RttTotals rtt;

    /// Most connections need none of this.
    struct Trouble {
        DirectionTotals totals;
        FrameRef first_duplicate, last_duplicate;  ///< ACKs; stale where duplicate_acks is 0
        FrameRef probe;                            ///< the last zero window probe
    };
    std::unique_ptr<Trouble> trouble;

    Trouble& in_trouble() {
        if (!trouble) trouble = std::make_unique<Trouble>();
        return *trouble;
    }
};

}  // namespace glass::tcp
