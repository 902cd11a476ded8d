#include "tools/why_repeat_cause.h"

#include <algorithm>

namespace glass::tools {
namespace {

using std::chrono::milliseconds;

/// Linux arms no timer for less (TCP_RTO_MIN), Windows for 300 ms, RFC 6298 section 2.4 asks for a second.
constexpr ip::Duration kShortestTimer = milliseconds(200);
constexpr std::size_t kEnoughDuplicates = 3;  // RFC 5681 section 3.2

/// Sooner than any timer, and sooner than an answer to anything.
constexpr ip::Duration kAtOnce = std::chrono::microseconds(100);

/// Whether this side gives each packet an IP id of its own: some write 0, or always the same.
bool counts_packets(const WhyConnection& c, std::size_t at) {
    const auto other = c.before(at, [&](const TraceSegment& t) { return t.side == c[at].side; });
    return c.ip[at].id != 0 && (!other || c.ip[*other].id != c.ip[at].id);
}

/// Everything that was written into both headers is equal: the IP packet, not only its text.
bool same_packet(const WhyConnection& c, std::size_t a, std::size_t b) {
    const TraceSegment &s = c[a], &t = c[b];
    const bool same_times = s.timestamps == t.timestamps;
    const bool same_header = s.seq == t.seq && s.length == t.length && s.flags == t.flags && s.ack == t.ack &&
                             s.window_on_wire == t.window_on_wire && same_times;
    const ip::Duration apart = passed(s.frame, t.frame);
    if (!same_header || apart < ip::Duration::zero()) return false;
    if (c.ip[a].v6 || c.ip[a].id != c.ip[b].id) return c.ip[a].v6 && apart < kAtOnce;
    return apart < (counts_packets(c, a) ? kShortestTimer : kAtOnce);
}

void find_copies(const WhyConnection& c, Repetition& r) {
    const TraceSegment& s = c[r.at];
    for (std::size_t i = 0; i < r.at; ++i)
        if (c[i].side == s.side && carries(c[i], s.seq)) r.copies.push_back(i);
    // A SYN,ACK after a SYN of the same side is no repetition: a simultaneous open (RFC 9293 section 3.5).
    const bool crossed = s.has(tcp::SYN | tcp::ACK);
    if (crossed) std::erase_if(r.copies, [&](std::size_t i) { return !c[i].has(tcp::ACK); });
}

/// ACKs from the other side between the first copy and this one.
void find_requests(const WhyConnection& c, Repetition& r) {
    const TraceSegment& s = c[r.at];
    for (std::size_t i = r.copies.front() + 1; i < r.at; ++i) {
        const TraceSegment& ack = c[i];
        if (ack.side == s.side || !ack.has(tcp::ACK)) continue;
        if (!r.acknowledged_by && s.sequence_length() > 0 && acknowledges(ack, end_of(s)))
            r.acknowledged_by = i;
        if (ack.ack == s.seq && ack.finding.marks.has(tcp::Mark::duplicate_ack)) r.duplicates.push_back(i);
        std::uint32_t sacked = 0;
        for (const tcp::SackBlock& block : ack.sack)
            if (ack.ack <= s.seq && block.left >= end_of(s)) sacked += block.right - block.left;
        if (sacked == 0) continue;
        r.sacked_by = i;
        r.sacked = sacked;
    }
}

/// RFC 2883 section 4: the first block lies below the ACK, or inside of the second block.
bool reports_twice(const TraceSegment& ack, const TraceSegment& s) {
    if (ack.sack.empty()) return false;
    const tcp::SackBlock& first = ack.sack[0];
    const bool below = first.right <= ack.ack;
    const bool inside =
        ack.sack.size() > 1 && first.left >= ack.sack[1].left && first.right <= ack.sack[1].right;
    return (below || inside) && first.left < end_of(s) && first.right > s.seq;
}

void find_answers(const WhyConnection& c, Repetition& r) {
    const TraceSegment& s = c[r.at];
    const auto other = [&](const TraceSegment& t) { return t.side != s.side; };
    r.answered_by =
        c.after(r.at, [&](const TraceSegment& t) { return other(t) && acknowledges(t, end_of(s)); });
    // A later copy may be the one that is reported.
    const auto again =
        c.after(r.at, [&](const TraceSegment& t) { return t.side == s.side && carries(t, s.seq); });
    r.dsack = c.after(r.at, [&](const TraceSegment& t) { return other(t) && reports_twice(t, s); });
    if (r.dsack && again && *again < *r.dsack) r.dsack.reset();
}

void find_error(const WhyConnection& c, Repetition& r) {
    const TraceSegment &s = c[r.at], &last = c[r.copies.back()];
    for (std::size_t i = 0; i < c.errors.size(); ++i) {
        const IcmpAbout& e = c.errors[i];
        const bool between =
            e.frame.number > c[r.copies.front()].frame.number && e.frame.number < s.frame.number;
        if (e.mtu && e.side == s.side && between && last.length > s.length) r.error = i;
    }
}

/// Repetitions up to `at` in runs: a run lasts until everything that had been sent when it began is
/// acknowledged.
void find_episode(const WhyConnection& c, Repetition& r) {
    const TraceSegment& s = c[r.at];
    std::optional<tcp::Seq> highest, acknowledged;
    tcp::Seq recover;  // of r.episode
    for (std::size_t i = 0; i <= r.at; ++i) {
        const TraceSegment& t = c[i];
        if (t.side != s.side) {
            if (r.episode && acknowledges(t, recover)) r.episode.reset();
            const bool moved = t.has(tcp::ACK) && (!acknowledged || t.ack > *acknowledged);
            if (r.episode && moved && t.ack == s.seq && i > r.copies.back()) r.partial = i;
            if (moved) acknowledged = t.ack;
            continue;
        }
        const bool repeats = t.finding.marks.any_retransmission() && highest && t.seq < *highest;
        if (repeats && !r.episode) {
            recover = *highest;
            r.episode = i;
            r.partial.reset();
        }
        if (!highest || end_of(t) > *highest) highest = end_of(t);
    }
    if (r.episode == r.at) r.partial.reset();
}

bool about_twice(ip::Duration longer, ip::Duration shorter) {
    return longer > shorter * 17 / 10 && longer < shorter * 25 / 10;
}

void measure_wait(const WhyConnection& c, Repetition& r) {
    const TraceSegment &s = c[r.at], &last = c[r.copies.back()];
    r.wait = passed(last.frame, s.frame);
    std::optional<tcp::Seq> acknowledged = c.acknowledged_before(r.copies.back(), 1 - s.side);
    for (std::size_t i = r.copies.back() + 1; i < r.at; ++i) {
        if (c[i].side == s.side || !c[i].has(tcp::ACK)) continue;
        if (!acknowledged || c[i].ack > *acknowledged) r.progress = i, acknowledged = c[i].ack;
    }
    if (r.progress && r.acknowledged_by && *r.progress >= *r.acknowledged_by) r.progress.reset();
    r.timer = passed((r.progress ? c[*r.progress] : last).frame, s.frame);
    if (r.copies.size() < 2) return;
    const ip::Duration before = passed(c[*std::prev(r.copies.end(), 2)].frame, last.frame);
    r.backed_off = about_twice(r.wait, before);
}

void measure(const WhyConnection& c, Repetition& r) {
    const TraceSegment& s = c[r.at];
    measure_wait(c, r);
    r.tail = c.highest_before(r.at, s.side) == end_of(s);
    r.estimate = s.finding.rto;
    if (const auto whole = c.handshake(); whole && (!r.estimate || *r.estimate < *whole)) r.estimate = whole;
    r.next = c.after(r.at, [&](const TraceSegment& t) { return t.side == s.side && carries(t, s.seq); });
    if (!r.next) return;
    const ip::Duration later = passed(s.frame, c[*r.next].frame);
    r.doubled_later = about_twice(later, r.timer);
    r.same_later = later < r.timer * 15 / 10;
}

/// RFC 8985 section 4: RACK-TLP needs SACK. Unknown where no SYN is in the file.
bool may_probe(const WhyConnection& c) {
    for (std::size_t i = 0; i < c.size(); ++i)
        if (c[i].has(tcp::SYN) && !c[i].sack_permitted) return false;
    return true;
}

/// Nobody asked for it. A probe is due after two round trips, and later where its ACK may be delayed (RFC
/// 8985 section 7.2): with one segment on its way that is about as long as the timeout. But after a timeout
/// the next wait doubles (RFC 6298 section 5.5), after a probe it does not.
Cause timer_cause(const WhyConnection& c, const Repetition& r) {
    const ip::Duration estimate = r.estimate.value_or(kShortestTimer);
    const bool candidate = r.copies.size() == 1 && r.tail && r.duplicates.empty() && may_probe(c);
    if (r.backed_off || r.doubled_later) return Cause::timeout;
    const bool due = r.timer >= estimate;
    if (candidate && r.same_later && 3 * r.timer >= estimate) return Cause::tail_probe;
    if (candidate && r.timer < kShortestTimer && 3 * r.timer >= estimate) return Cause::tail_probe;
    if (candidate && due && r.timer < 2 * (estimate + kShortestTimer)) return Cause::probe_or_timeout;
    return due ? Cause::timeout : Cause::unknown;
}

Cause lone_cause(const WhyConnection& c, const Repetition& r) {
    const bool first = r.copies.size() == 1;
    if (c[r.at].has(tcp::SYN)) return r.wait >= kShortestTimer ? Cause::timeout : Cause::unknown;
    if (first && r.duplicates.size() >= kEnoughDuplicates) return Cause::fast;
    if (first && r.sacked > 0) return Cause::sack;
    return timer_cause(c, r);
}

Cause cause_of(const WhyConnection& c, const Repetition& r) {
    if (same_packet(c, r.copies.back(), r.at)) return Cause::same_packet;
    if (r.error) return Cause::path_mtu;
    const bool begins = !r.episode || *r.episode == r.at;
    if (begins) return lone_cause(c, r);
    if (r.copies.size() == 1 && r.duplicates.size() >= kEnoughDuplicates) return Cause::fast;
    const auto start = repetition(c, *r.episode);
    const bool timed_out = start && (start->cause == Cause::timeout || start->cause == Cause::tail_probe ||
                                     start->cause == Cause::probe_or_timeout);
    if (r.copies.size() == 1 && timed_out && c[r.at].seq != c[*r.episode].seq) return Cause::after_timeout;
    if (r.copies.size() == 1 && start && start->cause == Cause::path_mtu) return Cause::path_mtu;
    if (r.copies.size() == 1 && r.sacked > 0) return Cause::recovery;
    if (r.copies.size() == 1 && r.partial) return Cause::partial_ack;
    return lone_cause(c, r);
}

}  // namespace

std::optional<Repetition> repetition(const WhyConnection& c, std::size_t at) {
    Repetition r;
    r.at = at;
    if (c[at].sequence_length() == 0) return std::nullopt;
    find_copies(c, r);
    if (r.copies.empty()) return std::nullopt;
    find_requests(c, r);
    find_answers(c, r);
    find_error(c, r);
    find_episode(c, r);
    measure(c, r);
    r.cause = cause_of(c, r);
    return r;
}

}  // namespace glass::tools
