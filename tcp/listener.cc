#include "tcp/listener.h"

#include <algorithm>
#include <utility>

namespace glass::tcp {

namespace {

bool is_unspecified(const ip::Address& address) {
    return address.is_v4() ? address.v4().is_unspecified() : address.v6.is_unspecified();
}

}  // namespace

std::optional<ListenerId> ListenerTable::add(Listener listener) {
    const std::uint16_t port = listener.local.port;
    for (auto [at, end] = by_port_.equal_range(port); at != end; ++at)
        if (entries_[at->second].listener->local == listener.local) return std::nullopt;
    auto free = std::ranges::find_if(entries_, [](const Entry& e) { return !e.listener; });
    if (free == entries_.end()) free = entries_.emplace(entries_.end());
    free->listener = std::make_unique<Listener>(std::move(listener));
    const auto index = static_cast<std::uint32_t>(free - entries_.begin());
    by_port_.emplace(port, index);
    return ListenerId{index, free->generation};
}

void ListenerTable::erase(ListenerId id) {
    const Listener* listener = find(id);
    if (!listener) return;
    auto [at, end] = by_port_.equal_range(listener->local.port);
    by_port_.erase(std::find_if(at, end, [&](const auto& entry) { return entry.second == id.index; }));
    entries_[id.index] = Entry{.generation = id.generation + 1, .listener = nullptr};
}

Listener* ListenerTable::find(ListenerId id) {
    if (id.index >= entries_.size() || entries_[id.index].generation != id.generation) return nullptr;
    return entries_[id.index].listener.get();
}

std::optional<ListenerId> ListenerTable::find(const Endpoint& local) const {
    std::optional<ListenerId> any;
    for (auto [at, end] = by_port_.equal_range(local.port); at != end; ++at) {
        const Entry& entry = entries_[at->second];
        const ListenerId id{at->second, entry.generation};
        const ip::Address& address = entry.listener->local.address;
        if (address == local.address) return id;
        if (address.version == local.address.version && is_unspecified(address)) any = id;
    }
    return any;
}

bool ListenerTable::has_port(std::uint16_t port) const {
    return by_port_.contains(port);
}

}  // namespace glass::tcp
