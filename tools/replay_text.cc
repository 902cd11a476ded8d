#include "tools/replay_text.h"

#include <algorithm>
#include <fmt/format.h>

#include "ip/elapsed.h"
#include "tools/duration_text.h"
#include "tools/remark_lines.h"
#include "tools/segment_text.h"

namespace glass::tools {
namespace {

using Kind = ReplayRow::Kind;

/// Rows without a difference: from so many on they are folded, but for those next to a difference.
constexpr std::size_t kFoldFrom = 6, kKept = 2;
constexpr std::size_t kMinColumns = 60;
/// A difference of less is the time that any answer takes.
constexpr ip::Duration kSoon = std::chrono::milliseconds(1);

struct Columns {
    explicit Columns(const Style& style, std::uint64_t last_frame) {
        frame = std::max<std::size_t>(4, fmt::format("{}", last_frame).size());
        const std::size_t total = std::max(style.columns(), kMinColumns);
        const std::size_t room = total - frame - 1 - time - 1 - 4;  // two lines with a blank before each
        recorded = ours = room * 3 / 10 + 1;
        played = room - recorded - ours;
    }
    std::size_t frame, time = 10, played, recorded, ours;
};

bool is_difference(const ReplayRow& row) {
    return row.kind == Kind::recorded_only || row.kind == Kind::ours_only;
}

/// Labels that fit a third of a line: "SYN ACK", "[1449..2896] ack 86", "FIN 86 ack 313", "ACK 1449 win 0".
/// Of segments with text or FIN the acknowledgment number is there where it is new.
class ShortLabels {
public:
    std::string label(const TraceSegment& s) {
        std::string text = what(s);
        if (s.has(tcp::ACK)) {
            const bool alone = s.length == 0 && !(s.flags & (tcp::SYN | tcp::FIN | tcp::RST));
            const bool is_new = s.has(tcp::SYN) ? s.relative_ack != 1 : last_ack_ != s.relative_ack;
            if (alone || s.has(tcp::RST) || is_new)
                text +=
                    fmt::format("{}{} {}", text.empty() ? "" : " ", alone ? "ACK" : "ack", s.relative_ack);
            last_ack_ = s.relative_ack;
        }
        if (s.window_on_wire == 0 && !s.has(tcp::RST)) text += " win 0";
        return text;
    }

private:
    static std::string what(const TraceSegment& s) {
        std::string text;
        const auto add = [&text](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
        if (s.has(tcp::SYN)) add(s.has(tcp::ACK) ? "SYN ACK" : "SYN");
        if (s.has(tcp::RST)) add(s.has(tcp::ACK) ? "RST" : fmt::format("RST {}", s.relative_seq));
        if (s.length > 0) add(octets_text(s.relative_seq, s.length));
        if (s.has(tcp::FIN)) add(s.length > 0 ? "FIN" : fmt::format("FIN {}", s.relative_seq));
        if (s.has(tcp::URG)) add("URG");
        return text;
    }
    std::optional<std::uint32_t> last_ack_ =
        1;  ///< of this column; what follows the handshake says nothing new
};

class ReplayText {
public:
    ReplayText(const RecordedTalk& talk, const Replayed& replayed, const Comparison& comparison,
               const Style& style, std::string& out)
        : talk_(talk),
          replayed_(replayed),
          comparison_(comparison),
          style_(style),
          columns_(style, talk.trace.segments.back().frame.number),
          out_(out) {}

    void append_head() {
        const bool server = replayed_.played == 1;
        style_.put(out_, Ink::strong,
                   fmt::format("stream {}: the {} is played, our stack is the {}", talk_.trace.stream,
                               server ? "server" : "client", server ? "client" : "server"));
        out_ += '\n';
        append_line("#", "ms", server ? "server plays" : "client plays",
                    server ? "client, recorded" : "server, recorded", "Glass", Ink::dim, Ink::dim);
        append_line("", "", endpoint_text(server ? talk_.trace.server : talk_.trace.client),
                    endpoint_text(server ? talk_.trace.client : talk_.trace.server), "", Ink::dim, Ink::dim);
    }

    void append_rows(bool fold) {
        const auto& rows = comparison_.rows;
        for (std::size_t i = 0; i < rows.size();) {
            const std::size_t run = fold ? plain_run(i) : 0;
            if (run < kFoldFrom) {
                append_row(rows[i++]);
                continue;
            }
            const std::size_t before = i == 0 ? 4 : kKept;  // the handshake is worth its lines
            const std::size_t after = i + run == rows.size() ? 0 : kKept;
            const std::size_t folded = run > before + after ? run - before - after : 0;
            for (std::size_t n = 0; n < std::min(before, run); ++n) append_row(rows[i + n]);
            if (folded > 0) append_fold(i + before, folded);
            for (std::size_t n = before + folded; n < run; ++n) append_row(rows[i + n]);
            i += run;
        }
    }

