#include "tools/path_delays.h"

#include <algorithm>
#include <array>

#include "ip/elapsed.h"
#include "tools/duration_text.h"

namespace glass::tools {
namespace {

constexpr ip::Duration kLongest = std::chrono::minutes(1);

using Shortest = std::array<std::optional<ip::Duration>, 2>;  ///< by the side that answers

void take(Shortest& shortest, unsigned side, ip::Duration answer) {
    if (answer < ip::Duration(0) || answer > 2 * kLongest) return;
    shortest[side] = std::min(shortest[side].value_or(answer), answer);
}

/// SYN, SYN,ACK, ACK: two answers, unless one of them was sent again.
void take_handshake(const StreamTrace& trace, Shortest& shortest) {
    const TraceSegment* syn = nullptr;
    const TraceSegment* syn_ack = nullptr;
    for (const TraceSegment& segment : trace.segments) {
        if (segment.has(tcp::SYN | tcp::ACK) && !syn_ack) {
            if (!syn || segment.side == syn->side) return;
            syn_ack = &segment;
            take(shortest, segment.side, ip::elapsed(syn->frame.time, segment.frame.time));
        } else if (segment.has(tcp::SYN)) {
            if (syn_ack) return;
            syn = &segment;
        } else {
            if (syn_ack && segment.has(tcp::ACK) && segment.side != syn_ack->side)
                take(shortest, segment.side, ip::elapsed(syn_ack->frame.time, segment.frame.time));
            return;
        }
    }
}

}  // namespace

PathDelays path_delays(const StreamTrace& trace) {
    Shortest shortest;
    take_handshake(trace, shortest);
    for (const TraceSegment& segment : trace.segments)
        if (segment.finding.rtt) take(shortest, segment.side, *segment.finding.rtt);
    PathDelays delays;
    if (shortest[0]) delays.to_client = *shortest[0] / 2;
    if (shortest[1]) delays.to_server = *shortest[1] / 2;
    return delays;
}

}  // namespace glass::tools
