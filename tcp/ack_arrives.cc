#include "tcp/ack_arrives.h"

#include <utility>

#include "tcp/state_machine.h"
#include "tcp/timeouts.h"

namespace glass::tcp {

namespace {

/// RFC 5681 section 2. No more of them than segments were outstanding when they began: whoever makes them up
/// would open the window with them.
bool is_duplicate(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    const bool is = tcb.snd.nxt != tcb.snd.una && segment.payload.empty() && !segment.has(SYN) &&
                    !segment.has(FIN) && segment.ack == tcb.snd.una && arrival.window == tcb.snd.wnd;
    if (!is) return false;
    if (tcb.duplicate_acks == 0) tcb.credible_duplicates = static_cast<std::uint32_t>(tcb.sent.size());
    return ++tcb.duplicate_acks <= tcb.credible_duplicates;
}

/// RFC 2883 section 4: the first block where it lies below the ACK, or inside the second.
std::optional<SackBlock> reported_twice(const Segment& segment, const Sack& sack) {
    const SackBlock& first = sack.blocks[0];
    if (first.right <= segment.ack) return first;
    const bool inside =
        sack.count > 1 && sack.blocks[1].left <= first.left && first.right <= sack.blocks[1].right;
    return inside ? std::optional(first) : std::nullopt;
}

/// What of the scoreboard this ACK and its SACK blocks settle.
AckReport settle_scoreboard(Tcb& tcb, const Arrival& arrival) {
    AckReport report{.now = arrival.now,
                     .una = arrival.segment.ack,
                     .nxt = tcb.snd.nxt,
                     .duplicate = is_duplicate(tcb, arrival),
                     .pipe_before = tcb.sent.pipe(),
                     .flight_before = tcb.snd.nxt - tcb.snd.una};
    tcb.recovery.arriving(arrival.now);
    tcb.sent.acknowledged(report.una, report.delivery, tcb.recovery);
    if (tcb.agreed.sack && arrival.options.sack) {
        const Sack& sack = *arrival.options.sack;
        report.reported_twice = reported_twice(arrival.segment, sack);
        for (std::size_t i = 0; i < sack.count; ++i)
            tcb.sent.selectively_acknowledged(sack.blocks[i], report.delivery, tcb.recovery);
    }
    if (tcb.agreed.timestamps && arrival.options.timestamps)
        report.echoed = arrival.options.timestamps->tsecr;
    report.rtt = round_trip(tcb, report);
    return report;
}

/// SND.UNA moves: what was R1 and R2's concern is over.
void advance_snd_una(Tcb& tcb, const Arrival& arrival) {
    tcb.snd.una = arrival.segment.ack;
    tcb.out.acknowledged(tcb.snd.una);
    if (tcb.snd.urgent && tcb.snd.up <= tcb.snd.una) tcb.snd.urgent = false;
    if (tcb.out.room() > 0) tcb.events |= kWritable;
    tcb.retransmissions = 0;
    tcb.timed_out = false;
    tcb.duplicate_acks = 0;
    tcb.timers.stop(Timer::user);
    restart_retransmission_timer(tcb, arrival.now);
}

}  // namespace

void update_send_window(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (!(tcb.snd.wl1 < segment.seq || (tcb.snd.wl1 == segment.seq && tcb.snd.wl2 <= segment.ack))) return;
    const bool was_closed = tcb.snd.wnd == 0;
    tcb.snd.wnd = arrival.window;
    tcb.snd.max_wnd = std::max(tcb.snd.max_wnd, tcb.snd.wnd);
    tcb.snd.wl1 = segment.seq;
    tcb.snd.wl2 = segment.ack;
    if (tcb.snd.wnd == 0 || !was_closed) return;
    // Probes, and what was out when the window closed, may have been dropped for want of room.
    if (std::exchange(tcb.persist_count, 0) > 0) tcb.sent.mark_all_lost(SendReason::window_opened);
    tcb.timers.stop(Timer::persist);
}

void take_ack(Tcb& tcb, const Arrival& arrival) {
    note_size_acknowledged(tcb, arrival.segment.ack, arrival.now);
    AckReport report = settle_scoreboard(tcb, arrival);
    const std::uint32_t cwnd = tcb.congestion->cwnd();
    take_measurement(tcb, report);
    report.srtt = tcb.rto.srtt();
    const bool advanced = tcb.snd.una < arrival.segment.ack;
    if (advanced) advance_snd_una(tcb, arrival);
    // MUST-37: it answers. In FIN-WAIT-2 nothing waits for its window, and nobody for its answers.
    if (tcb.snd.wnd == 0 && tcb.state != State::fin_wait_2) tcb.timers.stop(Timer::user);
    update_send_window(tcb, arrival);
    tcb.recovery.acknowledged(report, tcb.sent, *tcb.congestion);
    take_congestion_echo(tcb, arrival, tcb.recovery.flight(report), cwnd);
    if (advanced) arm_tail_probe(tcb, arrival.now);
}

bool check_ack(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (!segment.has(ACK)) return false;
    if (tcb.state == State::syn_received) {
        if (!ack_of_syn_arrives(tcb, arrival)) return false;
    } else if (segment.ack < tcb.snd.una - tcb.snd.max_wnd || segment.ack > tcb.snd.nxt) {
        // RFC 5961 section 5, MAY-12; and an ACK of what was never sent.
        challenge(tcb, arrival.now);
        return false;
    }
    if (tcb.state == State::time_wait) return true;
    if (segment.ack >= tcb.snd.una) take_ack(tcb, arrival);
    return ack_of_fin_arrives(tcb, arrival);
}

}  // namespace glass::tcp
