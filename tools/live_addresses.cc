#include "tools/live_addresses.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include "tools/socket_address.h"

namespace glass::tools {
namespace {

struct Assigned {
    std::string interface;
    ip::Prefix prefix;
};

ip::Address address_of(const sockaddr& from) {
    SocketAddress address;
    std::memcpy(&address.storage, &from,
                from.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    return endpoint_of(address).address;
}

std::uint8_t length_of(const ip::Address& mask) {
    int bits = 0;
    for (const std::uint8_t octet : mask.v6.octets) bits += std::popcount(octet);
    return static_cast<std::uint8_t>(bits);
}

/// All IP addresses that the kernel has.
std::vector<Assigned> assigned_addresses() {
    std::vector<Assigned> out;
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) != 0) return out;
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || one->ifa_netmask == nullptr) continue;
        const int family = one->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        out.push_back(
            {one->ifa_name, {address_of(*one->ifa_addr), length_of(address_of(*one->ifa_netmask))}});
    }
    freeifaddrs(first);
    return out;
}

std::vector<ip::Prefix> default_addresses(std::uint8_t n) {
    std::vector<ip::Prefix> out{{ip::Ipv4Address{0x0a070002u | std::uint32_t{n} << 8}, 24}};
    ip::Ipv6Address v6{{0xfd, 0x07}};
    v6.octets[7] = n;
    v6.octets[15] = 2;
    if (access("/proc/net/if_inet6", F_OK) == 0) out.push_back({v6, 64});
    return out;
}

}  // namespace

ip::Prefix other_end(const ip::Prefix& one) {
    ip::Prefix out{ip::network_of(one), one.length};
    out.address.v6.octets[15] |= 1;
    if (out.address == one.address) out.address.v6.octets[15] ^= 3;
    return out;
}

std::vector<ip::Prefix> free_addresses() {
    const auto used = assigned_addresses();
    const auto is_used = [&](const ip::Prefix& ours) {
        return std::ranges::any_of(
            used, [&](const Assigned& one) { return one.prefix.address == other_end(ours).address; });
    };
    for (unsigned n = 0; n < 255; ++n) {
        auto ours = default_addresses(static_cast<std::uint8_t>(n));
        if (std::ranges::none_of(ours, is_used)) return ours;
    }
    return default_addresses(255);
}

std::vector<ip::Prefix> addresses_opposite(const std::string& interface) {
    std::vector<ip::Prefix> out;
    for (const Assigned& one : assigned_addresses()) {
        const bool local = !one.prefix.address.is_v4() && one.prefix.address.v6.is_link_local();
        if (one.interface == interface && !local) out.push_back(other_end(one.prefix));
    }
    return out;
}

}  // namespace glass::tools
