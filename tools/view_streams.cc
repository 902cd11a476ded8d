#include "tools/view_streams.h"

#include <algorithm>
#include <charconv>
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

std::string_view text(tcp::SeenEnding ending) {
    switch (ending) {
        case tcp::SeenEnding::open: return "open";
        case tcp::SeenEnding::fin: return "fin";
        case tcp::SeenEnding::reset: return "reset";
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

// A capture may have millions of connections: their lines are put together without format strings. Each of
// these writes at `out` and returns the end of what it wrote.

constexpr std::size_t kMaxCell = 64;  ///< the longest, an endpoint of IPv6, takes 53

char* write(char* out, std::string_view text) {
    return std::ranges::copy(text, out).out;
}

char* write_fixed(char* out, double value, int decimals) {
    return std::to_chars(out, out + kMaxCell / 2, value, std::chars_format::fixed, decimals).ptr;
}

/// Three digits, rounded, and a prefix: "9.77k", "164 kB". Precondition: at least 1000.
char* write_three_digits(char* out, std::uint64_t octets, std::string_view space, std::string_view unit) {
    static constexpr std::string_view kPrefixes = "kMGTPE";
    auto value = static_cast<double>(octets) / 1000;
    std::size_t prefix = 0;
    for (; value >= 999.5 && prefix + 1 < kPrefixes.size(); ++prefix) value /= 1000;
    out = write(write_fixed(out, value, value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2), space);
    return write(write(out, kPrefixes.substr(prefix, 1)), unit);
}

/// Five characters at the most.
char* write_short_octets(char* out, std::uint64_t octets) {
    return octets < 10'000 ? std::to_chars(out, out + 5, octets).ptr
                           : write_three_digits(out, octets, "", "");
}

char* write_endpoint(char* out, const tcp::Endpoint& e) {
    const bool v4 = e.address.is_v4();
    out = ip::write_text(write(out, v4 ? "" : "["), e.address);
    out = write(out, v4 ? ":" : "]:");
    return std::to_chars(out, out + 5, e.port).ptr;
}

char* write_verdict(char* out, const StreamSummary& s) {
    if (s.verdict != StreamVerdict::lossy) return write(out, to_string(s.verdict));
    const double percent = 100 * s.loss();
    if (percent < 0.1) return write(out, "lossy <.1 %");
    return write(write_fixed(write(out, "lossy "), percent, percent < 9.95 ? 1 : 0), " %");
}

enum class Align { left, right };

/// What `write(char*)` writes, in so many columns at the least; it is ASCII.
template <class Write>
void put_cell(TextBuffer& out, Align align, std::size_t columns, Write write) {
    char cell[kMaxCell];
    const std::string_view text(cell, static_cast<std::size_t>(write(cell) - cell));
    const std::size_t blanks = columns - std::min(columns, text.size());
    if (align == Align::right) out.fill(' ', blanks);
    out.append(text);
    if (align == Align::left) out.fill(' ', blanks);
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
    if (octets < 10'000) return fmt::format("{} B", octets);
    char text[kMaxCell];
    return {text, write_three_digits(text, octets, " ", "B")};
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
    const auto octets = [&](std::uint64_t n) {
        put_cell(out, Align::right, 5, [n](char* to) { return write_short_octets(to, n); });
    };
    const auto endpoint = [&](const tcp::Endpoint& e) {
        put_cell(out, Align::left, 21, [&e](char* to) { return write_endpoint(to, e); });
    };
    put_cell(out, Align::right, 4, [&](char* to) { return std::to_chars(to, to + 10, s.stream).ptr; });
    out.append(' ');
    out.append(style.start_stream(s.stream));
    endpoint(s.c2s.sender);
    out.append(" → ");
    endpoint(s.s2c.sender);
    out.append(style.stop());
    out.append(' ');
    put_cell(out, Align::left, 6, [&](char* to) { return write(to, text(s.ending)); });
    octets(s.c2s.octets);
    out.append(' ');
    octets(s.s2c.octets);
    out.append(' ');
    const bool fine = s.verdict == StreamVerdict::clean;
    if (!fine) out.append(style.start(Ink::bad));
    put_cell(out, Align::left, 0, [&](char* to) { return write_verdict(to, s); });
    if (!fine) out.append(style.stop());
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
