#include "tools/command_ladder.h"

#include <fmt/format.h>

#include "tools/ladder_svg.h"
#include "tools/ladder_text.h"
#include "tools/output.h"
#include "tools/pager.h"
#include "tools/stream_choice.h"
#include "tools/svg_file.h"

namespace glass::tools {
namespace {

void print_text(const StreamTrace& trace, const LadderOptions& choice, const LadderCommand& options) {
    const Style style = style_for_output(options.view.color);
    const Pager pager(options.view.pager);
    Output output;
    LadderText text(trace, style, {options.true_time, LadderText::line_for(trace)});
    Ladder ladder(trace, choice);
    std::string lines;
    text.append_head(lines);
    while (const auto row = ladder.next()) {
        text.append_row(*row, ladder.idle(), lines);
        output.append(lines);
        output.end_line();
        lines.clear();
    }
    text.append_foot(ladder.states(), lines);
    output.append(lines);
    output.flush();
}

}  // namespace

int run_ladder(const LadderCommand& options) {
    const auto range = options.frames.empty() ? FrameRange{} : parse_frame_range(options.frames);
    if (!range) {
        complain(fmt::format("'{}' is no range of frames; write 7, 7-9 or 7-", options.frames));
        return kCannotRead;
    }
    if (!options.svg.empty() && !can_save_svg(options.capture.file, options.svg)) return kCannotRead;
    const auto loaded = choose_stream(options.capture, options.stream);
    if (!loaded) return loaded.error();
    const StreamTrace& trace = loaded->trace;
    const LadderOptions choice{!options.all, range->first, range->last};
    if (!Ladder(trace, choice).next()) {
        complain(fmt::format("connection {} has no segment in frames {}: its frames are {} to {}",
                             trace.stream, options.frames, trace.segments.front().frame.number,
                             trace.segments.back().frame.number));
        return kCannotRead;
    }
    if (options.svg.empty()) {
        print_text(trace, choice, options);
        return loaded->status;
    }
    const DrawnLadder drawn = draw_ladder(trace, choice, options.true_time);
    if (drawn.left_out > 0)
        complain(fmt::format("drawn are the first {} rows, up to frame {}: --frames {}- goes on from there",
                             drawn.rows, drawn.last_frame, drawn.last_frame + 1));
    return save_svg(options.svg, drawn.svg) ? loaded->status : kCannotRead;
}

}  // namespace glass::tools
