// End states: in which state each end of a watched connection is, as far as its segments tell.
// RFC 9293 section 3.3.2, figure 5.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tcp/state.h"
#include "tools/stream_trace.h"

namespace glass::tools {

/// Nothing: it has not spoken yet.
using EndState = std::optional<tcp::State>;

/// "SYN-RECEIVED": RFC 9293's spelling; "?" for none.
[[nodiscard]] std::string_view name(EndState state);

/// What a segment proves is what its sender has received and done. A SYN, data or FIN counts as received when
/// its receiver acknowledges it; an ACK or RST, which nobody acknowledges, as soon as it is sent. An end
/// first heard of in mid-connection is taken to be in ESTABLISHED.
class EndStates {
public:
    /// The states that one end went through with a segment: none, mostly.
    struct Path {
        std::array<tcp::State, 3> states{};
        std::uint8_t count = 0;
    };
    using Moves = std::array<Path, 2>;  ///< by side

    Moves observe(const TraceSegment& segment);

    EndState state(unsigned side) const { return ends_[side].state; }

private:
    struct End {
        EndState state;
        bool passive = false;  ///< it answered a SYN
        bool fin_acknowledged = false;
        std::optional<tcp::Seq> iss;
        std::optional<tcp::Seq> after_fin;  ///< the sequence number that acknowledges its FIN
        std::optional<tcp::Seq> rcv_nxt;    ///< its latest ACK
        std::uint32_t rcv_wnd = 0;
    };

    void move(unsigned side, tcp::State to);
    void send_syn(const TraceSegment& segment);
    void send_reset(const TraceSegment& segment);
    void send_fin(const TraceSegment& segment);
    void note_received(const TraceSegment& segment);
    void take_acknowledgment(const TraceSegment& segment);
    void take_ack_of_fin(unsigned side, bool fin_crossed, bool fin_comes_along);

    std::array<End, 2> ends_;
    bool syn_seen_ = false;
    Moves moves_;
};

}  // namespace glass::tools
