// glass ladder: the sequence diagram of one connection.
#pragma once

#include <string>

#include "tools/commands.h"

namespace glass::tools {

struct LadderCommand {
    CaptureOptions capture;
    ViewOptions view;
    std::string stream;      ///< a number in text
    std::string frames;      ///< a FrameRange in text; empty: all
    std::string svg;         ///< draw into this file instead; "-": standard output
    bool true_time = false;  ///< --scale
    bool all = false;        ///< runs of plain data are not folded
};
int run_ladder(const LadderCommand& options);

}  // namespace glass::tools
