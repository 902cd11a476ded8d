// Listener: a passive OPEN that many peers may meet (RFC 9293 section 3.10.1), with the connections that
// are being opened and those that wait for the application.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "ip/time.h"
#include "tcp/endpoint.h"
#include "tcp/handle.h"
#include "tcp/shared_config.h"

namespace glass::tcp {

struct Listener {
    Endpoint local;  ///< an unspecified address: any of the host's of that version
    SharedConfig config;
    std::size_t backlog = 0;              ///< connections that may wait for accept()
    std::size_t half_open = 0;            ///< in SYN-RECEIVED: the SYN queue's length
    std::size_t waiting = 0;              ///< ESTABLISHED, not accepted
    std::deque<ConnectionId> queue{};     ///< those, in order, and some that are gone meanwhile
    std::optional<ip::Time> cookie_at{};  ///< the last one was sent then
    bool in_events = false;

    [[nodiscard]] bool queue_is_full() const { return waiting >= backlog; }
};

class ListenerTable {
public:
    /// Nothing where there is a listener at that very endpoint.
    std::optional<ListenerId> add(Listener listener);
    void erase(ListenerId id);

    [[nodiscard]] Listener* find(ListenerId id);
    /// Whose SYNs for `local` are: that address's own before an unspecified one.
    [[nodiscard]] std::optional<ListenerId> find(const Endpoint& local) const;
    [[nodiscard]] bool has_port(std::uint16_t port) const;

private:
    struct Entry {
        std::uint32_t generation = 0;
        std::unique_ptr<Listener> listener;
    };

    std::vector<Entry> entries_;
    std::multimap<std::uint16_t, std::uint32_t> by_port_;
};

}  // namespace glass::tcp
