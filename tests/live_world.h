// Live world: a server that is watched and a client, a simulated link between them, and a virtual clock.
#pragma once

#include <functional>

#include "ip/sim_link.h"
#include "tcp/applications.h"
#include "tools/live_watch.h"

namespace glass::test {

using namespace std::chrono_literals;

class LiveWorld {
public:
    static constexpr std::uint32_t kClient = 0x0a070001, kServer = 0x0a070002;

    explicit LiveWorld(const ip::SimLinkOptions& both, bool watched = true)
        : client({.addresses = {{.address = ip::Ipv4Address{kClient}, .prefix_length = 24}}}, {1, 2}),
          server({.addresses = {{.address = ip::Ipv4Address{kServer}, .prefix_length = 24}}}, {3, 4}),
          link(both, both, 7, &watch.tap().to_host(), &watch.tap().from_host()) {
        watch.set_watched(watched);
        listener = *server.listen(here(), 16, {});
    }

    static tcp::Endpoint here() { return {ip::Address(ip::Ipv4Address{kServer}), 80}; }

    /// A connection of the client's; the same of the server's, once it is open.
    tcp::ConnectionId connect() { return *client.connect(here(), {}, now); }
    tcp::ConnectionId accept() {
        const auto id = server.accept(listener);
        return id ? *id : tcp::ConnectionId{};
    }

    /// Everything that happens until then; `turn` is called at each moment at which something does.
    void run_for(
        ip::Duration time, const std::function<void()>& turn = [] {}) {
        const ip::Time end = now + time;
        for (;;) {
            do turn();
            while (settle());
            const auto next = ip::earlier(link.deadline(), ip::earlier(client.deadline(), server.deadline()));
            if (!next || *next > end) break;
            now = std::max(now, *next);
        }
        now = end;
        watch.update(server, now);
    }

    tools::LiveWatch watch;
    tcp::Host client, server;
    ip::SimLinkPair link;
    tcp::ListenerId listener{};
    ip::Time now{std::chrono::hours(1)};
    tcp::PacketObserver* at_client = nullptr;  ///< sees the client's packets

private:
    /// Returns whether anything happened.
    bool settle() {
        bool any = false;
        for (bool more = true; more;) {
            more = false;
            while (const auto packet = server.poll(now)) {
                watch.tap().on_packet(true, *packet, server, now);
                link.to_a.send(ip::Buffer(packet->begin(), packet->end()), now);
                more = true;
            }
            while (const auto packet = client.poll(now)) {
                if (at_client != nullptr) at_client->on_packet(true, *packet, client, now);
                link.to_b.send(ip::Buffer(packet->begin(), packet->end()), now);
                more = true;
            }
            while (const auto packet = link.to_b.receive(now)) {
                server.receive(packet->octets, now);
                watch.tap().on_packet(false, packet->octets, server, now);
                more = true;
            }
            while (const auto packet = link.to_a.receive(now)) {
                client.receive(packet->octets, now);
                if (at_client != nullptr) at_client->on_packet(false, packet->octets, client, now);
                more = true;
            }
            any |= more;
        }
        return any;
    }
};

}  // namespace glass::test
