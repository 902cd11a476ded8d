// Tunnels: GRE (RFC 2784, 2890, 2637), VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281), L2TP (RFC
// 2661), MPLS (RFC 3032).
//
// IP in IP (RFC 2003), 6in4 (RFC 4213) and their kind need nothing here: a protocol number names what is
// inside. Glass shows these headers, and builds none of them.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/bytes.h"
#include "ip/protocol.h"

namespace glass::ip {

/// Version 0; version 1 is PPTP's, RFC 2637 section 4.1: its key is payload length and call, and A is bit 8.
/// +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
/// |C|R|K|S|s|Recur|A| Flags | Ver |         Protocol Type         |
/// +-+-+-+-+-+-----+-+-------+-----+-------------------------------+
/// |   Checksum (C or R is set)    |      Offset (C or R is set)   |
/// +-------------------------------+-------------------------------+
/// |                        Key (K is set)                         |
/// +---------------------------------------------------------------+
/// |                  Sequence Number (S is set)                   |
/// +---------------------------------------------------------------+
/// |              Acknowledgment Number (A is set)                 |
/// +---------------------------------------------------------------+
/// |         Routing (R is set): source route entries, RFC 1701    |
/// +---------------------------------------------------------------+
struct GreHeader {
    std::uint16_t flags = 0;  ///< the first 16 bits
    std::uint16_t protocol = 0;
    std::optional<std::uint16_t> checksum;
    std::optional<std::uint16_t> offset;  ///< octets from the routing's start to the entry in use
    std::optional<std::uint32_t> key;
    std::optional<std::uint32_t> sequence_number;
    std::optional<std::uint32_t> ack_number;
    std::size_t routing_length = 0;  ///< octets
    /// Octets of a small header that belongs to the protocol type and stands before the packet: WCCP's
    /// redirect header, ERSPAN's, Cisco MetaData. It counts as part of this one.
    std::size_t shim_length = 0;
    std::size_t length = 4;  ///< octets; more than there are where the packet is cut
    Proto payload = Proto::data;

    std::uint8_t version() const { return flags & 7; }
    bool has_checksum() const { return flags & 0x8000; }
};
/// Reads what is there, zeros beyond it. Checks nothing.
[[nodiscard]] GreHeader read_gre(Bytes packet);
[[nodiscard]] Hop step_gre(Bytes captured, std::uint32_t wire_length);
/// The checksum covers header and payload, all of which must be there. Precondition: has_checksum().
[[nodiscard]] bool gre_checksum_ok(Bytes packet);

/// +-+-+-+-+-+-+-+-+-----------------------------------------------+
/// |G|R|R|R|I|P|R|R|              Reserved         | Next Protocol |
/// +---------------------------------------------------------------+
/// |       VXLAN Network Identifier (VNI)          |   Reserved    |
/// +---------------------------------------------------------------+
/// I: the VNI is valid. P, and only then Next Protocol: the generic protocol extension (VXLAN-GPE).
inline constexpr std::size_t kVxlanLength = 8;  ///< octets
[[nodiscard]] Hop step_vxlan(Bytes captured, std::uint32_t wire_length);

/// +-----+-----------+-+-+-----------+-----------------------------+
/// | Ver |  Opt Len  |O|C|  Reserved |        Protocol Type        |
/// +-----+-----------+-+-+-----------+-----------------------------+
/// |         Virtual Network Identifier (VNI)      |   Reserved    |
/// +---------------------------------------------------------------+
/// |            options: Opt Len words of four octets              |
/// +---------------------------------------------------------------+
inline constexpr std::size_t kGeneveLength = 8;  ///< octets, without options
[[nodiscard]] Hop step_geneve(Bytes captured, std::uint32_t wire_length);

/// User plane of mobile networks, version 1, section 5.1. Length counts what follows the first eight octets.
/// With E, S or PN the third word is there; with E, extension headers follow it, whose first octet is their
/// length in words of four and whose last is the type of the next one, or 0.
/// +-----+-+-+-+-+-+---------------+-------------------------------+
/// | Ver |1|0|E|S|N| Message Type  |            Length             |
/// +-----+-+-+-+-+-+---------------+-------------------------------+
/// |               Tunnel Endpoint Identifier (TEID)               |
/// +-------------------------------+---------------+---------------+
/// |        Sequence Number        | N-PDU Number  |Next Extension |
/// +-------------------------------+---------------+---------------+
inline constexpr std::size_t kGtpLength = 8;  ///< octets, without the third word
[[nodiscard]] Hop step_gtp(Bytes captured, std::uint32_t wire_length);

/// Version 2, section 3.1. T: a control message, of attribute-value pairs; else a PPP frame follows. L, S and
/// O say which fields are there; P (priority) nothing more.
/// +-+-+---+-+-+-+-+-------+-------+-------------------------------+
/// |T|L|0 0|S|0|O|P|0 0 0 0|  Ver  |        Length (L is set)      |
/// +-+-+---+-+-+-+-+-------+-------+-------------------------------+
/// |           Tunnel ID           |           Session ID          |
/// +-------------------------------+-------------------------------+
/// |         Ns (S is set)         |         Nr (S is set)         |
/// +-------------------------------+-------------------------------+
/// |    Offset Size (O is set)     |  Offset Size octets of padding
/// +-------------------------------+-------------------------------+
struct L2tpHeader {
    std::uint16_t flags = 0;              ///< the first 16 bits
    std::optional<std::uint16_t> length;  ///< octets of the whole message
    std::uint16_t tunnel = 0;
    std::uint16_t session = 0;
    std::optional<std::uint16_t> ns, nr;
    std::optional<std::uint16_t> offset_size;  ///< octets
    std::size_t fixed_length = 6;              ///< octets before padding and attribute-value pairs
    std::size_t length_with_offset() const { return fixed_length + offset_size.value_or(0); }

    bool is_control() const { return flags & 0x8000; }
    std::uint8_t version() const { return flags & 0x0f; }
};
/// Reads what is there, zeros beyond it. Checks nothing.
[[nodiscard]] L2tpHeader read_l2tp(Bytes packet);
/// A control message is all header. So is whatever has another version (RFC 3931 has 3): only its flags are
/// known.
[[nodiscard]] Hop step_l2tp(Bytes captured, std::uint32_t wire_length);

/// One attribute-value pair, section 4.1. H: the value is hidden by a secret that both ends share.
/// +-+-+-------+-------------------+-------------------------------+
/// |M|H|0 0 0 0|       Length      |           Vendor ID           |
/// +-+-+-------+-------------------+-------------------------------+
/// |         Attribute Type        |  Attribute Value ...
/// +-------------------------------+-------------------------------+
inline constexpr std::size_t kL2tpAvpLength = 6;  ///< octets, without the value

/// One label of the stack. After the last (S is set) nothing says what follows: the version of an IP header,
/// or the control word of a pseudowire (RFC 4385) with an Ethernet frame (RFC 4448) behind it, which then
/// counts as part of this header, are recognised by their looks.
/// +---------------------------------------+-----+-+---------------+
/// |                 Label                 | TC  |S|      TTL      |
/// +---------------------------------------+-----+-+---------------+
inline constexpr std::size_t kMplsLength = 4;  ///< octets
[[nodiscard]] Hop step_mpls(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
