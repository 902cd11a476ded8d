#include "tcp/host_core.h"

#include <array>
#include <utility>

namespace glass::tcp {

namespace {

constexpr std::uint64_t kTablePurpose = 1;
constexpr std::uint64_t kPortPurpose = 2;
constexpr std::uint64_t kErrorPurpose = 3;
constexpr std::uint64_t kIdentificationPurpose = 4;

void tell(HostCore& host, std::uint32_t number) {
    Slot& slot = host.connections[number];
    if (slot.in_events || slot.events == 0 || slot.kind != Slot::Kind::open) return;
    slot.in_events = true;
    host.events.push_back(host.connections.id(number));
}

void leave_listener(HostCore& host, Slot& slot) {
    Listener* listener = host.listeners.find(slot.listener);
    if (!listener) return;
    if (slot.kind == Slot::Kind::half_open) --listener->half_open;
    if (slot.kind != Slot::Kind::waiting) return;
    --listener->waiting;
    // Handles of those that are gone stay in the queue, but never as many as would count.
    if (listener->queue.size() > 2 * listener->waiting + 16)
        std::erase_if(listener->queue, [&](ConnectionId id) {
            const Slot* other = host.connections.find(id);
            return !other || other == &slot;
        });
}

/// ESTABLISHED: from the SYN queue to the accept queue.
void enqueue(HostCore& host, std::uint32_t number) {
    Slot& slot = host.connections[number];
    Listener* listener = host.listeners.find(slot.listener);
    if (!listener) return;
    --listener->half_open;
    ++listener->waiting;
    listener->queue.push_back(host.connections.id(number));
    slot.kind = Slot::Kind::waiting;
    ++host.counters.passive_opens;
    if (std::exchange(listener->in_events, true)) return;
    host.listener_events.push_back(slot.listener);
}

}  // namespace

ip::SipKey derived_key(const ip::SipKey& secret, std::uint64_t purpose) {
    const auto word = [&](std::uint8_t half) {
        const std::array<std::uint8_t, 3> message{'k', static_cast<std::uint8_t>(purpose), half};
        return ip::siphash(secret, message);
    };
    return {.low = word(0), .high = word(1)};
}

HostCore::HostCore(const HostConfig& c, const ip::SipKey& key)
    : config(c),
      secret(key),
      addresses(c.addresses),
      connections(c.limits.connections, derived_key(key, kTablePurpose)),
      ports(derived_key(key, kPortPurpose)),
      fragments(c.limits.fragments),
      error_limit(derived_key(key, kErrorPurpose)),
      identification_key(derived_key(key, kIdentificationPurpose)) {}

void drop(HostCore& host, HostDrop why) {
    ++host.counters.dropped[static_cast<std::size_t>(why)];
}

void touch(HostCore& host, std::uint32_t number) {
    Slot& slot = host.connections[number];
    if (std::exchange(slot.in_output, true)) return;
    host.output.push_back(number);
}

void note_progress(HostCore& host, std::uint32_t number) {
    Slot& slot = host.connections[number];
    slot.events |= slot.connection->take_events();
    if (slot.kind == Slot::Kind::half_open && is_synchronized(slot.connection->state()))
        enqueue(host, number);
    tell(host, number);
}

void reap(HostCore& host, std::uint32_t number) {
    Slot& slot = host.connections[number];
    const State state = slot.connection->state();
    const bool over = state == State::closed || (state == State::listen && slot.kind != Slot::Kind::open);
    if (!over || slot.kind == Slot::Kind::open) return;
    leave_listener(host, slot);
    host.timers.remove(number);
    host.connections.erase(number);
}

void reply(HostCore& host, ip::Buffer packet) {
    if (host.replies.size() >= host.config.limits.replies) return drop(host, HostDrop::reply_queue_full);
    host.replies.push_back(std::move(packet));
}

}  // namespace glass::tcp
