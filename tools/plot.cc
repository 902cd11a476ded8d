#include "tools/plot.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/plot_kinds.h"
#include "tools/segment_text.h"

namespace glass::tools {
namespace {

std::string_view name_of(PlotKind kind) {
    switch (kind) {
        case PlotKind::seq: return "sequence numbers";
        case PlotKind::rtt: return "round-trip time";
        case PlotKind::flight: return "octets in flight";
        case PlotKind::window: return "receive window";
        case PlotKind::throughput: return "throughput";
    }
    return {};
}

}  // namespace

std::optional<PlotKind> plot_kind(std::string_view word) {
    static constexpr std::pair<std::string_view, PlotKind> kKinds[] = {{"seq", PlotKind::seq},
                                                                       {"rtt", PlotKind::rtt},
                                                                       {"flight", PlotKind::flight},
                                                                       {"window", PlotKind::window},
                                                                       {"throughput", PlotKind::throughput}};
    for (const auto& [name, kind] : kKinds)
        if (name == word) return kind;
    return std::nullopt;
}

unsigned busier_side(const StreamTrace& trace) {
    std::uint64_t octets[2] = {};
    for (const TraceSegment& segment : trace.segments) octets[segment.side] += segment.length;
    return octets[0] > octets[1] ? 0 : 1;
}

std::expected<Plot, std::string> make_plot(const StreamTrace& trace, PlotKind kind, unsigned side) {
    Plot plot;
    switch (kind) {
        case PlotKind::seq: plot = plot_seq(trace, side); break;
        case PlotKind::rtt: plot = plot_rtt(trace, side); break;
        case PlotKind::flight: plot = plot_flight(trace, side); break;
        case PlotKind::window: plot = plot_window(trace, side); break;
        case PlotKind::throughput: plot = plot_throughput(trace, side); break;
    }
    std::erase_if(plot.series, [](const Series& series) { return series.points.empty(); });
    if (plot.series.empty()) return std::unexpected(plot.subtitle);
    const tcp::Endpoint& sender = side == 0 ? trace.client : trace.server;
    plot.title = fmt::format("Stream {}: {}, data of the {} {}", trace.stream, name_of(kind),
                             side == 0 ? "client" : "server", endpoint_text(sender));
    return plot;
}

PlotAxes axes_of(const Plot& plot, std::size_t x_ticks, std::size_t y_ticks) {
    double from = 0, to = 0, low = 0, high = 0;
    for (const Series& series : plot.series) {
        for (const Series::Point& point : series.points) {
            from = std::min(from, point.x);
            to = std::max(to, point.x);
            if (!series.scales) continue;
            const double other = series.shape == Series::Shape::bars ? point.y2 : point.y;
            low = std::min({low, point.y, other});
            high = std::max({high, point.y, other});
        }
    }
    PlotAxes axes{Axis(Quantity::seconds, from, to, x_ticks), Axis(plot.y_quantity, low, high, y_ticks)};
    axes.y.widen();
    return axes;
}

}  // namespace glass::tools
