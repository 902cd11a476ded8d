// glass stats: what is in a capture as a whole.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <random>

#include "ip/fragments.h"
#include "tools/commands.h"
#include "tools/frame_loop.h"
#include "tools/json.h"
#include "tools/output.h"
#include "tools/statistics.h"
#include "tools/view_json.h"

namespace glass::tools {
namespace {

constexpr std::size_t kTopTalkers = 10;

/// What the decoder knows at the end.
struct Connections {
    std::uint64_t tcp = 0;
    std::uint64_t forgotten = 0;
    ip::FragmentCounts fragments;
    std::size_t fragments_pending = 0;
};

double seconds_between(ip::Time from, ip::Time to) {
    return std::chrono::duration<double>(to - from).count();
}

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t value) {
    std::string digits = std::to_string(value);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
    return digits;
}

std::string with_unit(double value, std::string_view unit) {
    static constexpr std::string_view kPrefixes[] = {"", "k", "M", "G", "T"};
    std::size_t i = 0;
    for (; value >= 1000 && i + 1 < std::size(kPrefixes); ++i) value /= 1000;
    return fmt::format("{:.3g} {}{}", value, kPrefixes[i], unit);
}

std::string date(ip::Time time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
    return fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::time_t{seconds.count()}));
}

class Report {
public:
    Report(const Style& style, std::string& out) : style_(style), out_(out) {}

    void heading(std::string_view text) {
        out_ += '\n';
        style_.put(out_, Ink::strong, text);
        out_ += '\n';
    }
    template <class... Args>
    void line(fmt::format_string<Args...> format, Args&&... args) {
        fmt::format_to(std::back_inserter(out_), format, std::forward<Args>(args)...);
        out_ += '\n';
    }
    void bad(const std::string& text) {
        style_.put(out_, Ink::bad, text);
        out_ += '\n';
    }

private:
    const Style& style_;
    std::string& out_;
};

void print_total(const Tally& tally, const std::string& name, Report& report) {
    const Count& total = tally.total();
    report.line("{}: {} frames, {} bytes on the wire", name, grouped(total.frames), grouped(total.bytes));
    if (total.frames == 0) return;
    const double seconds = seconds_between(tally.first_time(), tally.last_time());
    report.line("{} .. {}", date(tally.first_time()), date(tally.last_time()));
    if (seconds > 0)
        report.line("{:.6g} s, {}, {}", seconds,
                    with_unit(static_cast<double>(total.frames) / seconds, "frames/s"),
                    with_unit(8 * static_cast<double>(total.bytes) / seconds, "bit/s"));
}

void print_protocols(const Tally& tally, Report& report) {
    report.heading("protocol                   frames            bytes   of bytes");
    for (const ProtocolTree::Row& row : tally.protocols())
        report.line(
            "{:<20} {:>12} {:>16}   {:>6.2f} %",
            std::string(2 * static_cast<std::size_t>(row.depth), ' ') + std::string(ip::name(row.proto)),
            grouped(row.count.frames), grouped(row.count.bytes),
            100.0 * static_cast<double>(row.count.bytes) /
                static_cast<double>(std::max<std::uint64_t>(1, tally.total().bytes)));
}

void print_talkers(const Tally& tally, Report& report) {
    const auto talkers = tally.top_talkers(kTopTalkers);
    if (talkers.empty()) return;
    report.heading(
        "talker                          sent frames       sent bytes  received frames   received bytes");
    for (const auto& [address, talker] : talkers)
        report.line("{:<28} {:>14} {:>16} {:>16} {:>16}", to_string(address), grouped(talker.sent.frames),
                    grouped(talker.sent.bytes), grouped(talker.received.frames),
                    grouped(talker.received.bytes));
    if (tally.talker_count() > talkers.size())
        report.line("and {} more", grouped(tally.talker_count() - talkers.size()));
    if (tally.talkers_forgotten() > 0)
        report.line("({} quiet addresses were forgotten on the way)", grouped(tally.talkers_forgotten()));
}

void print_sizes(const Tally& tally, Report& report) {
    report.heading("frame size         frames");
    std::uint32_t from = 0;
    for (std::size_t i = 0; i < tally.sizes().size(); ++i) {
        const bool last = i == Tally::kSizeLimits.size();
        const std::string range =
            last ? fmt::format("{} or more", from) : fmt::format("{}..{}", from, Tally::kSizeLimits[i]);
        const double share =
            static_cast<double>(tally.sizes()[i]) / static_cast<double>(tally.total().frames);
        const auto bar = static_cast<std::size_t>(40 * share + 0.5);
        const std::string separator = bar > 0 ? "  " : "";
        if (tally.sizes()[i] > 0)
            report.line("{:<12} {:>12}{}{}", range, grouped(tally.sizes()[i]), separator,
                        std::string(bar, '#'));
        from = last ? from : Tally::kSizeLimits[i] + 1;
    }
}

