// Plot as a drawing: axes with round numbers, a grid, a legend; points closer than a pixel are merged.
#pragma once

#include <string>

#include "tools/plot.h"

namespace glass::tools {

/// At most some hundred thousand characters, however many points there are.
[[nodiscard]] std::string draw_plot(const Plot& plot);

}  // namespace glass::tools
