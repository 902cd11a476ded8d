#include "tcp/connection.h"

#include <utility>

#include "tcp/icmp_arrives.h"
#include "tcp/opening.h"
#include "tcp/output.h"
#include "tcp/receive_window.h"
#include "tcp/segment_arrives.h"
#include "tcp/time_wait.h"
#include "tcp/timeouts.h"

namespace glass::tcp {

namespace {

bool is_connectable(const ip::Address& address) {
    if (!address.is_v4()) return !address.v6.is_unspecified() && !address.v6.is_multicast();
    const ip::Ipv4Address v4 = address.v4();
    return !v4.is_unspecified() && !v4.is_multicast() && !v4.is_limited_broadcast();
}

/// ABORT in these states tells the peer (section 3.10.5).
bool abort_resets(State state) {
    switch (state) {
        case State::syn_received:
        case State::established:
        case State::fin_wait_1:
        case State::fin_wait_2:
        case State::close_wait: return true;
        default: return false;
    }
}

}  // namespace

std::string_view to_string(CallError error) {
    switch (error) {
        case CallError::does_not_exist: return "connection does not exist";
        case CallError::already_exists: return "connection already exists";
        case CallError::closing: return "connection closing";
        case CallError::illegal_remote: return "remote address cannot be connected to";
    }
    return "";
}

std::string_view to_string(Ending ending) {
    switch (ending) {
        case Ending::none: return "none";
        case Ending::closed: return "closed";
        case Ending::refused: return "connection refused";
        case Ending::unreachable: return "destination unreachable";
        case Ending::reset: return "connection reset";
        case Ending::aborted: return "connection aborted";
        case Ending::timed_out: return "connection aborted due to user timeout";
    }
    return "";
}

Connection Connection::from_cookie(const SharedConfig& config, const ip::SipKey& secret,
                                   const Endpoint& local, const Endpoint& remote, const Segment& ack,
                                   const CookieFacts& facts, ip::Time now) {
    Connection connection(config, secret, local, remote);
    (void)connection.open_passive();
    resume_from_cookie(connection.tcb_, ack, facts, now);
    connection.receive(ack, now);
    return connection;
}

Connection::Done Connection::open_active(ip::Time now) {
    advance(now);
    if (tcb_.state != State::closed && tcb_.state != State::listen)
        return std::unexpected(CallError::already_exists);
    if (tcb_.ending != Ending::none) return std::unexpected(CallError::closing);
    if (!is_connectable(tcb_.remote.address)) return std::unexpected(CallError::illegal_remote);
    tcb_.passive = false;
    choose_iss(tcb_, now_);
    tcb_.state.set_state(State::syn_sent);
    return {};
}

Connection::Done Connection::open_passive() {
    if (tcb_.state != State::closed) return std::unexpected(CallError::already_exists);
    if (tcb_.ending != Ending::none) return std::unexpected(CallError::closing);
    tcb_.passive = true;
    tcb_.state.set_state(State::listen);
    return {};
}

std::expected<std::size_t, CallError> Connection::send(ip::Bytes octets, bool urgent) {
    switch (tcb_.state) {
        case State::closed:
        case State::listen: return std::unexpected(CallError::does_not_exist);
        case State::syn_sent:
        case State::syn_received:
        case State::established:
        case State::close_wait:
            if (!tcb_.close_called) break;
            [[fallthrough]];
        default: return std::unexpected(CallError::closing);
    }
    const std::size_t taken = tcb_.out.push(octets);
    if (urgent && taken > 0) {
        tcb_.snd.up = tcb_.out.end();
        tcb_.snd.urgent = true;
        // The peer hears of it even with its window closed (MUST-66).
        if (is_synchronized(tcb_.state)) tcb_.acks.now = true;
    }
    return taken;
}

std::expected<std::size_t, CallError> Connection::read(std::span<std::uint8_t> out) {
    if (tcb_.in.size() == 0 && tcb_.state == State::closed && tcb_.ending != Ending::closed)
        return std::unexpected(CallError::does_not_exist);
    const std::size_t n = tcb_.in.read(out);
    if (tcb_.rcv.urgent &&
        tcb_.rcv.up <= tcb_.rcv.irs + 1 + static_cast<std::uint32_t>(tcb_.in.read_so_far()))
        tcb_.rcv.urgent = false;
    if (n > 0 && is_synchronized(tcb_.state) && !tcb_.in.ended() && window_update_due(tcb_))
        tcb_.acks.now = true;
    return n;
}

void Connection::release() {
    if (tcb_.released) return;
    tcb_.released = true;
    const bool unread = tcb_.in.size() > 0;
    tcb_.in.clear();
    if (unread && abort_resets(tcb_.state)) {
        (void)abort();
    } else {
        (void)close();  // done already where CLOSE was called before
    }
}

Connection::Done Connection::abort() {
    if (tcb_.state == State::closed) return std::unexpected(CallError::does_not_exist);
    if (abort_resets(tcb_.state))
        tcb_.reset = ResetReply{.seq = tcb_.snd.nxt, .ack = tcb_.rcv.nxt, .flags = RST | ACK};
    end_connection(tcb_, Ending::aborted);
    tcb_.in.clear();
    return {};
}

Status Connection::status() const {
    Status status{.state = tcb_.state,
                  .ending = tcb_.ending,
                  .unread = tcb_.in.size(),
                  .send_room = tcb_.out.room(),
                  .peer_finished = tcb_.in.ended(),
                  .snd_wnd = tcb_.snd.wnd,
                  .rcv_wnd = tcb_.rcv.wnd,
                  .path_mtu = tcb_.path.mtu,
                  .ecn = tcb_.ecn.agreed,
                  .soft_error = tcb_.soft_error,
                  .rto = tcb_.rto.rto(),
                  .srtt = tcb_.rto.srtt(),
                  .phase = tcb_.recovery.phase()};
    const Seq text_sent = tcb_.out.first() < tcb_.snd.nxt ? tcb_.snd.nxt : tcb_.out.first();
    status.unsent = text_sent < tcb_.out.end() ? tcb_.out.end() - text_sent : 0;
    status.unacknowledged = tcb_.snd.nxt - tcb_.snd.una;
    if (tcb_.rcv.urgent)
        status.urgent = tcb_.rcv.up - (tcb_.rcv.irs + 1 + static_cast<std::uint32_t>(tcb_.in.read_so_far()));
    if (tcb_.congestion) {
        status.cwnd = tcb_.congestion->cwnd();
        status.ssthresh = tcb_.congestion->ssthresh();
        status.mss = tcb_.congestion->mss();
    }
    return status;
}

void Connection::receive(const Segment& segment, ip::Time now, ip::Ecn ecn) {
    segment_arrives(tcb_, segment, advance(now), ecn);
}

void Connection::icmp_arrives(const IcmpReport& report, ip::Time now) {
    tcp::icmp_arrives(tcb_, report, advance(now));
}

std::optional<Segment> Connection::poll(ip::Time now, std::uint32_t most) {
    run_timeouts(tcb_, advance(now));
    return next_segment(tcb_, most, now_);
}

std::optional<ip::Time> Connection::deadline() const {
    return tcb_.timers.next();
}

std::uint16_t Connection::take_events() {
    return std::exchange(tcb_.events, 0);
}

bool Connection::may_be_replaced_by(const Segment& segment) const {
    if (tcb_.state != State::time_wait) return false;
    return may_replace(segment, tcb_.rcv.nxt,
                       tcb_.agreed.timestamps ? std::optional(tcb_.clock.recent) : std::nullopt);
}

}  // namespace glass::tcp
