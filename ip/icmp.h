// ICMP for IPv4, RFC 792, and what both versions share; what only IPv6 has is in ip/icmpv6.h.
#pragma once

#include <cstdint>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"

namespace glass::ip {

namespace icmp_type {
inline constexpr std::uint8_t echo_reply = 0;
inline constexpr std::uint8_t destination_unreachable = 3;
inline constexpr std::uint8_t source_quench = 4;  ///< deprecated by RFC 6633: never sent, ignored
inline constexpr std::uint8_t redirect = 5;
inline constexpr std::uint8_t echo_request = 8;
inline constexpr std::uint8_t router_advertisement = 9;  ///< RFC 1256
inline constexpr std::uint8_t router_solicitation = 10;
inline constexpr std::uint8_t time_exceeded = 11;
inline constexpr std::uint8_t parameter_problem = 12;
inline constexpr std::uint8_t timestamp = 13;
inline constexpr std::uint8_t timestamp_reply = 14;
inline constexpr std::uint8_t information_request = 15;
inline constexpr std::uint8_t information_reply = 16;
inline constexpr std::uint8_t address_mask_request = 17;  ///< RFC 950
inline constexpr std::uint8_t address_mask_reply = 18;
}  // namespace icmp_type

/// Codes of Destination Unreachable, RFC 792 and RFC 1122 3.2.2.1.
namespace unreachable_code {
inline constexpr std::uint8_t net = 0;
inline constexpr std::uint8_t host = 1;
inline constexpr std::uint8_t protocol = 2;
inline constexpr std::uint8_t port = 3;
inline constexpr std::uint8_t fragmentation_needed = 4;
inline constexpr std::uint8_t source_route_failed = 5;
}  // namespace unreachable_code

/// Both versions: type, code, checksum, and four octets whose meaning depends on the type.
///
/// +---------------+---------------+-------------------------------+
/// |     Type      |     Code      |           Checksum            |
/// +---------------+---------------+-------------------------------+
/// |          identifier and sequence, MTU, pointer, ...           |
/// +---------------------------------------------------------------+
/// |  data: what was sent in an echo, the quoted packet, ...       |
/// +---------------------------------------------------------------+
struct IcmpHeader {
    static constexpr std::size_t kLength = 8;  ///< octets

    std::uint8_t type = 0;
    std::uint8_t code = 0;
    std::uint16_t checksum = 0;  ///< as it was read; serialize() computes it
    std::uint32_t rest = 0;      ///< octets 4 to 7
    Bytes payload{};             ///< borrowed

    // What `rest` is, by type.
    std::uint16_t identifier() const { return static_cast<std::uint16_t>(rest >> 16); }  ///< echo, timestamp
    std::uint16_t sequence() const { return static_cast<std::uint16_t>(rest); }
    std::uint16_t next_hop_mtu() const {
        return static_cast<std::uint16_t>(rest);
    }  ///< IPv4 type 3 code 4, RFC 1191
    std::uint8_t pointer() const { return static_cast<std::uint8_t>(rest >> 24); }  ///< IPv4 type 12
    Ipv4Address gateway() const { return {rest}; }                                  ///< IPv4 type 5
    std::uint32_t mtu_v6() const { return rest; }                                   ///< IPv6 type 2
    std::uint32_t pointer_v6() const { return rest; }                               ///< IPv6 type 4

    /// Appends the ICMPv4 message. (ICMPv6: serialize_icmpv6(), for its checksum covers the addresses.)
    void serialize(Buffer& out) const;
};

/// Originate, receive and transmit time of type 13 and 14: milliseconds since midnight UT, unless the high
/// bit is set.
struct IcmpTimestamps {
    std::uint32_t originate = 0;
    std::uint32_t receive = 0;
    std::uint32_t transmit = 0;
};
[[nodiscard]] IcmpTimestamps read_icmp_timestamps(Bytes payload);

/// Reads what is there, zeros beyond it. Checks nothing. Serves both versions.
[[nodiscard]] IcmpHeader read_icmp(Bytes message);

/// ICMPv4 as a host must check it: truncated (below 8 octets; 20 for a timestamp), bad_checksum.
[[nodiscard]] Result<IcmpHeader> parse_icmp(Bytes message);

/// Over the whole ICMPv4 message.
[[nodiscard]] bool icmp_checksum_ok(Bytes message);

/// Types that tell of a problem with a packet, and quote it: never answered by another error.
[[nodiscard]] bool is_icmp_error(std::uint8_t type);

/// Octets of the quoted packet before extensions begin, RFC 4884 section 5; 0 where the message states none.
[[nodiscard]] std::size_t quoted_length(const IcmpHeader& message);
[[nodiscard]] std::size_t quoted_length_v6(const IcmpHeader& message);

// Messages, built. A reply echoes `request`'s data (RFC 1122 3.2.2.6); an error quotes `packet`, an IPv4
// packet from its first octet, as far as an answer of 576 octets has room (RFC 1812 4.3.2.3). The result
// borrows from both.
[[nodiscard]] IcmpHeader echo_request(std::uint16_t identifier, std::uint16_t sequence, Bytes data);
[[nodiscard]] IcmpHeader echo_reply(const IcmpHeader& request);
[[nodiscard]] IcmpHeader destination_unreachable(std::uint8_t code, Bytes packet,
                                                 std::uint16_t next_hop_mtu = 0);
[[nodiscard]] IcmpHeader time_exceeded(std::uint8_t code, Bytes packet);
[[nodiscard]] IcmpHeader parameter_problem(std::uint8_t pointer, Bytes packet);
[[nodiscard]] IcmpHeader redirect(std::uint8_t code, Ipv4Address gateway, Bytes packet);

/// RFC 1122 3.2.2: may this host answer `packet` (IPv4, from its first octet) with an ICMP error? Not where
/// it is an error itself, not the first fragment, was sent to a group or `broadcast`, or from no single host.
[[nodiscard]] bool may_send_icmp_error_about(Bytes packet, Ipv4Address broadcast = {0xffffffff});

/// One hop of a walk: errors carry the packet they quote.
[[nodiscard]] Hop step_icmp(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
