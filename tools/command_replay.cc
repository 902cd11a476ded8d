#include "tools/command_replay.h"

#include <fmt/format.h>
#include <utility>

#include "ip/capture_writer.h"
#include "ip/datagram.h"
#include "tools/interrupt.h"
#include "tools/json.h"
#include "tools/output.h"
#include "tools/output_file.h"
#include "tools/pager.h"
#include "tools/recorded_talk.h"
#include "tools/replay_compare.h"
#include "tools/replay_text.h"
#include "tools/view_json.h"

namespace glass::tools {
namespace {

std::string_view name(ReplayRow::Kind kind) {
    switch (kind) {
        case ReplayRow::Kind::played: return "played";
        case ReplayRow::Kind::both: return "same";
        case ReplayRow::Kind::recorded_only: return "recorded_only";
        case ReplayRow::Kind::ours_only: return "ours_only";
    }
    return "";
}

std::string_view name(Difference difference) {
    switch (difference) {
        case Difference::acknowledgment: return "acknowledgments";
        case Difference::text: return "text";
        case Difference::again: return "again";
        case Difference::control: return "control";
        case Difference::count_: break;
    }
    return "";
}

void write_segment(const TraceSegment& segment, JsonWriter& json) {
    char time[kMaxSecondsText];
    const auto length = static_cast<std::size_t>(write_seconds(time, segment.frame.time) - time);
    json.begin_object().key("time").text({time, length});
    json.key("flags_str").text(tcp::flags_text(segment.flags));
    json.key("seq").number(std::uint64_t{segment.relative_seq});
    if (segment.has(tcp::ACK)) json.key("ack").number(std::uint64_t{segment.relative_ack});
    json.key("len").number(std::uint64_t{segment.length});
    json.key("window_size_value").number(std::uint64_t{segment.window_on_wire}).end_object();
}

void write_row(const ReplayRow& row, JsonWriter& json) {
    json.key("type").text(name(row.kind));
    if (row.recorded) json.key("frame").number(row.recorded->frame.number);
    if (row.recorded) write_segment(*row.recorded, json.key("recorded"));
    if (row.ours) write_segment(*row.ours, json.key("ours"));
}

void write_counts(std::string_view key, const Comparison::Counts& counts, JsonWriter& json) {
    json.key(key).begin_object();
    for (std::size_t i = 0; i < counts.size(); ++i)
        json.key(name(static_cast<Difference>(i))).number(counts[i]);
    json.end_object();
}

/// An object a row, and one for the whole.
void print_json(const RecordedTalk& talk, const Replayed& replayed, const Comparison& comparison) {
    Output output;
    JsonWriter json(output.text());
    bool first = true;
    for (const ReplayRow& row : comparison.rows) {
        json.start_line();
        json.begin_object();
        if (std::exchange(first, false)) json.key("schema").number(std::uint64_t{1});
        write_row(row, json);
        json.end_object();
        output.append("\n");
        output.end_line();
    }
    json.start_line();
    json.begin_object().key("type").text("summary");
    json.key("stream").number(std::uint64_t{talk.trace.stream});
    json.key("played").text(replayed.played == 0 ? "client" : "server");
    json.key("recorded").number(comparison.recorded_answers).key("ours").number(comparison.our_answers);
    json.key("same").number(comparison.same);
    write_counts("recorded_only", comparison.recorded_only, json);
    write_counts("ours_only", comparison.ours_only, json);
    json.key("filled").number(talk.filled).key("damaged").number(replayed.damaged);
    json.key("complete").boolean(replayed.completed).end_object();
    output.append("\n");
    output.flush();
}

void print_text(const RecordedTalk& talk, const Replayed& replayed, const Comparison& comparison,
                const ReplayCommand& options) {
    const Pager pager(options.view.pager);
    std::string text;
    append_replay(talk, replayed, comparison, style_for_output(options.view.color), {.fold = !options.all},
                  text);
    Output output;
    output.append(text);
    output.flush();
}

/// Between the recorded endpoints, as raw IP; what our stack sent says so.
ip::Written save(const RecordedTalk& talk, const Replayed& replayed, const std::string& path) {
    auto writer = ip::CaptureWriter::create(path, {.link = ip::LinkType::raw});
    if (!writer) return std::unexpected(writer.error());
    std::uint64_t number = 0;
    for (const ReplayedSegment& s : replayed.all) {
        const bool client = s.segment.side == 0, ours = s.segment.side != replayed.played;
        const tcp::Endpoint& from = client ? talk.trace.client : talk.trace.server;
        const tcp::Endpoint& to = client ? talk.trace.server : talk.trace.client;
        ip::Buffer packet;
        const ip::DatagramHeader header{.src = from.address, .dst = to.address, .protocol = 6};
        header.serialize(packet, s.octets.size());
        packet.insert(packet.end(), s.octets.begin(), s.octets.end());
        const std::string comment =
            ours ? "sent by Glass" : fmt::format("recorded as frame {}", s.segment.frame.number);
        ip::Frame frame;
        frame.number = ++number;
        frame.time = s.segment.frame.time;
        frame.link = ip::LinkType::raw;
        frame.bytes = packet;
        frame.length = static_cast<std::uint32_t>(packet.size());
        frame.comment = comment;
        if (const auto written = writer->write(frame); !written) return written;
    }
    return writer->close();
}

}  // namespace

int run_replay(const ReplayCommand& options) {
    if (options.write_to == "-") {
        complain("-w - would mix with what is printed: name a file");
        return kCannotRead;
    }
    if (!options.write_to.empty())
        if (const auto why = why_not_write(options.capture.file, options.write_to)) {
            complain(*why);
            return kCannotRead;
        }
    catch_interrupts();
    const auto talk = load_talk(options.capture, options.stream);
    if (!talk) return talk.error();
    const auto replayed = replay(*talk, options.plays == PlayedEnd::client ? 0 : 1, options.seed);
    if (!replayed) {
        complain(fmt::format("{}: connection {} cannot be replayed: {}", options.capture.file,
                             talk->trace.stream, replayed.error()));
        return kCannotRead;
    }
    if (!options.write_to.empty())
        if (const auto saved = save(*talk, *replayed, options.write_to); !saved) {
            complain(saved.error());
            return kCannotRead;
        }
    const Comparison comparison = compare_replay(*talk, *replayed);
    if (options.json) {
        print_json(*talk, *replayed, comparison);
    } else {
        print_text(*talk, *replayed, comparison, options);
    }
    return talk->status;
}

}  // namespace glass::tools
