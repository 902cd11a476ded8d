// IPv6: the fixed header, RFC 8200 section 3; jumbograms, RFC 2675. What follows it: ip/ipv6_extensions.h.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"

namespace glass::ip {

/// +-------+---------------+---------------------------------------+
/// |Version| Traffic Class |              Flow Label               |
/// +-------+---------------+-------+---------------+---------------+
/// |        Payload Length         |  Next Header  |   Hop Limit   |
/// +-------------------------------+---------------+---------------+
/// |                  Source Address, 16 octets                    |
/// +---------------------------------------------------------------+
/// |                Destination Address, 16 octets                 |
/// +---------------------------------------------------------------+
struct Ipv6Header {
    static constexpr std::size_t kLength = 40;  ///< octets

    std::uint8_t version = 6;
    std::uint8_t traffic_class = 0;    ///< DSCP and ECN, as in IPv4
    std::uint32_t flow_label = 0;      ///< 20 bits, RFC 6437
    std::uint16_t payload_length = 0;  ///< octets, extension headers included; serialize() derives it
    std::uint8_t next_header = 59;
    std::uint8_t hop_limit = 64;
    Ipv6Address src{};
    Ipv6Address dst{};
    Bytes payload{};  ///< borrowed; extension headers and upper layer; ends where the length says, or with
                      ///< the packet

    std::uint8_t dscp() const { return traffic_class >> 2; }
    std::uint8_t ecn() const { return traffic_class & 3; }

    /// Appends the header alone, for a payload of that many octets. Above 65535 the length field is zero, and
    /// the jumbo payload option in the payload is the caller's matter.
    void serialize_header(Buffer& out, std::size_t payload_length) const;
    /// Appends header and payload.
    void serialize(Buffer& out) const;
};

/// Reads what is there, zeros beyond it. Checks nothing.
[[nodiscard]] Ipv6Header read_ipv6(Bytes packet);

/// truncated, bad_version, bad_length (the packet is shorter than it says). A jumbogram's length counts.
[[nodiscard]] Result<Ipv6Header> parse_ipv6(Bytes packet);

/// The length a jumbo payload option states (RFC 2675 section 2): of everything after the fixed header. None
/// unless the payload length is zero, and a hop-by-hop header with a sound option comes first.
[[nodiscard]] std::optional<std::uint32_t> jumbo_payload_length(const Ipv6Header& header);

}  // namespace glass::ip
