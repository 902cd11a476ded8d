#include "tools/ladder_svg.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

#include "ip/elapsed.h"
#include "tools/duration_text.h"
#include "tools/ladder_layout.h"
#include "tools/ladder_text.h"
#include "tools/remark_lines.h"
#include "tools/svg.h"

namespace glass::tools {
namespace {

using Kind = LadderRow::Kind;
using Fate = LadderRow::Fate;
using Anchor = Svg::Anchor;

constexpr double kMargin = 132, kBetween = 500, kRemarks = 360, kTop = 92, kBottom = 70;
constexpr std::size_t kRemarkColumns = 50, kLabelColumns = 60;
constexpr double kSteepest = 0.9;     ///< slope of a text
constexpr double kHead = 8;           ///< length of an arrow's head
constexpr double kBandWithText = 12;  ///< height

std::string_view class_of(Tone tone) {
    switch (tone) {
        case Tone::plain: return "";
        case Tone::state: return "state";
        case Tone::http: return "http";
        case Tone::trouble: return "trouble";
        case Tone::detail: return "faint";
    }
    return "";
}

bool is_trouble(const LadderRow& row) {
    return row.again || row.kind == Kind::missing || row.fate == Fate::lost;
}

std::string time_text(const StreamTrace& trace, ip::Time time) {
    const ip::Duration since = ip::elapsed(trace.segments.front().frame.time, time);
    return fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(since).count());
}

/// What the mouse finds out.
std::string tooltip(const StreamTrace& trace, const LadderRow& row) {
    std::string text;
    if (row.first_frame == row.last_frame && row.first_frame > 0)
        text = fmt::format("frame {} at {} ms: ", row.first_frame, time_text(trace, row.first_time));
    else if (row.first_frame > 0)
        text = fmt::format("frames {} to {}: ", row.first_frame, row.last_frame);
    text += row.label;
    for (const Remark& remark : row.remarks) text.append("; ").append(remark.text);
    return text;
}

/// Which line is nearer to the recorder: its times are those of the file.
unsigned recorder_of(const StreamTrace& trace) {
    const PathDelays delays = path_delays(trace);
    return delays.to_client && delays.to_server && *delays.to_server < *delays.to_client;
}

class Drawing {
public:
    Drawing(const StreamTrace& trace, bool true_time, const std::vector<LadderRow>& rows,
            const std::vector<std::vector<std::vector<Remark>>>& remarks, const LadderLayout& layout)
        : trace_(trace),
          true_time_(true_time),
          rows_(rows),
          remarks_(remarks),
          layout_(layout),
          recorder_(recorder_of(trace)),
          client_x_(recorder_ == 0 ? kMargin : 60),
          server_x_(client_x_ + kBetween),
          margin_x_(recorder_ == 0 ? client_x_ - 10 : server_x_ + 116),
          remark_x_(recorder_ == 0 ? server_x_ + 20 : server_x_ + 142),
          svg_(remark_x_ + kRemarks, kTop + layout.height + kBottom,
               fmt::format("TCP ladder of stream {}: {} and {}", trace.stream, endpoint_text(trace.client),
                           endpoint_text(trace.server))) {}

    std::string run(const EndStates& states, std::uint64_t left_out) {
        head();
        const double end = kTop + layout_.height + 18;
        svg_.line(client_x_, kTop - 22, client_x_, end, "client axis");
        svg_.line(server_x_, kTop - 22, server_x_, end, "server axis");
        for (const LadderLayout::Break& gap : layout_.breaks) draw_break(gap);
        for (std::size_t i = 0; i < rows_.size(); ++i) draw_row(i);
        for (std::size_t i = 0; i < rows_.size(); ++i) write_row(i);  // above all lines
        svg_.text(client_x_, end + 15, name(states.state(0)), "small state", Anchor::middle);
        svg_.text(server_x_, end + 15, name(states.state(1)), "small state", Anchor::middle);
        foot(end + 38, left_out);
        return svg_.finish();
    }

private:
    void head() {
        const PathDelays delays = path_delays(trace_);
        svg_.text(16, 24,
                  fmt::format("Stream {}: {} → {}", trace_.stream, endpoint_text(trace_.client),
                              endpoint_text(trace_.server)),
                  "title");
        std::string text = fmt::format("{} segments in {}", trace_.segments.size() + trace_.left_out,
                                       duration_text(ip::elapsed(trace_.segments.front().frame.time,
                                                                 trace_.segments.back().frame.time)));
        if (const auto round_trip = delays.round_trip())
            text += fmt::format(" · round trip {} · recorded {} from the client and {} from the server",
                                duration_text(*round_trip), duration_text(*delays.to_client),
                                duration_text(*delays.to_server));
        svg_.text(16, 42, text, "small faint");
        svg_.text(margin_x_ - 74, kTop - 12, "frame", "small faint", Anchor::end);
        svg_.text(margin_x_, kTop - 12, "ms", "small faint", Anchor::end);
        svg_.text(client_x_, kTop - 28, "client", "strong client", Anchor::middle);
        svg_.text(server_x_, kTop - 28, "server", "strong server", Anchor::middle);
    }

