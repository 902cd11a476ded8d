// UDP: RFC 768; its checksum over IPv6, RFC 8200 section 8.1; jumbograms, RFC 2675 section 4.
#pragma once

#include <cstdint>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"

namespace glass::ip {

/// +-------------------------------+-------------------------------+
/// |          Source Port          |       Destination Port        |
/// +-------------------------------+-------------------------------+
/// |            Length             |           Checksum            |
/// +-------------------------------+-------------------------------+
struct UdpHeader {
    static constexpr std::size_t kLength = 8;  ///< octets

    std::uint16_t src_port = 0;
    std::uint16_t dst_port = 0;
    std::uint16_t length = 0;    ///< octets, header included; 0 in a jumbogram; serialize() derives it
    std::uint16_t checksum = 0;  ///< as it was read; 0: none; serialize() computes it
    Bytes payload{};             ///< borrowed; ends where the length says, or with the datagram

    /// Appends header and payload. The addresses are of one version: the checksum covers them.
    void serialize(Buffer& out, const Address& src, const Address& dst) const;
};

/// Reads what is there, zeros beyond it. Checks nothing.
[[nodiscard]] UdpHeader read_udp(Bytes datagram);

/// truncated, or bad_length: below 8, or beyond the datagram. Zero is a length only above 65535 octets.
[[nodiscard]] Result<UdpHeader> parse_udp(Bytes datagram);

/// Over as many octets as the length field says, which must be there. A checksum of zero, "the sender did not
/// compute one", is ok over IPv4 and not over IPv6.
[[nodiscard]] bool udp_checksum_ok(Bytes datagram, const Address& src, const Address& dst);

/// One hop of a walk; octets after the length are padding, and the ports say what the payload may be.
[[nodiscard]] Hop step_udp(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
