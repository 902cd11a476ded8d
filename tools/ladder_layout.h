// Ladder layout: when each segment leaves one end and reaches the other, and how far down that is drawn.
#pragma once

#include <array>
#include <vector>

#include "tools/ladder.h"
#include "tools/path_delays.h"

namespace glass::tools {

/// Heights in pixels from the top. Times between two events take height in proportion, but at least what
/// their text needs, and long silences no more than a break does.
struct LadderLayout {
    struct Ends {
        std::array<double, 2> y{};  ///< on the client's and on the server's line
    };
    struct Placed {
        Ends first, last;      ///< the same but for a folded row
        double remarks_y = 0;  ///< where the first line of its remarks stands
        bool label = true;     ///< there is room for text on the arrow,
        bool margin = true;    ///< for frame and time at the line nearest to the recorder,
        bool remarks = true;   ///< and for the remarks
    };
    struct Break {
        double y = 0;
        ip::Duration left_out{};
    };

    std::vector<Placed> rows;
    std::vector<Break> breaks;
    double height = 0;
};

struct LadderLayoutOptions {
    bool true_time = false;     ///< strictly in proportion: text that finds no room is left out
    unsigned recorder = 0;      ///< the end nearest to it: there stand frame and time
    ip::Duration unit{};        ///< so much time
    double unit_height = 20;    ///< is so high
    double row_height = 18;     ///< of text on an arrow
    double remark_height = 15;  ///< of a line of remarks
};

/// `remark_lines`: how many lines of remarks each row has.
[[nodiscard]] LadderLayout lay_out(const std::vector<LadderRow>& rows,
                                   const std::vector<std::size_t>& remark_lines, const PathDelays& delays,
                                   const LadderLayoutOptions& options);

}  // namespace glass::tools
