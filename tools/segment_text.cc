#include "tools/segment_text.h"

#include <algorithm>
#include <fmt/format.h>

#include "ip/elapsed.h"
#include "tools/duration_text.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

using tcp::Mark;

void append_word(std::string& out, std::string_view word) {
    if (!out.empty()) out += ' ';
    out += word;
}

void append_flag_words(std::uint16_t flags, std::string& out) {
    struct Name {
        std::uint16_t bit;
        std::string_view text;
    };
    static constexpr Name kNames[] = {{tcp::SYN, "SYN"}, {tcp::FIN, "FIN"}, {tcp::RST, "RST"},
                                      {tcp::PSH, "PSH"}, {tcp::URG, "URG"}, {tcp::ECE, "ECE"},
                                      {tcp::CWR, "CWR"}, {tcp::AE, "AE"}};
    for (const Name& name : kNames)
        if (flags & name.bit) append_word(out, name.text);
}

std::string ordinal(std::uint32_t n) {
    const bool teen = n / 10 % 10 == 1;
    const char* ending = teen ? "th" : n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
    return fmt::format("{}{}", n, ending);
}

std::string frame_text(const tcp::FrameRef& frame) {
    return fmt::format("#{}", frame.number);
}

/// The RTO is told where it can be the sender's: a recorder near the receiver measures too little. It has no
/// floor yet (RFC 6298 section 2.4).
std::string retransmission_text(const TraceSegment& segment, std::optional<ip::Duration> round_trip) {
    const tcp::Finding& f = segment.finding;
    if (!f.original) return "retransmission; the first copy is not in the file";
    const std::string after = duration_text(ip::elapsed(f.original.time, segment.frame.time));
    const bool measured = f.rto && round_trip && *f.rto >= *round_trip;
    return fmt::format("repeats #{} after {}{}", f.original.number, after,
                       measured ? fmt::format(" (RTO ≥ {})", duration_text(*f.rto)) : "");
}

std::string fast_retransmission_text(const tcp::Finding& f) {
    std::string text = "fast retransmission";
    if (f.original) text += " of " + frame_text(f.original);
    if (f.duplicate_acks > 0) text += fmt::format(": {} duplicate ACKs", f.duplicate_acks);
    if (f.first_duplicate && f.last_duplicate)
        text += fmt::format(", #{} to #{}", f.first_duplicate.number, f.last_duplicate.number);
    return text;
}

std::string spurious_text(const tcp::Finding& f) {
    std::string text = "needless retransmission";
    if (f.original) text += " of " + frame_text(f.original);
    if (f.acknowledged_by) text += fmt::format(": #{} had acknowledged it", f.acknowledged_by.number);
    return text;
}

/// "answers the probe #100"
std::string answer_text(const tcp::Finding& f, std::string_view what) {
    return f.original ? fmt::format("answers the {} #{}", what, f.original.number)
                      : fmt::format("answers a {}", what);
}

std::string duplicate_ack_text(const tcp::Finding& f) {
    const std::string which = fmt::format("{} duplicate ACK", ordinal(f.duplicate_acks));
    return f.original ? which + " of " + frame_text(f.original) : which;
}

std::string mark_text(Mark mark, const TraceSegment& segment, std::optional<ip::Duration> round_trip) {
    const tcp::Finding& f = segment.finding;
    switch (mark) {
        case Mark::retransmission: return retransmission_text(segment, round_trip);
        case Mark::fast_retransmission: return fast_retransmission_text(f);
        case Mark::spurious_retransmission: return spurious_text(f);
        case Mark::out_of_order:
            return f.highest ? "out of order: overtaken by " + frame_text(f.highest) : "out of order";
        case Mark::ack_lost_segment: return "acknowledges octets that are not in the file";
        case Mark::duplicate_ack: return duplicate_ack_text(f);
        case Mark::window_update:
            return fmt::format("window update: {}", segment.window.value_or(segment.window_on_wire));
        case Mark::window_full: return "fills the receiver's window";
        case Mark::zero_window: return "zero window";
        case Mark::zero_window_probe: return "zero window probe";
        case Mark::zero_window_probe_ack: return answer_text(f, "probe");
        case Mark::keep_alive: return "keep-alive";
        case Mark::keep_alive_ack: return answer_text(f, "keep-alive");
        case Mark::reused_ports: return "these ports had a connection before";
        case Mark::lost_segment:  // the hole before it is told
        case Mark::count_: return {};
    }
    return {};
}

bool is_trouble(Mark mark) {
    return mark != Mark::window_update && mark != Mark::keep_alive && mark != Mark::keep_alive_ack &&
           mark != Mark::reused_ports;
}

std::string path_text(const EndStates::Path& path) {
    std::string text;
    for (std::uint8_t i = 0; i < path.count; ++i)
        text.append(i > 0 ? " → " : "").append(name(path.states[i]));
    return text;
}

