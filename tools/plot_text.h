// Plot in text: braille dots between axes, as wide as the terminal.
#pragma once

#include <string>

#include "tools/plot.h"
#include "tools/style.h"

namespace glass::tools {

inline constexpr std::size_t kPlotRows = 20;

/// Without colour, what could not be told apart is drawn with letters.
void append_plot(const Plot& plot, const Style& style, std::string& out);

}  // namespace glass::tools
