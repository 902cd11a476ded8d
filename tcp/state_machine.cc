#include "tcp/state_machine.h"

#include "tcp/ack_arrives.h"
#include "tcp/connection.h"
#include "tcp/negotiation.h"
#include "tcp/opening.h"
#include "tcp/reset.h"
#include "tcp/text_arrives.h"

namespace glass::tcp {

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
    Arrival rest = arrival;
    rest.segment.seq += 1;
    rest.segment.flags &= static_cast<std::uint16_t>(~(SYN | ECE | CWR));
    check_urgent(tcb, rest);
    if (take_text(tcb, rest)) check_fin(tcb, rest);
}

}  // namespace

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

bool check_reset(Tcb& tcb, const Arrival& arrival) {
    if (!arrival.segment.has(RST)) return true;
    if (arrival.segment.seq != tcb.rcv.nxt) {
        challenge(tcb, arrival.now);
        return false;
    }
    switch (tcb.state) {
        case State::syn_received:
            if (tcb.passive) {
                listen_again(tcb);
            } else {
                end_connection(tcb, Ending::refused);
            }
            break;
        case State::closing:
        case State::last_ack: end_connection(tcb, Ending::closed); break;
        case State::time_wait: break;  // RFC 1337: else old segments would get at the next connection
        default: end_connection(tcb, Ending::reset);
    }
    return false;
}

bool check_syn(Tcb& tcb, const Arrival& arrival) {
    if (!arrival.segment.has(SYN)) return true;
    if (tcb.state == State::syn_received && tcb.passive) {
        listen_again(tcb);
    } else {
        challenge(tcb, arrival.now);
    }
    return false;
}

bool ack_of_syn_arrives(Tcb& tcb, const Arrival& arrival) {
    const Seq ack = arrival.segment.ack;
    if (!(tcb.snd.una < ack && ack <= tcb.snd.nxt)) {
        tcb.reset = reset_for_bad_ack(arrival.segment);
        return false;
    }
    tcb.state.set_state(State::established);
    tcb.events |= kOpened;
    start_transmission(tcb);
    tcb.snd.wnd = arrival.window;
    tcb.snd.max_wnd = std::max(tcb.snd.max_wnd, tcb.snd.wnd);
    tcb.snd.wl1 = arrival.segment.seq;
    tcb.snd.wl2 = ack;
    if (tcb.close_called) tcb.state.set_state(State::fin_wait_1);
    return true;
}

bool ack_of_fin_arrives(Tcb& tcb, const Arrival& arrival) {
    if (!fin_acknowledged(tcb)) return true;
    switch (tcb.state) {
        case State::fin_wait_1: tcb.state.set_state(State::fin_wait_2); return true;
        case State::closing: enter_time_wait(tcb, arrival.now); return false;
        case State::last_ack: end_connection(tcb, Ending::closed); return false;
        default: return true;
    }
}

void fin_arrives(Tcb& tcb, ip::Time now) {
    tcb.events |= kFinished | kReadable;
    switch (tcb.state) {
        case State::established: tcb.state.set_state(State::close_wait); break;
        case State::fin_wait_1:
            if (fin_acknowledged(tcb)) {
                enter_time_wait(tcb, now);
            } else {
                tcb.state.set_state(State::closing);
            }
            break;
        case State::fin_wait_2: enter_time_wait(tcb, now); break;
        default: break;
    }
}

Connection::Done Connection::close() {
    switch (tcb_.state) {
        case State::closed: return std::unexpected(CallError::does_not_exist);
        case State::listen: end_connection(tcb_, Ending::closed); return {};
        case State::syn_sent: end_connection(tcb_, Ending::aborted); return {};
        case State::syn_received:  // its FIN waits until the connection is open
        case State::close_wait: break;
        case State::established: tcb_.state.set_state(State::fin_wait_1); break;
        default: return std::unexpected(CallError::closing);
    }
    if (tcb_.close_called) return std::unexpected(CallError::closing);
    tcb_.close_called = true;
    return {};
}

}  // namespace glass::tcp
