// glass plot: one connection over time.
#pragma once

#include <string>

#include "tools/commands.h"
#include "tools/plot.h"

namespace glass::tools {

enum class PlotSide : std::uint8_t { more, client, server };

struct PlotCommand {
    CaptureOptions capture;
    ViewOptions view;
    std::string stream;              ///< a number in text
    std::string kind;                ///< a PlotKind in text
    PlotSide side = PlotSide::more;  ///< whose data; `more`: of the side that sent more
    std::string svg;                 ///< draw into this file instead; "-": standard output
};
int run_plot(const PlotCommand& options);

}  // namespace glass::tools
