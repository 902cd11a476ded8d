// Replay script: what the application of a recorded end did, as far as its segments tell: which octets it had
// by when, when it closed or aborted; and how its TCP was set up.
#pragma once

#include <cstdint>
#include <vector>

#include "tcp/config.h"
#include "tools/recorded_talk.h"

namespace glass::tools {

struct ReplayStep {
    enum class Kind : std::uint8_t { send, close, abort };
    Kind kind = Kind::send;
    ip::Time at{};
    std::uint64_t end = 0;   ///< of send: octets that the application has given by now
    bool after_ack = false;  ///< at that very time its TCP had sent something before: an ACK, or text
};

struct ReplayScript {
    std::vector<ReplayStep> steps;  ///< in order of their times
    ip::Buffer octets;              ///< all that it sent
    bool answers = true;            ///< false for a server that refused the connection
};

/// `side`: whose. The segment with its SYN is in the talk, or it never sent any but resets.
[[nodiscard]] ReplayScript replay_script(const RecordedTalk& talk, unsigned side);

/// The options it negotiated, its MSS, and room for the largest window it announced.
[[nodiscard]] tcp::Config replay_config(const RecordedTalk& talk, unsigned side);

}  // namespace glass::tools
