#include "tools/end_states.h"

#include <algorithm>

namespace glass::tools {

using tcp::ACK, tcp::FIN, tcp::RST, tcp::SYN;

std::string_view name(EndState state) {
    static constexpr std::string_view kNames[] = {
        "?",          "CLOSED",     "LISTEN",     "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED",
        "FIN-WAIT-1", "FIN-WAIT-2", "CLOSE-WAIT", "CLOSING",  "LAST-ACK",     "TIME-WAIT"};
    return kNames[static_cast<std::size_t>(state)];
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
    } else if (me.state == EndState::unknown) {
        me.state = EndState::established;  // nothing to tell, unless its handshake should have been seen
        if (syn_seen_) move(segment.side, EndState::established);
    }
    if (segment.has(ACK)) note_received(segment);
    // Its ACK was not captured: data tell that it came.
    const bool peer_is_silent = ends_[1 - segment.side].state == EndState::unknown;
    if (peer_is_silent && !segment.has(SYN) && me.state == EndState::syn_received)
        move(segment.side, EndState::established);
    const bool crossed = me.after_fin.has_value();
    if (segment.has(FIN)) send_fin(segment);
    if (segment.has(ACK)) take_acknowledgment(segment);
    if (segment.has(ACK) && ends_[1 - segment.side].fin_acknowledged == false) {
        const auto& end = ends_[1 - segment.side].after_fin;
        if (end && *end <= segment.ack) take_ack_of_fin(1 - segment.side, crossed, segment.has(FIN));
    }
    return moves_;
}

void EndStates::move(unsigned side, EndState to) {
    ends_[side].state = to;
    Path& path = moves_[side];
    if (path.count < path.states.size()) path.states[path.count++] = to;
}

void EndStates::send_syn(const TraceSegment& segment) {
    End& me = ends_[segment.side];
    const bool idle = me.state == EndState::unknown || me.state == EndState::closed ||
                      me.state == EndState::listen || me.state == EndState::time_wait;
    syn_seen_ = true;
    if (segment.has(ACK)) {
        if (!idle && me.state != EndState::syn_sent) return;  // sent again
        me.passive = idle;
        move(segment.side, EndState::syn_received);
    } else {
        if (!idle) return;
        me = {};
        move(segment.side, EndState::syn_sent);
    }
    me.iss = segment.seq;
}

/// Section 3.10.7: acceptable in SYN-SENT where it acknowledges the SYN, else where it lies in the window.
void EndStates::send_reset(const TraceSegment& segment) {
    End &me = ends_[segment.side], &peer = ends_[1 - segment.side];
    if (me.state != EndState::closed) move(segment.side, EndState::closed);
    if (peer.state == EndState::closed || peer.state == EndState::unknown) return;
    if (peer.state == EndState::syn_sent) {
        if (!segment.has(ACK) || !peer.iss || segment.ack <= *peer.iss) return;
    } else if (peer.rcv_nxt && !tcp::in_window(segment.seq, *peer.rcv_nxt, std::max(peer.rcv_wnd, 1u))) {
        return;
    }
    const bool back = peer.state == EndState::syn_received && peer.passive;
    move(1 - segment.side, back ? EndState::listen : EndState::closed);
}

void EndStates::send_fin(const TraceSegment& segment) {
    End& me = ends_[segment.side];
    me.after_fin = segment.seq + segment.sequence_length();
    if (me.state == EndState::established || me.state == EndState::syn_received)
        move(segment.side, EndState::fin_wait_1);
    else if (me.state == EndState::close_wait)
        move(segment.side, EndState::last_ack);
}

/// What the sender acknowledges has arrived there.
void EndStates::note_received(const TraceSegment& segment) {
    End &me = ends_[segment.side], &peer = ends_[1 - segment.side];
    if (!me.rcv_nxt || *me.rcv_nxt <= segment.ack) {
        me.rcv_nxt = segment.ack;
        me.rcv_wnd = segment.window.value_or(segment.window_on_wire);
    }
    if (me.state == EndState::syn_sent && !segment.has(SYN)) {
        if (!peer.iss || *peer.iss < segment.ack) move(segment.side, EndState::established);
    }
    if (!peer.after_fin || segment.ack < *peer.after_fin) return;
    switch (me.state) {
        case EndState::syn_received:
        case EndState::established: return move(segment.side, EndState::close_wait);
        case EndState::fin_wait_1:
            return move(segment.side, me.fin_acknowledged ? EndState::time_wait : EndState::closing);
        case EndState::fin_wait_2: return move(segment.side, EndState::time_wait);
        default: return;
    }
}

/// The other end gets this ACK: its SYN is acknowledged.
void EndStates::take_acknowledgment(const TraceSegment& segment) {
    End& peer = ends_[1 - segment.side];
    if (peer.state == EndState::syn_received && peer.iss && *peer.iss < segment.ack)
        move(1 - segment.side, EndState::established);
}

/// `side` gets the ACK of its FIN. A FIN of the other end that was sent before has come, too, so this end
/// went by way of CLOSING; one in the same segment leads to TIME-WAIT, which it will show by acknowledging
/// it.
void EndStates::take_ack_of_fin(unsigned side, bool fin_crossed, bool fin_comes_along) {
    End& end = ends_[side];
    end.fin_acknowledged = true;
    switch (end.state) {
        case EndState::fin_wait_1:
            if (fin_crossed) {
                move(side, EndState::closing);
                move(side, EndState::time_wait);
            } else if (!fin_comes_along) {
                move(side, EndState::fin_wait_2);
            }
            return;
        case EndState::closing: return move(side, EndState::time_wait);
        case EndState::last_ack: return move(side, EndState::closed);
        default: return;
    }
}

}  // namespace glass::tools
