#include "tcp/opening.h"

#include "tcp/isn.h"
#include "tcp/negotiation.h"
#include "tcp/receive_window.h"

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

}  // namespace glass::tcp
