#include "tcp/segment_arrives.h"

#include "tcp/ack_arrives.h"
#include "tcp/negotiation.h"
#include "tcp/reset.h"
#include "tcp/state_machine.h"
#include "tcp/text_arrives.h"

namespace glass::tcp {

namespace {

/// RFC 7323 section 5: an old duplicate gives itself away by its timestamp. Not RSTs; and not after 24 days,
/// when the clock may have gone half around.
bool is_old_by_timestamp(const Tcb& tcb, const Arrival& arrival) {
    constexpr ip::Duration kOutdated = std::chrono::hours(24 * 24);
    if (!arrival.options.timestamps || arrival.segment.has(RST)) return false;
    if (!tcb.clock.recent_at || arrival.now - *tcb.clock.recent_at > kOutdated) return false;
    return is_older(arrival.options.timestamps->tsval, tcb.clock.recent);
}

/// TS.Recent is what the next ACK will echo: RFC 7323 section 4.3, rule 2. Only a segment in the window and
/// with an ACK to be believed counts, or anybody could set it to the future (CVE-2005-0356).
void note_timestamp(Tcb& tcb, const Arrival& arrival) {
    if (!arrival.options.timestamps || arrival.segment.seq > tcb.acks.last_sent) return;
    if (tcb.clock.recent_at && is_old_by_timestamp(tcb, arrival)) return;
    tcb.clock.recent = arrival.options.timestamps->tsval;
    tcb.clock.recent_at = arrival.now;
}

/// The four cases of the table in section 3.10.7.4, and one that it forgets: a segment that begins before the
/// window and ends after it brings what is wanted too.
bool is_acceptable(const Tcb& tcb, const Segment& segment) {
    const std::uint32_t len = segment.len();
    const std::uint32_t wnd = tcb.rcv.wnd;
    if (wnd == 0) return len == 0 && segment.seq == tcb.rcv.nxt;
    if (in_window(segment.seq, tcb.rcv.nxt, wnd)) return true;
    return len > 0 &&
           (in_window(segment.seq + (len - 1), tcb.rcv.nxt, wnd) || in_window(tcb.rcv.nxt, segment.seq, len));
}

/// A segment that is not acceptable is answered with an ACK, unless it is a RST. One that carries nothing, or
/// a SYN (RFC 5961 section 4), is answered now and then only, or two connections that disagree would go on
/// for ever.
void refuse(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (segment.has(RST)) return;
    if (segment.len() == 0 || segment.has(SYN)) return challenge(tcb, arrival.now);
    const Seq end = segment.seq + segment.len();
    if (tcb.agreed.sack && !segment.payload.empty() && end <= tcb.rcv.nxt)
        tcb.acks.duplicate_block = SackBlock{.left = segment.seq, .right = end};
    acknowledge_now(tcb);
}

/// In TIME-WAIT the peer's FIN says that it has not got our last ACK.
bool is_last_fin_again(const Tcb& tcb, const Segment& segment) {
    return tcb.state == State::time_wait && segment.has(FIN) && !segment.has(SYN) && !segment.has(RST) &&
           segment.seq + segment.len() == tcb.rcv.nxt;
}

/// A SYN that came before: its answer is lost, or both sides opened at the same time (figure 7).
bool is_first_syn_again(const Tcb& tcb, const Segment& segment) {
    return tcb.state == State::syn_received && segment.has(SYN) && !segment.has(RST) &&
           segment.seq == tcb.rcv.irs;
}

/// With a window of zero, ACKs, URGs and RSTs are processed all the same (MUST-66); text and FIN are not.
bool leave_control_only(const Tcb& tcb, Segment& segment) {
    if (tcb.rcv.wnd > 0 || segment.seq != tcb.rcv.nxt || segment.has(SYN)) return false;
    segment.payload = {};
    segment.flags &= static_cast<std::uint16_t>(~FIN);
    return true;
}

/// First, check sequence number.
bool check_sequence_number(Tcb& tcb, Arrival& arrival) {
    Segment& segment = arrival.segment;
    if (is_first_syn_again(tcb, segment)) {
        if (!segment.has(ACK)) {
            // RFC 3168 section 6.1.1.1: it asks for no ECN any more.
            if (!segment.has(ECE | CWR)) tcb.ecn.agreed = false;
            tcb.syn_due = true;
            return false;
        }
        segment.seq += 1;
        segment.flags &= static_cast<std::uint16_t>(~(SYN | ECE | CWR));
        acknowledge_now(tcb);
    }
    // RFC 7323 section 3.2 would drop a segment without the timestamp agreed on. There are peers that leave
    // it out of some ACKs, and dropping those for ever ends the connection: they are taken, without PAWS.
    if (tcb.agreed.timestamps && is_old_by_timestamp(tcb, arrival)) {
        refuse(tcb, arrival);
        return false;
    }
    if (!is_acceptable(tcb, segment)) {
        const bool probes = segment.len() > 0 && leave_control_only(tcb, segment);
        if (!probes) {
            if (is_last_fin_again(tcb, segment)) enter_time_wait(tcb, arrival.now);
            refuse(tcb, arrival);
            return false;
        }
        acknowledge_now(tcb);
    }
    return true;
}

}  // namespace

void segment_arrives(Tcb& tcb, const Segment& segment, ip::Time now, ip::Ecn ecn) {
    Arrival arrival{.segment = segment,
                    .options = read_segment_options(segment.options),
                    .now = now,
                    .ecn = ecn,
                    .window = std::uint32_t{segment.window} << (segment.has(SYN) ? 0 : tcb.snd.shift)};
    switch (tcb.state) {
        case State::closed:
            if (const auto reset = reset_for(segment)) tcb.reset = reset;
            return;
        case State::listen: return arrives_in_listen(tcb, arrival);
        case State::syn_sent: return arrives_in_syn_sent(tcb, arrival);
        default: break;
    }
    if (!check_sequence_number(tcb, arrival)) return;
    tcb.last_heard = now;
    if (!check_reset(tcb, arrival)) return;
    if (!check_syn(tcb, arrival)) return;
    if (!check_ack(tcb, arrival)) return;
    if (tcb.agreed.timestamps) note_timestamp(tcb, arrival);
    if (arrival.options.user_timeout) take_user_timeout(tcb, *arrival.options.user_timeout);
    note_congestion_experienced(tcb, arrival);
    check_urgent(tcb, arrival);
    if (!take_text(tcb, arrival)) return;
    check_fin(tcb, arrival);
}

}  // namespace glass::tcp
