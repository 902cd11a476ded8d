// Ladder: the rows of a sequence diagram of one connection: its segments, those that are missing, and runs of
// plain data in one row. RFC 9293 section 3.4, figures 6 and 7, draws such ladders.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/segment_text.h"
#include "tools/trace_losses.h"

namespace glass::tools {

struct LadderRow {
    enum class Kind : std::uint8_t {
        segment,
        missing,  ///< octets that were sent, and are not in the file
        folded,   ///< several segments
    };
    enum class Fate : std::uint8_t {
        arrives,     ///< as far as anybody can tell
        lost,        ///< on the way
        unanswered,  ///< sent again, and nothing tells whether it, or its ACK, got lost
    };

    Kind kind = Kind::segment;
    Fate fate = Fate::arrives;
    unsigned side = 0;                              ///< who sent it: 0 the client, 1 the server
    bool again = false;                             ///< what it carries was sent before
    ip::Time first_time{}, last_time{};             ///< as recorded; the same but in a folded row
    std::uint64_t first_frame = 0, last_frame = 0;  ///< 0 for what is missing
    std::uint64_t segments = 1;
    std::string label;
    std::vector<Remark> remarks;  ///< the most important one first
};

struct LadderOptions {
    bool fold = true;
    std::uint64_t first_frame = 1, last_frame = UINT64_MAX;  ///< only these
};

/// Hands out the rows one by one. What is there, is there once; memory is bounded by what was found.
class Ladder {
public:
    /// The trace must outlive the ladder.
    Ladder(const StreamTrace& trace, const LadderOptions& options);

    /// The next row, or nothing: that was all.
    [[nodiscard]] std::optional<LadderRow> next();

    /// The states after the rows handed out so far.
    const EndStates& states() const { return states_; }
    /// A silence that is worth a row of its own.
    ip::Duration idle() const { return idle_; }

private:
    /// Runs of so many plain segments are folded, all but these at either end.
    static constexpr std::size_t kFoldFrom = 10, kKeptBefore = 3, kKeptAfter = 2;

    void find_plain();
    std::size_t plain_run(std::size_t from) const;
    LadderRow segment_row(std::size_t index);
    LadderRow folded_row(std::size_t from, std::size_t to);
    std::optional<LadderRow> missing_row(const TraceSegment& segment) const;
    void append_fate(const TraceSegment& segment, LadderRow& row) const;
    void append_window(const TraceSegment& segment, LadderRow& row);
    bool chosen(const TraceSegment& segment) const;

    const StreamTrace& trace_;
    LadderOptions options_;
    TraceLosses losses_;
    std::optional<ip::Duration> round_trip_;
    ip::Duration idle_;
    std::vector<bool> plain_;  ///< by index: nothing to say about it
    EndStates states_;
    SegmentLabels labels_;
    std::array<std::uint32_t, 2> told_window_{};
    std::array<bool, 2> window_closed_{};
    std::size_t next_ = 0;
    std::size_t fold_at_ = 0, fold_end_ = 0;  ///< the part of the run at hand that goes into one row
    std::size_t run_end_ = 0;
    std::optional<LadderRow> waiting_;  ///< its hole came first
};

}  // namespace glass::tools
