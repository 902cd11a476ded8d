// glass replay: one end of a recorded connection against our own stack.
#pragma once

#include <string>

#include "tools/commands.h"

namespace glass::tools {

enum class PlayedEnd : std::uint8_t { client, server };

struct ReplayCommand {
    CaptureOptions capture;
    ViewOptions view;
    std::string stream = "0";  ///< a number in text
    PlayedEnd plays = PlayedEnd::client;
    std::uint64_t seed = 1;
    bool all = false;      ///< rows without a difference are not folded
    bool json = false;     ///< one object a row
    std::string write_to;  ///< the replay as a capture
};
int run_replay(const ReplayCommand& options);

}  // namespace glass::tools
