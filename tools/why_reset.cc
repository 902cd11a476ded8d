// Why a connection was reset: what the RST answers, or that it answers nothing. RFC 9293
// sections 3.5.2, 3.5.3 and 3.10.7; RFC 5961 section 3.
#include "tools/why_topics.h"

namespace glass::tools {
namespace {

using tcp::ACK;
using tcp::FIN;
using tcp::Mark;
using tcp::RST;
using tcp::SYN;

/// After so long a RST is no answer to anything.
constexpr ip::Duration kIdle = std::chrono::seconds(1);

/// The nearest segment of the other side that a RST with these numbers answers: RFC 9293 section 3.5.2.
std::optional<std::size_t> answered(const WhyConnection& c) {
    const TraceSegment& s = c.segment();
    return c.before(c.at, [&](const TraceSegment& t) {
        if (t.side == s.side || t.has(RST) || passed(t.frame, s.frame) >= kIdle) return false;
        if (s.has(ACK)) return !t.has(ACK) && s.seq == tcp::Seq(0) && s.ack == end_of(t);
        return t.has(ACK) && t.ack == s.seq;
    });
}

std::optional<std::size_t> own(const WhyConnection& c, std::uint16_t flags) {
    const unsigned side = c.segment().side;
    return c.before(c.at, [&](const TraceSegment& t) { return t.side == side && t.has(flags); });
}

void tell_refused(const WhyConnection& c, std::size_t syn, Story& story) {
    const TraceSegment& s = c.segment();
    story.row("SYN", c[syn].frame);
    story.row("refused", s.frame, fmt::format("{} later", duration_text(passed(c[syn].frame, s.frame))));
    story.so(
        "connection refused: nobody listens on port {} (RFC 9293 section 3.5.2, group 1), or a firewall says "
        "so in "
        "its place.",
        s.side == 1 ? c.trace.server.port : c.trace.client.port);
}

/// A SYN,ACK that nobody waits for.
void tell_unwanted(const WhyConnection& c, std::size_t syn_ack, Story& story) {
    story.row("SYN,ACK", c[syn_ack].frame);
    const auto syn = own(c, SYN);
    if (syn) story.row("its SYN", c[*syn].frame);
    story.so(
        "{}",
        syn ? "whoever sent the SYN does not want the connection (any more): it gave up, or its kernel never "
              "knew of it, as with a port scanner (half-open scan)"
            : "no SYN asked for this SYN,ACK in the file: an old duplicate, or a forged source address");
    story.say("RFC 9293 section 3.5.2: an ACK of what was never sent is answered with RST.");
}

void tell_late_text(const WhyConnection& c, std::size_t text, Story& story) {
    const TraceSegment& s = c.segment();
    const std::string_view me = who(s.side);
    story.row("answers", c[text].frame, content_text(c[text]));
    if (const auto reset = own(c, RST)) {
        const auto first = c.after(0, [&](const TraceSegment& t) { return t.side == s.side && t.has(RST); });
        story.row("reset since", c[first.value_or(*reset)].frame);
        story.so(
            "{} has forgotten the connection since #{}; one more RST for each segment that was still on its "
            "way.",
            me, c[first.value_or(*reset)].frame.number);
    } else if (const auto fin = own(c, FIN)) {
        story.row("had closed", c[*fin].frame, "FIN");
        if (c[text].length > 0)
            story.so(
                "{} had closed, and nobody there reads any more: text after that is answered with RST (RFC "
                "9293 section "
                "3.6.1).",
                me);
        else
            story.so("{} had closed and forgotten the connection; what came after that is answered with RST.",
                     me);
    } else if (c[text].length > 0 && c.segment().relative_seq > 0) {
        story.so(
            "{} does not take this text: the program closed with text unread or on its way (RFC 9293 section "
            "3.6.1, RFC "
            "2525 section 2.17), or the host does not know the connection any more.",
            me);
    } else if (const auto mine = own(c, ACK)) {
        story.row("its own", c[*mine].frame, content_text(c[*mine]));
        story.so(
            "{} does not know the connection any more, although #{} came from there: it was aborted in "
            "between, or a "
            "program made these packets without its kernel.",
            me, c[*mine].frame.number);
    } else {
        story.so(
            "{} knows no such connection (any more): it was restarted, or forgot it (RFC 9293 section 3.5.2, "
            "group 1).",
            me);
    }
}

/// What this side had sent last and nobody answered.
std::vector<std::size_t> unanswered_before(const WhyConnection& c) {
    const unsigned side = c.segment().side;
    std::vector<std::size_t> found;
    for (std::size_t i = c.at; i-- > 0 && c[i].side == side;)
        if (c[i].finding.marks.has(Mark::keep_alive) || c[i].finding.marks.any_retransmission())
            found.insert(found.begin(), i);
    return found;
}

/// It closed before: what comes after that is not read.
void tell_after_fin(const WhyConnection& c, std::size_t fin, std::optional<std::size_t> text, Story& story) {
    const TraceSegment& s = c.segment();
    story.row("had closed", c[fin].frame, "FIN");
    if (text && *text > fin && !acknowledges(s, end_of(c[*text])))
        story.so(
            "#{} brought text after {} had closed: nobody there reads it any more (RFC 9293 section 3.6.1).",
            c[*text].frame.number, who(s.side));
    else
        story.so("{} had closed already, and now it aborts: it waits for the rest no longer.", who(s.side));
}

/// RST in an open connection that answers nothing: the sender's own decision.
void tell_abort(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    const std::string_view me = who(s.side), other = who(1 - s.side);
    const auto from_peer = [&](std::uint16_t flags) {
        return c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(flags); });
    };
    const auto text = c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.length > 0; });
    const auto last = c.before(c.at, [](const TraceSegment&) { return true; });
    const auto fin = own(c, FIN), peer_fin = from_peer(FIN);
    if (text) story.row("last text", c[*text].frame, content_text(c[*text]));
    const auto unanswered = unanswered_before(c);
    if (!unanswered.empty()) {
        story.row("no answer", frames_of(c, unanswered));
        return story.so("{} gave up: nobody answered what it sent again.", me);
    }
    if (fin) return tell_after_fin(c, *fin, text, story);
    if (peer_fin && s.has(ACK) && acknowledges(s, end_of(c[*peer_fin]))) {
        story.row("other FIN", c[*peer_fin].frame, fmt::format("of {}", other));
        return story.so(
            "{} had said all and {} has it all; {} ends with RST instead of a FIN of its own, as hurried "
            "programs "
            "do (SO_LINGER 0).",
            other, me, me);
    }
    const ip::Duration silence = last ? passed(c[*last].frame, s.frame) : ip::Duration::zero();
    if (silence >= kIdle) {
        story.row("before that", c[*last].frame, fmt::format("then {} of silence", duration_text(silence)));
        return story.so(
            "{} gave an idle connection up: a time limit of the program, or of a firewall that speaks in its "
            "name.",
            me);
    }
    story.so(
        "{} aborted: the program closed with text unread, set SO_LINGER to 0, or was killed with text unread "
        "(RFC 9293 "
        "section 3.10.5; RFC 2525 section 2.17). What was on its way to it is lost.",
        me);
}

