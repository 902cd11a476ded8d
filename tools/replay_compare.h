// Replay compare: what our stack answered beside what the recorded end had answered.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "tools/replay_run.h"

namespace glass::tools {

struct ReplayRow {
    enum class Kind : std::uint8_t {
        played,         ///< `recorded`, and `ours` as it was played
        both,           ///< the same answer
        recorded_only,  ///< our stack has none like it
        ours_only,
    };
    Kind kind = Kind::played;
    std::optional<TraceSegment> recorded;
    std::optional<TraceSegment> ours;  ///< times are the replay's
    ip::Duration held{};               ///< of a played one

    ip::Time at() const { return recorded ? recorded->frame.time : ours->frame.time; }
};

/// What an answer is that only one of them gave.
enum class Difference : std::uint8_t {
    acknowledgment,  ///< a segment that only acknowledges
    text,            ///< octets that were not sent before
    again,           ///< octets that were
    control,         ///< SYN, FIN or RST
    count_,
};

struct Comparison {
    std::vector<ReplayRow> rows;  ///< in order of their times
    std::uint64_t same = 0;
    using Counts = std::array<std::uint64_t, static_cast<std::size_t>(Difference::count_)>;
    Counts recorded_only{}, ours_only{};
    std::uint64_t recorded_answers = 0, our_answers = 0;
    bool split = false;  ///< recorded segments of more than the MSS were cut up: a network card's work
};

/// Answers are the same where they have the same flags, octets and acknowledgment number, relative to both
/// ISNs; PSH, ECN's flags, options and the window's size, unless one is zero, do not count. They are put
/// side by side in order; time linear in their number.
[[nodiscard]] Comparison compare_replay(const RecordedTalk& talk, const Replayed& replayed);

}  // namespace glass::tools
