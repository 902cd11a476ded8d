#include "tools/command_why.h"

#include <charconv>
#include <fmt/format.h>

#include "tools/output.h"
#include "tools/pager.h"
#include "tools/summary.h"
#include "tools/why_packet.h"
#include "tools/why_topics.h"

namespace glass::tools {
namespace {

/// A number that does not fit is beyond any file: the last one there is.
std::optional<std::uint64_t> parse_frame(const std::string& text) {
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, failed] = std::from_chars(text.data(), end, value);
    if (stopped != end || text.empty()) return std::nullopt;
    if (failed == std::errc::result_out_of_range) return UINT64_MAX;
    if (failed != std::errc{} || value == 0) return std::nullopt;
    return value;
}

void tell_segment_of(const Packet& packet, const CaptureOptions& capture, Story& story) {
    const auto connection = load_connection(capture, packet.tcp->stream, packet.frame.number);
    if (connection) tell_segment(*connection, story);
}

/// Innermost things first: who asks about a packet asks about what it is for.
void tell_packet(const Packet& packet, const CaptureOptions& capture, Story& story) {
    CaptureOptions again = capture;
    again.quiet = true;
    again.show_progress = false;
    const Reread reread = [&](const std::function<bool(const Packet&)>& take) {
        (void)for_each_packet(again, [&](const Packet& p, const Decoder&) { return take(p); });
    };
    tell_fragment(packet, reread, story);
    const bool segment = packet.tcp && packet.tcp->finding;
    if (segment) tell_segment_of(packet, again, story);
    if (!segment && !tell_icmp(packet, reread, story) && !tell_resolution(packet, reread, story))
        tell_datagram(packet, reread, story);
    tell_checksums(packet, reread, story);
    tell_damage(packet, story);
    if (!story.empty()) return;
    TextBuffer summary;
    write_summary(packet, false, summary);
    story.say("Packet {}: {}. Nothing in this file tells more about it.", packet.frame.number,
              summary.view());
}

}  // namespace

std::expected<Story, int> tell_why(const CaptureOptions& capture, std::uint64_t frame) {
    CaptureOptions options = capture;
    options.tcp.analyze = true;
    options.http = true;
    std::optional<ip::Time> epoch;
    std::optional<Story> story;
    std::uint64_t last = 0;
    const int status = for_each_packet(options, [&](const Packet& packet, const Decoder&) {
        last = packet.frame.number;
        if (!epoch) epoch = packet.frame.time;
        if (last != frame) return true;
        story.emplace(frame, *epoch);
        tell_packet(packet, options, *story);
        return false;
    });
    if (story) return std::move(*story);
    if (status == kCannotRead || status == kInterrupted) return std::unexpected(status);
    const std::string why = last == 0 ? "the file has none" : fmt::format("the last one is {}", last);
    complain(fmt::format("{}: there is no frame {}: {}", capture.file, frame, why));
    return std::unexpected(kCannotRead);
}

int run_why(const WhyOptions& options) {
    const auto frame = parse_frame(options.frame);
    if (!frame) {
        complain(fmt::format("'{}' is no frame number; frames count from 1", options.frame));
        return kCannotRead;
    }
    if (options.capture.file == "-") {
        complain("why reads the capture several times, which standard input does not allow; give it a file");
        return kCannotRead;
    }
    const auto story = tell_why(options.capture, *frame);
    if (!story) return story.error();
    const Pager pager(options.view.pager && !options.json);
    Output output;
    if (options.json) {
        JsonWriter json(output.text());
        story->write_json(json);
        output.append("\n");
        return kAllRead;
    }
    std::string text;
    story->print(style_for_output(options.view.color), text);
    output.append(text);
    return kAllRead;
}

}  // namespace glass::tools
