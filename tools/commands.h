// Commands: one function each, given what the command line said; the result is the exit status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/capture_loop.h"
#include "tools/style.h"
#include "tools/view_line.h"

namespace glass::tools {

/// Frame numbers, both ends included.
struct FrameRange {
    std::uint64_t first = 1;
    std::uint64_t last = UINT64_MAX;
};
/// "7", "7-12", "7-": nothing where the text is none of these.
[[nodiscard]] std::optional<FrameRange> parse_frame_range(const std::string& text);

/// What several commands share.
struct ViewOptions {
    ColorChoice color = ColorChoice::automatic;
    bool pager = true;
    LineView::Options line;
};

struct DecodeOptions {
    enum class View { line, tree, bytes, json, fields };
    CaptureOptions capture;
    ViewOptions view;
    View how = View::line;
    std::string fields;    ///< "tcp.seq_raw,ip.ttl"
    std::string write_to;  ///< frames that passed go to this file, too; alone it writes no text
};
int run_decode(const DecodeOptions& options);

struct ShowOptions {
    enum class View { tree, bytes, box, json };
    CaptureOptions capture;
    ViewOptions view;
    View how = View::tree;
    std::string frames;  ///< a FrameRange in text
};
int run_show(const ShowOptions& options);

struct StatsOptions {
    CaptureOptions capture;
    ViewOptions view;
    bool json = false;
};
int run_stats(const StatsOptions& options);

struct CheckOptions {
    CaptureOptions capture;
    ViewOptions view;
    bool json = false;
    bool salvage = false;  ///< write what can be read to write_to
    std::string write_to;
};
int run_check(const CheckOptions& options);

struct CutOptions {
    CaptureOptions capture;
    std::string write_to;
    std::string frames;         ///< a FrameRange in text; empty: all
    std::uint32_t snaplen = 0;  ///< cut frames to so many octets; 0: leave them whole
    std::string anonymize_key;  ///< empty: leave addresses as they are
    std::uint32_t shards = 0;   ///< split by flow into so many files; 0: one file
};
int run_cut(const CutOptions& options);

struct ExplainOptions {
    std::string word;  ///< empty: list all
    ViewOptions view;
    bool json = false;
};
int run_explain(const ExplainOptions& options);

}  // namespace glass::tools