    void foot(double y, std::uint64_t left_out) {
        std::string text = true_time_
                               ? "Time runs downwards, to scale; silences are cut (≈). "
                               : "Time runs downwards; crowded moments are stretched, silences cut (≈). ";
        text += "Slopes: half the round trip, as estimated.";
        if (left_out > 0) text += fmt::format(" {} rows more are not drawn.", left_out);
        svg_.text(16, y, text, "small faint");
    }

    void draw_break(const LadderLayout::Break& gap) {
        const double y = kTop + gap.y;
        for (const double x : {client_x_, server_x_}) {
            svg_.rectangle(x - 3, y - 5, 6, 10, "paper");
            SvgPath wave;
            for (const double dy : {-5.0, 5.0}) {
                wave.move_to(x - 7, y + dy + 2.5);
                wave.line_to(x - 2, y + dy - 2.5);
                wave.line_to(x + 2, y + dy + 2.5);
                wave.line_to(x + 7, y + dy - 2.5);
            }
            svg_.path(wave, "faint");
        }
        svg_.text((client_x_ + server_x_) / 2, y + 4, fmt::format("≈ {} ≈", duration_text(gap.left_out)),
                  "small faint halo", Anchor::middle);
    }

    void draw_row(std::size_t i) {
        const LadderRow& row = rows_[i];
        const LadderLayout::Placed& at = layout_.rows[i];
        svg_.begin_group(is_trouble(row) ? "trouble"
                         : row.side == 0 ? "client"
                                         : "server",
                         tooltip(trace_, row));
        if (row.kind == Kind::folded) draw_band(at);
        draw_arrow(row, at.last.y);
        svg_.end_group();
    }

    void write_row(std::size_t i) {
        const LadderRow& row = rows_[i];
        const LadderLayout::Placed& at = layout_.rows[i];
        std::array<double, 2> y = at.first.y;
        bool room = at.label;
        if (row.kind == Kind::folded) {  // in the middle of its band
            y = {(at.first.y[0] + at.last.y[0]) / 2 + 8, (at.first.y[1] + at.last.y[1]) / 2 + 8};
            room = room && at.last.y[row.side] - at.first.y[row.side] >= kBandWithText;
        }
        if (room) write_label(row, y);
        if (at.margin && row.first_frame > 0) {
            const double margin_y = kTop + at.first.y[recorder_] + 4;
            svg_.text(margin_x_, margin_y, time_text(trace_, row.first_time), "mono faint", Anchor::end);
            svg_.text(margin_x_ - 74, margin_y, fmt::format("{}", row.first_frame), "mono", Anchor::end);
        }
        if (at.remarks) write_remarks(i, at);
    }

    /// Several segments: from the first to the last.
    void draw_band(const LadderLayout::Placed& at) {
        SvgPath band;
        band.move_to(client_x_, kTop + at.first.y[0]);
        band.line_to(server_x_, kTop + at.first.y[1]);
        band.line_to(server_x_, kTop + at.last.y[1]);
        band.line_to(client_x_, kTop + at.last.y[0]);
        band.close();
        svg_.path(band, "head band");
    }

