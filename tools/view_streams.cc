#include "tools/view_streams.h"

#include <fmt/format.h>

#include "ip/elapsed.h"
#include "tools/duration_text.h"
#include "tools/segment_text.h"
#include "tools/view_json.h"

namespace glass::tools {
namespace {

std::string_view text(tcp::Handshake handshake) {
    switch (handshake) {
        case tcp::Handshake::none: return "none";
        case tcp::Handshake::partial: return "partial";
        case tcp::Handshake::complete: return "complete";
    }
    return "";
}

std::string_view text(tcp::Ending ending) {
    switch (ending) {
        case tcp::Ending::open: return "open";
        case tcp::Ending::fin: return "fin";
        case tcp::Ending::reset: return "reset";
    }
    return "";
}

double milliseconds(ip::Duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

std::string rtt_text(const StreamSummary& s) {
    if (s.handshake_rtt) return duration_text(*s.handshake_rtt);
    return s.rtt_samples > 0 ? duration_text(s.rtt_min) : "not measured";
}

std::string verdict_text(const StreamSummary& s) {
    if (s.verdict != StreamVerdict::lossy) return std::string(to_string(s.verdict));
    const double percent = 100 * s.loss();
    return percent < 0.1 ? "lossy <.1 %" : fmt::format("lossy {:.{}f} %", percent, percent < 9.95 ? 1 : 0);
}

/// Three digits, rounded, and a prefix: "9.77k", "164 kB". Precondition: at least 1000.
std::string three_digits(std::uint64_t octets, std::string_view space, std::string_view unit) {
    static constexpr std::string_view kPrefixes = "kMGTPE";
    auto value = static_cast<double>(octets) / 1000;
    std::size_t prefix = 0;
    for (; value >= 999.5 && prefix + 1 < kPrefixes.size(); ++prefix) value /= 1000;
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return fmt::format("{:.{}f}{}{}{}", value, decimals, space, kPrefixes[prefix], unit);
}

/// Five characters at the most.
std::string short_octets(std::uint64_t octets) {
    return octets < 10'000 ? fmt::format("{}", octets) : three_digits(octets, "", "");
}

std::string_view seconds_text(ip::Time time, char (&buffer)[kMaxSecondsText]) {
    return {buffer, static_cast<std::size_t>(write_seconds(buffer, time) - buffer)};
}

void write_json(const tcp::Endpoint& e, JsonWriter& json) {
    json.begin_object().key("addr").text(to_string(e.address));
    json.key("port").number(std::uint64_t{e.port}).end_object();
}

void write_marks(const StreamDirection& d, JsonWriter& json) {
    json.key("analysis").begin_object();
    for (std::size_t i = 0; i < tcp::kMarkCount; ++i)
        json.key(name(static_cast<tcp::Mark>(i))).number(d.totals.marks[i]);
    json.end_object();
}

void write_direction(const StreamDirection& d, JsonWriter& json) {
    json.begin_object().key("packets").number(d.segments);
    json.key("payload_packets").number(d.segments_with_payload).key("bytes").number(d.octets);
    if (d.sha256) json.key("sha256").text(*d.sha256);
    json.key("gaps").begin_array();
    for (const StreamGap& gap : d.gaps)
        json.begin_object().key("offset").number(gap.offset).key("len").number(gap.length).end_object();
    json.end_array().key("missing").number(d.missing);
    if (d.more_gaps > 0) json.key("more_gaps").number(d.more_gaps);
    json.key("conflicting_bytes").number(d.conflicts);
    json.key("retransmitted_bytes").number(d.totals.retransmitted_octets);
    write_marks(d, json);
    if (d.mss) json.key("mss").number(std::uint64_t{*d.mss});
    if (d.shift) json.key("wscale").number(std::uint64_t{*d.shift});
    json.key("sack_permitted").boolean(d.sack_permitted).end_object();
}

void write_rtt(const StreamSummary& s, JsonWriter& json) {
    json.key("rtt_ms").begin_object();
    if (s.handshake_rtt) json.key("handshake").number(milliseconds(*s.handshake_rtt));
    if (s.rtt_samples > 0) {
        json.key("min").number(milliseconds(s.rtt_min)).key("mean").number(milliseconds(s.rtt_mean));
        json.key("max").number(milliseconds(s.rtt_max)).key("samples").number(s.rtt_samples);
    }
    json.end_object();
}

}  // namespace

std::string octets_text(std::uint64_t octets) {
    return octets < 10'000 ? fmt::format("{} B", octets) : three_digits(octets, " ", "B");
}

void write_streams_heading(const Style& style, TextBuffer& out) {
    std::string dressed;
    style.put(dressed, Ink::strong,
              fmt::format("{:>4} {:<21}   {:<21} {:<5} {:>5} {:>5} {}", "N", "client", "server", "end",
                          "sent", "recvd", "verdict"));
    out.append(dressed);
    out.append('\n');
}

void write_stream_line(const StreamSummary& s, const Style& style, TextBuffer& out) {
    std::string line = fmt::format("{:>4} ", s.stream);
    line += style.start_stream(s.stream);
    line += fmt::format("{:<21} → {:<21}", endpoint_text(s.c2s.sender), endpoint_text(s.s2c.sender));
    line += style.stop();
    line += fmt::format(" {:<5} {:>5} {:>5} ", text(s.ending), short_octets(s.c2s.octets),
                        short_octets(s.s2c.octets));
    const bool fine = s.verdict == StreamVerdict::clean;
    line += fine ? "" : style.start(Ink::bad);
    line += verdict_text(s);
    line += fine ? "" : style.stop();
    out.append(line);
    out.append('\n');
}

void write_stream_details(const StreamSummary& s, const Style& style, TextBuffer& out) {
    const std::uint64_t again = s.c2s.totals.retransmitted_octets + s.s2c.totals.retransmitted_octets;
    std::string dressed;
    style.put(
        dressed, Ink::dim,
        fmt::format("     handshake {}, RTT {}, {} again, {} missing, {}", text(s.handshake), rtt_text(s),
                    octets_text(again), octets_text(s.c2s.missing + s.s2c.missing), s.history));
    out.append(dressed);
    out.append('\n');
}

void write_stream_json(const StreamSummary& s, bool first, JsonWriter& json) {
    char start[kMaxSecondsText];
    const ip::Duration duration = ip::elapsed(s.first.time, s.last.time);
    json.begin_object();
    if (first) json.key("schema").number(kJsonSchema);
    json.key("stream").number(std::uint64_t{s.stream});
    write_json(s.c2s.sender, json.key("client"));
    write_json(s.s2c.sender, json.key("server"));
    json.key("first_frame").number(s.first.number).key("last_frame").number(s.last.number);
    json.key("start").text(seconds_text(s.first.time, start));
    json.key("duration").number(std::chrono::duration<double>(duration).count());
    json.key("handshake").text(text(s.handshake)).key("end").text(text(s.ending));
    json.key("verdict").text(to_string(s.verdict)).key("history").text(s.history);
    write_direction(s.c2s, json.key("c2s"));
    write_direction(s.s2c, json.key("s2c"));
    write_rtt(s, json);
    json.end_object().out().append('\n');
    json.start_line();
}

}  // namespace glass::tools
