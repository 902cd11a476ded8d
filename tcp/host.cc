#include "tcp/host.h"

#include <utility>

#include "tcp/host_icmp.h"
#include "tcp/host_input.h"
#include "tcp/host_listen.h"
#include "tcp/host_memory.h"
#include "tcp/host_output.h"

namespace glass::tcp {

namespace {

bool is_unspecified(const ip::Address& address) {
    return address.is_v4() ? address.v4().is_unspecified() : address.v6.is_unspecified();
}

}  // namespace

std::string_view to_string(HostError error) {
    switch (error) {
        case HostError::no_address: return "no such local address";
        case HostError::address_in_use: return "address in use";
        case HostError::no_free_port: return "no free port";
        case HostError::too_many_connections: return "too many connections";
        case HostError::illegal_remote: return "remote address cannot be connected to";
    }
    return "";
}

std::expected<ListenerId, HostError> Host::listen(const Endpoint& local, std::size_t backlog,
                                                  const Config& config) {
    if (!is_unspecified(local.address) && !core_.addresses.has(local.address))
        return std::unexpected(HostError::no_address);
    const auto id = core_.listeners.add({.local = local,
                                         .config = core_.configs.share(config),
                                         .backlog = std::max<std::size_t>(backlog, 1)});
    if (!id) return std::unexpected(HostError::address_in_use);
    return *id;
}

void Host::stop_listening(ListenerId id) {
    if (!core_.listeners.find(id)) return;
    for (std::uint32_t number = 0; number < core_.connections.slots(); ++number) {
        Slot& slot = core_.connections[number];
        if (!slot.connection || slot.listener != id) continue;
        if (slot.kind != Slot::Kind::half_open && slot.kind != Slot::Kind::waiting) continue;
        slot.kind = Slot::Kind::orphan;
        (void)slot.connection->abort();
        touch(core_, number);
    }
    core_.listeners.erase(id);
}

void Host::abort_all() {
    for (std::uint32_t number = 0; number < core_.connections.slots(); ++number) {
        Slot& slot = core_.connections[number];
        if (!slot.connection) continue;
        (void)slot.connection->abort();
        note_progress(core_, number);
        touch(core_, number);
    }
}

void Host::trim() {
    forget_ended_time_waits(core_);
    core_.time_waits.shrink_to_fit();
    core_.output.shrink_to_fit();
    core_.events.shrink_to_fit();
    core_.connections.trim();
    core_.timers.trim();
}

std::optional<ConnectionId> Host::accept(ListenerId id) {
    Listener* listener = core_.listeners.find(id);
    if (!listener) return std::nullopt;
    while (!listener->queue.empty()) {
        const ConnectionId next = listener->queue.front();
        listener->queue.pop_front();
        Slot* slot = core_.connections.find(next);
        if (!slot || slot->kind != Slot::Kind::waiting) continue;
        --listener->waiting;
        slot->kind = Slot::Kind::open;
        slot->listener = {};
        note_progress(core_, next.index);
        return next;
    }
    return std::nullopt;
}

std::expected<ConnectionId, HostError> Host::connect(const Endpoint& remote, const Config& config,
                                                     ip::Time now, const std::optional<Endpoint>& local) {
    advance(now);
    Endpoint from = local.value_or(Endpoint{});
    if (!local || is_unspecified(from.address)) {
        const ip::Address* address = core_.addresses.source_for(remote.address);
        if (!address) return std::unexpected(HostError::no_address);
        from.address = *address;
    }
    if (!core_.addresses.has(from.address) || from.address.version != remote.address.version)
        return std::unexpected(HostError::no_address);
    if (core_.connections.full()) return std::unexpected(HostError::too_many_connections);
    if (core_.addresses.is_impossible_source(remote.address) || remote.port == 0)
        return std::unexpected(HostError::illegal_remote);
    if (from.port == 0) {
        from.port = core_.ports.choose(from.address, remote, [&](std::uint16_t port) {
            return !core_.listeners.has_port(port) && !core_.connections.find({{from.address, port}, remote});
        });
        if (from.port == 0) return std::unexpected(HostError::no_free_port);
    } else if (core_.connections.find({from, remote})) {
        return std::unexpected(HostError::address_in_use);
    }
    auto connection = std::make_unique<Connection>(fitted(core_, core_.configs.share(config), remote.address),
                                                   core_.secret, from, remote);
    if (!connection->open_active(core_.now)) return std::unexpected(HostError::illegal_remote);
    const std::uint32_t number = core_.connections.add(std::move(connection), Slot::Kind::open);
    ++core_.counters.active_opens;
    touch(core_, number);
    return core_.connections.id(number);
}

std::expected<ip::Address, HostError> Host::send_echo(const ip::Address& to, const EchoRequest& echo,
                                                      ip::Time now) {
    advance(now);
    return tcp::send_echo(core_, to, echo);
}

/// The call, and what follows from it.
template <class Call>
auto Host::with(ConnectionId id, Call call) -> decltype(call(std::declval<Connection&>())) {
    Slot* slot = core_.connections.find(id);
    if (!slot || slot->kind != Slot::Kind::open) return std::unexpected(CallError::does_not_exist);
    auto result = call(*slot->connection);
    note_progress(core_, id.index);
    touch(core_, id.index);
    return result;
}

std::expected<std::size_t, CallError> Host::send(ConnectionId id, ip::Bytes octets, bool urgent) {
    if (Slot* slot = core_.connections.find(id); slot && is_over_share(core_, *slot)) {
        slot->refused = true;
        octets = {};
    }
    return with(id, [&](Connection& connection) { return connection.send(octets, urgent); });
}

std::expected<std::size_t, CallError> Host::read(ConnectionId id, std::span<std::uint8_t> out) {
    return with(id, [&](Connection& connection) { return connection.read(out); });
}

Connection::Done Host::set_dscp(ConnectionId id, std::uint8_t dscp) {
    return with(id, [&](Connection& connection) -> Connection::Done {
        connection.set_dscp(dscp);
        return {};
    });
}

Connection::Done Host::close(ConnectionId id) {
    return with(id, [](Connection& connection) { return connection.close(); });
}

Connection::Done Host::abort(ConnectionId id) {
    return with(id, [](Connection& connection) { return connection.abort(); });
}

void Host::release(ConnectionId id) {
    Slot* slot = core_.connections.find(id);
    if (!slot || slot->kind != Slot::Kind::open) return;
    slot->connection->release();
    slot->kind = Slot::Kind::orphan;
    touch(core_, id.index);
}

std::optional<Status> Host::status(ConnectionId id) const {
    const Connection* connection = find(id);
    if (!connection) return std::nullopt;
    return connection->status();
}

const Connection* Host::find(ConnectionId id) const {
    const Slot* slot = core_.connections.find(id);
    return slot ? slot->connection.get() : nullptr;
}

State Host::state(ConnectionId id) const {
    if (!core_.connections.is_there(id)) return State::closed;
    const Slot& slot = core_.connections[id.index];
    return slot.connection ? slot.connection->state() : State::time_wait;
}

bool Host::holds(ConnectionId id) const {
    const Slot* slot = core_.connections.find(id);
    return slot && slot->kind == Slot::Kind::open;
}

std::optional<HostEvent> Host::next_event() {
    while (!core_.listener_events.empty()) {
        const ListenerId id = core_.listener_events.front();
        core_.listener_events.pop_front();
        Listener* listener = core_.listeners.find(id);
        if (!listener) continue;
        listener->in_events = false;
        return HostEvent{.listener = id};
    }
    while (!core_.events.empty()) {
        const ConnectionId id = core_.events.front();
        core_.events.pop_front();
        Slot* slot = core_.connections.find(id);
        if (!slot) continue;
        slot->in_events = false;
        if (slot->kind != Slot::Kind::open) continue;
        return HostEvent{.connection = id, .events = std::exchange(slot->events, std::uint16_t{0})};
    }
    return std::nullopt;
}

void Host::receive(const ip::DevicePacket& packet, ip::Time now) {
    advance(now);
    packet_arrives(core_, packet);
}

std::optional<ip::Bytes> Host::poll(ip::Time now) {
    if (!poll(false, core_.packet, now)) return std::nullopt;
    return core_.packet;
}

std::optional<ip::DevicePacket> Host::poll(bool offloads, ip::Buffer& memory, ip::Time now) {
    advance(now);
    return next_packet(core_, offloads, memory);
}

std::optional<ip::Time> Host::deadline() const {
    if (!core_.output.empty() || !core_.replies.empty()) return core_.now;
    return ip::earlier(core_.timers.first(), core_.fragments.deadline());
}

}  // namespace glass::tcp