    void append_foot() {
        const Comparison& c = comparison_;
        out_ += fmt::format("{} answer{} in the recording, {} of ours, {} the same", c.recorded_answers,
                            c.recorded_answers == 1 ? "" : "s", c.our_answers, c.same);
        out_ += c.same == c.recorded_answers && c.same == c.our_answers ? ": no difference\n" : "\n";
        append_count(Difference::acknowledgment,
                     "ACKs at other moments (RFC 9293 section 3.8.6.3 leaves them to the receiver)");
        append_count(Difference::text, "segments of new text, cut or sent otherwise");
        append_count(Difference::again, "segments sent again");
        append_count(Difference::control, "SYN, FIN or RST");
        if (c.split)
            append_note("Recorded segments of more than the MSS are shown as a network card cuts them.");
        if (talk_.filled > 0)
            append_note(
                fmt::format("{} octets that the capture does not have were played as zeros.", talk_.filled));
        if (replayed_.damaged > 0)
            append_note(fmt::format("{} damaged segments were not played: nobody would have taken them.",
                                    replayed_.damaged));
        if (!replayed_.completed) append_note("Stopped: our stack answered far too often.");
    }

private:
    std::size_t plain_run(std::size_t from) const {
        const auto& rows = comparison_.rows;
        std::size_t end = from;
        while (end < rows.size() && !is_difference(rows[end])) ++end;
        return end - from;
    }

    std::string time_text(ip::Time at) const {
        const ip::Duration since = ip::elapsed(talk_.trace.segments.front().frame.time, at);
        return fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(since).count());
    }

    void append_cell(std::string_view text, std::size_t columns, std::string_view start) {
        const std::string shown = cut_to(text, columns);
        out_ += start;
        out_ += shown;
        if (!start.empty()) out_ += style_.stop();
        out_.append(columns - std::min(columns, display_columns(shown)), ' ');
    }

    void append_line(std::string_view frame, std::string_view time, std::string_view played,
                     std::string_view recorded, std::string_view ours, Ink recorded_ink, Ink our_ink) {
        out_ += style_.start(Ink::dim);
        out_ += fmt::format("{:>{}} {:>{}} ", frame, columns_.frame, time, columns_.time);
        out_ += style_.stop();
        append_cell(played, columns_.played, style_.start_stream(0));
        append_cell(" │ ", 3, style_.start(Ink::dim));
        append_cell(recorded, columns_.recorded - 1, style_.start(recorded_ink));
        append_cell("│ ", 2, style_.start(Ink::dim));
        const std::string shown = cut_to(ours, columns_.ours);
        style_.put(out_, our_ink, shown);
        while (out_.ends_with(' ')) out_.pop_back();
        out_ += '\n';
    }

    /// "=", and how much sooner or later where that is more than a moment.
    std::string same_text(const ReplayRow& row) const {
        const ip::Duration by = ip::elapsed(row.recorded->frame.time, row.ours->frame.time);
        if (by > -kSoon && by < kSoon) return "=";
        return fmt::format("= {} {}", duration_text(by < ip::Duration(0) ? -by : by),
                           by < ip::Duration(0) ? "sooner" : "later");
    }

    void append_row(const ReplayRow& row) {
        const std::string time = time_text(row.at());
        const std::string frame = row.recorded ? fmt::format("{}", row.recorded->frame.number) : "";
        if (row.kind == Kind::played) {
            std::string text = labels_[0].label(*row.recorded);
            if (row.held >= kSoon) text += fmt::format(" held {}", duration_text(row.held));
            text = cut_to(text, columns_.played - 1);
            pad_to(text, 0, columns_.played - 1);
            return append_line(frame, time, text + "▶", "", "", Ink::plain, Ink::plain);
        }
        const std::string recorded = row.recorded ? labels_[1].label(*row.recorded) : "";
        const std::string ours = row.ours ? labels_[2].label(*row.ours) : "";
        if (row.kind == Kind::both)
            return append_line(frame, time, "", recorded, same_text(row), Ink::plain, Ink::dim);
        append_line(frame, time, "", row.recorded ? recorded : "–", row.ours ? ours : "–", Ink::bad,
                    Ink::bad);
    }

    void append_fold(std::size_t from, std::size_t count) {
        for (std::size_t i = from; i < from + count; ++i) {
            const ReplayRow& row = comparison_.rows[i];
            if (row.recorded) (void)labels_[row.kind == Kind::played ? 0 : 1].label(*row.recorded);
            if (row.ours && row.kind == Kind::both) (void)labels_[2].label(*row.ours);
        }
        style_.put(out_, Ink::dim,
                   fmt::format("{:>{}} {} more rows without a difference", "…",
                               columns_.frame + 1 + columns_.time, count));
        out_ += '\n';
    }

    void append_count(Difference what, std::string_view text) {
        const auto i = static_cast<std::size_t>(what);
        const std::uint64_t recorded = comparison_.recorded_only[i], ours = comparison_.ours_only[i];
        if (recorded + ours == 0) return;
        append_note(fmt::format("{} only in the recording, {} only ours: {}", recorded, ours, text));
    }

    void append_note(const std::string& text) {
        for (const std::string_view line : wrap(text, style_.columns() - 2, style_.columns() - 2))
            out_.append("  ").append(line) += '\n';
    }

    const RecordedTalk& talk_;
    const Replayed& replayed_;
    const Comparison& comparison_;
    const Style& style_;
    Columns columns_;
    std::string& out_;
    ShortLabels labels_[3];
};

}  // namespace

void append_replay(const RecordedTalk& talk, const Replayed& replayed, const Comparison& comparison,
                   const Style& style, const ReplayTextOptions& options, std::string& out) {
    ReplayText text(talk, replayed, comparison, style, out);
    text.append_head();
    text.append_rows(options.fold);
    text.append_foot();
}

}  // namespace glass::tools
