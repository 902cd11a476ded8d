#include "tools/end_states.h"

#include <algorithm>

namespace glass::tools {

using tcp::ACK, tcp::FIN, tcp::RST, tcp::SYN;

std::string_view name(EndState state) {
    return state ? to_string(*state) : "?";
}

EndStates::Moves EndStates::observe(const TraceSegment& segment) {
    moves_ = {};
    End& me = ends_[segment.side];
    if (segment.has(RST)) {
        send_reset(segment);
        return moves_;
    }
    if (segment.has(SYN)) {
        send_syn(segment);
    } else if (me.state == std::nullopt) {
        me.state = tcp::State::established;  // nothing to tell, unless its handshake should have been seen
        if (syn_seen_) move(segment.side, tcp::State::established);
    }
    if (segment.has(ACK)) note_received(segment);
    // Its ACK was not captured: data tell that it came.
    const bool peer_is_silent = ends_[1 - segment.side].state == std::nullopt;
    if (peer_is_silent && !segment.has(SYN) && me.state == tcp::State::syn_received)
        move(segment.side, tcp::State::established);
    const bool crossed = me.after_fin.has_value();
    if (segment.has(FIN)) send_fin(segment);
    if (segment.has(ACK)) take_acknowledgment(segment);
    if (segment.has(ACK) && ends_[1 - segment.side].fin_acknowledged == false) {
        const auto& end = ends_[1 - segment.side].after_fin;
        if (end && *end <= segment.ack) take_ack_of_fin(1 - segment.side, crossed, segment.has(FIN));
    }
    return moves_;
}

void EndStates::move(unsigned side, tcp::State to) {
    ends_[side].state = to;
    Path& path = moves_[side];
    if (path.count < path.states.size()) path.states[path.count++] = to;
}

void EndStates::send_syn(const TraceSegment& segment) {
    End& me = ends_[segment.side];
    const bool idle = me.state == std::nullopt || me.state == tcp::State::closed ||
                      me.state == tcp::State::listen || me.state == tcp::State::time_wait;
    syn_seen_ = true;
    if (segment.has(ACK)) {
        if (!idle && me.state != tcp::State::syn_sent) return;  // sent again
        me.passive = idle;
        move(segment.side, tcp::State::syn_received);
    } else {
        if (!idle) return;
        me = {};
        move(segment.side, tcp::State::syn_sent);
    }
    me.iss = segment.seq;
}

/// Section 3.10.7: acceptable in SYN-SENT where it acknowledges the SYN, else where it lies in the window.
void EndStates::send_reset(const TraceSegment& segment) {
    End &me = ends_[segment.side], &peer = ends_[1 - segment.side];
    if (me.state != tcp::State::closed) move(segment.side, tcp::State::closed);
    if (peer.state == tcp::State::closed || peer.state == std::nullopt) return;
    if (peer.state == tcp::State::syn_sent) {
        if (!segment.has(ACK) || !peer.iss || segment.ack <= *peer.iss) return;
    } else if (peer.rcv_nxt && !tcp::in_window(segment.seq, *peer.rcv_nxt, std::max(peer.rcv_wnd, 1u))) {
        return;
    }
    const bool back = peer.state == tcp::State::syn_received && peer.passive;
    move(1 - segment.side, back ? tcp::State::listen : tcp::State::closed);
}

void EndStates::send_fin(const TraceSegment& segment) {
    End& me = ends_[segment.side];
    me.after_fin = segment.seq + segment.sequence_length();
    if (me.state == tcp::State::established || me.state == tcp::State::syn_received)
        move(segment.side, tcp::State::fin_wait_1);
    else if (me.state == tcp::State::close_wait)
        move(segment.side, tcp::State::last_ack);
}

/// What the sender acknowledges has arrived there.
void EndStates::note_received(const TraceSegment& segment) {
    End &me = ends_[segment.side], &peer = ends_[1 - segment.side];
    if (!me.rcv_nxt || *me.rcv_nxt <= segment.ack) {
        me.rcv_nxt = segment.ack;
        me.rcv_wnd = segment.window.value_or(segment.window_on_wire);
    }
    if (me.state == tcp::State::syn_sent && !segment.has(SYN)) {
        if (!peer.iss || *peer.iss < segment.ack) move(segment.side, tcp::State::established);
    }
    if (!peer.after_fin || segment.ack < *peer.after_fin) return;
    switch (me.state.value_or(tcp::State::closed)) {
        case tcp::State::syn_received:
        case tcp::State::established: return move(segment.side, tcp::State::close_wait);
        case tcp::State::fin_wait_1:
            return move(segment.side, me.fin_acknowledged ? tcp::State::time_wait : tcp::State::closing);
        case tcp::State::fin_wait_2: return move(segment.side, tcp::State::time_wait);
        default: return;
    }
}

/// The other end gets this ACK: its SYN is acknowledged.
void EndStates::take_acknowledgment(const TraceSegment& segment) {
    End& peer = ends_[1 - segment.side];
    if (peer.state == tcp::State::syn_received && peer.iss && *peer.iss < segment.ack)
        move(1 - segment.side, tcp::State::established);
}

/// `side` gets the ACK of its FIN. A FIN of the other end that was sent before has come, too, so this end
/// went by way of CLOSING; one in the same segment leads to TIME-WAIT, which it will show by acknowledging
/// it.
void EndStates::take_ack_of_fin(unsigned side, bool fin_crossed, bool fin_comes_along) {
    End& end = ends_[side];
    end.fin_acknowledged = true;
    switch (end.state.value_or(tcp::State::closed)) {
        case tcp::State::fin_wait_1:
            if (fin_crossed) {
                move(side, tcp::State::closing);
                move(side, tcp::State::time_wait);
            } else if (!fin_comes_along) {
                move(side, tcp::State::fin_wait_2);
            }
            return;
        case tcp::State::closing: return move(side, tcp::State::time_wait);
        case tcp::State::last_ack: return move(side, tcp::State::closed);
        default: return;
    }
}

}  // namespace glass::tools
