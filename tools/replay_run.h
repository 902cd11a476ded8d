// Replay run: one end of a recorded connection is played against a host of our own stack, in virtual time,
// and the host's segments are kept.
#pragma once

#include <string>
#include <vector>

#include "tools/recorded_talk.h"

namespace glass::tools {

/// A segment that was played, or that our stack sent.
struct ReplayedSegment {
    TraceSegment segment;  ///< with the time of the replay; frame number 0 where ours sent it
    ip::Buffer octets;     ///< TCP header and text
    /// Of a played one: index in the talk, and how long after its time it made sense to our stack.
    std::size_t recorded = 0;
    ip::Duration held{};
};

struct Replayed {
    unsigned played = 0;               ///< side: 0 the client, 1 the server
    std::vector<ReplayedSegment> all;  ///< as they went by
    std::uint64_t damaged = 0;         ///< recorded segments of the played side that nobody would take
    bool completed = true;             ///< false: too many answers, the rest is not there
};

/// What `side` sent is played at its times: the capture's, unless it acknowledges what our stack has not sent
/// yet; then it waits, for a second at most. Our stack is the other end, with the options and the window that
/// it had, and an application that has each octet when the recorded one first sent it. Runs a quarter of a
/// second longer than the capture. `seed`: of our stack's secrets.
///
/// The error says why it cannot be played.
[[nodiscard]] std::expected<Replayed, std::string> replay(const RecordedTalk& talk, unsigned side,
                                                          std::uint64_t seed);

}  // namespace glass::tools
