#include "tools/command_plot.h"

#include <fmt/format.h>

#include "tools/output.h"
#include "tools/plot_svg.h"
#include "tools/plot_text.h"
#include "tools/stream_choice.h"
#include "tools/svg_file.h"

namespace glass::tools {
namespace {

constexpr std::string_view kKinds = "seq, rtt, flight, window or throughput";

/// What is wrong with the kind.
std::string kind_error(const std::string& kind) {
    if (kind.empty()) return fmt::format("plot what? Name a KIND after the connection: {}", kKinds);
    if (kind == "cwnd")
        return "the congestion window is the sender's own, no packet tells it; flight shows the octets on "
               "their way, which it limits, and glass sim --plot cwnd a simulated one";
    return fmt::format("there is no plot '{}': choose {}", kind, kKinds);
}

}  // namespace

int run_plot(const PlotCommand& options) {
    const auto kind = plot_kind(options.kind);
    if (!kind) {
        complain(kind_error(options.kind));
        return kCannotRead;
    }
    if (!options.svg.empty() && !can_save_svg(options.capture.file, options.svg)) return kCannotRead;
    const auto loaded = choose_stream(options.capture, options.stream);
    if (!loaded) return loaded.error();
    const StreamTrace& trace = loaded->trace;
    const unsigned side =
        options.side == PlotSide::more ? busier_side(trace) : options.side == PlotSide::server;
    const auto plot = make_plot(trace, *kind, side);
    if (!plot) {
        complain(fmt::format("nothing to plot: {}", plot.error()));
        return kCannotRead;
    }
    if (trace.left_out > 0)
        complain(fmt::format("{} more segments are left out: too many to remember", trace.left_out));
    if (!options.svg.empty()) return save_svg(options.svg, draw_plot(*plot)) ? loaded->status : kCannotRead;
    std::string text;
    append_plot(*plot, style_for_output(options.view.color), text);
    Output output;
    output.append(text);
    output.flush();
    return loaded->status;
}

}  // namespace glass::tools
