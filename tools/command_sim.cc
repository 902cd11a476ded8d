#include "tools/command_sim.h"

#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

#include "tools/command_ladder.h"
#include "tools/command_plot.h"
#include "tools/interrupt.h"
#include "tools/output.h"
#include "tools/output_file.h"
#include "tools/plot_svg.h"
#include "tools/plot_text.h"
#include "tools/sim_plot.h"
#include "tools/sim_story_text.h"
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

/// What is drawn is in the packets.
bool shows_capture(const SimCommand& options) {
    return options.ladder || (!options.plot.empty() && !is_sim_plot(options.plot));
}

/// What cannot be, in one line; empty where all is well.
std::string why_not(const SimCommand& options) {
    const SimPlan& plan = options.plan;
    const int shown = options.json + options.ladder + !options.plot.empty();
    if (const auto why = why_impossible(plan); !why.empty()) return "impossible link: " + why;
    if (shown > 1) return "--json, --ladder and --plot are different views: choose one";
    if (options.flow > plan.flows)
        return fmt::format("there is no flow {}: the last is {}", options.flow, plan.flows);
    if (!options.plot.empty() && !is_sim_plot(options.plot) && !plot_kind(options.plot))
        return fmt::format(
            "there is no plot '{}': choose cwnd, queue, seq, rtt, flight, window or throughput",
            options.plot);
    if (!options.svg.empty() && options.plot.empty() && !options.ladder)
        return "--svg draws what --plot KIND or --ladder shows: add one of them";
    if (options.svg == "-" && options.explain)
        return "--explain and --svg - both write to standard output: name a file";
    if (options.write_to == "-") return "-w - would mix with what is printed: name a file";
    if (!options.svg.empty() && options.svg == options.write_to) return "--svg and -w name the same file";
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

/// Tells the story as it happens.
class Teller {
public:
    explicit Teller(bool json) : json_(json), writer_(output_.text()) {}

    void tell(const SimIncident& incident) {
        if (json_) {
            write_incident(incident, first_, writer_);
        } else {
            std::string text;
            append_incident(incident, text);
            output_.append(text);
        }
        first_ = false;
        output_.end_line();
    }
    /// The last lines.
    void sum_up(const SimStory& story) {
        if (!json_) output_.append(story_summary(story.counts()) + "\n");
        output_.flush();
    }
    [[nodiscard]] bool silent() const { return first_; }

private:
    bool json_;
    bool first_ = true;
    Output output_;
    JsonWriter writer_;
};

void print_summary(const SimCommand& options, const SimRun& run, bool first) {
    Output output;
    if (options.json) {
        JsonWriter json(output.text());
        write_sim_json(options.plan, run, first, json);
    } else {
        std::string text;
        append_sim(options.plan, run, style_for_output(options.view.color), text);
        output.append(text);
    }
    output.flush();
}

int show(const SimRun& run, const std::string& capture, const SimCommand& options, bool first) {
    if (shows_capture(options)) return draw_from(capture, options);
    if (options.plot == "queue") return draw(plot_queue(run), options);
    if (options.plot == "cwnd") {
        const bool all = options.flow == 0 && run.flows.size() > 1;
        return draw(
            plot_cwnd(run, all ? std::nullopt : std::optional<std::size_t>(std::max(options.flow, 1u) - 1)),
            options);
    }
    print_summary(options, run, first);
    return kAllRead;
}

}  // namespace

int run_sim_command(const SimCommand& options) {
    if (const auto why = why_not(options); !why.empty()) {
        complain(why);
        return kCannotRead;
    }
    if (!options.svg.empty() && !can_save_svg("", options.svg)) return kCannotRead;
    std::optional<ScratchCapture> scratch;
    if (shows_capture(options) && options.write_to.empty()) {
        scratch.emplace();
        if (!scratch->made()) {
            complain("no temporary file can be made; name one with -w");
            return kCannotRead;
        }
    }
    const std::string record = scratch ? scratch->path() : options.write_to;
    Teller teller(options.json);
    SimStory story([&teller](const SimIncident& incident) { teller.tell(incident); });
    catch_interrupts();
    const auto run = run_sim(options.plan, record, options.explain ? &story : nullptr);
    if (options.explain) teller.sum_up(story);
    if (!run || !run->record_error.empty()) {
        complain(run ? run->record_error : run.error());
        return kCannotRead;
    }
    const int shown = show(*run, record, options, teller.silent());
    if (shown != kAllRead || all_arrived(options.plan, *run)) return shown;
    return kDamaged;
}

}  // namespace glass::tools
