#include "tcp/host_segment.h"

#include "tcp/host_listen.h"
#include "tcp/host_memory.h"
#include "tcp/host_output.h"
#include "tcp/isn.h"
#include "tcp/reset.h"

namespace glass::tcp {

namespace {

/// The ACK that would open the connection, while nobody accepts: it is not taken. Its peer goes on as if it
/// had been lost.
bool would_overflow(HostCore& host, const Slot& slot, const Segment& segment) {
    if (slot.kind != Slot::Kind::half_open || !segment.has(ACK) || segment.flags & (SYN | RST)) return false;
    const Listener* listener = host.listeners.find(slot.listener);
    return listener && listener->queue_is_full();
}

/// Its ACK counts; text and FIN come again.
Segment without_text(Segment segment) {
    segment.payload = {};
    segment.flags &= static_cast<std::uint16_t>(~(FIN | PSH));
    return segment;
}

void arrives_at_connection(HostCore& host, std::uint32_t number, const TcpDatagram& d,
                           const Segment& segment) {
    const Slot& slot = host.connections[number];
    if (!slot.connection) {
        const auto answer = slot.time_wait->receive(segment, host.now);
        if (answer) send_segment(host, {slot.local(), slot.remote()}, *answer);
        return;
    }
    if (would_overflow(host, slot, segment)) return drop(host, HostDrop::accept_queue_full);
    host.last_receiver = host.connections.id(number);
    if (!segment.payload.empty() && is_over_share(host, slot)) {
        drop(host, HostDrop::memory);
        slot.connection->receive(without_text(segment), host.now, d.ecn);
    } else {
        slot.connection->receive(segment, host.now, d.ecn);
    }
    note_progress(host, number);
    touch(host, number);
}

/// Our part of MAY-2: the new connection's ISS is above all that was sent in the old one, or else timestamps
/// tell the peer what is old (RFC 6191). A SYN cookie is whatever it has to be, and remembers no TIME-WAIT:
/// only timestamps say that the SYN is no old duplicate.
bool tells_apart(const HostCore& host, const Listener& listener, const Slot& old, const Segment& segment) {
    const bool agreed =
        old.connection ? old.connection->tcb().agreed.timestamps : old.time_wait->timestamps();
    if (agreed && find_option<Timestamps>(segment.options)) return true;
    if (listener.half_open >= host.config.limits.syn_queue) return false;
    const Seq sent = old.connection ? old.connection->tcb().snd.nxt : old.time_wait->snd_nxt();
    return initial_sequence_number(host.secret, old.local(), old.remote(), host.now) > sent;
}

/// Whether the peer may begin a new connection where one is in TIME-WAIT, and somebody would take it.
bool may_reopen(HostCore& host, const Slot& slot, const Segment& segment) {
    if (!segment.has(SYN)) return false;
    const bool may = slot.connection ? slot.connection->may_be_replaced_by(segment)
                                     : slot.time_wait->may_be_replaced_by(segment);
    const auto id = may ? host.listeners.find(slot.local()) : std::nullopt;
    if (!id) return false;
    const Listener& listener = *host.listeners.find(*id);
    return !why_not_now(host, listener) && tells_apart(host, listener, slot, segment);
}

/// TIME-WAIT makes room for a new connection. Returns what has to come back if nobody opens that one.
std::unique_ptr<TimeWait> make_room(HostCore& host, std::uint32_t number) {
    Slot& slot = host.connections[number];
    if (!slot.connection) {
        auto old = std::make_unique<TimeWait>(*slot.time_wait);
        forget(host, number);
        return old;
    }
    auto old = std::make_unique<TimeWait>(*slot.connection);
    slot.connection->make_way();
    host.connections.unlist(number);
    note_progress(host, number);
    touch(host, number);
    return old;
}

}  // namespace

void arrives_nowhere(HostCore& host, const FourTuple& tuple, const Segment& segment) {
    drop(host, HostDrop::no_connection);
    if (const auto reset = reset_for(segment)) send_reset(host, tuple, *reset);
}

void segment_arrives_at_host(HostCore& host, TcpDatagram& d) {
    FourTuple& tuple = d.tuple;
    const auto segment = parse_segment(d.payload);
    if (!segment) return drop(host, HostDrop::bad_tcp_header);
    if (d.checksum == ip::ChecksumState::complete &&
        !segment_checksum_ok(d.payload, tuple.remote.address, tuple.local.address))
        return drop(host, HostDrop::bad_tcp_checksum);
    ++host.counters.segments_in;
    tuple.local.port = segment->dst_port;
    tuple.remote.port = segment->src_port;
    const auto number = host.connections.find(tuple);
    if (number && !may_reopen(host, host.connections[*number], *segment))
        return arrives_at_connection(host, *number, d, *segment);
    auto old = number ? make_room(host, *number) : nullptr;
    if (const auto listener = host.listeners.find(tuple.local))
        return segment_arrives_at_listener(host, *listener, tuple, *segment, std::move(old));
    arrives_nowhere(host, tuple, *segment);
}

}  // namespace glass::tcp
