#include "tools/sim_story_text.h"

#include <fmt/format.h>

#include "tools/duration_text.h"
#include "tools/view_json.h"

namespace glass::tools {
namespace {

using Kind = SimIncident::Kind;
using Fate = SimIncident::Fate;
using tcp::SendReason;

std::string fate_text(const SimIncident& i) {
    const bool before = i.sent_before > ip::Duration::zero();
    const std::string which = fmt::format(
        "#{}, sent {},", i.before, before ? duration_text(i.sent_before) + " before" : "at the same moment");
    switch (i.fate) {
        case Fate::dropped: return fmt::format("{} was lost: {}", which, ip::to_string(i.why));
        case Fate::damaged: return which + " arrived damaged, and its checksum told";
        case Fate::arrived:
            return fmt::format("{} had arrived after {}: needless", which, duration_text(i.settled_after));
        case Fate::under_way: return which + " was still under way: needless";
        case Fate::unknown: return "its octets had not gone out before";
    }
    return which;
}

std::string sacked_text(std::size_t sacked) {
    if (sacked == 0) return "what was sent later has been delivered";
    return sacked == 1 ? "1 segment sent later is SACKed"
                       : fmt::format("{} segments sent later are SACKed", sacked);
}

std::string_view key(SendReason cause) {
    switch (cause) {
        case SendReason::handshake: return "handshake";
        case SendReason::timeout: return "timeout";
        case SendReason::after_timeout: return "after_timeout";
        case SendReason::black_hole: return "black_hole";
        case SendReason::too_big: return "too_big";
        case SendReason::rack: return "rack";
        case SendReason::sack: return "sack";
        case SendReason::duplicate_acks: return "duplicate_acks";
        case SendReason::partial_ack: return "partial_ack";
        case SendReason::tail_loss_probe: return "tail_loss_probe";
        case SendReason::window_probe: return "window_probe";
        case SendReason::window_opened: return "window_opened";
        default: break;
    }
    return "none";
}

std::string_view key(Fate fate) {
    switch (fate) {
        case Fate::unknown: break;
        case Fate::under_way: return "under_way";
        case Fate::arrived: return "arrived";
        case Fate::damaged: return "damaged";
        case Fate::dropped: return "dropped";
    }
    return "none";
}

std::string_view key(Kind kind) {
    switch (kind) {
        case Kind::again: return "retransmission";
        case Kind::marked: return "congestion_mark";
        case Kind::undone: return "undone";
    }
    return "";
}

void write_again(const SimIncident& i, JsonWriter& json) {
    json.key("packet").number(i.packet).key("first").number(std::uint64_t{i.first});
    json.key("last").number(std::uint64_t{i.last}).key("cause").text(key(i.cause));
    if (i.fate == Fate::unknown) return;
    json.key("before").number(i.before).key("fate").text(key(i.fate));
    if (i.fate == Fate::dropped) json.key("drop").text(drop_key(i.why));
}

}  // namespace

std::string cause_text(const SimIncident& i) {
    const std::string rto = duration_text(i.rto);
    switch (i.cause) {
        case SendReason::handshake:
            return fmt::format("no answer to the SYN for {} (RFC 6298 rule 5.4)", rto);
        case SendReason::timeout:
            return fmt::format("the retransmission timer expired: RTO {} (RFC 6298 rule 5.4)", rto);
        case SendReason::after_timeout:
            return "after the timeout, what was out then follows as cwnd grows (RFC 5681 section 3.1)";
        case SendReason::black_hole:
            return fmt::format("large segments time out and nobody says why: packets of {} octets (RFC 4821)",
                               i.mtu);
        case SendReason::too_big:
            return fmt::format("ICMP says it was too big: packets of {} octets from now on (RFC 1191)",
                               i.mtu);
        case SendReason::rack: return sacked_text(i.sacked) + ": this one is late (RACK, RFC 8985)";
        case SendReason::sack: return sacked_text(i.sacked) + " (RFC 6675)";
        case SendReason::duplicate_acks:
            return "three duplicate ACKs: fast retransmission (RFC 5681 section 3.2)";
        case SendReason::partial_ack: return "a partial ACK: more of that window is missing (RFC 6582)";
        case SendReason::tail_loss_probe:
            return "a tail loss probe: no ACK for two round trips (RFC 8985 section 7)";
        case SendReason::window_probe: return "a probe of the closed window (RFC 9293 section 3.8.6.1)";
        case SendReason::window_opened:
            return "the window is open again: there may have been no room for it before";
        default: break;  // goes out for the first time
    }
    return {};
}

void append_incident(const SimIncident& i, std::string& out) {
    constexpr int kIndent = 12;
    const auto line = [&](const std::string& text) { out += fmt::format("{:{}}{}\n", "", kIndent, text); };
    out += fmt::format("{:9.6f} s flow {}: ", std::chrono::duration<double>(i.at).count(), i.flow + 1);
    switch (i.kind) {
        case Kind::again:
            out += i.last == 0 ? fmt::format("#{} sends the SYN again\n", i.packet)
                               : fmt::format("#{} sends [{}..{}] again\n", i.packet, i.first, i.last);
            line(fate_text(i));
            line(cause_text(i));
            break;
        case Kind::marked:
            out += "an ACK with ECE: a router has marked a packet\n";
            line("the window falls as for a loss, but nothing is sent again (RFC 3168 section 6.1.2)");
            break;
        case Kind::undone:
            out += "an ACK shows that nothing was lost\n";
            line("the window is what it was before (RFC 4015)");
            break;
    }
    if (i.cwnd_before)
        line(fmt::format("cwnd {} → {}{}", *i.cwnd_before, i.cwnd,
                         i.ssthresh < SimFlow::kNoThreshold ? fmt::format(", ssthresh {}", i.ssthresh) : ""));
}

void write_incident(const SimIncident& i, bool first, JsonWriter& json) {
    json.start_line();
    json.begin_object();
    if (first) json.key("schema").number(std::uint64_t{1});
    json.key("type").text(key(i.kind)).key("time").text(seconds_text(i.at));
    json.key("flow").number(std::uint64_t{i.flow + 1});
    if (i.kind == Kind::again) write_again(i, json);
    if (i.cwnd_before) json.key("cwnd_before").number(std::uint64_t{*i.cwnd_before});
    if (i.cwnd > 0) json.key("cwnd").number(std::uint64_t{i.cwnd});
    if (i.ssthresh > 0 && i.ssthresh < SimFlow::kNoThreshold)
        json.key("ssthresh").number(std::uint64_t{i.ssthresh});
    json.end_object();
    json.out().append('\n');
}

std::string seconds_text(ip::Duration since_start) {
    char text[kMaxSecondsText];
    return {text, write_seconds(text, ip::Time(since_start))};
}

std::string story_summary(const SimStory::Counts& c) {
    const std::pair<std::uint64_t, const char*> parts[] = {{c.lost, "sent again for what the link lost"},
                                                           {c.needless, "sent again needlessly"},
                                                           {c.probes, "probes"},
                                                           {c.marks, "answers to marks"},
                                                           {c.undone, "reductions taken back"}};
    std::string text;
    for (const auto& [count, what] : parts)
        if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, what);
    return (text.empty() ? "nothing was sent again" : text) + "\n";
}

std::string_view drop_key(ip::Drop why) {
    switch (why) {
        case ip::Drop::too_big: return "too_big";
        case ip::Drop::black_hole: return "black_hole";
        case ip::Drop::memory: return "memory";
        case ip::Drop::queue_full: return "queue_full";
        case ip::Drop::red: return "red";
        case ip::Drop::codel: return "codel";
        case ip::Drop::loss: return "loss";
        case ip::Drop::burst_loss: return "burst_loss";
        case ip::Drop::listed: return "listed";
        case ip::Drop::count_: break;
    }
    return "";
}

}  // namespace glass::tools
