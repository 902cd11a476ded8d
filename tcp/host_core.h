// HostCore: all that a host has, for the functions that work on it; tcp/host.h is its face.
#pragma once

#include <deque>

#include "ip/datagram.h"
#include "ip/device.h"
#include "ip/fragments.h"
#include "tcp/connection_table.h"
#include "tcp/ephemeral_ports.h"
#include "tcp/error_limit.h"
#include "tcp/host_config.h"
#include "tcp/host_counters.h"
#include "tcp/icmp_user.h"
#include "tcp/listener.h"
#include "tcp/local_addresses.h"
#include "tcp/path_mtu_cache.h"
#include "tcp/syn_cookie.h"
#include "tcp/timer_queue.h"

namespace glass::tcp {

struct HostCore {
    HostCore(const HostConfig& c, const ip::SipKey& key);

    HostConfig config;
    ip::SipKey secret;
    LocalAddresses addresses;
    ConnectionTable connections;
    ListenerTable listeners;
    ConfigPool configs;
    EphemeralPorts ports;
    SynCookies cookies;
    PathMtuCache path_mtus;
    TimerQueue timers;                       ///< of connections, by their numbers
    std::deque<std::uint32_t> output;        ///< connections that may have something to send
    std::deque<ConnectionId> events;         ///< connections that have something to tell
    std::deque<ListenerId> listener_events;  ///< listeners that have something to accept
    std::deque<ConnectionId> time_waits;     ///< oldest first, and some that are gone
    std::size_t time_wait_count = 0;
    std::deque<ip::Buffer> replies;  ///< packets that no connection sends
    ip::FragmentReassembler fragments;
    std::uint64_t fragments_seen = 0;
    std::size_t buffered = 0;  ///< octets that all connections' buffers take
    ErrorLimit error_limit;
    ip::SipKey identification_key;
    std::uint32_t identifications = 0;  ///< of packets that may be fragmented
    IcmpUser* icmp_user = nullptr;
    HostCounters counters;
    ip::Buffer packet;  ///< that went out last
    ConnectionId last_sender{};
    ConnectionId last_receiver{};
    ip::Time now{};
    unsigned burst = 0;  ///< packets in a row of the first in `output`
};

/// Keys for other purposes than ISNs, from the one secret.
[[nodiscard]] ip::SipKey derived_key(const ip::SipKey& secret, std::uint64_t purpose);

void drop(HostCore& host, HostDrop why);

/// The connection may have something to send, or a new deadline: it is polled before the host says that there
/// is nothing to send.
void touch(HostCore& host, std::uint32_t number);
/// After anything was done to it: tells what happened, and puts it where its state belongs.
void note_progress(HostCore& host, std::uint32_t number);
/// Nothing is left of it but its handle: frees its endpoints, and all of it if nobody has that. In TIME-WAIT
/// it shrinks; to TIME-WAIT it returns where it had taken the place of that, and nobody opened it.
void reap(HostCore& host, std::uint32_t number);
/// They leave the queue of those that may have to end early.
void forget_ended_time_waits(HostCore& host);
/// Frees it, whatever it is.
void forget(HostCore& host, std::uint32_t number);

/// A packet that no connection sends; dropped where too many wait.
void reply(HostCore& host, ip::Buffer packet);

}  // namespace glass::tcp
