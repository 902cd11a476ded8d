// Stream trace: all segments of one connection of a capture, with what was found about each: what ladder,
// plot and why draw and tell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tcp/analysis.h"
#include "tcp/endpoint.h"
#include "tcp/options.h"
#include "tools/capture_loop.h"

namespace glass::tools {

struct TraceSegment {
    tcp::FrameRef frame;
    unsigned side = 0;  ///< who sent it: 0 the client, 1 the server
    std::uint16_t flags = 0;
    tcp::Seq seq, ack;               ///< as on the wire
    std::uint32_t relative_seq = 0;  ///< counts from 0 at the SYN
    std::uint32_t relative_ack = 0;
    std::uint32_t length = 0;  ///< payload octets on the wire
    std::uint16_t window_on_wire = 0;
    std::optional<std::uint32_t> window;  ///< octets, after scaling; none where the scale is not known
    std::optional<std::uint16_t> mss;     ///< of a SYN
    std::optional<std::uint8_t> shift;    ///< window scale of a SYN
    bool sack_permitted = false;
    std::optional<tcp::Timestamps> timestamps;
    std::vector<tcp::SackBlock> sack;
    tcp::Finding finding;
    std::string http;  ///< "GET /index.html HTTP/1.1": the start line whose head this segment completed

    bool has(std::uint16_t all) const { return (flags & all) == all; }
    /// SEG.LEN, SYN and FIN counted.
    std::uint32_t sequence_length() const {
        return length + (flags & tcp::SYN ? 1 : 0) + (flags & tcp::FIN ? 1 : 0);
    }
};

/// Fills in what the segment's options say.
void take_options(const tcp::Segment& segment, TraceSegment& out);

struct StreamTrace {
    std::uint32_t stream = 0;
    tcp::Endpoint client, server;        ///< the client sent the first SYN, or else the first segment
    std::vector<TraceSegment> segments;  ///< in the order of the capture; at most kMaxSegments
    std::uint64_t left_out = 0;          ///< further segments
    static constexpr std::size_t kMaxSegments = 1'000'000;
};

/// Reads the file for the segments of this connection. `status`: an exit status (capture_loop.h); the trace
/// is empty where there is no such connection, and may end early where the file is damaged.
struct LoadedTrace {
    int status = kAllRead;
    StreamTrace trace;
    std::uint32_t streams = 0;  ///< connections in the file
};
/// Sees the packet of each segment that goes into the trace, and its TCP layer.
using TraceWatch = std::function<void(const Packet& packet, const Layer& tcp)>;
[[nodiscard]] LoadedTrace load_trace(const CaptureOptions& options, std::uint32_t stream,
                                     const TraceWatch& watch = {});

}  // namespace glass::tools
