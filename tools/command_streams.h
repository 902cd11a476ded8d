// glass streams: the connections of a capture, one line each.
#pragma once

#include "tools/commands.h"

namespace glass::tools {

struct StreamsOptions {
    CaptureOptions capture;
    ViewOptions view;
    bool json = false;
    bool hash = true;      ///< JSON only: SHA-256 of each direction
    bool details = false;  ///< a second line about each
};
int run_streams(const StreamsOptions& options);

}  // namespace glass::tools
