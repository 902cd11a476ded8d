#include "tcp/local_addresses.h"

#include <algorithm>
#include <bit>

namespace glass::tcp {

namespace {

/// The highest address of its network; nothing where a network has no broadcast (RFC 3021).
bool is_directed_broadcast(const LocalAddress& local, ip::Ipv4Address address) {
    constexpr std::uint8_t kPointToPoint = 31;
    if (!local.address.is_v4() || local.prefix_length == 0 || local.prefix_length >= kPointToPoint)
        return false;
    const std::uint32_t hosts = 0xffffffffu >> local.prefix_length;
    return address.value == (local.address.v4().value | hosts);
}

int common_prefix(const ip::Address& a, const ip::Address& b) {
    const std::uint64_t high = a.high_word() ^ b.high_word();
    return high != 0 ? std::countl_zero(high) : 64 + std::countl_zero(a.low_word() ^ b.low_word());
}

}  // namespace

bool LocalAddresses::has(const ip::Address& address) const {
    return std::ranges::any_of(addresses_, [&](const LocalAddress& l) { return l.address == address; });
}

bool LocalAddresses::is_group(const ip::Address& address) const {
    if (!address.is_v4()) return address.v6.is_multicast();
    const ip::Ipv4Address v4 = address.v4();
    if (v4.is_multicast() || v4.is_limited_broadcast()) return true;
    return std::ranges::any_of(addresses_,
                               [&](const LocalAddress& l) { return is_directed_broadcast(l, v4); });
}

bool LocalAddresses::is_impossible_source(const ip::Address& address) const {
    if (is_group(address) || has(address)) return true;
    if (!address.is_v4())
        return address.v6.is_unspecified() || address.v6.is_loopback() || address.v6.is_v4_mapped();
    const ip::Ipv4Address v4 = address.v4();
    return v4.value >> 24 == 0 || v4.is_loopback() || v4.value >> 28 == 0xf;  // classes 0/8, 127/8, E
}

const ip::Address* LocalAddresses::source_for(const ip::Address& remote) const {
    const ip::Address* best = nullptr;
    for (const LocalAddress& l : addresses_) {
        if (l.address.version != remote.version) continue;
        if (!best || common_prefix(l.address, remote) > common_prefix(*best, remote)) best = &l.address;
    }
    return best;
}

}  // namespace glass::tcp
