#include "tools/command_sim.h"

#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "tools/command_ladder.h"
#include "tools/command_plot.h"
#include "tools/output.h"
#include "tools/output_file.h"
#include "tools/plot_svg.h"
#include "tools/plot_text.h"
#include "tools/sim_plot.h"
#include "tools/sim_story.h"
#include "tools/sim_text.h"
#include "tools/svg_file.h"

namespace glass::tools {
namespace {

/// A capture for ladders and plots where nobody asked for one; it goes when this does.
class ScratchCapture {
public:
    ScratchCapture() {
        std::error_code error;
        path_ = std::filesystem::temp_directory_path(error) / "glass-sim-XXXXXX";
        const int file = mkstemp(path_.data());
        if (file >= 0) close(file);
        made_ = file >= 0;
    }
    ~ScratchCapture() {
        if (made_) unlink(path_.c_str());
    }
    ScratchCapture(const ScratchCapture&) = delete;
    ScratchCapture& operator=(const ScratchCapture&) = delete;

    [[nodiscard]] bool made() const { return made_; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    bool made_ = false;
};

bool is_sim_plot(const std::string& kind) {
    return kind == "cwnd" || kind == "queue";
}

/// What cannot be, in one line; empty where all is well.
std::string why_not(const SimCommand& options) {
    const SimPlan& plan = options.plan;
    if (const auto why = ip::why_impossible(plan.data); !why.empty()) return "impossible link: " + why;
    if (const auto why = ip::why_impossible(plan.acks); !why.empty()) return "impossible link: " + why;
    if (options.flow > plan.flows)
        return fmt::format("there is no flow {}: it has {}", options.flow, plan.flows);
    if (!options.plot.empty() && !is_sim_plot(options.plot) && !plot_kind(options.plot))
        return fmt::format(
            "there is no plot '{}': choose cwnd, queue, seq, rtt, flight, window or throughput",
            options.plot);
    if (!options.svg.empty() && options.plot.empty() && !options.ladder)
        return "--svg draws what --plot KIND or --ladder shows: add one of them";
    if (!options.write_to.empty())
        if (const auto why = why_not_write("", options.write_to)) return *why;
    return {};
}

int draw(const Plot& plot, const SimCommand& options) {
    if (plot.series.empty()) {
        complain("nothing to plot: nothing was sent");
        return kCannotRead;
    }
    if (!options.svg.empty()) return save_svg(options.svg, draw_plot(plot)) ? kAllRead : kCannotRead;
    std::string text;
    append_plot(plot, style_for_output(options.view.color), text);
    Output output;
    output.append(text);
    output.flush();
    return kAllRead;
}

/// The pictures that a capture is enough for, from the capture.
int draw_from(const std::string& capture, const SimCommand& options) {
    CaptureOptions source;
    source.file = capture;
    const std::string stream = fmt::format("{}", options.flow > 0 ? options.flow - 1 : 0);
    if (options.ladder) {
        LadderCommand ladder;
        ladder.capture = source;
        ladder.view = options.view;
        ladder.stream = stream;
        ladder.svg = options.svg;
        return run_ladder(ladder);
    }
    PlotCommand plot;
    plot.capture = source;
    plot.view = options.view;
    plot.stream = stream;
    plot.kind = options.plot;
    plot.side = PlotSide::client;
    plot.svg = options.svg;
    return run_plot(plot);
}

void print_summary(const SimCommand& options, const SimRun& run, const SimStory* story) {
    Output output;
    if (options.json) {
        JsonWriter json(output.text());
        write_sim_json(options.plan, run, json);
    } else {
        std::string text;
        if (story)
            text +=
                fmt::format("{} sent again for what the link lost, {} needlessly, {} probes and pieces\n\n",
                            story->counts().lost, story->counts().needless, story->counts().pieces);
        append_sim(options.plan, run, style_for_output(options.view.color), text);
        output.append(text);
    }
    output.flush();
}

}  // namespace

int run_sim_command(const SimCommand& options) {
    if (const auto why = why_not(options); !why.empty()) {
        complain(why);
        return kCannotRead;
    }
    const bool from_capture = options.ladder || (!options.plot.empty() && !is_sim_plot(options.plot));
    std::optional<ScratchCapture> scratch;
    if (from_capture && options.write_to.empty()) {
        scratch.emplace();
        if (!scratch->made()) {
            complain("no temporary file can be made; name one with -w");
            return kCannotRead;
        }
    }
    const std::string record = scratch ? scratch->path() : options.write_to;
    Output story_output;
    SimStory story([&](const std::string& text) {
        story_output.append(text);
        story_output.append("\n");
        story_output.end_line();
    });
    const auto run = run_sim(options.plan, record, options.explain ? &story : nullptr);
    story_output.flush();
    if (!run || !run->record_error.empty()) {
        complain(run ? run->record_error : run.error());
        return kCannotRead;
    }
    if (from_capture) return draw_from(record, options);
    if (options.plot == "queue") return draw(plot_queue(*run), options);
    if (options.plot == "cwnd") {
        const bool all = options.flow == 0 && run->flows.size() > 1;
        return draw(
            plot_cwnd(*run, all ? std::nullopt : std::optional<std::size_t>(std::max(options.flow, 1u) - 1)),
            options);
    }
    print_summary(options, *run, options.explain ? &story : nullptr);
    return run->over ? kAllRead : kDamaged;
}

}  // namespace glass::tools