void print_connections(const Connections& c, Report& report) {
    if (c.tcp > 0) report.heading(fmt::format("{} TCP connection{}", grouped(c.tcp), c.tcp == 1 ? "" : "s"));
    if (c.forgotten > 0)
        report.line("({} quiet ones were forgotten on the way: --max-streams)", grouped(c.forgotten));
    const std::uint64_t given_up = c.fragments.timed_out + c.fragments.evicted + c.fragments_pending;
    if (c.fragments.complete + given_up > 0)
        report.line("{} datagrams put together from fragments, {} never complete",
                    grouped(c.fragments.complete), grouped(given_up));
}

void print_problems(const Tally& tally, const Notes& notes, Report& report) {
    const auto problems = tally.problems();
    const auto lines = notes.lines();
    if (problems.empty() && lines.empty()) return;
    report.heading("worth knowing");
    for (const Problem& problem : problems)
        report.bad(fmt::format("{}: {} frames, the first is #{}", problem.what, grouped(problem.frames),
                               problem.first));
    for (const std::string& line : lines) report.line("{}", line);
}

void write_count(JsonWriter& json, const Count& count) {
    json.key("frames").number(count.frames).key("bytes").number(count.bytes);
}

/// One object: file, frames, bytes, captured_bytes, start, end, protocols [{proto, depth, frames, bytes}],
/// talkers
/// [{addr, sent, received}], tcp_streams, problems [{what, frames, first_frame}], notes.
void write_json(const Tally& tally, const Connections& connections, const Notes& notes,
                const std::string& file, TextBuffer& out) {
    const auto seconds = [](ip::Time time) {
        char text[kMaxSecondsText];
        return std::string(text, write_seconds(text, time));
    };
    JsonWriter json(out);
    json.begin_object().key("schema").number(kJsonSchema).key("file").text(file);
    write_count(json, tally.total());
    json.key("captured_bytes").number(tally.captured_bytes());
    json.key("start").text(seconds(tally.first_time())).key("end").text(seconds(tally.last_time()));
    json.key("protocols").begin_array();
    for (const ProtocolTree::Row& row : tally.protocols()) {
        json.begin_object()
            .key("proto")
            .text(ip::name(row.proto))
            .key("depth")
            .number(std::uint64_t(row.depth));
        write_count(json, row.count);
        json.end_object();
    }
    json.end_array().key("talkers").begin_array();
    for (const auto& [address, talker] : tally.top_talkers(kTopTalkers)) {
        json.begin_object().key("addr").text(to_string(address)).key("sent").begin_object();
        write_count(json, talker.sent);
        json.end_object().key("received").begin_object();
        write_count(json, talker.received);
        json.end_object().end_object();
    }
    json.end_array().key("tcp_streams").number(connections.tcp).key("problems").begin_array();
    for (const Problem& problem : tally.problems()) {
        json.begin_object().key("what").text(problem.what).key("frames").number(problem.frames);
        json.key("first_frame").number(problem.first).end_object();
    }
    json.end_array().key("notes").begin_array();
    for (const std::string& line : notes.lines()) json.text(line);
    json.end_array().end_object();
    out.append('\n');
}

}  // namespace

int run_stats(const StatsOptions& options) {
    const Style style = style_for_output(options.view.color);
    std::random_device random;
    Statistics statistics(decoder_options(options.capture), std::uint64_t{random()} << 32 | random());
    const int status = for_each_frame(options.capture, [&](const ip::Frame& frame, bool passes) {
        statistics.add(frame, passes);
        return true;
    });
    statistics.finish();
    const Tally& tally = statistics.tally();
    const Notes& notes = statistics.notes();
    const Decoder& decoder = statistics.decoder();
    const Connections connections{decoder.flows().count(), decoder.flows().forgotten(),
                                  decoder.fragments().counts(), decoder.fragments().pending()};
    if (status == kCannotRead) return status;
    const std::string& name =
        options.capture.interface.empty() ? options.capture.file : options.capture.interface;
    Output output;
    if (options.json) {
        write_json(tally, connections, notes, name, output.text());
        return status;
    }
    std::string text;
    Report report(style, text);
    print_total(tally, name, report);
    if (tally.total().frames > 0) {
        print_protocols(tally, report);
        print_talkers(tally, report);
        print_sizes(tally, report);
        print_connections(connections, report);
        print_problems(tally, notes, report);
    }
    output.append(text);
    return status;
}

}  // namespace glass::tools
