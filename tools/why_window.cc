// Why the sender stands still: windows that are full, zero, probed and open again, and keep-alives.
// RFC 9293 sections 3.8.4 and 3.8.6.
#include "tools/why_topics.h"

namespace glass::tools {
namespace {

using tcp::Mark;

std::string window_text(const TraceSegment& s) {
    return fmt::format("window {}", s.window ? *s.window : s.window_on_wire);
}

/// The first segment of this side after `i` that offers a window.
std::optional<std::size_t> opens_after(const WhyConnection& c, std::size_t i, unsigned side) {
    return c.after(i, [&](const TraceSegment& t) {
        return t.side == side && t.window_on_wire > 0 && t.has(tcp::ACK) && !t.has(tcp::RST);
    });
}

void tell_zero(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    story.say("Packet {}: {} has no room left (window 0): the program there does not read.", s.frame.number,
              who(s.side));
    const auto shut = [&](const TraceSegment& t) { return t.side == s.side && t.window_on_wire > 0; };
    const auto open_before = c.before(c.at, shut);
    std::size_t since = c.at;
    for (std::size_t i = open_before.value_or(0); i < c.at; ++i)
        if (c[i].side == s.side && c[i].window_on_wire == 0) {
            since = i;
            break;
        }
    if (since != c.at) story.row("shut since", c[since].frame);
    const auto opened = opens_after(c, c.at, s.side);
    std::vector<std::size_t> probes;
    for (std::size_t i = c.at + 1; i < opened.value_or(c.size()); ++i) {
        const tcp::Marks marks = c[i].finding.marks;
        if (c[i].side != s.side && (marks.has(Mark::zero_window_probe) || marks.has(Mark::keep_alive)))
            probes.push_back(i);
    }
    if (!probes.empty()) story.row("asked", frames_of(c, probes), "is there room again?");
    const auto reset = c.after(c.at, [](const TraceSegment& t) { return t.has(tcp::RST); });
    if (opened) {
        story.row("open again", c[*opened].frame,
                  fmt::format("{}, {} later", window_text(c[*opened]),
                              duration_text(passed(c[since].frame, c[*opened].frame))));
        story.so("the receiver was slow, not the network: the sender had to wait until #{}.",
                 c[*opened].frame.number);
    } else if (reset) {
        story.row("reset", c[*reset].frame, fmt::format("by {}", who(c[*reset].side)));
        story.so("the window never opened again; the connection was reset.");
    } else {
        story.so("the window does not open again before the file ends.");
    }
}

void tell_full(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    story.say("Packet {} fills the window of {} to its last byte: nothing more may be sent until it moves.",
              s.frame.number, who(1 - s.side));
    const auto offer =
        c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side && t.has(tcp::ACK); });
    if (offer)
        story.row("the window", c[*offer].frame,
                  fmt::format("ACK {} {}", c[*offer].relative_ack, window_text(c[*offer])));
    story.row("filled", s.frame, content_text(s));
    const auto moved = c.after(c.at, [&](const TraceSegment& t) {
        return t.side != s.side && t.window && offer && t.has(tcp::ACK) && t.ack + *t.window > end_of(s);
    });
    if (moved)
        story.row("moved on", c[*moved].frame,
                  fmt::format("ACK {} {}, {} later", c[*moved].relative_ack, window_text(c[*moved]),
                              duration_text(passed(s.frame, c[*moved].frame))));
    story.so("the receiver's window limits this transfer here, not congestion.");
}

void tell_update(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    const auto before = c.before(c.at, [&](const TraceSegment& t) { return t.side == s.side; });
    story.say("Packet {} acknowledges nothing new: it only changes the window of {}.", s.frame.number,
              who(s.side));
    if (before) story.row("before", c[*before].frame, window_text(c[*before]));
    story.row("now", s.frame, window_text(s));
    const bool was_shut = before && c[*before].window_on_wire == 0;
    const bool more = before && s.window && c[*before].window && *s.window > *c[*before].window;
    if (was_shut)
        story.so("the program read, and the sender may go on: the window was shut before.");
    else if (more)
        story.so("the program read, or the receiver gives the connection more memory.");
    else
        story.so("the window became smaller.");
}

