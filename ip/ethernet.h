// Ethernet: frames (Ethernet II, IEEE 802.3), VLAN tags (802.1Q, 802.1ad), LLC and SNAP (802.2, RFC 1042).
#pragma once

#include <cstdint>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"

namespace glass::ip {

/// What follows a header, as IEEE numbers it (IANA: IEEE 802 Numbers).
namespace ethertype {
inline constexpr std::uint16_t ipv4 = 0x0800;                  ///< RFC 894
inline constexpr std::uint16_t arp = 0x0806;                   ///< RFC 826
inline constexpr std::uint16_t transparent_bridging = 0x6558;  ///< RFC 1701: an Ethernet frame
inline constexpr std::uint16_t raw_frame_relay = 0x6559;       ///< RFC 1701
inline constexpr std::uint16_t rarp = 0x8035;                  ///< RFC 903
inline constexpr std::uint16_t vlan = 0x8100;                  ///< 802.1Q, customer tag
inline constexpr std::uint16_t ipv6 = 0x86dd;                  ///< RFC 2464
inline constexpr std::uint16_t ppp = 0x880b;                   ///< RFC 7042 appendix B
inline constexpr std::uint16_t mpls = 0x8847;                  ///< RFC 5332
inline constexpr std::uint16_t mpls_upstream = 0x8848;         ///< RFC 5332: labels of the sender's side
inline constexpr std::uint16_t pppoe_discovery = 0x8863;       ///< RFC 2516
inline constexpr std::uint16_t pppoe_session = 0x8864;         ///< RFC 2516
inline constexpr std::uint16_t jumbo_llc = 0x8870;             ///< 802.2 in frames too long for a length
inline constexpr std::uint16_t service_vlan = 0x88a8;          ///< 802.1ad, provider's tag
inline constexpr std::uint16_t old_service_vlan = 0x9100;      ///< the same before 802.1ad gave it a number
}  // namespace ethertype

/// A type field up to here is the length of an 802.3 frame; an EtherType is 1536 or more (802.3 3.2.6).
inline constexpr std::uint16_t kMax8023Length = 1500;
/// Zero is neither: frames that have it there are not empty, and their payload is not for us to know.
constexpr bool is_8023_length(std::uint16_t type_or_length) {
    return type_or_length != 0 && type_or_length <= kMax8023Length;
}

///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +---------------------------------------------------------------+
/// |                     Destination Address                       |
/// +                               +-------------------------------+
/// |                               |                               |
/// +-------------------------------+                               +
/// |                        Source Address                         |
/// +-------------------------------+-------------------------------+
/// |        Type or Length         |
/// +-------------------------------+
struct EthernetHeader {
    static constexpr std::size_t kLength = 14;  ///< octets

    MacAddress dst;
    MacAddress src;
    std::uint16_t type = 0;  ///< an EtherType, or the length of what follows

    bool operator==(const EthernetHeader&) const = default;

    bool is_8023() const { return is_8023_length(type); }
    /// Appends the header; the frame check sequence is the network card's.
    void serialize(Buffer& out) const;
};
/// truncated.
[[nodiscard]] Result<EthernetHeader> parse_ethernet(Bytes frame);

/// What comes after an EtherType that says "VLAN". The outer one of two tags (QinQ) is the provider's.
/// +-----+-+-----------------------+-------------------------------+
/// | PCP |D|    VLAN Identifier    |        Type or Length         |
/// +-----+-+-----------------------+-------------------------------+
struct VlanTag {
    static constexpr std::size_t kLength = 4;  ///< octets

    std::uint8_t priority = 0;   ///< Priority Code Point, three bits
    bool drop_eligible = false;  ///< DEI; once the Canonical Format Indicator
    std::uint16_t id = 0;        ///< twelve bits; 0: a priority, but no VLAN
    std::uint16_t type = 0;      ///< as in the Ethernet header

    bool operator==(const VlanTag&) const = default;

    bool is_8023() const { return is_8023_length(type); }
    /// Appends the tag. Precondition: priority and id fit their bits.
    void serialize(Buffer& out) const;
};
/// truncated.
[[nodiscard]] Result<VlanTag> parse_vlan(Bytes tag);

/// The header of an 802.3 or 802.11 payload; with SNAP where both access points are 0xaa (RFC 1042).
/// +---------------+---------------+---------------+- - - - - - - -+
/// |     DSAP      |     SSAP      |    Control    |  (2nd octet)  |
/// +---------------+---------------+---------------+- - - - - - - -+
/// |          Organization Code (SNAP)             |
/// +-------------------------------+---------------+
/// |     Protocol ID (SNAP)        |
/// +-------------------------------+
struct LlcHeader {
    std::uint8_t dsap = 0;
    std::uint8_t ssap = 0;
    std::uint16_t control = 0;  ///< one octet in U format, two in I and S formats
    std::uint32_t oui = 0;      ///< 24 bits; with SNAP only
    std::uint16_t pid = 0;      ///< an EtherType where oui is 0; with SNAP only

    bool is_unnumbered() const { return (control & 3) == 3; }
    bool is_snap() const { return dsap == 0xaa && ssap == 0xaa && control == 3; }
    std::size_t header_length() const { return is_snap() ? 8 : is_unnumbered() ? 3 : 4; }
    /// What follows, as far as Glass knows it.
    Proto payload() const;
};
/// Reads what is there, zeros beyond it. Checks nothing.
[[nodiscard]] LlcHeader read_llc(Bytes bytes);

/// What a SNAP organization code and protocol identifier stand for; frame relay has them, too (RFC 2427).
[[nodiscard]] Proto proto_of_snap(std::uint32_t oui, std::uint16_t pid);

/// One hop of a walk. An 802.3 length says where padding begins.
[[nodiscard]] Hop step_eth(Bytes captured, std::uint32_t wire_length);
[[nodiscard]] Hop step_vlan(Bytes captured, std::uint32_t wire_length);
[[nodiscard]] Hop step_llc(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
