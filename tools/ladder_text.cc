#include "tools/ladder_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "ip/elapsed.h"
#include "tools/axis.h"
#include "tools/duration_text.h"
#include "tools/path_delays.h"
#include "tools/remark_lines.h"

namespace glass::tools {
namespace {

using Kind = LadderRow::Kind;
using Fate = LadderRow::Fate;

constexpr std::size_t kMinBody = 34, kMaxBody = 60, kMinRemarks = 22;
constexpr std::size_t kBlankLines = 8;  ///< a longer silence is broken
constexpr std::string_view kBar = "│", kIdleBar = "┊";

void repeat(std::string_view piece, std::size_t times, std::string& out) {
    while (times-- > 0) out += piece;
}

std::string_view start_of(Tone tone, const Style& style) {
    switch (tone) {
        case Tone::plain: return {};
        case Tone::state: return style.start(ip::Proto::tcp);
        case Tone::http: return style.start(ip::Proto::http);
        case Tone::trouble: return style.start(Ink::bad);
        case Tone::detail: return style.start(Ink::dim);
    }
    return {};
}

void put(std::string_view start, std::string_view text, const Style& style, std::string& out) {
    out += start;
    out += text;
    if (!start.empty()) out += style.stop();
}

std::string_view line_piece(const LadderRow& row) {
    return row.kind == Kind::missing ? "╌" : row.kind == Kind::folded ? "═" : "─";
}

/// Milliseconds since the first segment.
double milliseconds(const StreamTrace& trace, ip::Time time) {
    return std::chrono::duration<double, std::milli>(ip::elapsed(trace.segments.front().frame.time, time))
        .count();
}

constexpr double kManyMilliseconds = 1e6;

std::string time_text(double ms, bool seconds) {
    return fmt::format("{:.3f}", seconds ? ms / 1e3 : ms);
}

/// Earliest and latest: times of a file may go backwards.
std::pair<double, double> time_range(const StreamTrace& trace) {
    std::pair<double, double> range{0, 0};
    for (const TraceSegment& segment : trace.segments) {
        const double ms = milliseconds(trace, segment.frame.time);
        range = {std::min(range.first, ms), std::max(range.second, ms)};
    }
    return range;
}

ip::Duration median_gap(const StreamTrace& trace) {
    std::vector<ip::Duration> gaps;
    const std::size_t count = std::min<std::size_t>(trace.segments.size(), 1000);
    for (std::size_t i = 1; i < count; ++i)
        gaps.push_back(ip::elapsed(trace.segments[i - 1].frame.time, trace.segments[i].frame.time));
    if (gaps.empty()) return std::chrono::milliseconds(1);
    std::ranges::nth_element(gaps, gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2));
    return gaps[gaps.size() / 2];
}

}  // namespace

LadderText::LadderText(const StreamTrace& trace, const Style& style, const Options& options)
    : trace_(trace), style_(style), options_(options) {
    const auto [earliest, latest] = time_range(trace);
    seconds_ = std::max(-earliest, latest) >= kManyMilliseconds;
    const std::size_t time =
        std::max(time_text(earliest, seconds_).size(), time_text(latest, seconds_).size());
    const std::uint64_t last_frame = trace.segments.empty() ? 0 : trace.segments.back().frame.number;
    columns_.total = std::max(style.columns(), kMinColumns);
    columns_.frame = std::max<std::size_t>(3, fmt::format("{}", last_frame).size());
    columns_.time = std::max<std::size_t>(6, time);
    const std::size_t margin = columns_.frame + 1 + columns_.time + 1;
    const std::size_t room = columns_.total - margin - 4;  // both lines, two blanks before the remarks
    if (room >= kMinBody + kMinRemarks) {
        columns_.body = std::clamp(room * 11 / 20, kMinBody, kMaxBody);
        columns_.remarks = room - columns_.body;
    } else {
        columns_.body = columns_.total - margin - 2;
    }
}

