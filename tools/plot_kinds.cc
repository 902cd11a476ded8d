#include "tools/plot_kinds.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "ip/elapsed.h"
#include "tools/duration_text.h"
#include "tools/path_delays.h"
#include "tools/sequence_line.h"
#include "tools/trace_losses.h"

namespace glass::tools {
namespace {

using tcp::Mark;
using Shape = Series::Shape;

/// Seconds since the connection's first segment.
double seconds(const StreamTrace& trace, const TraceSegment& segment) {
    return std::chrono::duration<double>(ip::elapsed(trace.segments.front().frame.time, segment.frame.time))
        .count();
}

std::uint32_t window_of(const TraceSegment& segment) {
    return segment.window.value_or(segment.window_on_wire);
}

/// Which segments were sent before.
class Repeats {
public:
    explicit Repeats(const StreamTrace& trace) : losses_(find_losses(trace)) {}

    bool has(const TraceSegment& segment) const {
        const tcp::Marks& marks = segment.finding.marks;
        return (marks.any_retransmission() && !marks.has(Mark::out_of_order)) ||
               losses_.repeats.contains(segment.frame.number);
    }
    /// As far as the recorder knows.
    bool is_new(const TraceSegment& segment) const {
        return !has(segment) || losses_.fills.contains(segment.frame.number);
    }

private:
    TraceLosses losses_;
};

double highest(const Series& series) {
    double most = 0;
    for (const Series::Point& point : series.points) most = std::max({most, point.y, point.y2});
    return most;
}

std::string whose(unsigned side) {
    return side == 0 ? "client" : "server";
}

std::string no_data(unsigned side) {
    return fmt::format("the {} sent no data that are in the file", whose(side));
}

/// Sequence numbers of the receiver's ACKs, and its SACK blocks.
class Acknowledgments {
public:
    Acknowledgments(Series& acks, Series& edges, Series& sacks) : acks_(acks), edges_(edges), sacks_(sacks) {}

