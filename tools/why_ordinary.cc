// Why an ordinary segment was sent: the bytes it carries, the bytes it acknowledges, and what it says about
// congestion.
#include "tools/why_topics.h"

namespace glass::tools {
namespace {

using tcp::ACK;
using tcp::CWR;
using tcp::ECE;
using tcp::Mark;
using tcp::RST;
using tcp::SYN;

constexpr std::uint8_t kCe = 3;  // RFC 3168 section 5

/// Segments of the other side with octets that this one is the first to acknowledge.
std::vector<std::size_t> newly_acknowledged(const WhyConnection& c, std::optional<tcp::Seq> before) {
    const TraceSegment& s = c.segment();
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < c.at; ++i) {
        const TraceSegment& t = c[i];
        const bool covered = t.side != s.side && t.sequence_length() > 0 && !t.has(RST) && t.seq < s.ack;
        if (covered && (!before || end_of(t) > *before)) found.push_back(i);
    }
    return found;
}

/// "bytes 1449..2896" of the other side's numbers.
std::string block_text(const TraceSegment& s, const tcp::SackBlock& block) {
    const std::uint32_t left = s.relative_ack + (block.left - s.ack);
    return fmt::format("bytes {}..{}", left, left + (block.right - block.left) - 1);
}

void tell_sack(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    for (std::size_t i = 0; i < s.sack.size(); ++i) {
        const tcp::SackBlock& block = s.sack[i];
        const bool inside =
            i == 0 && s.sack.size() > 1 && block.left >= s.sack[1].left && block.right <= s.sack[1].right;
        const bool twice = i == 0 && (block.right <= s.ack || inside);
        const auto newest =
            c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && carries(t, block.left); });
        const std::vector<tcp::FrameRef> frames =
            newest ? std::vector{c[*newest].frame} : std::vector<tcp::FrameRef>{};
        story.row(twice ? "came twice" : "SACK", frames, block_text(s, block));
    }
    const bool above = !s.sack.empty() && s.sack.back().right > s.ack;
    if (above)
        story.say("It has the bytes that SACK names (RFC 2018), and not yet byte {}: there is a hole.",
                  s.relative_ack);
    const bool twice = !s.sack.empty() && s.sack[0].right <= s.ack;
    if (twice) story.say("Bytes that came twice: D-SACK (RFC 2883).");
}

}  // namespace

void tell_text(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (s.length == 0) return;
    if (s.has(SYN))
        story.say("The SYN carries {} of text already: TCP Fast Open (RFC 7413){}.",
                  count_text(s.length, "byte"),
                  s.http.empty() ? "" : fmt::format(", beginning with \"{}\"", s.http));
    else if (story.empty())
        story.say("Packet {} carries {} of {} ({}){}.", s.frame.number,
                  range_text(s, s.seq, s.seq + s.length), who(s.side), count_text(s.length, "byte"),
                  s.http.empty() ? "" : fmt::format(", beginning with \"{}\"", s.http));
    const auto ack = c.after(c.at, [&](const TraceSegment& t) {
        return t.side != s.side && acknowledges(t, text_of(s) + s.length);
    });
    if (s.has(tcp::URG))
        story.say(
            "URG: a byte of it is urgent (RFC 9293 section 3.8.5; no longer used for anything new, RFC "
            "6093).");
    const auto before = c.before(c.at, [&](const TraceSegment& t) {
        return t.side != s.side && acknowledges(t, text_of(s) + s.length);
    });
    if (before) return;
    if (!c.speaks(1 - s.side))
        return story.say("The other direction is not in the file: nobody can tell whether it arrived.");
    if (ack)
        story.row("acknowledged", c[*ack].frame,
                  fmt::format("ACK {}, {} later", c[*ack].relative_ack,
                              duration_text(passed(s.frame, c[*ack].frame))));
    else if (const auto reset =
                 c.after(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(RST); }))
        story.row("refused", c[*reset].frame, "RST");
    else
        story.say("Nobody acknowledges it before the file ends.");
    if (s.finding.bytes_in_flight > s.length)
        story.say("With it {} of {} are on their way and not acknowledged.",
                  count_text(s.finding.bytes_in_flight, "byte"), who(s.side));
}

