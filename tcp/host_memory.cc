#include "tcp/host_memory.h"

#include <utility>

namespace glass::tcp {

bool is_over_share(const HostCore& host, const Slot& slot) {
    const std::size_t limit = host.config.limits.buffers;
    return host.buffered > limit && slot.buffered > limit / host.connections.size();
}

void note_quiet(HostCore& host, Slot& slot) {
    constexpr ip::Duration kLongEnough = std::chrono::seconds(1);
    const Tcb& tcb = slot.connection->tcb();
    const bool empty = tcb.out.size() == 0 && tcb.in.size() == 0 && tcb.sent.empty();
    if (!empty || slot.buffered == 0) {
        slot.quiet_at = ip::Time::max();
    } else if (slot.quiet_at == ip::Time::max()) {
        slot.quiet_at = host.now + kLongEnough;
    } else if (slot.quiet_at <= host.now) {
        slot.connection->trim();
        host.buffered -= std::exchange(slot.buffered, slot.connection->buffered());
        host.buffered += slot.buffered;
        slot.quiet_at = ip::Time::max();
    }
}

bool account(HostCore& host, Slot& slot) {
    const std::size_t now = slot.connection->buffered();
    host.buffered += now - std::exchange(slot.buffered, now);
    const bool over = is_over_share(host, slot);
    if (over && slot.kind == Slot::Kind::orphan && slot.connection->state() != State::closed) {
        ++host.counters.orphans_aborted;
        (void)slot.connection->abort();
        return true;
    }
    if (!over && std::exchange(slot.refused, false)) slot.events |= kWritable;
    return false;
}

void forget_buffers(HostCore& host, Slot& slot) {
    host.buffered -= std::exchange(slot.buffered, 0);
}

}  // namespace glass::tcp
