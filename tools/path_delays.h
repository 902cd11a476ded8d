// Path delays: how far from each end a capture was recorded, estimated from who answers when. RFC 7323
// section 4 and RFC 6298 measure round trips; here each is split at the recorder.
#pragma once

#include <optional>

#include "tools/stream_trace.h"

namespace glass::tools {

/// One way, from the recorder to an end and the other way alike; none where that cannot be told.
struct PathDelays {
    std::optional<ip::Duration> to_client, to_server;

    [[nodiscard]] std::optional<ip::Duration> round_trip() const {
        if (!to_client || !to_server) return std::nullopt;
        return 2 * (*to_client + *to_server);
    }
};

/// Half of the shortest time after which each end acknowledged what passed by. At most a minute each.
[[nodiscard]] PathDelays path_delays(const StreamTrace& trace);

}  // namespace glass::tools