void tell_acknowledgment(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (!s.has(ACK) || s.has(SYN) || s.has(RST)) return;
    const auto before = c.acknowledged_before(c.at, s.side);
    const bool moves = !before || s.ack > *before;
    const auto acknowledged = moves ? newly_acknowledged(c, before) : std::vector<std::size_t>{};
    if (story.empty() && pure_ack(s)) {
        if (acknowledged.empty())
            story.say(
                "Packet {}: {} sends no text and acknowledges nothing that was not acknowledged before (ACK "
                "{}).",
                s.frame.number, who(s.side), s.relative_ack);
        else
            story.say("Packet {}: {} has everything before byte {} of {}.", s.frame.number, who(s.side),
                      s.relative_ack, who(1 - s.side));
    }
    if (!acknowledged.empty())
        story.row("acknowledges", frames_of(c, acknowledged),
                  acknowledged.size() == 1 ? content_text(c[acknowledged[0]])
                                           : fmt::format("up to ACK {}", s.relative_ack));
    if (s.finding.rtt)
        story.say("Round trip from here: {} since #{} passed.", duration_text(*s.finding.rtt),
                  s.finding.rtt_of.number);
    tell_sack(c, story);
}

void tell_congestion(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (s.has(SYN)) {
        if (s.has(ECE) && s.has(CWR) && !s.has(ACK))
            story.say(
                "ECE and CWR in a SYN ask for explicit congestion notification (RFC 3168 section 6.1.1).");
        else if (s.has(ECE) && s.has(ACK))
            story.say(
                "ECE in a SYN,ACK agrees to explicit congestion notification (RFC 3168 section 6.1.1).");
        return;
    }
    if (c.ip[c.at].ecn == kCe) {
        story.say(
            "A router on the way marked it CE: a queue is filling up; it would have dropped the packet "
            "without ECN "
            "(RFC 3168 section 5).");
        const auto echo =
            c.after(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(ECE); });
        if (echo) story.row("echoed", c[*echo].frame, "ECE");
    }
    const auto marked = [&](std::size_t i) { return c[i].side != s.side && c.ip[i].ecn == kCe; };
    if (s.has(ECE)) {
        std::size_t i = c.at;
        while (i > 0 && !marked(i - 1)) --i;
        story.say(
            "ECE tells the sender that a segment came with CE: it is to send more slowly (RFC 3168 section "
            "6.1.3).");
        if (i > 0) story.row("marked CE", c[i - 1].frame);
        const auto reduced =
            c.after(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(CWR); });
        if (reduced) story.row("slowed down", c[*reduced].frame, "CWR");
    }
    if (s.has(CWR)) {
        const auto echo =
            c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(ECE); });
        story.say("CWR confirms: the congestion window was reduced (RFC 3168 section 6.1.2).");
        if (echo) story.row("asked by", c[*echo].frame, "ECE");
    }
}

void tell_errors(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    for (const IcmpAbout& e : c.errors) {
        if (e.side != s.side || e.seq != s.seq || e.frame.number < s.frame.number) continue;
        const auto next =
            c.after(c.at, [&](const TraceSegment& t) { return t.side == s.side && carries(t, s.seq); });
        if (next && c[*next].frame.number < e.frame.number) continue;  // it concerns the later copy
        story.row("ICMP error", e.frame, e.mtu ? fmt::format("{}, MTU {}", e.text, *e.mtu) : e.text);
        if (e.mtu && next)
            story.so("it was too big for a link on the way; #{} and what follows bring it in smaller pieces.",
                     c[*next].frame.number);
        else
            story.so("a router or the host could not deliver it: {}.", e.text);
    }
}

std::vector<tcp::FrameRef> frames_of(const WhyConnection& c, const std::vector<std::size_t>& indices) {
    std::vector<tcp::FrameRef> frames;
    for (const std::size_t i : indices) frames.push_back(c[i].frame);
    return frames;
}

void tell_segment(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    for (std::size_t i = 0; i < tcp::kMarkCount; ++i)
        if (const auto mark = static_cast<Mark>(i); s.finding.marks.has(mark)) story.mark(name(mark));
    if (tell_reset(c, story)) return tell_errors(c, story);
    const auto repeated = s.finding.marks.has(Mark::keep_alive) ? std::nullopt : repetition(c, c.at);
    const bool again = (repeated && tell_repetition(c, *repeated, story)) || tell_late(c, story);
    if (repeated && repeated->cause == Cause::same_packet) return;
    const bool gap = !again && tell_gap(c, story);
    if (!repeated || s.has(SYN)) tell_opening(c, story);
    if (!repeated) tell_closing(c, story);
    tell_keep_alive(c, story);
    if (!again && !gap) tell_text(c, story);
    if (!again || !s.finding.marks.has(Mark::window_full)) tell_window(c, story);
    tell_unseen(c, story);
    tell_duplicate_ack(c, story);
    tell_acknowledgment(c, story);
    tell_congestion(c, story);
    tell_errors(c, story);
}

}  // namespace glass::tools
