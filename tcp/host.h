// Host: many connections behind one or more addresses, without clock or operating system: packets go in,
// packets are pulled out. RFC 9293 section 3.10 for many connections, RFC 1122 for what is around them.
#pragma once

#include <expected>

#include "tcp/host_core.h"
#include "tcp/host_error.h"

namespace glass::tcp {

/// A connection has something to tell, or a listener has something to accept.
struct HostEvent {
    ConnectionId connection{};  ///< or
    ListenerId listener{};
    std::uint16_t events = 0;  ///< of a connection: bits of Event
};

/// Time never goes backwards. After every call that does something, poll() until it gives nothing, and again
/// when deadline() comes.
///
/// A handle is the application's until it calls release(); then the connection is closed, and lives on
/// without it as long as TCP needs. A stale handle is safe: calls with it find no connection.
///
/// Memory: what config.limits says, and for each connection about 1.4 KiB. Buffers take next to none while
/// they are empty, at most a connection's send_capacity and three times its receive_capacity, and all of them
/// together no more than tcp/host_memory.h says.
class Host {
public:
    /// `secret`: random, and kept to itself. ISNs, ports, cookies and hash tables rest on it.
    Host(const HostConfig& config, const ip::SipKey& secret) : core_(config, secret) {}

    /// Passive OPEN for any number of peers. An unspecified address stands for all of that version. As many
    /// as `backlog` connections wait for accept(), at least one.
    std::expected<ListenerId, HostError> listen(const Endpoint& local, std::size_t backlog,
                                                const Config& config);
    /// No more connections. Those that nobody accepted are aborted.
    void stop_listening(ListenerId id);
    /// ABORTs all connections, also those that nobody holds: for the end of the host.
    void abort_all();
    /// After many connections have gone: gives back memory that only they needed. Handles stay good.
    void trim();
    /// The next connection that is open, oldest first.
    [[nodiscard]] std::optional<ConnectionId> accept(ListenerId id);

    /// Active OPEN. `local`: with an unspecified address, or port 0, the host chooses that.
    std::expected<ConnectionId, HostError> connect(const Endpoint& remote, const Config& config, ip::Time now,
                                                   const std::optional<Endpoint>& local = std::nullopt);

    // As in tcp/connection.h.
    std::expected<std::size_t, CallError> send(ConnectionId id, ip::Bytes octets, bool urgent = false);
    std::expected<std::size_t, CallError> read(ConnectionId id, std::span<std::uint8_t> out);
    Connection::Done set_dscp(ConnectionId id, std::uint8_t dscp);
    Connection::Done close(ConnectionId id);
    Connection::Done abort(ConnectionId id);
    /// Gives the handle back: CLOSE in both directions, unless it was ABORTed before.
    void release(ConnectionId id);
    [[nodiscard]] std::optional<Status> status(ConnectionId id) const;
    /// To look at, and nothing else; null where it is gone. Good until the next call.
    [[nodiscard]] const Connection* find(ConnectionId id) const;

    /// The state of the connection, also where TIME-WAIT is all that is left of it. CLOSED: it is gone.
    [[nodiscard]] State state(ConnectionId id) const;

    /// Whether the handle is the application's: it is not once it was released.
    [[nodiscard]] bool holds(ConnectionId id) const;

    /// Echo Request, RFC 792 and RFC 4443 section 4.1, in fragments where it is long. Returns the address
    /// that it is sent from.
    std::expected<ip::Address, HostError> send_echo(const ip::Address& to, const EchoRequest& echo,
                                                    ip::Time now);
    /// Who gets the answer; borrowed, null: nobody.
    void set_icmp_user(IcmpUser* user) { core_.icmp_user = user; }

    /// What happened, each connection once with all its events. They keep: no need to ask at once.
    [[nodiscard]] std::optional<HostEvent> next_event();

    /// A packet from the device. Octets are borrowed for the call.
    void receive(const ip::DevicePacket& packet, ip::Time now);
    void receive(ip::Bytes packet, ip::Time now) { receive({.octets = packet}, now); }
    /// The next packet to send, if any. Borrowed until the next call of anything.
    [[nodiscard]] std::optional<ip::Bytes> poll(ip::Time now);
    /// The same for a device, written into `memory`: where it `offloads`, checksums are left to it, and new
    /// data comes in super-segments; their text stays where it is, borrowed until the next call of anything.
    [[nodiscard]] std::optional<ip::DevicePacket> poll(bool offloads, ip::Buffer& memory, ip::Time now);
    /// When to poll again though nothing arrives; nothing: never. At once where a call left something to
    /// send.
    [[nodiscard]] std::optional<ip::Time> deadline() const;

    [[nodiscard]] const HostCounters& counters() const { return core_.counters; }
    [[nodiscard]] const HostConfig& config() const { return core_.config; }
    [[nodiscard]] std::size_t connections() const { return core_.connections.size(); }
    /// Of them, those in TIME-WAIT that nobody holds.
    [[nodiscard]] std::size_t time_waits() const { return core_.time_wait_count; }
    /// Octets that all buffers take.
    [[nodiscard]] std::size_t buffered() const { return core_.buffered; }
    /// Of the packet that poll() gave last; nothing where no connection sent it.
    [[nodiscard]] ConnectionId last_sender() const { return core_.last_sender; }
    /// The same of the packet that was received last.
    [[nodiscard]] ConnectionId last_receiver() const { return core_.last_receiver; }

private:
    void advance(ip::Time now) { core_.now = std::max(core_.now, now); }
    template <class Call>
    auto with(ConnectionId id, Call call) -> decltype(call(std::declval<Connection&>()));

    HostCore core_;
};

}  // namespace glass::tcp
