// Recorded talk: one connection of a capture with the octets of its segments: what glass replay plays.
#pragma once

#include <expected>

#include "ip/ecn.h"
#include "tools/stream_trace.h"

namespace glass::tools {

struct RecordedSegment {
    ip::Buffer octets;  ///< TCP header and text as sent; where the capture has less, zeros
    ip::Ecn ecn = ip::Ecn::not_ect;
    bool damaged = false;  ///< by its checksum, and not only because a network card would have computed it
};

struct RecordedTalk {
    /// What a replay may hold in memory: octets of segments.
    static constexpr std::size_t kMostOctets = 256u << 20;

    int status = kAllRead;
    StreamTrace trace;
    std::vector<RecordedSegment> segments;  ///< one for each of the trace
    std::uint64_t filled = 0;               ///< octets of text that the capture does not have
};

/// Else the error is an exit status, and what is wrong has been said.
[[nodiscard]] std::expected<RecordedTalk, int> load_talk(const CaptureOptions& options,
                                                         const std::string& number);

}  // namespace glass::tools
