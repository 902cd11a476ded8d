// Plot: one connection over time, as series of points: what the drawings in text and SVG have in common.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/axis.h"
#include "tools/stream_trace.h"

namespace glass::tools {

enum class PlotKind : std::uint8_t { seq, rtt, flight, window, throughput };

/// "seq"; nothing for a word that is none.
[[nodiscard]] std::optional<PlotKind> plot_kind(std::string_view word);

/// What a series is, which decides its colour.
enum class Hue : std::uint8_t { data, acknowledged, window, trouble, sack };

struct Series {
    enum class Shape : std::uint8_t {
        dots,
        bars,   ///< upright, from y to y2
        steps,  ///< a level that holds until the next point
        line,
    };
    struct Point {
        double x = 0, y = 0;
        double y2 = 0;  ///< of bars
    };

    std::string name;  ///< for the legend
    Hue hue = Hue::data;
    Shape shape = Shape::dots;
    char letter = 0;     ///< marks its points in text; 0: dots are enough
    bool scales = true;  ///< else it may leave the picture
    std::vector<Point> points{};
};

struct Plot {
    std::string title;
    std::string subtitle;  ///< what was counted, and what to keep in mind
    std::string y_name;
    Quantity y_quantity = Quantity::octets;
    std::vector<Series>
        series;  ///< later ones lie above; none is empty; x is seconds since the first segment
};

/// `side`: whose data, 0 the client's, 1 the server's. Where there is nothing to plot the error says why, in
/// a sentence.
[[nodiscard]] std::expected<Plot, std::string> make_plot(const StreamTrace& trace, PlotKind kind,
                                                         unsigned side);

/// The side that sent more octets.
[[nodiscard]] unsigned busier_side(const StreamTrace& trace);

/// Both axes of a plot, over all its points.
struct PlotAxes {
    Axis x, y;
};
[[nodiscard]] PlotAxes axes_of(const Plot& plot, std::size_t x_ticks, std::size_t y_ticks);

}  // namespace glass::tools