    void take(double x, const TraceSegment& segment, const SequenceLine& line) {
        if (!segment.has(tcp::ACK) || segment.has(tcp::RST)) return;
        acknowledged_ = std::max(acknowledged_, line.near(segment.relative_ack));
        acks_.points.push_back({x, static_cast<double>(acknowledged_), 0});
        const std::int64_t edge = line.near(segment.relative_ack) + window_of(segment);
        edges_.points.push_back({x, static_cast<double>(edge), 0});
        const std::uint32_t origin = segment.ack.value() - segment.relative_ack;
        for (const tcp::SackBlock& block : segment.sack) {
            const std::int64_t left = line.near(block.left.value() - origin);
            const auto length = static_cast<std::int32_t>(block.right - block.left);
            if (length > 0)
                sacks_.points.push_back({x, static_cast<double>(left), static_cast<double>(left + length)});
        }
    }

private:
    Series &acks_, &edges_, &sacks_;
    std::int64_t acknowledged_ = 0;
};

}  // namespace

Plot plot_seq(const StreamTrace& trace, unsigned side) {
    Series edges{.name = "window ends here", .hue = Hue::window, .shape = Shape::steps};
    Series acks{.name = "acknowledged", .hue = Hue::acknowledged, .shape = Shape::steps};
    Series sacks{.name = "SACK block", .hue = Hue::sack, .shape = Shape::bars, .letter = 'S'};
    Series data{.name = "segment", .hue = Hue::data, .shape = Shape::bars};
    Series repeats{.name = "retransmission", .hue = Hue::trouble, .shape = Shape::bars, .letter = 'R'};
    const Repeats repeated(trace);
    Acknowledgments receiver(acks, edges, sacks);
    SequenceLine line;
    for (const TraceSegment& segment : trace.segments) {
        const double x = seconds(trace, segment);
        if (segment.side != side) {
            receiver.take(x, segment, line);
        } else if (segment.sequence_length() > 0 && !segment.has(tcp::RST)) {
            const auto from =
                static_cast<double>(line.advance(segment.relative_seq, segment.sequence_length()));
            (repeated.has(segment) ? repeats : data)
                .points.push_back({x, from, from + segment.sequence_length()});
        }
    }
    Plot plot;
    plot.y_name = "sequence number";
    if (data.points.empty() && repeats.points.empty()) {
        plot.subtitle = no_data(side);
        return plot;
    }
    // A window far beyond the data would press them flat.
    edges.scales = highest(edges) <= 1.25 * highest(data);
    plot.subtitle = fmt::format("{} segments, {} of them sent again",
                                data.points.size() + repeats.points.size(), repeats.points.size());
    plot.series = {edges, acks, sacks, data, repeats};
    return plot;
}

Plot plot_rtt(const StreamTrace& trace, unsigned side) {
    Series samples{.name = "sample", .hue = Hue::data, .shape = Shape::dots};
    Series smoothed{.name = "SRTT", .hue = Hue::window, .shape = Shape::line};
    double srtt = 0;
    for (const TraceSegment& segment : trace.segments) {
        if (segment.side == side || !segment.finding.rtt) continue;
        const double x = seconds(trace, segment);
        const double rtt = std::chrono::duration<double>(*segment.finding.rtt).count();
        srtt = samples.points.empty() ? rtt : srtt + (rtt - srtt) / 8;  // RFC 6298: alpha is 1/8
        samples.points.push_back({x, rtt, 0});
        smoothed.points.push_back({x, srtt, 0});
    }
    Plot plot;
    plot.y_name = "round-trip time";
    plot.y_quantity = Quantity::seconds;
    if (samples.points.empty()) {
        plot.subtitle =
            fmt::format("no ACK in the file answers data of the {} that are in it, too", whose(side));
        return plot;
    }
    plot.subtitle = fmt::format("{} samples: from the recorder to the {} and back", samples.points.size(),
                                whose(1 - side));
    plot.series = {smoothed, samples};
    return plot;
}

Plot plot_flight(const StreamTrace& trace, unsigned side) {
    Series flight{.name = "in flight", .hue = Hue::data, .shape = Shape::steps};
    Series window{.name = "receive window", .hue = Hue::window, .shape = Shape::steps};
    Series repeats{.name = "retransmission", .hue = Hue::trouble, .shape = Shape::dots, .letter = 'R'};
    SequenceLine line;
    const Repeats repeated(trace);
    std::optional<std::int64_t> acknowledged;
    bool any_data = false;
    for (const TraceSegment& segment : trace.segments) {
        if (segment.has(tcp::RST)) continue;
        const double x = seconds(trace, segment);
        if (segment.side == side) {
            const std::int64_t from = line.advance(segment.relative_seq, segment.sequence_length());
            if (!acknowledged) acknowledged = from;
            any_data = any_data || segment.length > 0;
        } else if (segment.has(tcp::ACK)) {
            const std::int64_t ack = line.near(segment.relative_ack);
            acknowledged = std::max(acknowledged.value_or(ack), ack);
            window.points.push_back({x, static_cast<double>(window_of(segment)), 0});
        }
        if (!acknowledged) continue;
        const auto now = static_cast<double>(std::max<std::int64_t>(line.highest() - *acknowledged, 0));
        flight.points.push_back({x, now, 0});
        if (segment.side == side && repeated.has(segment)) repeats.points.push_back({x, now, 0});
    }
    Plot plot;
    plot.y_name = "octets";
    plot.subtitle = no_data(side);
    if (!any_data) return plot;
    plot.subtitle =
        "sent and not yet acknowledged, where it was recorded; the congestion window is not in any packet";
    if (highest(window) <= 4 * highest(flight)) plot.series.push_back(window);
    plot.series.push_back(flight);
    plot.series.push_back(repeats);
    return plot;
}

Plot plot_window(const StreamTrace& trace, unsigned side) {
    Series window{.name = "receive window", .hue = Hue::data, .shape = Shape::steps};
    Series zero{.name = "zero window", .hue = Hue::trouble, .shape = Shape::dots, .letter = '0'};
    bool scaled = true;
    for (const TraceSegment& segment : trace.segments) {
        if (segment.side == side || segment.has(tcp::RST)) continue;
        const double x = seconds(trace, segment);
        scaled = scaled && segment.window;
        window.points.push_back({x, static_cast<double>(window_of(segment)), 0});
        if (window_of(segment) == 0) zero.points.push_back({x, 0, 0});
    }
    Plot plot;
    plot.y_name = "octets";
    plot.subtitle = fmt::format("the {} sent nothing that is in the file", whose(1 - side));
    if (window.points.empty()) return plot;
    plot.subtitle = fmt::format("announced by the {}", whose(1 - side));
    if (!scaled) plot.subtitle += "; its scale is not known: as it stands in the header";
    plot.series = {window, zero};
    return plot;
}

Plot plot_throughput(const StreamTrace& trace, unsigned side) {
    Series all{.name = "all data", .hue = Hue::data, .shape = Shape::steps};
    Series fresh{.name = "without retransmissions", .hue = Hue::acknowledged, .shape = Shape::steps};
    Plot plot;
    plot.y_name = "throughput";
    plot.y_quantity = Quantity::bits_per_second;
    std::optional<double> first;
    double last = 0;
    const Repeats repeated(trace);
    bool any_repeated = false;
    for (const TraceSegment& segment : trace.segments) {
        if (segment.side != side || segment.length == 0) continue;
        const double x = seconds(trace, segment);
        first = std::min(first.value_or(x), x);
        last = std::max(last, x);
        any_repeated = any_repeated || !repeated.is_new(segment);
    }
    plot.subtitle =
        first ? fmt::format("all data of the {} were recorded at one moment", whose(side)) : no_data(side);
    if (!first || last <= *first) return plot;
    const auto round_trip = path_delays(trace).round_trip();
    const double trip = round_trip ? std::chrono::duration<double>(*round_trip).count() : 0;
    const double bin = round_up_125(std::clamp((last - *first) / 80, 1e-6, 1e9));
    const double width = std::max(bin, trip > 0 ? round_down_125(std::min(trip, (last - *first) / 10)) : bin);
    const double start = std::floor(*first / width) * width;
    const auto count = static_cast<std::size_t>(std::min((last - start) / width, 1e4)) + 1;
    std::vector<double> octets(count), new_octets(count);
    for (const TraceSegment& segment : trace.segments) {
        if (segment.side != side || segment.length == 0) continue;
        const auto at =
            std::min(static_cast<std::size_t>((seconds(trace, segment) - start) / width), count - 1);
        octets[at] += segment.length;
        if (repeated.is_new(segment)) new_octets[at] += segment.length;
    }
    for (std::size_t i = 0; i <= count; ++i) {
        const double x = start + static_cast<double>(i) * width;
        all.points.push_back({x, i < count ? octets[i] * 8 / width : 0, 0});
        fresh.points.push_back({x, i < count ? new_octets[i] * 8 / width : 0, 0});
    }
    plot.subtitle =
        fmt::format("payload, for every {}",
                    duration_text(ip::Duration(static_cast<std::int64_t>(std::llround(width * 1e9)))));
    plot.series = {all};
    if (any_repeated) plot.series.push_back(fresh);
    return plot;
}

}  // namespace glass::tools
