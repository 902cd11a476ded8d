// Ladder as a drawing: time runs downwards, segments slant from when they leave to when they arrive.
#pragma once

#include <string>

#include "tools/ladder.h"

namespace glass::tools {

struct DrawnLadder {
    std::string svg;
    std::uint64_t rows = 0;        ///< drawn
    std::uint64_t left_out = 0;    ///< rows after those
    std::uint64_t last_frame = 0;  ///< the last one drawn
};

inline constexpr std::size_t kMaxDrawnRows = 2000;

/// The first kMaxDrawnRows rows. `true_time`: heights strictly in proportion to time, between breaks; else
/// crowded moments are stretched until their text can be read.
[[nodiscard]] DrawnLadder draw_ladder(const StreamTrace& trace, const LadderOptions& options, bool true_time);

}  // namespace glass::tools
