#include "tcp/analysis.h"

#include <bit>

#include "ip/elapsed.h"

namespace glass::tcp {
namespace {

using std::chrono::milliseconds;

/// What Wireshark takes for the time in which a segment can have been overtaken, where no handshake tells.
constexpr ip::Duration kReorderingTime = milliseconds(3);
/// A retransmission that comes so soon after the duplicate ACKs is their doing.
constexpr ip::Duration kFastTime = milliseconds(20);
/// RFC 5681 section 3.2 demands three; one may be missing in the capture.
constexpr std::uint32_t kEnoughDuplicates = 2;

/// One segment between its sender, `me`, and its receiver, `peer`.
struct Arrival {
    const Segment& segment;
    std::uint32_t length;
    const std::optional<std::uint32_t>& window;
    const FrameRef& frame;
    AnalysisSide& me;
    AnalysisSide& peer;
    Finding& finding;

    bool has_any(std::uint16_t flags) const { return (segment.flags & flags) != 0; }
    /// SYN and FIN take up a sequence number.
    std::uint32_t sequence_length() const {
        return length + (segment.has(SYN) ? 1 : 0) + (segment.has(FIN) ? 1 : 0);
    }
    Seq end() const { return segment.seq + sequence_length(); }
    void mark(Mark mark) const { finding.marks.add(mark); }
};

/// One octet, the next one, although the window is shut: RFC 9293 section 3.8.6.1.
bool is_zero_window_probe(const Arrival& a) {
    return a.length == 1 && a.me.spoke && a.peer.spoke && a.peer.window == 0 && a.segment.seq == a.me.next;
}

/// A byte or none, one before what should come next: RFC 9293 section 3.8.4.
bool is_keep_alive(const Arrival& a) {
    return a.length <= 1 && a.me.spoke && a.segment.seq == a.me.next - 1 && !a.has_any(SYN | FIN | RST);
}

void judge_text(const Arrival& a) {
    const AnalysisSide& me = a.me;
    const Seq seq = a.segment.seq;
    if (me.spoke && seq > me.next && !a.has_any(SYN | RST) && !(me.probing && seq == me.next + 1)) {
        a.mark(Mark::lost_segment);
        a.finding.highest = me.highest;
        a.finding.missing = seq - me.next;
    }
    if (is_keep_alive(a)) {
        a.mark(Mark::keep_alive);
        a.finding.original = me.highest;
    }
    const bool to_the_edge = a.peer.edge && seq + a.length == Seq(*a.peer.edge);
    if (a.length > 0 && to_the_edge && !a.has_any(SYN | FIN | RST)) {
        a.mark(Mark::window_full);
        a.finding.original = a.peer.last;
    }
}

void count_duplicate(const Arrival& a) {
    AnalysisSide& me = a.me;
    AnalysisSide::Trouble& trouble = me.in_trouble();
    if (me.duplicate_acks++ == 0) trouble.first_duplicate = a.frame;
    trouble.last_duplicate = a.frame;
    a.mark(Mark::duplicate_ack);
    a.finding.duplicate_acks = me.duplicate_acks;
    a.finding.original = me.ack_since;
}

/// Segments without text that repeat the last ACK: they say something else, or they ask for what is missing.
void judge_repeated_ack(const Arrival& a) {
    const AnalysisSide& me = a.me;
    const bool repeats = a.length == 0 && a.segment.has(ACK) && me.acknowledges &&
                         a.segment.ack == me.last_ack && a.segment.seq == me.next &&
                         !a.has_any(SYN | FIN | RST);
    if (!repeats) return;
    const std::uint16_t window = a.segment.window;
    if (window != me.window) {
        if (window == 0) return;
        a.mark(Mark::window_update);
        a.finding.original = me.ack_since;
    } else if (window != 0 && a.peer.last_marks.has(Mark::keep_alive)) {
        a.mark(Mark::keep_alive_ack);
        a.finding.original = a.peer.last;
    } else if (window == 0) {
        if (!a.peer.last_marks.has(Mark::zero_window_probe)) return;
        a.mark(Mark::zero_window_probe_ack);
        a.finding.original = a.peer.last;
    } else {
        count_duplicate(a);
    }
}

/// Octets acknowledged that are not in the capture. Where later octets are, the hole is told of and done
/// with; else it is told of once, until the other side sends something new.
void judge_acknowledgment(const Arrival& a) {
    AnalysisSide& peer = a.peer;
    if (!a.segment.has(ACK) || !peer.spoke || !(a.segment.ack > peer.contiguous)) return;
    if (peer.probing && a.segment.ack == peer.next + 1) return;
    const bool beyond = peer.next > peer.contiguous;
    if (beyond || !peer.told_unseen) {
        a.mark(Mark::ack_lost_segment);
        a.finding.highest = peer.highest;
        a.finding.missing = a.segment.ack - peer.contiguous;
    }
    if (beyond) peer.contiguous = peer.next;
    peer.told_unseen = peer.told_unseen || !beyond;
}

/// Which of the four names octets get that do not go on where the last ones ended. None of them is certain:
/// only time tells a segment that was overtaken from one that was sent again.
std::optional<Mark> retransmission_name(const Arrival& a) {
    const AnalysisSide& me = a.me;
    const AnalysisSide& peer = a.peer;
    const Seq seq = a.segment.seq;
    const bool acknowledged = peer.acknowledges && seq + a.length <= peer.last_ack;
    if (a.length > 0 && acknowledged) return Mark::spurious_retransmission;
    // What follows a probe may begin with the probe's octet.
    const bool behind = me.spoke && seq < me.next && !(a.length > 1 && seq == me.next - 1);
    if (!behind) return std::nullopt;
    const ip::Duration since_ack = ip::elapsed(peer.last.time, a.frame.time);
    if (peer.duplicate_acks >= kEnoughDuplicates && peer.last_ack == seq &&
        since_ack >= ip::Duration::zero() && since_ack < kFastTime)
        return Mark::fast_retransmission;
    const ip::Duration since_highest = ip::elapsed(me.highest.time, a.frame.time);
    const ip::Duration round_trip = me.rtt.handshake.value_or(ip::Duration::zero());
    const ip::Duration limit = round_trip == ip::Duration::zero() ? kReorderingTime : round_trip;
    const bool soon = since_highest >= ip::Duration::zero() && since_highest < limit;
    return soon && a.end() != me.next ? Mark::out_of_order : Mark::retransmission;
}

void judge_retransmission(const Arrival& a) {
    if (a.sequence_length() == 0 || a.finding.marks.has(Mark::keep_alive)) return;
    const auto mark = retransmission_name(a);
    if (!mark) return;
    a.mark(*mark);
    const AnalysisSide& peer = a.peer;
    a.finding.original = a.me.outstanding.carrier(a.segment.seq);
    if (*mark == Mark::out_of_order && !a.finding.highest) a.finding.highest = a.me.highest;
    if (*mark == Mark::spurious_retransmission) a.finding.acknowledged_by = peer.ack_since;
    a.finding.rto = a.me.estimate.rto(ip::Duration::zero());
    if (peer.duplicate_acks > 0 && peer.last_ack == a.segment.seq) {
        a.finding.duplicate_acks = peer.duplicate_acks;
        a.finding.first_duplicate = peer.trouble->first_duplicate;
        a.finding.last_duplicate = peer.trouble->last_duplicate;
    }
}

/// Text that goes on where the last ended, or an acknowledgment of something new, within what is known: none
/// of the marks fits. Nearly all segments are such.
bool is_ordinary(const Arrival& a) {
    const AnalysisSide& me = a.me;
    const AnalysisSide& peer = a.peer;
    const Segment& s = a.segment;
    const bool in_step = (s.flags & (SYN | FIN | RST | ACK)) == ACK && s.window != 0 && me.spoke &&
                         peer.spoke && s.seq == me.next && me.next == me.contiguous && !me.probing &&
                         !peer.probing && !(s.ack > peer.contiguous);
    if (!in_step || !me.acknowledges || !peer.acknowledges) return false;
    if (a.length == 0) return s.ack != me.last_ack;
    const Seq end = s.seq + a.length;
    return a.length > 1 && !(end <= peer.last_ack) && !(peer.edge && end == Seq(*peer.edge));
}

void judge(const Arrival& a) {
    if (is_zero_window_probe(a)) {
        a.mark(Mark::zero_window_probe);
        a.finding.original = a.peer.last;
    } else {
        if (a.segment.window == 0 && !a.has_any(SYN | FIN | RST)) a.mark(Mark::zero_window);
        judge_text(a);
        if (a.me.spoke) judge_repeated_ack(a);
    }
    judge_acknowledgment(a);
    judge_retransmission(a);
}

/// What the sender has sent: `next` and `contiguous` move on, but not for a probe, which may be refused.
void note_text(const Arrival& a) {
    AnalysisSide& me = a.me;
    // A SYN again: whatever had a higher number, such as the RST that refused it, was no text (RFC
    // 9293 3.10.7.1).
    if (me.spoke && a.segment.has(SYN) && !a.segment.has(ACK)) me.next = me.contiguous;
    if (a.sequence_length() > 0) {
        const std::uint32_t again = me.outstanding.add(a.segment.seq, a.end(), a.frame);
        if (again > 0 && a.finding.marks.any_retransmission())
            me.in_trouble().totals.retransmitted_octets += std::min(again, a.length);
    }
    const bool probe = a.finding.marks.has(Mark::zero_window_probe);
    if (probe) me.in_trouble().probe = a.frame;
    me.probing = probe || (me.probing && !(a.end() > me.next));
    if (probe) return;
    if (!me.spoke || a.end() > me.next) {
        me.next = a.end();
        me.highest = a.frame;
        me.told_unseen = false;
    }
    if (!me.spoke || a.segment.seq == me.contiguous || a.segment.has(SYN)) me.contiguous = me.next;
    me.spoke = true;
}

void note_acknowledgment(const Arrival& a) {
    AnalysisSide& me = a.me;
    if (a.segment.has(ACK)) {
        if (!me.acknowledges || a.segment.ack != me.last_ack) {
            me.ack_since = a.frame;
            me.duplicate_acks = 0;
        }
        me.acknowledges = true;
        me.last_ack = a.segment.ack;
    }
    me.window = a.segment.window;
    me.edge.reset();
    if (a.window && me.acknowledges) me.edge = (me.last_ack + *a.window).value();
    me.last = a.frame;
    me.last_marks = a.finding.marks;
}

/// Longer ones are no round trips, but clocks that jumped.
constexpr ip::Duration kLongestRtt = std::chrono::hours(1);

void add_sample(RttTotals& totals, ip::Duration rtt) {
    totals.min = totals.samples == 0 ? rtt : std::min(totals.min, rtt);
    totals.max = std::max(totals.max, rtt);
    if (totals.sum < ip::Duration::max() - rtt) totals.sum += rtt;
    ++totals.samples;
}

/// The other side's octets that this segment acknowledges.
void measure(const Arrival& a) {
    AnalysisSide& peer = a.peer;
    if (!a.segment.has(ACK)) return;
    if (peer.probing && a.segment.ack == peer.next + 1) {  // the probe's octet was taken
        peer.probing = false;
        peer.next += 1;
        peer.contiguous = peer.next;
        peer.highest = peer.trouble->probe;
    }
    const auto [newest, timed] = peer.outstanding.acknowledge(a.segment.ack);
    if (!newest) return;
    a.finding.rtt_of = newest;
    const ip::Duration rtt = ip::elapsed(newest.time, a.frame.time);
    if (!timed || rtt < ip::Duration::zero() || rtt > kLongestRtt) return;
    a.finding.rtt = rtt;
    add_sample(peer.rtt, rtt);
    if (peer.estimate.known() && newest.time < peer.timed) return;  // RFC 6298 section 3: once a round trip
    peer.estimate.measured(rtt);
    peer.timed = a.frame.time;
}

void note_in_flight(const Arrival& a) {
    if (a.length == 0 || a.me.outstanding.empty()) return;
    const Seq next = a.me.next;
    const Seq first = a.peer.acknowledges ? a.peer.last_ack : a.me.outstanding.first();
    if (first < next) a.finding.bytes_in_flight = next - first - (a.segment.has(FIN) ? 1 : 0);
}

void count_marks(const Arrival& a) {
    if (!a.finding.marks.any()) return;
    DirectionTotals& totals = a.me.in_trouble().totals;
    for (std::size_t i = 0; i < kMarkCount; ++i)
        totals.marks[i] += a.finding.marks.has(static_cast<Mark>(i)) ? 1 : 0;
}

/// Nearly all segments are unmarked, and leave nothing but these three: the rest need not be cleared each
/// time.
void clear(Finding& finding) {
    if (finding.marks.any()) {
        finding = {};
        return;
    }
    finding.bytes_in_flight = 0;
    finding.rtt.reset();
    finding.rtt_of = {};
}

}  // namespace

const Finding& Analysis::observe(unsigned side, const Segment& segment, std::uint32_t length,
                                 const std::optional<std::uint32_t>& window, bool reused_ports,
                                 const FrameRef& frame, Finding& finding) {
    clear(finding);
    const Arrival arrival{segment, length, window, frame, sides_[side], sides_[1 - side], finding};
    if (reused_ports) arrival.mark(Mark::reused_ports);
    if (!is_ordinary(arrival)) judge(arrival);
    note_text(arrival);
    note_acknowledgment(arrival);
    measure(arrival);
    note_in_flight(arrival);
    count_marks(arrival);
    note_handshake(side, segment, frame, finding);
    return finding;
}

/// The third step comes from the side that sent the SYN, and goes on where that ended.
void Analysis::note_handshake(unsigned side, const Segment& segment, const FrameRef& frame,
                              const Finding& finding) {
    if (segment.has(SYN)) {
        if (segment.has(ACK) || sides_[0].rtt.handshake) return;
        syn_time_ = frame.time;
        syn_side_ = side;
    } else if (syn_time_ && syn_side_ == side && segment.has(ACK) && !finding.marks.has(Mark::lost_segment)) {
        sides_[0].rtt.handshake = sides_[1].rtt.handshake = ip::elapsed(*syn_time_, frame.time);
        syn_time_.reset();
    }
}

const DirectionTotals& Analysis::totals(unsigned side) const {
    static constexpr DirectionTotals kNone;
    return sides_[side].trouble ? sides_[side].trouble->totals : kNone;
}

std::string_view name(Mark mark) {
    static constexpr std::array<std::string_view, kMarkCount> kNames = {
        "retransmission", "fast_retransmission", "spurious_retransmission",
        "out_of_order",   "lost_segment",        "ack_lost_segment",
        "duplicate_ack",  "window_update",       "window_full",
        "zero_window",    "zero_window_probe",   "zero_window_probe_ack",
        "keep_alive",     "keep_alive_ack",      "reused_ports",
    };
    return kNames[static_cast<std::size_t>(mark)];
}

}  // namespace glass::tcp
