// Why a segment opens or closes a connection, and what became of it: RFC 9293 sections 3.5 and 3.6.
#include "tools/why_topics.h"

namespace glass::tools {
namespace {

using tcp::ACK;
using tcp::FIN;
using tcp::RST;
using tcp::SYN;

std::string offers(const TraceSegment& s) {
    std::string out = fmt::format("window {}", s.window_on_wire);
    if (s.mss) out += fmt::format(", MSS {}", *s.mss);
    if (s.shift) out += fmt::format(", window scale {}", *s.shift);
    if (s.sack_permitted) out += ", SACK";
    if (s.timestamps) out += ", timestamps";
    return out;
}

void tell_syn(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    const auto crossing =
        c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(SYN); });
    if (!s.finding.marks.any_retransmission())
        story.say("Packet {}: {} asks for a connection (first step of the handshake, RFC 9293 section 3.5).",
                  s.frame.number, who(s.side));
    if (crossing) story.row("other SYN", c[*crossing].frame, fmt::format("of {}", who(1 - s.side)));
    story.row("it offers", s.frame, offers(s));
    const auto other = [&](const TraceSegment& t) { return t.side != s.side; };
    const auto answer =
        c.after(c.at, [&](const TraceSegment& t) { return other(t) && (t.has(SYN) || t.has(RST)); });
    std::vector<std::size_t> again;
    for (std::size_t i = c.at + 1; i < answer.value_or(c.size()); ++i)
        if (c[i].side == s.side && c[i].has(SYN)) again.push_back(i);
    if (!again.empty())
        story.row("asked again", frames_of(c, again), "timeouts double: 1, 2, 4 s (RFC 6298)");
    if (answer) {
        const TraceSegment& a = c[*answer];
        story.row("answered", a.frame,
                  fmt::format("{}, {} later", content_text(a), duration_text(passed(s.frame, a.frame))));
        if (a.has(RST))
            story.so("the connection is refused.");
        else if (!a.has(ACK) || crossing)
            story.so("both ends ask at once: a simultaneous open (RFC 9293 section 3.5).");
        else
            story.so("the connection comes about.");
    } else if (const auto on = c.after(c.at, [&](const TraceSegment& t) {
                   return t.side == s.side && t.has(ACK) && !t.has(RST);
               })) {
        story.so("an answer came, for #{} acknowledges it, but the file does not have it.",
                 c[*on].frame.number);
    } else if (!c.errors.empty()) {
        story.so("no answer but the ICMP error below.");
    } else {
        story.so(
            "no answer is in the file: the host is not there, or a firewall drops the SYN without a word, or "
            "the capture "
            "has one direction only.");
    }
}

/// How the round trip is divided by the place where the capture was taken.
void tell_place(const WhyConnection& c, ip::Duration there, ip::Duration back, Story& story) {
    const unsigned server = c.segment().side;
    const bool near_client = there > 4 * back, near_server = back > 4 * there;
    if (near_client || near_server)
        return story.so(
            "one round trip takes {}, nearly all of it between here and {}: the capture was taken near {}.",
            duration_text(there + back), who(near_client ? server : 1 - server),
            who(near_client ? 1 - server : server));
    story.so("one round trip takes {}: {} between here and {}, {} between here and {}.",
             duration_text(there + back), duration_text(there), who(server), duration_text(back),
             who(1 - server));
}

