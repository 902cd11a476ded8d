// Segment text: a segment of a traced connection in a few words: what it carries, and what there is to say
// about it. RFC terms, relative sequence numbers, other segments by their frame numbers.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tools/end_states.h"
#include "tools/stream_trace.h"

namespace glass::tools {

/// How a remark is coloured.
enum class Tone : std::uint8_t {
    plain,
    state,    ///< of an end of the connection
    http,     ///< a start line
    trouble,  ///< something was lost, late, full or broken off
    detail,
};

struct Remark {
    Tone tone = Tone::plain;
    std::string text;  ///< fit for a terminal: nothing in it is a control character

    bool operator==(const Remark&) const = default;
};

/// "PSH 77 B [1..77]", "SYN ACK seq 0 ack 1", "ACK 1449 win 0": labels of segments in the order of the trace.
/// ACK numbers of segments with text are there where they are new.
class SegmentLabels {
public:
    [[nodiscard]] std::string label(const TraceSegment& segment);

private:
    std::array<std::optional<std::uint32_t>, 2> last_ack_;
};

/// "[1449..2896]": the octets, by relative sequence numbers. Precondition: length > 0.
[[nodiscard]] std::string octets_text(std::uint32_t from, std::uint32_t length);

/// "10.0.0.1:80", "[2001:db8::1]:80"
[[nodiscard]] std::string endpoint_text(const tcp::Endpoint& endpoint);

/// "client FIN-WAIT-1", "both ESTABLISHED": the states that were reached.
void append_states(const EndStates::Moves& moves, std::vector<Remark>& out);
/// What the analysis found. `round_trip`: of the connection, where it is known.
void append_marks(const TraceSegment& segment, std::optional<ip::Duration> round_trip,
                  std::vector<Remark>& out);
/// What a SYN offers, SACK blocks, the HTTP start line.
void append_contents(const TraceSegment& segment, std::vector<Remark>& out);

}  // namespace glass::tools