void tell_probe(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    story.say(
        "Packet {} sends one byte into a window that is shut, to see whether it opens (RFC 9293 section "
        "3.8.6.1).",
        s.frame.number);
    if (s.finding.original) story.row("shut by", s.finding.original, "window 0");
    const auto answer = c.after(c.at, [&](const TraceSegment& t) { return t.side != s.side; });
    if (!answer) return story.so("no answer follows.");
    const bool taken = acknowledges(c[*answer], end_of(s));
    story.row("answered", c[*answer].frame, window_text(c[*answer]));
    story.so("{}, and the window is {}.", taken ? "the byte was taken" : "the byte was refused",
             c[*answer].window_on_wire == 0 ? "still shut" : "open again");
}

/// Probes of the same kind before it without an answer.
void tell_alive(const WhyConnection& c, Story& story) {
    const TraceSegment& s = c.segment();
    const auto peer = c.before(c.at, [&](const TraceSegment& t) { return t.side != s.side; });
    const bool shut = peer && c[*peer].window_on_wire == 0 && c[*peer].has(tcp::ACK);
    story.say(
        "Packet {} carries {}, and its sequence number is one before the next: it only asks for an ACK.",
        s.frame.number, s.length == 0 ? "nothing" : "one byte that was sent before");
    if (s.finding.original) story.row("the byte before", s.finding.original);
    if (peer)
        story.row("last heard", c[*peer].frame,
                  fmt::format("{} of silence", duration_text(passed(c[*peer].frame, s.frame))));
    if (shut) story.row("shut by", c[*peer].frame, "window 0");
    const auto answer = c.after(c.at, [](const TraceSegment&) { return true; });
    const bool answered = answer && c[*answer].side != s.side;
    if (answered)
        story.row("answered", c[*answer].frame,
                  fmt::format("{} later{}", duration_text(passed(s.frame, c[*answer].frame)),
                              shut ? ", " + window_text(c[*answer]) : ""));
    const std::string_view kind = shut ? "a window probe (RFC 9293 section 3.8.6.1; Linux sends no new byte)"
                                       : "a keep-alive (RFC 9293 section 3.8.4)";
    if (answered && c[*answer].has(tcp::RST))
        story.so("{}, and the other end says that it knows no such connection.", kind);
    else if (answered)
        story.so("{}, and the other end is still there{}.", kind,
                 shut && c[*answer].window_on_wire == 0 ? "; its window is still shut" : "");
    else
        story.so("{}, and nobody answers {}.", kind,
                 answer ? "before the next packet" : "before the file ends");
}

void tell_answer(const WhyConnection& c, bool alive, Story& story) {
    const TraceSegment& s = c.segment();
    story.say("Packet {} repeats ACK {}: it answers {}.", s.frame.number, s.relative_ack,
              alive ? "a keep-alive" : "a window probe");
    story.row("asked", s.finding.original);
    story.so("{} is still there{}.", who(s.side),
             s.window_on_wire == 0 ? ", and its window is still shut" : "");
}

}  // namespace

bool tell_window(const WhyConnection& c, Story& story) {
    const tcp::Marks marks = c.segment().finding.marks;
    if (marks.has(Mark::zero_window_probe_ack)) tell_answer(c, false, story);
    if (marks.has(Mark::zero_window)) tell_zero(c, story);
    if (marks.has(Mark::window_full)) tell_full(c, story);
    if (marks.has(Mark::window_update)) tell_update(c, story);
    if (marks.has(Mark::zero_window_probe)) tell_probe(c, story);
    return marks.has(Mark::zero_window) || marks.has(Mark::window_full) || marks.has(Mark::window_update) ||
           marks.has(Mark::zero_window_probe) || marks.has(Mark::zero_window_probe_ack);
}

bool tell_keep_alive(const WhyConnection& c, Story& story) {
    const tcp::Marks marks = c.segment().finding.marks;
    if (marks.has(Mark::keep_alive)) tell_alive(c, story);
    if (marks.has(Mark::keep_alive_ack)) tell_answer(c, true, story);
    return marks.has(Mark::keep_alive) || marks.has(Mark::keep_alive_ack);
}

}  // namespace glass::tools
