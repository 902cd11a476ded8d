#include "tcp/ecn.h"

#include <utility>

#include "tcp/arrival.h"

namespace glass::tcp {

std::uint16_t ecn_setup_flags(Tcb& tcb) {
    if (tcb.state == State::syn_received) return tcb.ecn.agreed ? ECE : 0;
    if (!tcb.config->ecn || tcb.syn_timed_out) return 0;
    tcb.ecn.offered = true;
    return ECE | CWR;
}

void settle_ecn(Tcb& tcb, const Segment& syn) {
    if (tcb.state == State::syn_sent) {
        // A SYN,ACK with both flags comes from one that returns what it does not understand.
        const bool setup = syn.has(ACK) ? syn.has(ECE) && !syn.has(CWR) : syn.has(ECE | CWR);
        tcb.ecn.agreed = setup && tcb.ecn.offered && !tcb.syn_timed_out;
    } else {
        tcb.ecn.agreed = tcb.config->ecn && syn.has(ECE | CWR);
        tcb.ecn.offered |= tcb.ecn.agreed;
    }
}

void note_congestion_experienced(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (!tcb.ecn.offered) return;
    if (segment.has(CWR)) tcb.ecn.echo = false;
    if (arrival.ecn != ip::Ecn::ce || segment.payload.empty()) return;
    if (!tcb.ecn.echo) acknowledge_now(tcb);
    tcb.ecn.echo = true;
}

void take_congestion_echo(Tcb& tcb, const Arrival& arrival, std::uint32_t flight, std::uint32_t cwnd) {
    EcnState& ecn = tcb.ecn;
    if (ecn.reduced_until && tcb.snd.una > *ecn.reduced_until) ecn.reduced_until.reset();
    if (!ecn.agreed || !arrival.segment.has(ECE) || arrival.segment.has(SYN)) return;
    const bool open = tcb.recovery.phase() == LossRecovery::Phase::open;
    if (open && tcb.congestion->cwnd() > cwnd) tcb.congestion->set_cwnd(cwnd);
    if (ecn.reduced_until) return;
    if (open) {  // else it has fallen for a loss
        tcb.congestion->congestion(flight, arrival.now);
        tcb.congestion->set_cwnd(std::min(tcb.congestion->cwnd(), tcb.congestion->ssthresh()));
    }
    ecn.reduced_until = tcb.snd.nxt;
    ecn.cwr_due = true;
}

std::uint16_t make_ecn_capable(Tcb& tcb) {
    if (!tcb.ecn.agreed) return 0;
    tcb.ecn.codepoint = ip::Ecn::ect0;
    return std::exchange(tcb.ecn.cwr_due, false) ? CWR : 0;
}

}  // namespace glass::tcp
