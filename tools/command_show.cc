// glass show: one packet, or a few, in full.
#include <charconv>
#include <fmt/format.h>

#include "tools/commands.h"
#include "tools/output.h"
#include "tools/pager.h"
#include "tools/view_box.h"
#include "tools/view_bytes.h"
#include "tools/view_json.h"
#include "tools/view_tree.h"

namespace glass::tools {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value == 0) return std::nullopt;
    return value;
}

void print(const Packet& packet, ShowOptions::View how, bool first, const Style& style, Output& output) {
    std::string text;
    switch (how) {
        case ShowOptions::View::tree: print_tree(packet, style, text); break;
        case ShowOptions::View::bytes: print_bytes(packet, style, text); break;
        case ShowOptions::View::box: print_box(packet, style, text); break;
        case ShowOptions::View::json: {
            FieldList fields(FieldList::For::json);
            JsonWriter json(output.text());
            write_json_line(packet, fields, json, first);
        }
    }
    output.append(text);
    output.end_line();
}

}  // namespace

std::optional<FrameRange> parse_frame_range(const std::string& text) {
    const std::size_t dash = text.find('-');
    const auto first = parse_number(std::string_view(text).substr(0, dash));
    if (!first) return std::nullopt;
    if (dash == std::string::npos) return FrameRange{*first, *first};
    if (dash + 1 == text.size()) return FrameRange{*first, UINT64_MAX};
    const auto last = parse_number(std::string_view(text).substr(dash + 1));
    if (!last || *last < *first) return std::nullopt;
    return FrameRange{*first, *last};
}

int run_show(const ShowOptions& options) {
    const auto range = parse_frame_range(options.frames);
    if (!range) {
        complain(fmt::format("'{}' is no frame number; write 7, 7-9 or 7-", options.frames));
        return kCannotRead;
    }
    const Style style = style_for_output(options.view.color);
    const Pager pager(options.view.pager && options.how != ShowOptions::View::json);
    Output output;
    std::uint64_t last_seen = 0, shown = 0;
    CaptureOptions capture = options.capture;
    capture.tcp.analyze = true;
    capture.http = true;
    const int status = for_each_packet(capture, [&](const Packet& packet, const Decoder&) {
        last_seen = packet.frame.number;
        if (last_seen < range->first) return true;
        if (last_seen > range->last) return false;
        const bool first = shown++ == 0;
        if (!first && options.how != ShowOptions::View::json) output.append("\n");
        print(packet, options.how, first, style, output);
        return last_seen != range->last;
    });
    output.flush();
    if (shown > 0 || status != kAllRead) return status;
    const bool chosen = !options.capture.filter.empty() || options.capture.count > 0;
    const std::string why = chosen           ? "-f or -n leave it out, or it is not there"
                            : last_seen == 0 ? "the file has none"
                                             : fmt::format("the last one is {}", last_seen);
    complain(fmt::format("{}: there is no frame {} to show: {}", options.capture.file, options.frames, why));
    return kCannotRead;
}

}  // namespace glass::tools