ip::Duration LadderText::line_for(const StreamTrace& trace) {
    const auto round_trip = path_delays(trace).round_trip();
    const ip::Duration aim = round_trip ? *round_trip / 4 : median_gap(trace);
    const double ns = std::clamp(static_cast<double>(aim.count()), 1e3, 60e9);
    return ip::Duration(static_cast<std::int64_t>(round_down_125(ns)));
}

void LadderText::append_margin(std::string_view frame, std::string_view time, std::string& out) const {
    out += style_.start(Ink::dim);
    out += fmt::format("{:>{}} {:>{}} ", frame, columns_.frame, time, columns_.time);
    out += style_.stop();
}

void LadderText::append_blank(std::string_view bar, std::string& out) const {
    append_margin("", "", out);
    put(style_.start(Ink::dim), bar, style_, out);
    out.append(columns_.body, ' ');
    put(style_.start(Ink::dim), bar, style_, out);
}

void LadderText::append_head(std::string& out) const {
    const PathDelays delays = path_delays(trace_);
    const std::uint64_t count = trace_.segments.size() + trace_.left_out;
    std::string what = fmt::format(
        "stream {}: {} segment{} in {}", trace_.stream, count, count == 1 ? "" : "s",
        duration_text(ip::elapsed(trace_.segments.front().frame.time, trace_.segments.back().frame.time)));
    if (delays.to_client && delays.to_server)
        what += fmt::format(", round trip {}; recorded {} from the client, {} from the server",
                            duration_text(*delays.round_trip()), duration_text(*delays.to_client),
                            duration_text(*delays.to_server));
    if (options_.true_time) what += fmt::format("; a line is {}", duration_text(options_.line));
    for (const std::string_view line : wrap(what, columns_.total, columns_.total)) {
        style_.put(out, Ink::strong, line);
        out += '\n';
    }
    append_margin("#", seconds_ ? "s" : "ms", out);
    append_ends("client", "server", out);
    const std::string client = endpoint_text(trace_.client), server = endpoint_text(trace_.server);
    const bool together = client.size() + server.size() + 2 <= columns_.body + 2;
    const std::size_t margin = columns_.frame + columns_.time + 2;
    const auto fits = [&](const std::string& text) { return margin + text.size() <= columns_.total; };
    const bool indented = together || (fits(client) && fits(server));
    if (indented) append_margin("", "", out);
    append_ends(client, together ? server : "", out);
    if (together) return;
    if (indented) append_margin("", "", out);
    append_ends("", server, out);
}

/// The client's at the left line, the server's at the right one.
void LadderText::append_ends(std::string_view client, std::string_view server, std::string& out) const {
    put(style_.start_stream(0), client, style_, out);
    const std::size_t used = client.size() + server.size(), width = columns_.body + 2;
    if (!server.empty() && used < width) out.append(width - used, ' ');
    put(style_.start_stream(1), server, style_, out);
    out += '\n';
}

/// One line, or with true time as many as it takes; long silences are broken.
void LadderText::append_silence(ip::Duration gap, std::string& out) const {
    append_margin("", "", out);
    put(style_.start(Ink::dim), kIdleBar, style_, out);
    const std::string text = options_.true_time ? fmt::format("≈ {} ≈", duration_text(gap))
                                                : fmt::format("{} later", duration_text(gap));
    const std::size_t used = display_columns(text), left = (columns_.body - used) / 2;
    out.append(left, ' ');
    put(style_.start(Ink::dim), text, style_, out);
    out.append(columns_.body - used - left, ' ');
    put(style_.start(Ink::dim), kIdleBar, style_, out);
    out += '\n';
}

void LadderText::append_arrow(const LadderRow& row, std::string& out) const {
    const bool trouble = row.again || row.kind == Kind::missing || row.fate == Fate::lost;
    const std::string_view color = trouble ? style_.start(Ink::bad) : style_.start_stream(row.side);
    const std::string label = cut_to(row.label, columns_.body - 5);
    const std::size_t room = columns_.body - display_columns(label) - 2;  // blanks around the label
    const bool to_the_right = row.side == 0;
    // What gets lost ends on its way.
    const std::size_t lost = row.fate == Fate::lost ? std::min(room - 2, columns_.body / 5) : 0;
    std::string line;
    repeat(line_piece(row), room - 1 - lost, line);
    const std::string_view head = row.fate == Fate::lost         ? "✗"
                                  : row.fate == Fate::unanswered ? "?"
                                  : to_the_right                 ? "▶"
                                                                 : "◀";
    std::string text;
    if (to_the_right) {
        text.append(" ").append(label).append(" ").append(line).append(head).append(lost, ' ');
    } else {
        text.append(lost, ' ').append(head).append(line).append(" ").append(label).append(" ");
    }
    put(style_.start(Ink::dim), kBar, style_, out);
    put(color, text, style_, out);
    put(style_.start(Ink::dim), kBar, style_, out);
}

