// Interface: what the kernel is told of a network interface of this network namespace: addresses, routes,
// MTU. By rtnetlink(7), so that no program has to be installed for it.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "ip/address.h"

namespace glass::ip {

/// "10.7.0.1/24": an address and the network that is on its link, or a network alone.
struct Prefix {
    Address address;
    std::uint8_t length = 0;  ///< bits
};
[[nodiscard]] std::string to_string(const Prefix& prefix);
/// The address without the bits of hosts.
[[nodiscard]] Address network_of(const Prefix& prefix);

struct InterfaceSettings {
    std::optional<std::uint32_t> mtu{};           ///< octets
    std::optional<std::uint32_t> queue_length{};  ///< packets that wait; what comes when it is full is lost
    std::vector<Prefix> addresses{};  ///< the kernel's own, and with each its network is reached here
    std::vector<Prefix> routes{};     ///< networks that are reached here besides
};

/// Does all that and brings the interface up. Takes CAP_NET_ADMIN in the network namespace. The error is one
/// line that says what could not be done to what, and why; what was done before stays.
[[nodiscard]] std::expected<void, std::string> configure_interface(const std::string& name,
                                                                   const InterfaceSettings& settings);

struct InterfaceState {
    std::uint32_t mtu = 0;  ///< octets
    bool up = false;
};
/// Takes no privilege.
[[nodiscard]] std::expected<InterfaceState, std::string> interface_state(const std::string& name);

}  // namespace glass::ip
