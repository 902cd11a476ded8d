#include "tcp/output.h"

#include <utility>

#include "tcp/header_output.h"
#include "tcp/timeouts.h"

namespace glass::tcp {

namespace {

bool may_send_data(State state) {
    switch (state) {
        case State::established:
        case State::fin_wait_1:
        case State::close_wait:
        case State::closing:
        case State::last_ack: return true;
        default: return false;
    }
}

/// Nothing more goes out before an ACK comes: a peer that delays those of full segments may do better to
/// hurry.
bool window_is_full(const Tcb& tcb) {
    return tcb.recovery.room(tcb.sent, *tcb.congestion) < tcb.congestion->mss();
}

/// Sends [start, end) of the sequence space, with the FIN where it ends there; notes it as sent.
Segment send_stretch(Tcb& tcb, Seq start, Seq end, SendReason why, ip::Time now, std::uint16_t flags = 0) {
    const bool fin = tcb.fin_sent && end == tcb.snd.nxt;
    if (fin) flags |= FIN;
    const Seq text_end = fin ? end - 1 : end;
    const ip::Bytes text = tcb.out.octets(start, text_end);
    if (!text.empty() && (text_end == tcb.out.end() || window_is_full(tcb))) flags |= PSH;  // MUST-61
    tcb.recovery.sent(end - start);
    tcb.last_sent = now;
    tcb.reason = why;
    if (const auto rate = tcb.congestion->pacing_rate()) tcb.pacer.sent(end - start, rate, now);
    return make_segment(tcb, start, flags, text, now);
}

/// Of a super-segment, whoever cuts it to segments sends each, and each may get lost.
void note_sent(Tcb& tcb, Seq start, Seq text_end, Seq end, ip::Time now) {
    while (tcb.segment_size > 0 && text_end - start > tcb.segment_size) {
        tcb.sent.sent(start, start + tcb.segment_size, now);
        start += tcb.segment_size;
    }
    tcb.sent.sent(start, end, now);
}

Segment send_new(Tcb& tcb, std::uint32_t text, bool fin, SendReason why, ip::Time now) {
    const Seq start = tcb.snd.nxt;
    const Seq end = start + text + (fin ? 1 : 0);
    note_sent(tcb, start, start + text, end, now);
    tcb.snd.nxt = end;
    if (fin) {
        tcb.fin_sent = true;
        if (tcb.state == State::close_wait) tcb.state.set_state(State::last_ack);
    }
    arm_tail_probe(tcb, now);
    const bool may_be_marked = text > 0 && why != SendReason::window_probe;
    return send_stretch(tcb, start, end, why, now, may_be_marked ? make_ecn_capable(tcb) : 0);
}

std::optional<Segment> reset_segment(Tcb& tcb) {
    if (!tcb.reset) return std::nullopt;
    const ResetReply reset = *tcb.reset;
    tcb.reset.reset();
    tcb.reason = SendReason::reset;
    return Segment{.src_port = tcb.local.port,
                   .dst_port = tcb.remote.port,
                   .seq = reset.seq,
                   .ack = reset.ack,
                   .flags = reset.flags};
}

/// The SYN, or SYN,ACK: for the first time, because the timer expired, or because the peer asks again.
std::optional<Segment> syn_segment(Tcb& tcb, ip::Time now) {
    if (tcb.state != State::syn_sent && tcb.state != State::syn_received) return std::nullopt;
    tcb.reason = tcb.state == State::syn_sent ? SendReason::syn : SendReason::syn_ack;
    if (tcb.snd.nxt == tcb.snd.iss) {
        tcb.sent.sent(tcb.snd.iss, tcb.snd.iss + 1, now);
        tcb.snd.nxt = tcb.snd.iss + 1;
    } else if (tcb.sent.next_lost()) {
        tcb.reason = SendReason::handshake;
        tcb.sent.resent_lost(tcb.snd.nxt, now);
    } else if (tcb.syn_due && !tcb.sent.empty()) {
        tcb.sent.resent_first(now);
    } else {
        return std::nullopt;
    }
    tcb.syn_due = false;
    tcb.last_sent = now;
    return make_syn(tcb, now);
}

/// Whether the pacer has the next segment wait; then it is asked again.
bool is_paced_out(Tcb& tcb, ip::Time now) {
    if (tcb.congestion->pacing_rate() == 0 || tcb.pacer.allows(now)) return false;
    tcb.timers.start(Timer::pacing, tcb.pacer.next());
    return true;
}

/// How much of a transmission goes into a segment: all of it where the path's MTU is what it was. A FIN takes
/// no room.
std::uint32_t most_at_once(const Tcb& tcb, const Transmission& transmission) {
    const std::uint32_t mss = effective_mss(tcb);
    const bool has_fin = tcb.fin_sent && transmission.end == tcb.snd.nxt;
    const bool fits = transmission.size() - (has_fin ? 1 : 0) <= mss;
    return fits ? transmission.size() : mss;
}

/// Of all that is out when the timer expires only the first segment has had it to itself.
SendReason reason_to_resend(const Tcb& tcb, const Transmission& lost) {
    return lost.why == SendReason::timeout && !tcb.timed_out ? SendReason::after_timeout : lost.why;
}

std::optional<Segment> retransmission(Tcb& tcb, ip::Time now) {
    const Transmission* lost = tcb.sent.next_lost();
    if (!lost) return std::nullopt;
    const std::uint32_t room = tcb.recovery.room(tcb.sent, *tcb.congestion);
    const std::uint32_t n = may_resend(tcb.snd, lost->start, most_at_once(tcb, *lost));
    // RFC 6298 rule 5.4, RFC 6582 section 3.2 step 3: these go out whatever may still be in the network.
    const bool at_once = tcb.timed_out || lost->why == SendReason::partial_ack;
    const bool has_room = room >= n || tcb.sent.pipe() == 0 || at_once;
    if (n == 0 || !has_room || is_paced_out(tcb, now)) return std::nullopt;
    const Seq start = lost->start;
    const SendReason why = reason_to_resend(tcb, *lost);
    tcb.timed_out = false;
    note_probe_lost(tcb, start, now);
    tcb.sent.resent_lost(start + n, now);
    tcb.recovery.resent(timestamp(tcb, now));
    ++tcb.resent;
    return send_stretch(tcb, start, start + n, why, now);
}

/// RFC 5681 section 4.1: after an idle RTO the ACK clock is gone, and so is what cwnd knew.
void restart_after_idle(Tcb& tcb, ip::Time now) {
    if (tcb.sent.empty() && now - tcb.last_sent > tcb.rto.rto()) tcb.congestion->restart();
}

/// How much new text to send now: RFC 9293 section 3.8.6.2.1 with Nagle's rule (section 3.7.4). D, U and
/// the fraction are the RFC's. `last`: nothing will follow it.
std::uint32_t worth_sending(const Tcb& tcb, std::uint32_t d, std::uint32_t u, bool last) {
    const std::uint32_t mss = effective_mss(tcb);
    const std::uint32_t n = std::min({d, u, mss});
    if (n == mss) return n;  // (1)
    const bool outstanding = tcb.snd.nxt != tcb.snd.una;
    const bool nagle_holds = tcb.config->nagle && outstanding && !last;
    if (n == d && !nagle_holds) return n;                                   // (2)
    if (2 * std::uint64_t{n} >= tcb.snd.max_wnd && !nagle_holds) return n;  // (3)
    return 0;
}

/// Full segments that may go out together, `most` octets of them; and what is left where it need not wait for
/// more. Where they are paced, a millisecond of them at the most.
std::uint32_t together(const Tcb& tcb, std::uint32_t d, std::uint32_t may_send, std::uint32_t most) {
    std::uint32_t n = std::min({d, may_send, most});
    if (const auto rate = tcb.congestion->pacing_rate())
        n = static_cast<std::uint32_t>(std::min<std::uint64_t>(n, octets_in(rate, Pacer::kTogether)));
    const bool waits = tcb.config->nagle && !tcb.close_called;
    return n == d && !waits ? n : n - n % effective_mss(tcb);
}

/// RFC 4821 section 7: new data in a segment larger than others, with enough behind it that its loss shows.
std::optional<Segment> mtu_probe(Tcb& tcb, std::uint32_t may_send, ip::Time now) {
    constexpr std::uint32_t kBehind = 3;  // segments
    const auto n = probe_text(tcb, now);
    if (!n || may_send < *n + kBehind * effective_mss(tcb)) return std::nullopt;
    if (tcb.recovery.room(tcb.sent, *tcb.congestion) < *n + kBehind * effective_mss(tcb)) return std::nullopt;
    note_probe(tcb, tcb.snd.nxt, *n);
    return send_new(tcb, *n, false, SendReason::mtu_probe, now);
}

std::optional<Segment> new_data(Tcb& tcb, std::uint32_t most, ip::Time now) {
    if (tcb.fin_sent || !may_send_data(tcb.state)) return std::nullopt;
    const std::uint32_t d = tcb.out.end() - tcb.snd.nxt;
    const std::uint32_t room = tcb.recovery.room(tcb.sent, *tcb.congestion);
    if (tcb.sent.rate() && d < effective_mss(tcb) && room > 0 && !tcb.sent.next_lost())
        tcb.sent.rate()->application_limited(tcb.sent.pipe());
    if (d == 0 && !tcb.close_called) return std::nullopt;
    restart_after_idle(tcb, now);
    const std::uint32_t u = usable_window(tcb.snd, tcb.snd.nxt);
    if (auto probe = mtu_probe(tcb, std::min(d, u), now)) return probe;
    std::uint32_t n = d > 0 ? worth_sending(tcb, d, u, tcb.close_called) : 0;
    if (const std::uint32_t mss = effective_mss(tcb); n == mss)
        n = std::max(mss, together(tcb, d, std::min(u, room), most));
    const bool fin = tcb.close_called && n == d && u > n;
    if (n == 0 && !fin) return std::nullopt;
    if ((room < n && tcb.sent.pipe() > 0) || is_paced_out(tcb, now)) return std::nullopt;
    tcb.segment_size = n > effective_mss(tcb) ? static_cast<std::uint16_t>(effective_mss(tcb)) : 0;
    return send_new(tcb, n, fin, SendReason::data, now);
}

/// A probe of a closed window, section 3.8.6.1: an octet of new data, or one sent before; or of a silly one,
/// as much as it takes.
std::optional<Segment> window_probe(Tcb& tcb, ip::Time now) {
    if (!std::exchange(tcb.window_probe_due, false)) return std::nullopt;
    if (tcb.sent.empty()) {
        const std::uint32_t d = tcb.out.end() - tcb.snd.nxt;
        const std::uint32_t u = std::max(1u, usable_window(tcb.snd, tcb.snd.nxt));
        const std::uint32_t n = std::min({d, u, effective_mss(tcb)});
        const bool fin = d == 0 && tcb.close_called && !tcb.fin_sent;
        if (n == 0 && !fin) return std::nullopt;
        return send_new(tcb, n, fin, SendReason::window_probe, now);
    }
    if (tcb.sent.first().sacked)  // it is not acknowledged: the peer has reneged
        tcb.sent.mark_all_lost(SendReason::window_opened);
    tcb.sent.mark_first_lost(SendReason::window_opened);
    const Seq start = tcb.sent.next_lost()->start;
    tcb.sent.resent_lost(start + 1, now);
    ++tcb.resent;
    return send_stretch(tcb, start, start + 1, SendReason::window_probe, now);
}

/// RFC 8985 section 7.3: new data if there is any, else the last segment again; whatever cwnd says.
std::optional<Segment> tail_loss_probe(Tcb& tcb, ip::Time now) {
    if (!std::exchange(tcb.tail_probe_due, false) || tcb.sent.empty()) return std::nullopt;
    const std::uint32_t d = tcb.fin_sent ? 0 : tcb.out.end() - tcb.snd.nxt;
    const std::uint32_t n = std::min({d, usable_window(tcb.snd, tcb.snd.nxt), effective_mss(tcb)});
    tcb.timers.start(Timer::retransmission, now + tcb.rto.rto());
    if (n > 0) {
        tcb.recovery.probed(tcb.snd.nxt + n, false);
        const bool fin = tcb.close_called && n == d && usable_window(tcb.snd, tcb.snd.nxt) > n;
        return send_new(tcb, n, fin, SendReason::tail_loss_probe, now);
    }
    const Transmission last = tcb.sent.last();
    if (last.sacked || last.size() > most_at_once(tcb, last)) return std::nullopt;  // too big by now
    tcb.recovery.probed(last.end, true);
    tcb.sent.resent_last(now);
    ++tcb.resent;
    return send_stretch(tcb, last.start, last.end, SendReason::tail_loss_probe, now);
}

/// Section 3.8.4: without data (SHLD-12), numbered so that it has to be answered.
std::optional<Segment> keep_alive_probe(Tcb& tcb, ip::Time now) {
    if (!std::exchange(tcb.keep_alive_due, false)) return std::nullopt;
    tcb.reason = SendReason::keep_alive;
    return make_segment(tcb, tcb.snd.nxt - 1, 0, {}, now);
}

/// SND.NXT; or, where the peer has shrunk its window, what it still takes: beyond that it would not look at
/// our ACK.
Seq acceptable_to_peer(const Tcb& tcb) {
    const Seq edge = tcb.snd.una + tcb.snd.wnd;
    return is_synchronized(tcb.state) && edge < tcb.snd.nxt ? edge : tcb.snd.nxt;
}

std::optional<Segment> acknowledgment(Tcb& tcb, ip::Time now) {
    tcb.reason = tcb.in.has_hole() ? SendReason::duplicate_ack : SendReason::acknowledgment;
    if (tcb.acks.now) return make_segment(tcb, acceptable_to_peer(tcb), 0, {}, now);
    if (tcb.acks.duplicates == 0) return std::nullopt;
    --tcb.acks.duplicates;
    return make_segment(tcb, acceptable_to_peer(tcb), 0, {}, now);
}

std::optional<Segment> choose(Tcb& tcb, std::uint32_t most, ip::Time now) {
    if (auto segment = reset_segment(tcb)) return segment;
    if (tcb.state == State::closed || tcb.state == State::listen) return std::nullopt;
    if (auto segment = syn_segment(tcb, now)) return segment;
    if (tcb.state == State::syn_sent) return std::nullopt;
    if (may_send_data(tcb.state)) {
        if (auto segment = retransmission(tcb, now)) return segment;
        if (auto segment = new_data(tcb, most, now)) return segment;
        if (auto segment = tail_loss_probe(tcb, now)) return segment;
        if (auto segment = window_probe(tcb, now)) return segment;
    }
    if (auto segment = keep_alive_probe(tcb, now)) return segment;
    return acknowledgment(tcb, now);
}

}  // namespace

std::optional<Segment> next_segment(Tcb& tcb, std::uint32_t most, ip::Time now) {
    tcb.ecn.codepoint = ip::Ecn::not_ect;
    tcb.segment_size = 0;
    auto segment = choose(tcb, most, now);
    arm_timers(tcb, now);
    return segment;
}

}  // namespace glass::tcp
