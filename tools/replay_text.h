// Replay text: a replay as a ladder with two columns of answers: the recorded end's and our stack's.
#pragma once

#include <string>

#include "tools/replay_compare.h"
#include "tools/style.h"

namespace glass::tools {

struct ReplayTextOptions {
    bool fold = true;  ///< runs of rows without a difference become one line
};

/// Lines of at most style.columns() columns; segments are labelled as in glass ladder.
void append_replay(const RecordedTalk& talk, const Replayed& replayed, const Comparison& comparison,
                   const Style& style, const ReplayTextOptions& options, std::string& out);

}  // namespace glass::tools
