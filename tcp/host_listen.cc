#include "tcp/host_listen.h"

#include <array>

#include "tcp/host_output.h"
#include "tcp/host_segment.h"

namespace glass::tcp {

namespace {

void open_half(HostCore& host, ListenerId id, Listener& listener, const FourTuple& tuple, const Segment& syn,
               std::unique_ptr<TimeWait> old) {
    auto connection = std::make_unique<Connection>(fitted(host, listener.config, tuple.remote.address),
                                                   host.secret, tuple.local, tuple.remote);
    (void)connection->open_passive();
    connection->receive(syn, host.now);
    if (connection->state() != State::syn_received) return;
    const std::uint32_t number = host.connections.add(std::move(connection), Slot::Kind::half_open);
    host.connections[number].listener = id;
    host.connections[number].time_wait = std::move(old);
    ++listener.half_open;
    touch(host, number);
}

/// Changes TSval where it stands; options of ours are well-formed.
void set_timestamp(std::span<std::uint8_t> options, std::uint32_t tsval) {
    OptionReader reader(options);
    while (const auto option = reader.next())
        if (option->as<Timestamps>())
            for (int i = 0; i < 4; ++i)
                options[option->at + 2u + static_cast<unsigned>(i)] =
                    static_cast<std::uint8_t>(tsval >> (24 - 8 * i));
}

/// The SYN,ACK that a connection would send, from one that is forgotten at once: its ISS is the cookie.
void send_cookie(HostCore& host, Listener& listener, const FourTuple& tuple, const Segment& syn) {
    SharedConfig config = fitted(host, listener.config, tuple.remote.address);
    const auto offered = find_option<Timestamps>(syn.options);
    if (!config->timestamps || !offered) {
        Config& plain = config.own();
        plain.sack = plain.window_scale = plain.ecn = false;
    }
    Connection connection(config, host.secret, tuple.local, tuple.remote);
    (void)connection.open_passive();
    connection.receive(syn, host.now);
    auto answer = connection.poll(host.now);
    if (!answer || !answer->has(SYN | ACK)) return drop(host, HostDrop::syn_queue_full);
    std::array<std::uint8_t, Segment::kMaxOptions> options{};
    std::ranges::copy(answer->options, options.begin());
    if (const auto ours = find_option<Timestamps>(answer->options))
        set_timestamp(std::span(options).first(answer->options.size()),
                      SynCookies::timestamp_for(syn, ours->tsval));
    answer->options = ip::Bytes(options).first(answer->options.size());
    answer->seq = host.cookies.iss_for(tuple, syn, host.now);
    listener.cookie_at = host.now;
    ++host.counters.cookies_sent;
    send_segment(host, tuple, *answer);
}

/// A SYN arrives: check for an RST and for an ACK have been done.
void syn_arrives(HostCore& host, ListenerId id, const FourTuple& tuple, const Segment& segment,
                 std::unique_ptr<TimeWait> old) {
    Listener& listener = *host.listeners.find(id);
    if (const auto why = why_not_now(host, listener)) return drop(host, *why);
    if (listener.half_open < host.config.limits.syn_queue)
        return open_half(host, id, listener, tuple, segment, std::move(old));
    send_cookie(host, listener, tuple, segment);
}

/// An ACK where there is no connection: perhaps there would be one, had we kept it.
void ack_arrives(HostCore& host, ListenerId id, const FourTuple& tuple, const Segment& segment) {
    Listener& listener = *host.listeners.find(id);
    if (!listener.cookie_at || host.now - *listener.cookie_at > 2 * SynCookies::kPeriod || segment.has(SYN))
        return arrives_nowhere(host, tuple, segment);
    const auto facts = host.cookies.check(tuple, segment, host.now);
    if (!facts) {
        drop(host, HostDrop::bad_cookie);
        return arrives_nowhere(host, tuple, segment);
    }
    ++host.counters.cookies_good;
    if (listener.queue_is_full()) return drop(host, HostDrop::accept_queue_full);
    if (host.connections.full()) return drop(host, HostDrop::too_many_connections);
    auto connection = std::make_unique<Connection>(
        Connection::from_cookie(fitted(host, listener.config, tuple.remote.address), host.secret, tuple.local,
                                tuple.remote, segment, *facts, host.now));
    if (!is_synchronized(connection->state())) return drop(host, HostDrop::bad_cookie);
    const std::uint32_t number = host.connections.add(std::move(connection), Slot::Kind::half_open);
    host.connections[number].listener = id;
    ++listener.half_open;
    host.last_receiver = host.connections.id(number);
    note_progress(host, number);
    touch(host, number);
}

}  // namespace

std::optional<HostDrop> why_not_now(const HostCore& host, const Listener& listener) {
    if (listener.queue_is_full()) return HostDrop::accept_queue_full;
    if (host.connections.full()) return HostDrop::too_many_connections;
    if (host.buffered > host.config.limits.buffers) return HostDrop::memory;
    return std::nullopt;
}

void segment_arrives_at_listener(HostCore& host, ListenerId id, const FourTuple& tuple,
                                 const Segment& segment, std::unique_ptr<TimeWait> old) {
    if (segment.has(RST)) return drop(host, HostDrop::no_connection);
    if (segment.has(ACK)) return ack_arrives(host, id, tuple, segment);
    if (segment.has(SYN) && !segment.has(FIN)) return syn_arrives(host, id, tuple, segment, std::move(old));
    drop(host, HostDrop::no_connection);
}

SharedConfig fitted(HostCore& host, const SharedConfig& config, const ip::Address& remote) {
    Config fit = *config;
    fit.mtu = std::min(fit.mtu, host.config.mtu);
    fit.known_path_mtu = host.path_mtus.find(remote, host.now);
    return fit == *config ? config : host.configs.share(fit);
}

}  // namespace glass::tcp
