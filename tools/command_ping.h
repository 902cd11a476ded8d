// glass ping: echo requests from our own stack, and what comes back.
#pragma once

#include "ip/address.h"
#include "tools/live_options.h"

namespace glass::tools {

struct PingCommand {
    ip::Address to;
    std::uint64_t count = 0;  ///< 0: until it is interrupted
    ip::Duration interval = std::chrono::seconds(1);
    std::size_t size = 56;                        ///< octets of data
    ip::Duration wait = std::chrono::seconds(1);  ///< for the last answer
    LiveOptions live;
};
/// kDamaged where nothing was answered.
int run_ping(const PingCommand& command);

}  // namespace glass::tools
