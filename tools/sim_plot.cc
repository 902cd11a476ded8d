#include "tools/sim_plot.h"

#include <fmt/format.h>

namespace glass::tools {
namespace {

Series series_of(const SimSeries& from, std::string name, Hue hue, Series::Shape shape, char letter) {
    Series series{.name = std::move(name), .hue = hue, .shape = shape, .letter = letter};
    for (const SimSeries::Point& point : from.points()) series.points.push_back({point.x, point.y, 0});
    return series;
}

constexpr Hue kHues[] = {Hue::data, Hue::acknowledged, Hue::window, Hue::sack, Hue::trouble};

}  // namespace

Plot plot_cwnd(const SimRun& run, std::optional<std::size_t> flow) {
    using Shape = Series::Shape;
    Plot plot;
    plot.y_name = "octets";
    if (flow) {
        const SimFlow& f = run.flows[*flow];
        plot.title = fmt::format("Flow {}: congestion window, {}", *flow + 1, name(f.algorithm));
        plot.subtitle = fmt::format("{} segments sent again, {} timeouts", f.retransmitted, f.timeouts);
        plot.series.push_back(series_of(f.flight, "in flight", Hue::acknowledged, Shape::dots, 'f'));
        plot.series.push_back(series_of(f.ssthresh, "ssthresh", Hue::window, Shape::steps, 's'));
        plot.series.push_back(series_of(f.cwnd, "cwnd", Hue::data, Shape::steps, 'c'));
    } else {
        plot.title = "Congestion windows";
        const std::size_t shown = std::min(run.flows.size(), std::size(kHues));
        plot.subtitle = shown == run.flows.size()
                            ? fmt::format("{} flows", shown)
                            : fmt::format("the first {} of {} flows", shown, run.flows.size());
        for (std::size_t i = 0; i < shown; ++i)
            plot.series.push_back(series_of(run.flows[i].cwnd,
                                            fmt::format("flow {} {}", i + 1, name(run.flows[i].algorithm)),
                                            kHues[i], Shape::steps, static_cast<char>('1' + i)));
    }
    std::erase_if(plot.series, [](const Series& series) { return series.points.empty(); });
    return plot;
}

Plot plot_queue(const SimRun& run) {
    Plot plot;
    plot.title = "Queue of the data's way";
    plot.subtitle = fmt::format("{} packets found no room", run.data.dropped_for(ip::Drop::queue_full));
    plot.y_name = "octets";
    plot.series.push_back(series_of(run.queue, "waiting", Hue::data, Series::Shape::steps, 'q'));
    plot.series.push_back(series_of(run.queue_drops, "dropped", Hue::trouble, Series::Shape::dots, 'x'));
    std::erase_if(plot.series, [](const Series& series) { return series.points.empty(); });
    return plot;
}

}  // namespace glass::tools
