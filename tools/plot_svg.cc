#include "tools/plot_svg.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "tools/svg.h"

namespace glass::tools {
namespace {

using Shape = Series::Shape;
using Anchor = Svg::Anchor;
using Point = Series::Point;

constexpr double kWidth = 960, kHeight = 560, kLeft = 84, kRight = 24, kTop = 76, kBottom = 84;
constexpr double kInnerWidth = kWidth - kLeft - kRight, kInnerHeight = kHeight - kTop - kBottom;
constexpr std::size_t kMaxMarks = 20'000;  ///< bars or dots of a series; of more, a column is drawn as one

std::string_view class_of(Hue hue) {
    switch (hue) {
        case Hue::data: return "client";
        case Hue::acknowledged: return "state";
        case Hue::window: return "window";
        case Hue::trouble: return "trouble";
        case Hue::sack: return "http";
    }
    return {};
}

/// A run of pixels in one column.
struct Bar {
    double top, bottom;
};
using Columns = std::map<std::int64_t, std::vector<Bar>>;

/// Bars that touch become one. Where that is not enough, all of a column do.
void merge(Columns& columns) {
    std::size_t total = 0;
    for (auto& [x, bars] : columns) {
        std::ranges::sort(bars, {}, &Bar::top);
        std::vector<Bar> merged;
        for (const Bar& bar : bars) {
            if (!merged.empty() && bar.top <= merged.back().bottom + 0.3)
                merged.back().bottom = std::max(merged.back().bottom, bar.bottom);
            else
                merged.push_back(bar);
        }
        bars = std::move(merged);
        total += bars.size();
    }
    if (total <= kMaxMarks) return;
    for (auto& [x, bars] : columns) {
        Bar whole = bars.front();
        for (const Bar& bar : bars) whole.bottom = std::max(whole.bottom, bar.bottom);
        bars = {whole};
    }
}

class Drawing {
public:
    explicit Drawing(const Plot& plot)
        : plot_(plot), axes_(axes_of(plot, 8, 6)), svg_(kWidth, kHeight, plot.title) {}

    std::string run() {
        svg_.text(16, 26, plot_.title, "title");
        svg_.text(16, 45, plot_.subtitle, "small faint");
        draw_grid();
        svg_.begin_clipped(kLeft - 1, kTop - 4, kInnerWidth + 2, kInnerHeight + 5);
        for (const Series& series : plot_.series) draw_series(series);
        svg_.end_group();
        svg_.line(kLeft, kTop, kLeft, kTop + kInnerHeight, "axis");
        svg_.line(kLeft, kTop + kInnerHeight, kLeft + kInnerWidth, kTop + kInnerHeight, "axis");
        draw_legend();
        return svg_.finish();
    }

private:
    double x_of(double x) const { return kLeft + std::clamp(axes_.x.place(x), -1.0, 2.0) * kInnerWidth; }
    double y_of(double y) const {
        return kTop + (1 - std::clamp(axes_.y.place(y), -1.0, 2.0)) * kInnerHeight;
    }

    void draw_grid() {
        for (const double tick : axes_.y.ticks()) {
            svg_.line(kLeft, y_of(tick), kLeft + kInnerWidth, y_of(tick), "grid");
            svg_.text(kLeft - 8, y_of(tick) + 4, axes_.y.text(tick), "small", Anchor::end);
        }
        for (const double tick : axes_.x.ticks()) {
            svg_.line(x_of(tick), kTop, x_of(tick), kTop + kInnerHeight, "grid");
            svg_.text(x_of(tick), kTop + kInnerHeight + 18, axes_.x.text(tick), "small", Anchor::middle);
        }
        svg_.text_turned(24, kTop + kInnerHeight / 2, -90,
                         fmt::format("{} ({})", plot_.y_name, axes_.y.unit()), "", Anchor::middle);
        svg_.text(kLeft + kInnerWidth / 2, kTop + kInnerHeight + 38,
                  fmt::format("time since the first segment ({})", axes_.x.unit()), "", Anchor::middle);
    }

    void draw_series(const Series& series) {
        if (series.shape == Shape::bars || series.shape == Shape::dots)
            draw_marks(series);
        else
            draw_course(series);
    }

    /// Dots are small crosses; bars of nothing still show.
    void draw_marks(const Series& series) {
        Columns columns;
        for (const Point& point : series.points) {
            const double y = y_of(point.y), y2 = series.shape == Shape::bars ? y_of(point.y2) : y;
            Bar bar{std::min(y, y2), std::max(y, y2)};
            if (bar.bottom - bar.top < 1.5) bar.top = bar.bottom - 1.5;
            columns[std::llround(x_of(point.x) * 2)].push_back(bar);
        }
        merge(columns);
        const bool sparse = series.points.size() < 150 && series.shape == Shape::bars;
        SvgPath path;
        for (const auto& [half_x, bars] : columns) {
            const double x = static_cast<double>(half_x) / 2;
            for (const Bar& bar : bars) {
                if (series.shape == Shape::dots) {
                    const double y = (bar.top + bar.bottom) / 2;
                    path.move_to(x - 2.5, y);
                    path.line_to(x + 2.5, y);
                    path.move_to(x, std::min(bar.top, y - 2.5));
                    path.line_to(x, std::max(bar.bottom, y + 2.5));
                    continue;
                }
                path.move_to(x, bar.bottom);
                path.line_to(x, bar.top);
                if (!sparse) continue;
                for (const double end : {bar.top, bar.bottom}) {  // caps, as of a ruler
                    path.move_to(x - 2, end);
                    path.line_to(x + 2, end);
                }
            }
        }
        svg_.path(path, fmt::format("{} {}", class_of(series.hue), series.hue == Hue::trouble ? "bold" : ""));
    }

    /// Of each column of pixels: where the course enters it, its lowest, its highest, and where it leaves it.
    void draw_course(const Series& series) {
        SvgPath path;
        const bool steps = series.shape == Shape::steps;
        std::size_t i = 0;
        double before = 0;
        while (i < series.points.size()) {
            const double x = std::round(x_of(series.points[i].x) * 2) / 2;
            double first = y_of(series.points[i].y), low = first, high = first, last = first;
            for (; i < series.points.size() && std::round(x_of(series.points[i].x) * 2) / 2 == x; ++i) {
                last = y_of(series.points[i].y);
                low = std::min(low, last);
                high = std::max(high, last);
            }
            if (path.empty())
                path.move_to(x, first);
            else if (steps)
                path.line_to(x, before);
            path.line_to(x, first);
            if (low < std::min(first, last)) path.line_to(x, low);
            if (high > std::max(first, last)) path.line_to(x, high);
            path.line_to(x, last);
            before = last;
        }
        if (steps && !series.points.empty()) path.line_to(kLeft + kInnerWidth, before);
        svg_.path(path, class_of(series.hue));
    }

    void draw_legend() {
        double x = kLeft;
        const double y = kHeight - 18;
        for (auto it = plot_.series.rbegin(); it != plot_.series.rend(); ++it) {
            const std::string classes = fmt::format("{} thick", class_of(it->hue));
            if (it->shape == Shape::bars)
                svg_.line(x + 9, y - 10, x + 9, y + 2, classes);
            else
                svg_.line(x, y - 4, x + 18, y - 4, classes);
            svg_.text(x + 24, y, it->name, "small");
            x += 24 + 7.0 * static_cast<double>(it->name.size()) + 22;
        }
    }

    const Plot& plot_;
    PlotAxes axes_;
    Svg svg_;
};

}  // namespace

std::string draw_plot(const Plot& plot) {
    return Drawing(plot).run();
}

}  // namespace glass::tools
