#include "tcp/host_segment.h"

#include "tcp/host_output.h"
#include "tcp/reset.h"

namespace glass::tcp {

namespace {

/// Segments of one connection, seen from here.
FourTuple tuple_of(const ip::Datagram& d, const Segment& segment) {
    return {.local = {d.dst, segment.dst_port}, .remote = {d.src, segment.src_port}};
}

/// CLOSED, section 3.10.7.1.
void arrives_nowhere(HostCore& host, const FourTuple& tuple, const Segment& segment) {
    drop(host, HostDrop::no_connection);
    if (const auto reset = reset_for(segment)) send_reset(host, tuple, *reset);
}

/// The ACK that would open the connection, while nobody accepts: it is not taken. Its peer goes on as if it
/// had been lost.
bool would_overflow(HostCore& host, const Slot& slot, const Segment& segment) {
    if (slot.kind != Slot::Kind::half_open || !segment.has(ACK) || segment.flags & (SYN | RST)) return false;
    const Listener* listener = host.listeners.find(slot.listener);
    return listener && listener->queue_is_full();
}

void arrives_at_connection(HostCore& host, std::uint32_t number, const ip::Datagram& /*d*/,
                           const Segment& segment) {
    const Slot& slot = host.connections[number];
    if (would_overflow(host, slot, segment)) return drop(host, HostDrop::accept_queue_full);
    host.last_receiver = host.connections.id(number);
    slot.connection->receive(segment, host.now);
    note_progress(host, number);
    touch(host, number);
}

void open_half(HostCore& host, ListenerId id, Listener& listener, const FourTuple& tuple,
               const Segment& syn) {
    Config config = listener.config;
    config.mtu = std::min(config.mtu, host.config.mtu);
    auto connection = std::make_unique<Connection>(config, host.secret, tuple.local, tuple.remote);
    (void)connection->open_passive();
    connection->receive(syn, host.now);
    if (connection->state() != State::syn_received) return;
    const std::uint32_t number = host.connections.add(std::move(connection), Slot::Kind::half_open);
    host.connections[number].listener = id;
    ++listener.half_open;
    touch(host, number);
}

/// LISTEN, section 3.10.7.2.
void arrives_at_listener(HostCore& host, ListenerId id, const FourTuple& tuple, const Segment& segment) {
    Listener& listener = *host.listeners.find(id);
    if (segment.has(RST)) return drop(host, HostDrop::no_connection);
    if (segment.has(ACK)) return arrives_nowhere(host, tuple, segment);
    if (!segment.has(SYN) || segment.has(FIN)) return drop(host, HostDrop::no_connection);
    if (listener.queue_is_full()) return drop(host, HostDrop::accept_queue_full);
    if (host.connections.full()) return drop(host, HostDrop::too_many_connections);
    if (listener.half_open >= host.config.limits.syn_queue) return drop(host, HostDrop::syn_queue_full);
    open_half(host, id, listener, tuple, segment);
}

/// TIME-WAIT makes room for a new connection where the peer may begin one.
bool makes_room(HostCore& host, std::uint32_t number, const Segment& segment) {
    Slot& slot = host.connections[number];
    if (!slot.connection->may_be_replaced_by(segment)) return false;
    if (slot.kind == Slot::Kind::open) return false;  // somebody still reads from it
    host.timers.remove(number);
    host.connections.erase(number);
    return true;
}

}  // namespace

void segment_arrives_at_host(HostCore& host, const ip::Datagram& d) {
    const auto segment = parse_segment(d.payload);
    if (!segment) return drop(host, HostDrop::bad_tcp_header);
    if (!segment_checksum_ok(d.payload, d.src, d.dst)) return drop(host, HostDrop::bad_tcp_checksum);
    ++host.counters.segments_in;
    const FourTuple tuple = tuple_of(d, *segment);
    const auto number = host.connections.find(tuple);
    if (number && !makes_room(host, *number, *segment))
        return arrives_at_connection(host, *number, d, *segment);
    if (const auto listener = host.listeners.find(tuple.local))
        return arrives_at_listener(host, *listener, tuple, *segment);
    arrives_nowhere(host, tuple, *segment);
}

}  // namespace glass::tcp
