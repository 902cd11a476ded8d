// Address cipher: addresses for addresses, under a key. Prefix-preserving for IP, after Xu, Fan, Ammar and
// Moon, "Prefix-Preserving IP Address Anonymization" (2002), with SipHash as the keyed function.
#pragma once

#include <cstdint>
#include <string_view>

#include "ip/address.h"
#include "ip/bounded_map.h"
#include "ip/siphash.h"
#include "tools/checksum_watch.h"

namespace glass::tools {

/// Replaces addresses one to one: the same key gives the same replacements, in every run and on every
/// machine.
///
/// Two IP addresses of one version that share a prefix of exactly k bits still do so afterwards. Addresses
/// that mean something by themselves stay what they are: 0.0.0.0, 255.255.255.255, 127/8, 224.0.0/24, ::, ::1
/// and the groups ff0x::/104 stay the same; 169.254/16, 224/4, fe80::/64, ff02::1:ff00:0/104 and ff00::/8
/// with its flags and scope stay prefixes. For that, the bits that another address shares with one of these,
/// and the next one, have to stay, too: 10.0.0.1 becomes an address in 8/5, 2001:db8::1 one in 2000::/3.
///
/// Ethernet's addresses keep their group and their local bit. Broadcast, all zeros, IEEE 802.1's reserved
/// groups, and those of the IP groups that stay, stay.
class AddressCipher {
public:
    /// Whoever can guess `passphrase` can undo it all: it should be long and random.
    explicit AddressCipher(std::string_view passphrase);

    [[nodiscard]] ip::Ipv4Address encrypt(ip::Ipv4Address address);
    [[nodiscard]] ip::Ipv6Address encrypt(const ip::Ipv6Address& address);
    [[nodiscard]] ip::Address encrypt(const ip::Address& address);
    [[nodiscard]] ip::MacAddress encrypt(const ip::MacAddress& address);

private:
    struct MacKey {
        std::uint64_t address = 0;
        bool operator==(const MacKey&) const = default;
        std::uint64_t hash(std::uint64_t seed) const { return ip::mix(seed, address); }
    };
    std::uint64_t permute(std::uint64_t address) const;

    ip::SipKey key_;
    // What was computed already: a bit of an address costs a hash.
    ip::BoundedMap<AddressKey, ip::Address> known_;
    ip::BoundedMap<MacKey, std::uint64_t> known_macs_;
};

}  // namespace glass::tools