/// What the receiver makes of it: RFC 5961 section 3.2.
void tell_place(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    const auto peer = c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(ACK); });
    if (!peer || c[*peer].has(SYN)) return;
    const TraceSegment& p = c[*peer];
    const std::uint32_t window = p.window.value_or(p.window_on_wire);
    if (s.seq == p.ack) return;
    const auto on = c.after(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.length > 0; });
    if (!in_window(s.seq, p.ack, window))
        story.say(
            "Its number lies outside of the window ({} from {}): RFC 9293 section 3.5.3 has the receiver "
            "ignore it{}.",
            window, p.relative_ack, on ? fmt::format("; #{} goes on", c[*on].frame.number) : "");
    else
        story.say(
            "Its number is inside of the window, but not the next one: RFC 5961 section 3.2 has the receiver "
            "ask with "
            "a challenge ACK.");
}

}  // namespace

bool tell_reset(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    if (!s.has(RST)) return false;
    story.say("Packet {}: {} resets the connection.", s.frame.number, who(s.side));
    const auto cause = answered(c);
    const auto nearest = c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side; });
    const bool first_word = !c.before(c.at, [&](const TraceSegment& t) { return t.side == s.side; });
    const bool to_syn = nearest && c[*nearest].has(SYN) && !c[*nearest].has(ACK) && s.has(ACK) &&
                        s.ack == end_of(c[*nearest]);
    if (to_syn)
        tell_refused(c, *nearest, story);
    else if (cause && c[*cause].has(SYN | ACK) && !own(c, ACK))
        tell_unwanted(c, *cause, story);
    else if (cause && !s.has(ACK))
        tell_late_text(c, *cause, story);
    else if (first_word && !nearest)
        story.so("nothing before it is in the file: what it answers, or why, cannot be told.");
    else
        tell_abort(c, story);
    tell_place(c, story);
    if (s.length > 0)
        story.say("It carries {} of text, which may say why (RFC 9293 section 3.5.3).",
                  count_text(s.length, "byte"));
    return true;
}

}  // namespace glass::tools
