#include "tools/plot_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "tools/dot_canvas.h"

namespace glass::tools {
namespace {

using Shape = Series::Shape;

constexpr std::size_t kMinColumns = 60;

std::string_view start_of(Hue hue, const Style& style) {
    switch (hue) {
        case Hue::data: return style.start_stream(0);
        case Hue::acknowledged: return style.start_stream(2);
        case Hue::window: return style.start_stream(5);
        case Hue::trouble: return style.start(Ink::bad);
        case Hue::sack: return style.start_stream(3);
    }
    return {};
}

class Sketch {
public:
    Sketch(const Plot& plot, const Style& style)
        : plot_(plot),
          style_(style),
          axes_(axes_of(plot, std::max(style.columns(), kMinColumns) / 8, 5)),
          label_width_(label_width()),
          canvas_(std::max(style.columns(), kMinColumns) - label_width_ - 3, kPlotRows) {
        for (std::size_t i = 0; i < plot.series.size(); ++i)
            draw(plot.series[i], static_cast<std::uint8_t>(i + 1));
    }

    void append(std::string& out) const {
        for (const std::string_view line : wrap(plot_.title, columns(), columns())) {
            style_.put(out, Ink::strong, line);
            out += '\n';
        }
        for (const std::string_view line : wrap(plot_.subtitle, columns(), columns())) {
            style_.put(out, Ink::dim, line);
            out += '\n';
        }
        append_unit(out);
        for (std::size_t row = 0; row < kPlotRows; ++row) append_row(row, out);
        append_x_axis(out);
        append_legend(out);
    }

private:
    std::size_t columns() const { return std::max(style_.columns(), kMinColumns); }
    std::size_t plot_columns() const { return canvas_.width() / 2; }

    std::size_t label_width() const {
        std::size_t width = 3;
        for (const double tick : axes_.y.ticks()) width = std::max(width, axes_.y.text(tick).size());
        return width;
    }

    // The lowest value lies on the axis, the highest on the uppermost dot.
    double x_dot(double x) const { return axes_.x.place(x) * static_cast<double>(canvas_.width() - 1); }
    double y_dot(double y) const {
        return (1 - axes_.y.place(y)) * static_cast<double>(canvas_.height() - 1);
    }
    std::int64_t x_at(double x) const { return to_dot(x_dot(x)); }
    std::int64_t y_at(double y) const { return to_dot(y_dot(y)); }
    static std::int64_t to_dot(double place) { return std::llround(std::clamp(place, -1e6, 1e6)); }

    char letter_of(const Series& series) const {
        if (series.letter) return series.letter;
        if (style_.color()) return 0;
        const bool line = series.hue == Hue::acknowledged || series.hue == Hue::window;
        return line ? static_cast<char>(series.name[0] | 0x20) : 0;
    }

    void draw(const Series& series, std::uint8_t ink) {
        const char letter = letter_of(series);
        const Series::Point* before = nullptr;
        for (const Series::Point& point : series.points) {
            const std::int64_t x = x_at(point.x), y = y_at(point.y);
            if (series.shape == Shape::bars) {
                canvas_.upright(x, y, y_at(point.y2), ink);
            } else if (series.shape == Shape::steps && before) {
                canvas_.across(x_at(before->x), x, y_at(before->y), ink);
                canvas_.upright(x, y_at(before->y), y, ink);
            } else if (series.shape == Shape::line && before) {
                canvas_.line(x_dot(before->x), y_dot(before->y), x_dot(point.x), y_dot(point.y), ink);
            } else {
                canvas_.dot(x, y, ink);
            }
            if (letter)
                canvas_.letter(x, (y + y_at(series.shape == Shape::bars ? point.y2 : point.y)) / 2, letter,
                               ink);
            before = &point;
        }
    }

    void append_unit(std::string& out) const {
        const std::string text = fmt::format("{:>{}} {}", axes_.y.unit(), label_width_, plot_.y_name);
        style_.put(out, Ink::dim, text);
        out += '\n';
    }

