// Live options: which TCP a live command uses, and over what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ip/interface.h"
#include "tcp/config.h"
#include "tcp/endpoint.h"
#include "tools/link_words.h"

namespace glass::tools {

/// The RTO has a floor of 250 ms, and not of a second as RFC 6298 section 2.4 recommends against needless
/// timeouts: the common systems delay ACKs by 200 ms at the most, and a timeout that was needless is taken
/// back. On a short path that loses much, waiting a second each time is nearly all that a transfer does.
[[nodiscard]] tcp::Config live_tcp();

/// Where our own stack is, and how the kernel reaches it.
struct LiveOptions {
    std::string device;  ///< the TUN interface; empty: a new one. One that is there is used as it is
    /// Of our stack, each with its network, in which the kernel has the other_end(). Empty: see
    /// tools/live_addresses.h.
    std::vector<ip::Prefix> addresses;
    std::uint32_t mtu = 1500;
    bool offload = true;
    std::optional<LinkPlan> link;  ///< between the kernel and our stack
    std::uint64_t seed = 1;        ///< of the link's chances
    std::string record_to;         ///< all packets at our end, into this capture file; empty: none
    std::string record_peer_to;    ///< the same at the kernel's end of the link
    tcp::Config tcp = live_tcp();
};

/// "10.7.0.2/24", "fd07::2/64"; without a length, 24 or 64. One that a host can have in that network, where
/// another one is left for the kernel.
[[nodiscard]] OptionValue<ip::Prefix> parse_prefix(std::string_view text);
/// "127.0.0.1:8000", "[::1]:8000", "8000" (any address of IPv4).
[[nodiscard]] OptionValue<tcp::Endpoint> parse_endpoint(std::string_view text);

}  // namespace glass::tools
