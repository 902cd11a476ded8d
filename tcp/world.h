// World: hosts, simulated links between them, applications, and one virtual clock. The same seed gives the
// same world again.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ip/recorder.h"
#include "ip/sim_link.h"
#include "tcp/application.h"

namespace glass::tcp {

using HostNumber = std::size_t;
using LinkNumber = std::size_t;

/// A connection after a packet of its went in or out: what plots are made of.
struct TracePoint {
    ip::Time at{};
    HostNumber host = 0;
    ConnectionId connection{};
    bool sent = false;  ///< a packet went out; else one came in
    Status status{};
    std::uint32_t flight = 0;         ///< octets thought to be in the network (RFC 6675's pipe)
    std::uint32_t retransmitted = 0;  ///< segments sent again so far
    std::uint32_t timeouts = 0;       ///< of the retransmission timer so far
    std::uint64_t queued_octets = 0;  ///< in the queue of the link that the host sends on
};
/// Borrowed for the call.
using TraceObserver = std::function<void(const TracePoint&, const Connection&)>;

class World {
public:
    /// Hosts' secrets and links' fates all come from `seed`. The clock starts there, not at 0: an ISN of a
    /// clock at 0 would be special.
    explicit World(std::uint64_t seed);
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    HostNumber add_host(const HostConfig& config);
    /// One more host, with this IPv4 address (0x0a000001 is 10.0.0.1).
    HostNumber add_host(std::uint32_t ipv4);

    /// A link that joins two groups of hosts: several share it. Between two hosts there is at most one link;
    /// what has no way is lost. A packet too large for the link is answered with ICMP, unless the link is
    /// silent about it.
    LinkNumber add_link(const std::vector<HostNumber>& a, const std::vector<HostNumber>& b,
                        const ip::SimLinkOptions& to_b, const ip::SimLinkOptions& to_a,
                        ip::SimObserver* watches_to_b = nullptr, ip::SimObserver* watches_to_a = nullptr);
    LinkNumber add_link(HostNumber a, HostNumber b, const ip::SimLinkOptions& both) {
        return add_link({a}, {b}, both, both);
    }
    /// Everything on the link, from now on, into a pcapng file: with the state a connection was in and why it
    /// sent as comments, and what became of the packet. close_records() tells whether it could be written.
    void record(LinkNumber link, ip::CaptureWriter writer, ip::Recorder::Vantage vantage);
    [[nodiscard]] std::string close_records();
    void trace(TraceObserver observer) { trace_ = std::move(observer); }

    /// An application of its own for each connection.
    bool listen(HostNumber host, const Endpoint& local, const Config& config, ApplicationFactory factory,
                std::size_t backlog = 128);
    /// Opens a connection when the time comes. One that cannot be opened at all is not.
    void connect(ip::Time when, HostNumber host, const Endpoint& remote, const Config& config,
                 std::unique_ptr<Application> application);
    /// Anything else, at its time.
    void at(ip::Time when, std::function<void()> does);
    /// Lets the host's output and applications catch up with what was done to it from outside.
    void wake(HostNumber host) { hosts_[host]->dirty = true; }

    /// Runs until nothing is left to happen, or until then. False for that.
    bool run(ip::Time until);
    bool run_for(ip::Duration time) { return run(now_ + time); }

    [[nodiscard]] ip::Time now() const { return now_; }
    [[nodiscard]] Host& host(HostNumber n) { return hosts_[n]->host; }
    [[nodiscard]] ip::SimLinkPair& link(LinkNumber n);
    /// Something happens over and over without time passing: run() gave up.
    [[nodiscard]] bool stuck() const { return stuck_; }
    [[nodiscard]] std::uint64_t lost_without_way() const { return no_way_; }

private:
    struct Listening {
        ListenerId id;
        ApplicationFactory factory;
    };
    struct HostEntry {
        HostEntry(const HostConfig& config, const ip::SipKey& secret) : host(config, secret) {}
        Host host;
        std::vector<Listening> listening;
        std::map<ConnectionId, std::unique_ptr<Application>> applications;
        bool dirty = false;  ///< may have packets or events
    };
    struct LinkEntry;
    struct Way {
        LinkNumber link;
        bool to_b;
    };

    void settle();
    bool settle(HostNumber number);
    void transmit(HostNumber number);
    void send(HostNumber from, ip::Bytes packet);
    void note_reason(HostNumber from, ip::Bytes packet, const Way& way);
    bool serve_applications(HostNumber number);
    void run_application(HostNumber number, ConnectionId id, std::uint16_t events);
    void deliver();
    void deliver(LinkEntry& link, bool to_b);
    void trace_point(HostNumber number, ConnectionId id, bool sent);
    [[nodiscard]] std::optional<ip::Time> next_time() const;
    [[nodiscard]] std::optional<Way> way(HostNumber from, const ip::Address& to) const;

    std::uint64_t seed_;
    ip::Time now_;
    std::vector<std::unique_ptr<HostEntry>> hosts_;
    std::vector<std::unique_ptr<LinkEntry>> links_;
    std::map<ip::Address, HostNumber> owners_;
    std::map<std::pair<HostNumber, HostNumber>, Way> ways_;
    std::multimap<ip::Time, std::function<void()>> agenda_;
    TraceObserver trace_;
    std::uint64_t no_way_ = 0;
    bool stuck_ = false;
};

}  // namespace glass::tcp
