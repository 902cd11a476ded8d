#include "tools/ladder_layout.h"

#include <algorithm>

#include "ip/elapsed.h"
#include "tools/duration_text.h"

namespace glass::tools {
namespace {

constexpr double kLongestGap = 110, kBreakHeight = 44;

/// A segment leaves an end or reaches the other.
struct Event {
    ip::Duration time{};  ///< since the first row was recorded
    std::size_t row = 0;
    unsigned axis = 0;
    bool last = false;      ///< of a folded row: its lower edge
    std::size_t order = 0;  ///< of events at the same time
};

class Maker {
public:
    Maker(const std::vector<LadderRow>& rows, const std::vector<std::size_t>& remark_lines,
          const LadderLayoutOptions& options)
        : rows_(rows), remark_lines_(remark_lines), options_(options) {}

    LadderLayout run(const PathDelays& delays) {
        layout_.rows.resize(rows_.size());
        add_events(delays);
        for (const Event& event : events_) place(event);
        layout_.height = std::max({y_, remarks_end_, lowest_[0], lowest_[1]});
        return std::move(layout_);
    }

private:
    void add_events(const PathDelays& delays) {
        const std::array<ip::Duration, 2> delay = {delays.to_client.value_or(ip::Duration(0)),
                                                   delays.to_server.value_or(ip::Duration(0))};
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const LadderRow& row = rows_[i];
            for (const bool last : {false, true}) {
                if (last && row.kind != LadderRow::Kind::folded) break;
                const ip::Duration recorded = std::clamp(
                    ip::elapsed(rows_[0].first_time, last ? row.last_time : row.first_time), -kLimit, kLimit);
                events_.push_back({recorded - delay[row.side], i, row.side, last, events_.size()});
                events_.push_back({recorded + delay[1 - row.side], i, 1 - row.side, last, events_.size()});
            }
        }
        std::ranges::sort(events_, [](const Event& a, const Event& b) {
            return a.time != b.time ? a.time < b.time : a.order < b.order;
        });
    }

    /// The height of the time since the event before.
    double height_since(const Event& event) {
        const ip::Duration gap = before_ ? event.time - *before_ : ip::Duration(0);
        before_ = event.time;
        const double height = static_cast<double>(gap.count()) / static_cast<double>(options_.unit.count()) *
                              options_.unit_height;
        if (height <= kLongestGap) return height;
        layout_.breaks.push_back({y_ + kBreakHeight / 2, gap});
        return kBreakHeight;
    }

    void place(const Event& event) {
        double y = y_ + height_since(event);
        LadderLayout::Placed& placed = layout_.rows[event.row];
        const bool has_remarks = event.axis == 1 && !event.last && remark_lines_[event.row] > 0;
        if (!options_.true_time) {
            y = std::max(y, lowest_[event.axis] + options_.row_height);
            if (has_remarks) y = std::max(y, remarks_end_ + options_.remark_height);
        }
        (event.last ? placed.last : placed.first).y[event.axis] = y;
        if (!event.last) {
            if (rows_[event.row].kind != LadderRow::Kind::folded) placed.last.y[event.axis] = y;
            choose_texts(event, y, placed);
            if (has_remarks) place_remarks(event, y, placed);
        }
        // A break stays where it is; what its silence ends with may be pushed down further.
        lowest_[event.axis] = y;
        y_ = y;
    }

    /// With true time lines may lie upon each other; their texts must not.
    void choose_texts(const Event& event, double y, LadderLayout::Placed& placed) {
        if (!options_.true_time) return;
        const bool sends = event.axis == rows_[event.row].side;
        if (sends) {
            placed.label = y >= label_end_[event.axis] + options_.row_height * 0.8;
            if (placed.label) label_end_[event.axis] = y;
        }
        if (event.axis == options_.recorder) {
            placed.margin = y >= margin_end_ + options_.row_height * 0.8;
            if (placed.margin) margin_end_ = y;
        }
    }

    void place_remarks(const Event& event, double y, LadderLayout::Placed& placed) {
        const double height = static_cast<double>(remark_lines_[event.row]) * options_.remark_height;
        placed.remarks_y = std::max(y, remarks_end_ + options_.remark_height);
        placed.remarks = placed.remarks_y - y <= kLongestPush;
        if (placed.remarks) remarks_end_ = placed.remarks_y + height - options_.remark_height;
    }

    static constexpr ip::Duration kLimit = std::chrono::hours(24 * 365 * 100);
    static constexpr double kLongestPush = 120;
    static constexpr double kFarAbove = -1000;

    const std::vector<LadderRow>& rows_;
    const std::vector<std::size_t>& remark_lines_;
    const LadderLayoutOptions& options_;
    LadderLayout layout_;
    std::vector<Event> events_;
    std::optional<ip::Duration> before_;
    double y_ = 0, remarks_end_ = kFarAbove, margin_end_ = kFarAbove;
    std::array<double, 2> lowest_{kFarAbove, kFarAbove}, label_end_{kFarAbove, kFarAbove};
};

}  // namespace

LadderLayout lay_out(const std::vector<LadderRow>& rows, const std::vector<std::size_t>& remark_lines,
                     const PathDelays& delays, const LadderLayoutOptions& options) {
    return Maker(rows, remark_lines, options).run(delays);
}

}  // namespace glass::tools
