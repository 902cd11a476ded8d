#include "tcp/host_core.h"

#include <array>
#include <utility>

#include "tcp/host_memory.h"

namespace glass::tcp {

namespace {

constexpr std::uint64_t kTablePurpose = 1;
constexpr std::uint64_t kPortPurpose = 2;
constexpr std::uint64_t kErrorPurpose = 3;
constexpr std::uint64_t kIdentificationPurpose = 4;
constexpr std::uint64_t kCookiePurpose = 5;
constexpr std::uint64_t kPathPurpose = 6;

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
    slot.time_wait.reset();
    ++host.counters.passive_opens;
    if (std::exchange(listener->in_events, true)) return;
    host.listener_events.push_back(slot.listener);
}

/// What is left is small, and there are no more of it than may be: the oldest go first.
void keep_time_wait(HostCore& host, std::uint32_t number, std::unique_ptr<TimeWait> time_wait) {
    Slot& slot = host.connections[number];
    leave_listener(host, slot);
    forget_buffers(host, slot);
    host.timers.set(number, time_wait->until());
    host.connections.shrink(number, std::move(time_wait));
    ++host.time_wait_count;
    host.time_waits.push_back(host.connections.id(number));
    if (host.time_waits.size() > 2 * host.time_wait_count + 16) forget_ended_time_waits(host);
    while (host.time_wait_count > host.config.limits.time_waits) {
        const ConnectionId oldest = host.time_waits.front();
        host.time_waits.pop_front();
        if (!host.connections.is_there(oldest)) continue;
        ++host.counters.time_waits_cut_short;
        forget(host, oldest.index);
    }
}

}  // namespace

void forget_ended_time_waits(HostCore& host) {
    std::erase_if(host.time_waits, [&](ConnectionId id) { return !host.connections.is_there(id); });
}

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
      cookies(derived_key(key, kCookiePurpose)),
      path_mtus(std::max<std::size_t>(c.limits.destinations, 1), derived_key(key, kPathPurpose).low),
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
    if (slot.kind == Slot::Kind::open) {
        if (state == State::closed) host.connections.unlist(number);
        return;
    }
    if (state == State::closed || state == State::listen) {
        // Nobody opened what took the place of TIME-WAIT: the SYN may have been an old duplicate (MAY-2).
        if (!slot.time_wait) return forget(host, number);
        keep_time_wait(host, number, std::move(slot.time_wait));
    } else if (state == State::time_wait && slot.kind == Slot::Kind::orphan) {
        keep_time_wait(host, number, std::make_unique<TimeWait>(*slot.connection));
    }
}

void forget(HostCore& host, std::uint32_t number) {
    Slot& slot = host.connections[number];
    leave_listener(host, slot);
    if (slot.kind == Slot::Kind::time_wait) --host.time_wait_count;
    forget_buffers(host, slot);
    host.timers.remove(number);
    host.connections.erase(number);
}

void reply(HostCore& host, ip::Buffer packet) {
    if (host.replies.size() >= host.config.limits.replies) return drop(host, HostDrop::reply_queue_full);
    host.replies.push_back(std::move(packet));
}

}  // namespace glass::tcp