std::string syn_options_text(const TraceSegment& segment) {
    std::string text;
    if (segment.mss) append_word(text, fmt::format("mss {}", *segment.mss));
    if (segment.shift) append_word(text, fmt::format("ws {}", *segment.shift));
    if (segment.sack_permitted) append_word(text, "sack");
    if (segment.timestamps) append_word(text, "ts");
    return text.empty() ? "no options" : text;
}

/// RFC 2883 section 4: a first block that lies below the ACK, or within the second block, reports octets that
/// arrived twice.
bool is_duplicate_report(const TraceSegment& segment) {
    const auto& blocks = segment.sack;
    if (blocks[0].right <= segment.ack) return true;
    return blocks.size() > 1 && blocks[1].left <= blocks[0].left && blocks[0].right <= blocks[1].right;
}

std::string sack_text(const TraceSegment& segment) {
    const std::uint32_t origin = segment.ack.value() - segment.relative_ack;
    std::string text = is_duplicate_report(segment) ? "D-SACK" : "SACK";
    for (const tcp::SackBlock& block : segment.sack)
        text += fmt::format(" {}..{}", block.left.value() - origin, block.right.value() - origin - 1);
    return text;
}

}  // namespace

std::string octets_text(std::uint32_t from, std::uint32_t length) {
    return fmt::format("[{}..{}]", from, static_cast<std::uint32_t>(from + length - 1));
}

std::string endpoint_text(const tcp::Endpoint& endpoint) {
    const std::string address = to_string(endpoint.address);
    if (endpoint.address.is_v4()) return fmt::format("{}:{}", address, endpoint.port);
    return fmt::format("[{}]:{}", address, endpoint.port);  // RFC 5952 section 6
}

std::string SegmentLabels::label(const TraceSegment& segment) {
    const bool controls = segment.flags & (tcp::SYN | tcp::FIN | tcp::RST);
    const bool acknowledges = segment.has(tcp::ACK);
    std::string text;
    append_flag_words(segment.flags, text);
    if ((segment.flags & tcp::kFlagBits) == 0) text = "(no flags)";
    if (acknowledges && segment.has(tcp::SYN)) append_word(text, "ACK");
    if (segment.length > 0)
        append_word(
            text, fmt::format("{} B {}", segment.length, octets_text(segment.relative_seq, segment.length)));
    else if (controls)
        append_word(text, fmt::format("seq {}", segment.relative_seq));
    auto& last_ack = last_ack_[segment.side];
    const bool pure = segment.length == 0 && !controls;
    if (acknowledges && pure)
        append_word(text, fmt::format("ACK {}", segment.relative_ack));
    else if (acknowledges && (last_ack != segment.relative_ack || controls))
        append_word(text, fmt::format("ack {}", segment.relative_ack));
    if (acknowledges) last_ack = segment.relative_ack;
    // What makes it one is a sequence number that lies behind.
    if (pure && segment.finding.marks.has(Mark::keep_alive))
        append_word(text, fmt::format("seq {}", segment.relative_seq));
    const bool tells_window = segment.has(tcp::SYN) || segment.window_on_wire == 0;
    if (tells_window && !segment.has(tcp::RST))
        append_word(text, fmt::format("win {}", segment.window_on_wire));
    return text.empty() ? "(no flags)" : text;
}

void append_states(const EndStates::Moves& moves, std::vector<Remark>& out) {
    const std::string client = path_text(moves[0]), server = path_text(moves[1]);
    if (!client.empty() && client == server) {
        out.push_back({Tone::state, "both " + client});
        return;
    }
    if (!client.empty()) out.push_back({Tone::state, "client " + client});
    if (!server.empty()) out.push_back({Tone::state, "server " + server});
}

void append_marks(const TraceSegment& segment, std::optional<ip::Duration> round_trip,
                  std::vector<Remark>& out) {
    for (std::size_t i = 0; i < tcp::kMarkCount; ++i) {
        const Mark mark = static_cast<Mark>(i);
        if (!segment.finding.marks.has(mark)) continue;
        std::string text = mark_text(mark, segment, round_trip);
        if (!text.empty()) out.push_back({is_trouble(mark) ? Tone::trouble : Tone::plain, std::move(text)});
    }
}

void append_contents(const TraceSegment& segment, std::vector<Remark>& out) {
    if (!segment.http.empty()) {
        std::string line;
        append_escaped(segment.http, line);
        out.push_back({Tone::http, std::move(line)});
    }
    if (segment.has(tcp::SYN)) out.push_back({Tone::detail, syn_options_text(segment)});
    if (!segment.sack.empty()) out.push_back({Tone::detail, sack_text(segment)});
}

}  // namespace glass::tools
