// ARP: which hardware address has this IPv4 address? RFC 826; probes and announcements, RFC 5227.
#pragma once

#include <cstdint>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"

namespace glass::ip {

namespace arp_operation {
inline constexpr std::uint16_t request = 1;
inline constexpr std::uint16_t reply = 2;
inline constexpr std::uint16_t reverse_request = 3;  ///< RARP, RFC 903
inline constexpr std::uint16_t reverse_reply = 4;
}  // namespace arp_operation

/// The fixed part, for hardware and protocols of any kind. Four addresses follow it.
/// +-------------------------------+-------------------------------+
/// |         Hardware Type         |         Protocol Type         |
/// +---------------+---------------+-------------------------------+
/// | Hardware Size | Protocol Size |           Operation           |
/// +---------------+---------------+-------------------------------+
/// | sender hardware, sender protocol, target hardware, target protocol address
/// +-------------------------------
struct ArpHeader {
    static constexpr std::size_t kLength = 8;  ///< octets, without the addresses

    std::uint16_t hardware_type = 1;       ///< 1: Ethernet
    std::uint16_t protocol_type = 0x0800;  ///< an EtherType
    std::uint8_t hardware_size = 6;        ///< octets
    std::uint8_t protocol_size = 4;        ///< octets
    std::uint16_t operation = arp_operation::request;

    bool operator==(const ArpHeader&) const = default;

    /// Octets, addresses included.
    std::size_t length() const { return kLength + 2 * (std::size_t{hardware_size} + protocol_size); }
    /// The addresses are those of Ethernet and IPv4.
    bool is_ethernet_ipv4() const {
        return protocol_type == 0x0800 && hardware_size == 6 && protocol_size == 4;
    }
};
/// Reads what is there, zeros beyond it. Checks nothing.
[[nodiscard]] ArpHeader read_arp(Bytes packet);

/// ARP for IPv4 over Ethernet: the only one that Glass builds.
struct ArpPacket {
    std::uint16_t operation = arp_operation::request;
    MacAddress sender_mac;
    Ipv4Address sender_ip;  ///< 0.0.0.0: a probe, RFC 5227 section 1.1
    MacAddress target_mac;  ///< of no meaning in a request
    Ipv4Address target_ip;

    bool operator==(const ArpPacket&) const = default;

    void serialize(Buffer& out) const;
};
/// truncated; bad_value where it is about other hardware or another protocol. Octets after it are padding.
[[nodiscard]] Result<ArpPacket> parse_arp(Bytes packet);

/// One hop of a walk, its last one: nothing follows but padding.
[[nodiscard]] Hop step_arp(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