    void draw_arrow(const LadderRow& row, const std::array<double, 2>& y) {
        const bool right = row.side == 0;
        const double x1 = right ? client_x_ : server_x_, y1 = kTop + y[row.side];
        const double full_x2 = right ? server_x_ : client_x_, full_y2 = kTop + y[1 - row.side];
        const double part = row.fate == Fate::lost ? 0.72 : row.fate == Fate::unanswered ? 0.9 : 1;
        const double x2 = x1 + (full_x2 - x1) * part, y2 = y1 + (full_y2 - y1) * part;
        const double angle = std::atan2(full_y2 - y1, full_x2 - x1);
        const double back = row.fate == Fate::arrives ? kHead - 2 : 0;
        svg_.line(x1, y1, x2 - std::cos(angle) * back, y2 - std::sin(angle) * back,
                  row.kind == Kind::missing ? "dashed" : "");
        if (row.fate == Fate::arrives) draw_tip(x2, y2, angle);
        if (row.fate == Fate::lost) draw_cross(x2, y2);
        if (row.fate == Fate::unanswered)
            svg_.text(x2 + (right ? 9 : -9), y2 + 5, "?", "strong trouble", Anchor::middle);
    }

    /// Along the arrow, on the sender's side; beside a very steep one not as steep, for the sake of its
    /// neighbours.
    void write_label(const LadderRow& row, const std::array<double, 2>& y) {
        const double slope = std::clamp((y[1] - y[0]) / kBetween, -kSteepest, kSteepest);
        const bool right = row.side == 0;
        const std::string_view side = is_trouble(row) ? "trouble" : right ? "client" : "server";
        svg_.text_turned(right ? client_x_ + 12 : server_x_ - 12,
                         kTop + y[row.side] - 5 + 12 * std::abs(slope),
                         std::atan(slope) * 180 / std::numbers::pi, cut_to(row.label, kLabelColumns),
                         fmt::format("mono halo {}", side), right ? Anchor::start : Anchor::end);
    }

    void draw_tip(double x, double y, double angle) {
        SvgPath head;
        head.move_to(x, y);
        for (const double turn : {2.75, -2.75})
            head.line_to(x + kHead * std::cos(angle + turn), y + kHead * std::sin(angle + turn));
        head.close();
        svg_.path(head, "head");
    }

    void draw_cross(double x, double y) {
        svg_.line(x - 5, y - 5, x + 5, y + 5, "thick");
        svg_.line(x - 5, y + 5, x + 5, y - 5, "thick");
    }

    void write_remarks(std::size_t i, const LadderLayout::Placed& at) {
        if (remarks_[i].empty()) return;
        double y = kTop + at.remarks_y + 4;
        if (at.remarks_y > at.first.y[1] + 3)
            svg_.line(remark_x_ - 17, kTop + at.first.y[1], remark_x_ - 4, y - 4, "faint thin");
        for (const auto& line : remarks_[i]) {
            double x = remark_x_;
            // Pieces of a line follow each other; only a browser knows how wide they are, so one text holds
            // them.
            svg_.begin_text(x, y);
            for (const Remark& piece : line) svg_.span(piece.text, class_of(piece.tone));
            svg_.finish_text();
            y += 15;
        }
    }

    const StreamTrace& trace_;
    bool true_time_;
    const std::vector<LadderRow>& rows_;
    const std::vector<std::vector<std::vector<Remark>>>& remarks_;
    const LadderLayout& layout_;
    unsigned recorder_;
    double client_x_, server_x_, margin_x_, remark_x_;
    Svg svg_;
};

}  // namespace

DrawnLadder draw_ladder(const StreamTrace& trace, const LadderOptions& options, bool true_time) {
    Ladder ladder(trace, options);
    std::vector<LadderRow> rows;
    std::vector<std::vector<std::vector<Remark>>> remarks;
    std::vector<std::size_t> remark_counts;
    DrawnLadder drawn;
    std::optional<EndStates> states;
    while (auto row = ladder.next()) {
        if (rows.size() == kMaxDrawnRows) {
            ++drawn.left_out;
            continue;
        }
        drawn.last_frame = std::max(drawn.last_frame, row->last_frame);
        remarks.push_back(remark_lines(row->remarks, kRemarkColumns));
        remark_counts.push_back(remarks.back().size());
        rows.push_back(std::move(*row));
        states = ladder.states();
    }
    drawn.rows = rows.size();
    if (rows.empty()) return drawn;
    LadderLayoutOptions layout_options;
    layout_options.true_time = true_time;
    layout_options.recorder = recorder_of(trace);
    layout_options.unit = LadderText::line_for(trace);
    if (true_time) layout_options.unit_height = 30;
    const LadderLayout layout = lay_out(rows, remark_counts, path_delays(trace), layout_options);
    drawn.svg = Drawing(trace, true_time, rows, remarks, layout).run(*states, drawn.left_out);
    return drawn;
}

}  // namespace glass::tools
