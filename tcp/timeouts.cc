#include "tcp/timeouts.h"

namespace glass::tcp {

namespace {

/// Something waits for a window that is closed, or too small to be worth a segment.
bool waits_for_window(const Tcb& tcb) {
    if (!is_synchronized(tcb.state) || tcb.state == State::time_wait || tcb.state == State::fin_wait_2)
        return false;
    if (!tcb.sent.empty()) return tcb.snd.wnd == 0;
    return !tcb.fin_sent && (tcb.out.end() != tcb.snd.nxt || tcb.close_called);
}

/// SHLD-29, SHLD-30: one RTO first, then twice as long each time. A window that is open but silly gets the
/// override timeout of section 3.8.6.2.1.
ip::Duration persist_interval(const Tcb& tcb) {
    constexpr ip::Duration kOverride = std::chrono::milliseconds(200);
    if (tcb.snd.wnd > 0) return kOverride;
    constexpr unsigned kMostDoublings = 16;
    const ip::Duration interval = tcb.rto.rto() * (1 << std::min(tcb.persist_count, kMostDoublings));
    return std::min(interval, tcb.rto.limits().ceiling);
}

/// What loss recovery asks where a timer expires, and no ACK has come.
AckReport report_without_ack(const Tcb& tcb, ip::Time now) {
    return {.now = now,
            .una = tcb.snd.una,
            .nxt = tcb.snd.nxt,
            .pipe_before = tcb.sent.pipe(),
            .flight_before = tcb.snd.nxt - tcb.snd.una,
            .srtt = tcb.rto.srtt()};
}

void retransmission_timeout(Tcb& tcb, ip::Time now) {
    if (tcb.sent.empty()) return;
    tcb.rto.back_off();
    ++tcb.timeouts;
    if (++tcb.retransmissions == tcb.config->r1) tcb.events |= kTroubled;  // MUST-20: R1
    if (!is_synchronized(tcb.state)) {
        tcb.syn_timed_out = true;
        tcb.sent.mark_all_lost(SendReason::handshake);
    } else {
        tcb.timed_out = true;
        tcb.sent.blame_lost(SendReason::timeout);
        suspect_black_hole(tcb, now);
        tcb.recovery.retransmission_timeout(report_without_ack(tcb, now), tcb.sent, *tcb.congestion);
        tcb.timers.stop(Timer::tail_loss);
    }
}

/// The PTO. The probe comes before the RTO, which counts from it (RFC 8985 section 7.3).
void tail_loss_timeout(Tcb& tcb, ip::Time now) {
    tcb.tail_probe_due = tcb.recovery.may_probe();
    if (tcb.tail_probe_due) tcb.timers.start(Timer::retransmission, now + tcb.rto.rto());
}

void reordering_timeout(Tcb& tcb, ip::Time now) {
    if (!tcb.congestion || tcb.sent.empty()) return;
    tcb.recovery.reordering_timeout(report_without_ack(tcb, now), tcb.sent, *tcb.congestion);
}

void persist_timeout(Tcb& tcb) {
    tcb.window_probe_due = true;
    if (tcb.snd.wnd == 0) ++tcb.persist_count;
}

/// Section 3.8.4. The timer is not touched when segments arrive: here is where it finds out (MUST-26).
void keep_alive_timeout(Tcb& tcb, ip::Time now) {
    if (!tcb.config->keep_alive) return;
    const ip::Time idle_until = tcb.last_heard + tcb.config->keep_alive_idle;
    if (!tcb.sent.empty() || now < idle_until) {
        tcb.keep_alive_count = 0;
        tcb.timers.start(Timer::keep_alive, std::max(idle_until, now + tcb.config->keep_alive_interval));
        return;
    }
    if (tcb.keep_alive_count >= tcb.config->keep_alive_probes) {
        end_connection(tcb, Ending::timed_out);
        return;
    }
    ++tcb.keep_alive_count;
    tcb.keep_alive_due = true;
    tcb.timers.start(Timer::keep_alive, now + tcb.config->keep_alive_interval);
}

void start_if_stopped(Tcb& tcb, Timer timer, ip::Time at) {
    if (!tcb.timers.runs(timer)) tcb.timers.start(timer, at);
}

/// While the window is closed it is the persist timer's turn (SHLD-17).
void arm_recovery_timers(Tcb& tcb, ip::Time now, bool waits) {
    if (tcb.sent.empty() || waits) {
        tcb.timers.stop(Timer::retransmission);
        tcb.timers.stop(Timer::tail_loss);
        tcb.timers.stop(Timer::reordering);
        return;
    }
    start_retransmission_timer(tcb, now);
    const auto reordering = tcb.recovery.reordering_deadline();
    if (reordering && *reordering > now) {
        tcb.timers.start(Timer::reordering, *reordering);
    } else {
        tcb.timers.stop(Timer::reordering);
    }
}

/// R2, from when the peer owes an answer; or the patience with a peer that nobody listens to any more.
void arm_user_timer(Tcb& tcb, ip::Time now, bool waits) {
    if (waits || !tcb.sent.empty()) {
        const ip::Duration r2 = is_synchronized(tcb.state) ? tcb.config->r2 : tcb.config->r2_syn;
        start_if_stopped(tcb, Timer::user, now + r2);
    } else if (tcb.released && tcb.state == State::fin_wait_2) {
        start_if_stopped(tcb, Timer::user, now + tcb.config->orphan_timeout);
    } else {
        tcb.timers.stop(Timer::user);
    }
}

}  // namespace

void run_timeouts(Tcb& tcb, ip::Time now) {
    const auto expired = [&](Timer timer) { return tcb.timers.expired(timer, now); };
    if (expired(Timer::time_wait)) return end_connection(tcb, Ending::closed);
    if (expired(Timer::user)) return end_connection(tcb, Ending::timed_out);
    if (expired(Timer::delayed_ack)) tcb.acks.now = true;
    (void)expired(Timer::pacing);  // output asks the pacer
    if (expired(Timer::reordering)) reordering_timeout(tcb, now);
    if (expired(Timer::tail_loss)) tail_loss_timeout(tcb, now);
    if (expired(Timer::retransmission)) retransmission_timeout(tcb, now);
    if (expired(Timer::persist)) persist_timeout(tcb);
    if (expired(Timer::keep_alive)) keep_alive_timeout(tcb, now);
}

void arm_timers(Tcb& tcb, ip::Time now) {
    if (tcb.state == State::closed || tcb.state == State::listen || tcb.state == State::time_wait) return;
    const bool waits = waits_for_window(tcb);
    arm_recovery_timers(tcb, now, waits);
    arm_user_timer(tcb, now, waits);
    if (waits) {
        start_if_stopped(tcb, Timer::persist, now + persist_interval(tcb));
    } else {
        tcb.timers.stop(Timer::persist);
    }
    if (tcb.config->keep_alive && is_synchronized(tcb.state))
        start_if_stopped(tcb, Timer::keep_alive, now + tcb.config->keep_alive_idle);
}

void arm_tail_probe(Tcb& tcb, ip::Time now) {
    constexpr ip::Duration kWorstDelayedAck = std::chrono::milliseconds(200);
    tcb.timers.stop(Timer::tail_loss);
    if (tcb.sent.empty() || !tcb.recovery.may_probe()) return;
    ip::Duration pto = 2 * tcb.rto.srtt();
    if (tcb.sent.size() == 1) pto += kWorstDelayedAck;
    // Section 7.2: in place of an RTO that would come before it.
    tcb.timers.start(Timer::tail_loss, now + std::min(pto, tcb.rto.rto()));
}

}  // namespace glass::tcp