void LadderText::append_remarks(const LadderRow& row, std::string& out) const {
    bool first = true;
    for (const auto& line : remark_lines(row.remarks, columns_.remarks)) {
        if (!first) append_blank(kBar, out);
        out += "  ";
        for (const Remark& piece : line) put(start_of(piece.tone, style_), piece.text, style_, out);
        out += '\n';
        first = false;
    }
    if (first) out += '\n';
}

/// On narrow terminals: between the lines, on the sender's side.
void LadderText::append_remarks_below(const LadderRow& row, std::string& out) const {
    out += '\n';
    for (const auto& line : remark_lines(row.remarks, columns_.body - 4)) {
        append_margin("", "", out);
        put(style_.start(Ink::dim), kBar, style_, out);
        std::size_t used = 0;
        for (const Remark& piece : line) used += display_columns(piece.text);
        const std::size_t before = row.side == 0 ? 2 : columns_.body - used - 2;
        out.append(before, ' ');
        for (const Remark& piece : line) put(start_of(piece.tone, style_), piece.text, style_, out);
        out.append(columns_.body - used - before, ' ');
        put(style_.start(Ink::dim), kBar, style_, out);
        out += '\n';
    }
}

/// Within limits that leave room to reckon.
ip::Duration LadderText::since_start(ip::Time time) const {
    constexpr ip::Duration kLimit = std::chrono::hours(24 * 365 * 100);
    return std::clamp(ip::elapsed(trace_.segments.front().frame.time, time), -kLimit, kLimit);
}

void LadderText::append_row(const LadderRow& row, ip::Duration idle, std::string& out) {
    const ip::Duration gap = last_ ? ip::elapsed(*last_, row.first_time) : ip::Duration(0);
    if (options_.true_time && next_line_) {
        const auto blank = static_cast<std::size_t>(
            std::max<std::int64_t>((since_start(row.first_time) - *next_line_) / options_.line, 0));
        if (blank > kBlankLines) append_silence(gap, out);
        for (std::size_t i = 0; blank <= kBlankLines && i < blank; ++i) {
            append_blank(kBar, out);
            out += '\n';
        }
    } else if (gap >= idle) {
        append_silence(gap, out);
    }
    const std::size_t start = out.size();
    append_margin(row.first_frame ? fmt::format("{}", row.first_frame) : "",
                  row.first_frame ? time_text(milliseconds(trace_, row.first_time), seconds_) : "", out);
    append_arrow(row, out);
    if (columns_.remarks > 0)
        append_remarks(row, out);
    else
        append_remarks_below(row, out);
    last_ = row.last_time;
    const auto lines = std::count(out.begin() + static_cast<std::ptrdiff_t>(start), out.end(), '\n');
    next_line_ = since_start(row.last_time) + options_.line * lines;
}

void LadderText::append_foot(const EndStates& states, std::string& out) const {
    if (trace_.left_out > 0)
        out += fmt::format("{} more segments are left out: too many to remember\n", trace_.left_out);
    std::string text = "at the end: ";
    const auto client = states.state(0), server = states.state(1);
    if (client == server)
        text += fmt::format("both {}", name(client));
    else
        text += fmt::format("client {}, server {}", name(client), name(server));
    const std::size_t margin = columns_.frame + columns_.time + 2;
    if (margin + text.size() <= columns_.total) append_margin("", "", out);
    style_.put(out, Ink::dim, text);
    out += '\n';
}

}  // namespace glass::tools