    void append_row(std::size_t row, std::string& out) const {
        std::string label;
        for (const double tick : axes_.y.ticks())
            if (y_at(tick) / 4 == static_cast<std::int64_t>(row)) label = axes_.y.text(tick);
        style_.put(out, Ink::dim, fmt::format("{:>{}} {}", label, label_width_, label.empty() ? "│" : "┤"));
        std::string text;
        std::uint8_t ink = 0;
        for (std::size_t column = 0; column < plot_columns(); ++column) {
            const DotCanvas::Cell& cell = canvas_.cell(column, row);
            if (cell.ink != ink && (cell.ink != 0)) {
                flush(text, ink, out);
                ink = cell.ink;
            }
            append_cell(cell, text);
        }
        flush(text, ink, out);
        while (out.back() == ' ') out.pop_back();
        out += '\n';
    }

    void flush(std::string& text, std::uint8_t ink, std::string& out) const {
        const std::string_view start =
            ink > 0 ? start_of(plot_.series[ink - 1u].hue, style_) : std::string_view{};
        if (!text.empty()) out.append(start).append(text).append(start.empty() ? "" : style_.stop());
        text.clear();
    }

    void append_x_axis(std::string& out) const {
        std::string line(label_width_ + 1, ' '), labels(label_width_ + 2, ' ');
        const std::size_t start = labels.size();
        std::string ruler;
        std::size_t at = 0;
        for (const double tick : axes_.x.ticks()) {
            const auto column = static_cast<std::size_t>(
                std::clamp<std::int64_t>(x_at(tick) / 2, 0, static_cast<std::int64_t>(plot_columns()) - 1));
            for (; at < column; ++at) ruler += "─";
            ruler += "┴";
            at = column + 1;
            append_tick_label(axes_.x.text(tick), start + column, labels);
        }
        for (; at < plot_columns(); ++at) ruler += "─";
        style_.put(out, Ink::dim, line + "└" + ruler);
        out += '\n';
        // The unit stands at the end, after the last number, or replaces it where there is no room.
        const std::string unit(axes_.x.unit());
        const std::size_t room = columns() - 1 - display_columns(unit);
        if (labels.size() + 1 > room) labels.resize(labels.find_last_of(' ', labels.size() - 1) + 1);
        pad_to(labels, 0, room);
        style_.put(out, Ink::dim, labels + unit);
        out += '\n';
    }

    /// In the middle below its tick, if it fits there.
    static void append_tick_label(const std::string& text, std::size_t column, std::string& labels) {
        const std::size_t from = column >= text.size() / 2 ? column - text.size() / 2 : 0;
        if (from < labels.size() && labels.find_last_not_of(' ') != std::string::npos &&
            labels.find_last_not_of(' ') + 2 > from)
            return;
        labels.resize(std::max(from, labels.find_last_not_of(' ') == std::string::npos ? 0 : labels.size()),
                      ' ');
        labels.resize(from, ' ');
        labels += text;
    }

    void append_legend(std::string& out) const {
        std::string line;
        std::size_t used = 0;
        for (auto it = plot_.series.rbegin(); it != plot_.series.rend(); ++it) {
            const char letter = letter_of(*it);
            const std::string sample = letter                     ? std::string(1, letter)
                                       : it->shape == Shape::bars ? "⡇"
                                       : it->shape == Shape::dots ? "⠂"
                                                                  : "⠒⠒";
            const std::size_t needed = display_columns(sample) + 1 + display_columns(it->name) + 3;
            if (used > 0 && used + needed > columns()) {
                line += '\n';
                used = 0;
            }
            line.append(used == 0 ? "  " : "   ").append(start_of(it->hue, style_)).append(sample);
            if (style_.color()) line += style_.stop();
            line.append(" ").append(it->name);
            used += needed;
        }
        out += line + '\n';
    }

    const Plot& plot_;
    const Style& style_;
    PlotAxes axes_;
    std::size_t label_width_;
    DotCanvas canvas_;
};

}  // namespace

void append_plot(const Plot& plot, const Style& style, std::string& out) {
    Sketch(plot, style).append(out);
}

}  // namespace glass::tools
