// Why octets came again, or came late: the story of a repetition, with what asked for it.
#include "tools/why_topics.h"

namespace glass::tools {
namespace {

using tcp::Mark;

/// What the timeout is compared with, in words.
std::string estimate_text(const WhyConnection& c, const Repetition& r) {
    if (!r.estimate) return "no round trip was measured before, so there is no RTO estimate";
    const bool measured = c[r.at].finding.rto && *c[r.at].finding.rto >= *r.estimate;
    return fmt::format("RTO estimate {} ({}; Linux waits 200 ms at least, RFC 6298 asks for 1 s)",
                       duration_text(*r.estimate),
                       measured ? "SRTT + 4 RTTVAR of what was captured" : "the round trip of the handshake");
}

void add_rows(const WhyConnection& c, const Repetition& r, Story& story) {
    const TraceSegment& s = c[r.at];
    const TraceSegment& first = c[r.copies.front()];
    story.row("sent first", first.frame, content_text(first));
    if (r.copies.size() > 1) {
        const std::vector<std::size_t> later(r.copies.begin() + 1, r.copies.end());
        story.row("sent again", frames_of(c, later), later.size() == 1 ? content_text(c[later[0]]) : "");
    }
    if (r.acknowledged_by) {
        const TraceSegment& ack = c[*r.acknowledged_by];
        story.row("acknowledged", ack.frame, fmt::format("ACK {}", ack.relative_ack));
    }
    if (!r.duplicates.empty())
        story.row("asked again", frames_of(c, r.duplicates),
                  fmt::format("duplicate ACK {} ({} came, fast retransmit needs 3)", s.relative_seq,
                              r.duplicates.size()));
    if (r.sacked_by)
        story.row("SACK", c[*r.sacked_by].frame,
                  fmt::format("reports {} after it", count_text(r.sacked, "byte")));
    if (r.partial && r.cause == Cause::partial_ack)
        story.row("partial ACK", c[*r.partial].frame, fmt::format("ACK {}", s.relative_seq));
    if (r.error) story.row("ICMP", c.errors[*r.error].frame, c.errors[*r.error].text);
    const bool by_timer =
        r.cause == Cause::timeout || r.cause == Cause::tail_probe || r.cause == Cause::probe_or_timeout;
    if (by_timer && r.progress)
        story.row(
            "last progress", c[*r.progress].frame,
            fmt::format("ACK {} restarts the timer (RFC 6298 section 5.3)", c[*r.progress].relative_ack));
    story.row("now again", s.frame,
              fmt::format("{} after #{}", duration_text(r.wait), c[r.copies.back()].frame.number));
    if (r.dsack)
        story.row("came twice", c[*r.dsack].frame, "D-SACK: the receiver has it from both");
    else if (r.answered_by && !r.acknowledged_by)
        story.row("answered", c[*r.answered_by].frame, fmt::format("ACK {}", c[*r.answered_by].relative_ack));
}

void tell_same_packet(const WhyConnection& c, const Repetition& r, Story& story) {
    const IpFacts &before = c.ip[r.copies.back()], &now = c.ip[r.at];
    if (before.ttl != now.ttl)
        return story.so(
            "one packet, captured on both sides of a router (IP id 0x{:04x} both times, TTL {} and {}); "
            "TCP did not send it twice.",
            now.id, before.ttl, now.ttl);
    story.so("one packet seen twice ({} and everything else the same): {}; TCP did not send it twice.",
             now.v6 ? std::string("timestamps") : fmt::format("IP id 0x{:04x}", now.id),
             r.dsack ? "the network duplicated it, for the receiver got both"
                     : "the capture recorded it twice, or the network duplicated it");
}

void tell_timeout(const WhyConnection& c, const Repetition& r, Story& story) {
    const TraceSegment& s = c[r.at];
    if (s.has(tcp::SYN)) {
        story.so(
            "timeout retransmission of the {}: no answer came in {} (RFC 6298 section 2.1: the first timeout "
            "is "
            "1 s{}).",
            content_text(s), duration_text(r.wait),
            r.backed_off ? "; section 5.5: it doubles each time" : "");
        return;
    }
    story.say("The timer ran for {}; {}.", duration_text(r.timer), estimate_text(c, r));
    const std::string_view dups =
        r.duplicates.empty() ? "nobody asked for it" : "RFC 5681 needs 3 duplicate ACKs";
    story.so("timeout retransmission (RFC 6298{}), not fast retransmit ({}).",
             r.backed_off ? "; the wait doubled, section 5.5" : "", dups);
}

void tell_probe(const WhyConnection& c, const Repetition& r, Story& story) {
    story.say("The timer ran for {}; {}.", duration_text(r.timer), estimate_text(c, r));
    if (r.same_later)
        story.so(
            "tail loss probe (RFC 8985 section 7): nothing later was sent that could have asked for it, and "
            "#{} came "
            "{} after it; after a timeout the wait would have doubled (RFC 6298 section 5.5).",
            c[*r.next].frame.number, duration_text(passed(c[r.at].frame, c[*r.next].frame)));
    else
        story.so(
            "tail loss probe (RFC 8985 section 7), as it seems: nothing later was sent that could have asked "
            "for it, "
            "and it came sooner than a timeout would.");
}

void tell_sack(const WhyConnection& c, const Repetition& r, Story& story) {
    const bool enough = r.sacked > 2 * c.full_segment(c[r.at].side);
    const std::string_view count = r.duplicates.empty() ? "no duplicate ACK" : "fewer than 3 duplicate ACKs";
    if (enough)
        story.so(
            "SACK-based loss recovery (RFC 6675: more than two full segments after it have arrived; {}).",
            count);
    else
        story.so(
            "the sender took it for lost because later bytes had arrived: RACK (RFC 8985), for {} and too "
            "little "
            "SACK for RFC 6675.",
            count);
}

void tell_cause(const WhyConnection& c, const Repetition& r, Story& story) {
    switch (r.cause) {
        case Cause::same_packet: return tell_same_packet(c, r, story);
        case Cause::path_mtu:
            return story.so(
                "sent again in smaller pieces, because a router let through {} bytes a packet and no more "
                "({}); no congestion.",
                c.errors[r.error.value_or(0)].mtu.value_or(0), c.ip[r.at].v6 ? "RFC 8201" : "RFC 1191");
        case Cause::fast:
            return story.so("fast retransmission (RFC 5681 section 3.2): {} duplicate ACKs asked for it.",
                            r.duplicates.size());
        case Cause::sack: return tell_sack(c, r, story);
        case Cause::partial_ack:
            return story.so(
                "recovery that began with #{} goes on: the ACK moved up to this byte and no further "
                "(partial ACK, RFC 6582 section 3.2).",
                c[*r.episode].frame.number);
        case Cause::recovery:
            return story.so("SACK-based recovery that began with #{} goes on (RFC 6675).",
                            c[*r.episode].frame.number);
        case Cause::after_timeout:
            return story.so(
                "what followed #{}, which was sent again after a timeout, is sent again, too: slow start "
                "from there (RFC 5681 section 3.1).",
                c[*r.episode].frame.number);
        case Cause::tail_probe: return tell_probe(c, r, story);
        case Cause::probe_or_timeout:
            story.say("The timer ran for {}; {}.", duration_text(r.timer), estimate_text(c, r));
            return story.so(
                "a tail loss probe (RFC 8985 section 7) or a timeout (RFC 6298): nothing later was sent that "
                "could have asked for it, and no further copy follows whose wait would tell which.");
        case Cause::timeout: return tell_timeout(c, r, story);
        case Cause::unknown:
            if (c[r.at].has(tcp::FIN) && c[r.at].length == 0 && c[r.at].ack != c[r.copies.back()].ack)
                return story.so(
                    "it acknowledges what came since, and its FIN, which nobody has acknowledged yet, goes "
                    "with "
                    "it again.");
            return story.so(
                "the capture does not show why: {} is sooner than a timeout would be ({}), and fewer than 3 "
                "duplicate ACKs asked for it.",
                duration_text(r.wait), estimate_text(c, r));
    }
}

/// RFC 3522: the ACK echoes the time of the copy that it answers.
bool first_copy_arrived(const WhyConnection& c, const Repetition& r) {
    if (!r.answered_by || r.copies.size() != 1 || r.acknowledged_by) return false;
    const auto &first = c[r.copies[0]].timestamps, &again = c[r.at].timestamps,
               &ack = c[*r.answered_by].timestamps;
    return first && again && ack && first->tsval != again->tsval && ack->tsecr == first->tsval;
}

void tell_need(const WhyConnection& c, const Repetition& r, Story& story) {
    if (r.cause == Cause::same_packet) return;
    const TraceSegment& s = c[r.at];
    if (r.acknowledged_by) {
        const ip::Duration since = passed(c[*r.acknowledged_by].frame, s.frame);
        const auto whole = c.handshake();
        const bool crossed = whole && since < *whole;
        story.so("it was not needed: #{} had acknowledged it {} before; {}.",
                 c[*r.acknowledged_by].frame.number, duration_text(since),
                 crossed ? "that ACK was still on its way to the sender"
                         : "that ACK did not reach the sender, or came too late for it");
    } else if (r.dsack) {
        story.so("it was not needed: the receiver reports with D-SACK (RFC 2883) that it had it already.");
    } else if (first_copy_arrived(c, r)) {
        story.so("it was not needed: the ACK echoes the timestamp of the first copy (RFC 3522).");
    }
}

}  // namespace

bool tell_repetition(const WhyConnection& c, const Repetition& r, Story& story) {
    const TraceSegment& s = c[r.at];
    const TraceSegment& first = c[r.copies.front()];
    const bool whole = end_of(s) <= end_of(first) || s.length == 0;
    const std::string what = s.length == 0 ? "the " + content_text(s) : content_text(s);
    if (whole)
        story.say("Packet {} repeats {} that packet {} already carried.", s.frame.number, what,
                  first.frame.number);
    else
        story.say("Packet {} repeats {} that packet {} already carried, and goes on with more.",
                  s.frame.number, range_text(s, s.seq, end_of(first)), first.frame.number);
    add_rows(c, r, story);
    tell_cause(c, r, story);
    tell_need(c, r, story);
    return true;
}

}  // namespace glass::tools