void tell_syn_ack(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    const auto own_syn =
        c.before(c.at, [&](const TraceSegment& t) { return t.side == s.side && t.has(SYN) && !t.has(ACK); });
    const auto syn = c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(SYN); });
    const bool crossed = own_syn && c[*own_syn].seq == s.seq;
    if (own_syn && !crossed)
        story.say(
            "Packet {}: a SYN,ACK from {}, which had asked itself (#{}) with another sequence number: not of "
            "this "
            "connection.",
            s.frame.number, who(s.side), c[*own_syn].frame.number);
    else if (crossed)
        story.say(
            "Packet {}: {} had sent a SYN of its own (#{}), and the two crossed; it sends it again with an "
            "ACK.",
            s.frame.number, who(s.side), c[*own_syn].frame.number);
    else if (!s.finding.marks.any_retransmission())
        story.say(
            "Packet {}: {} agrees to the connection (second step of the handshake, RFC 9293 section 3.5).",
            s.frame.number, who(s.side));
    if (syn)
        story.row("asked by", c[*syn].frame,
                  fmt::format("{} before", duration_text(passed(c[*syn].frame, s.frame))));
    story.row("it offers", s.frame, offers(s));
    const auto answer = c.after(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(ACK); });
    if (answer)
        story.row("answered", c[*answer].frame,
                  fmt::format("{}, {} later", content_text(c[*answer]),
                              duration_text(passed(s.frame, c[*answer].frame))));
    if (crossed)
        story.so("a simultaneous open (RFC 9293 section 3.5, figure 7): one connection, not two.");
    else if (!own_syn && syn && answer && !c[*answer].has(RST))
        tell_place(c, passed(c[*syn].frame, s.frame), passed(s.frame, c[*answer].frame), story);
    if (syn && c[*syn].shift.has_value() != s.shift.has_value())
        story.say("Only one side offers window scaling, so nobody uses it (RFC 7323 section 2.2).");
}

bool tell_third_step(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (s.has(RST) || s.has(SYN) || !s.has(ACK)) return false;
    const auto syn = c.before(c.at, [&](const TraceSegment& t) { return t.side == s.side && t.has(SYN); });
    const auto answer =
        c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(SYN | ACK); });
    if (!syn || !answer || s.ack != end_of(c[*answer]) || s.seq != end_of(c[*syn])) return false;
    const auto earlier =
        c.before(c.at, [&](const TraceSegment& t) { return t.side == s.side && !t.has(SYN) && t.has(ACK); });
    if (earlier) return false;
    story.say(
        "Packet {} ends the handshake (third step, RFC 9293 section 3.5): both ends now know that they hear "
        "each other.",
        s.frame.number);
    story.row("SYN", c[*syn].frame);
    story.row("SYN,ACK", c[*answer].frame);
    story.row("ACK", s.frame,
              fmt::format("{} after the SYN: one round trip", duration_text(passed(c[*syn].frame, s.frame))));
    return true;
}

}  // namespace

bool tell_opening(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (s.has(RST)) return false;
    if (!s.has(SYN)) return tell_third_step(c, story);
    if (s.finding.marks.has(tcp::Mark::reused_ports))
        story.say("The same two ports had a connection before; this is a new one.");
    s.has(ACK) ? tell_syn_ack(c, story) : tell_syn(c, story);
    return true;
}

bool tell_closing(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (!s.has(FIN) || s.has(RST)) return false;
    const auto other_fin =
        c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(FIN); });
    if (!s.finding.marks.any_retransmission())
        story.say("Packet {}: {} has said all it wanted to say (FIN, RFC 9293 section 3.6){}.",
                  s.frame.number, who(s.side), other_fin ? "" : "; it closes first");
    if (other_fin) story.row("other FIN", c[*other_fin].frame, fmt::format("of {}", who(1 - s.side)));
    const auto ack =
        c.after(c.at, [&](const TraceSegment& t) { return t.side != s.side && acknowledges(t, end_of(s)); });
    if (ack) story.row("acknowledged", c[*ack].frame, fmt::format("ACK {}", c[*ack].relative_ack));
    const auto later_fin =
        c.after(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(FIN); });
    const auto later_text = c.after(c.at, [&](const TraceSegment& t) {
        return t.side != s.side && t.length > 0 && t.finding.original.number == 0;
    });
    if (!other_fin && later_fin) {
        story.row("other FIN", c[*later_fin].frame, fmt::format("of {}", who(1 - s.side)));
        if (later_text && *later_text < *later_fin)
            story.so("half-closed: {} still sends until its own FIN (#{}).", who(1 - s.side),
                     c[*later_fin].frame.number);
    }
    if (!ack) story.so("nobody acknowledges it before the file ends.");
    if (other_fin && !acknowledges(s, end_of(c[*other_fin])))
        story.so("both ends close at once (RFC 9293 section 3.6, figure 13).");
    return true;
}

}  // namespace glass::tools
