// HostConfig: what a host is given: its addresses, and how much memory strangers may make it use.
#pragma once

#include <vector>

#include "ip/fragments.h"
#include "tcp/local_addresses.h"

namespace glass::tcp {

/// What arrives beyond them is dropped, and counted.
struct HostLimits {
    std::size_t connections = std::size_t{1} << 20;  ///< in any state
    std::size_t buffers = std::size_t{1} << 30;      ///< octets: see tcp/host_memory.h
    std::size_t syn_queue = 256;                     ///< half-open ones of a listener: about 1.5 KiB each
    std::size_t time_waits = 32 * 1024;              ///< about 300 octets each; then the oldest end early
    std::size_t destinations = 4096;                 ///< whose path MTU is remembered: about 100 octets each
    std::size_t replies = 1024;                      ///< RSTs and ICMP messages that wait for poll()
    ip::FragmentLimits fragments{};
};

struct HostConfig {
    std::vector<LocalAddress> addresses;
    std::uint16_t mtu = 1500;     ///< of the device, octets
    std::uint8_t hop_limit = 64;  ///< MUST-49: the TTL can be configured
    HostLimits limits{};
};

}  // namespace glass::tcp
