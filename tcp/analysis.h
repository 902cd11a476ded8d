// Analysis: what is special about each segment of a connection that is only watched, and the frames that
// prove it. Names and rules are those of Wireshark's tcp.analysis.*; RTO estimates follow RFC 6298, and
// duplicate ACKs are RFC 5681's where octets are outstanding.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "tcp/analysis_side.h"
#include "tcp/finding.h"
#include "tcp/segment.h"

namespace glass::tcp {

/// One connection. Memory is bounded: of segments not yet acknowledged, so many are remembered at the most.
class Analysis {
public:
    static constexpr std::size_t kMaxOutstanding = Outstanding::kMaxSegments;  ///< per direction

    /// Judges the next segment in capture order, and writes what it found over `finding`, which is also the
    /// result. `side`: 0 or 1, who sent it, as tcp::Sighting has it. `length`: payload octets on the wire,
    /// which may be more than were captured. `window`: scaled (Flow::window); none where the scale is not
    /// known. `reused_ports`: the flow table says so.
    const Finding& observe(unsigned side, const Segment& segment, std::uint32_t length,
                           const std::optional<std::uint32_t>& window, bool reused_ports,
                           const FrameRef& frame, Finding& finding);

    const DirectionTotals& totals(unsigned side) const;
    const RttTotals& rtt(unsigned side) const { return sides_[side].rtt; }  ///< of octets that this side sent

private:
    void note_handshake(unsigned side, const Segment& segment, const FrameRef& frame, const Finding& finding);

    std::array<AnalysisSide, 2> sides_;
    std::optional<ip::Time> syn_time_;  ///< of the last SYN, as long as the handshake's RTT is not known
    unsigned syn_side_ = 0;             ///< who sent it
};

}  // namespace glass::tcp
