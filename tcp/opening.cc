#include "tcp/opening.h"

#include "tcp/ack_arrives.h"
#include "tcp/isn.h"
#include "tcp/negotiation.h"
#include "tcp/receive_window.h"
#include "tcp/reset.h"
#include "tcp/text_arrives.h"

namespace glass::tcp {

void choose_iss(Tcb& tcb, ip::Time now) {
    tcb.snd.iss = initial_sequence_number(tcb.secret, tcb.local, tcb.remote, now);
    tcb.snd.una = tcb.snd.iss;
    tcb.snd.nxt = tcb.snd.iss;
    tcb.out.starts_at(tcb.snd.iss + 1);
}

void resume_from_cookie(Tcb& tcb, const Segment& ack, const CookieFacts& facts, ip::Time now) {
    const Segment syn{.seq = ack.seq - 1,
                      .flags = static_cast<std::uint16_t>(SYN | (facts.ecn ? ECE | CWR : 0))};
    SegmentOptions options;
    options.sack_permitted = facts.sack;
    if (facts.mss) options.mss = MaximumSegmentSize{.octets = *facts.mss};
    if (facts.window_scale) options.window_scale = WindowScale{.shift = *facts.window_scale};
    if (facts.timestamps) options.timestamps = read_segment_options(ack.options).timestamps;
    accept_syn(tcb, syn, options, now);
    tcb.snd.iss = tcb.snd.una = ack.ack - 1;
    tcb.snd.nxt = ack.ack;
    tcb.out.starts_at(ack.ack);
    (void)offer_window(tcb, true);
    tcb.last_heard = now;
    tcb.state.set_state(State::syn_received);
}

void arrives_in_listen(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (segment.has(RST)) return;
    if (segment.has(ACK)) {
        tcb.reset = reset_for_bad_ack(segment);
        return;
    }
    if (!segment.has(SYN) || segment.has(FIN)) return;
    // Text with it is not acknowledged: it comes again.
    accept_syn(tcb, segment, arrival.options, arrival.now);
    choose_iss(tcb, arrival.now);
    tcb.last_heard = arrival.now;
    tcb.state.set_state(State::syn_received);
}

namespace {

/// First, check the ACK bit. Returns whether to go on.
bool check_ack_in_syn_sent(Tcb& tcb, const Segment& segment) {
    if (!segment.has(ACK)) return true;
    if (tcb.snd.iss < segment.ack && segment.ack <= tcb.snd.nxt) return true;
    if (!segment.has(RST)) tcb.reset = reset_for_bad_ack(segment);
    return false;
}

/// Our SYN is acknowledged, and the peer's has come: what follows it in the segment is processed as ever.
void open_established(Tcb& tcb, const Arrival& arrival) {
    tcb.state.set_state(State::established);
    tcb.events |= kOpened;
    start_transmission(tcb);
    tcb.snd.wl1 = arrival.segment.seq;
    tcb.snd.wl2 = arrival.segment.ack;
    take_ack(tcb, arrival);
    acknowledge_now(tcb);
    if (tcb.close_called) tcb.state.set_state(State::fin_wait_1);
    Arrival rest = arrival;
    rest.segment.seq += 1;
    rest.segment.flags &= static_cast<std::uint16_t>(~(SYN | ECE | CWR));
    check_urgent(tcb, rest);
    if (take_text(tcb, rest)) check_fin(tcb, rest);
}

}  // namespace

void arrives_in_syn_sent(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (!check_ack_in_syn_sent(tcb, segment)) return;
    if (segment.has(RST)) {
        if (segment.has(ACK)) end_connection(tcb, Ending::refused);
        return;
    }
    if (!segment.has(SYN)) return;
    tcb.last_heard = arrival.now;
    accept_syn(tcb, segment, arrival.options, arrival.now);
    if (segment.has(ACK)) return open_established(tcb, arrival);
    tcb.state.set_state(State::syn_received);  // both open at the same time (MUST-10)
    tcb.snd.wnd = segment.window;
    tcb.syn_due = true;
}

}  // namespace glass::tcp
