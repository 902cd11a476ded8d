// IPv6 extension headers: RFC 8200 section 4; routing RFC 5095, 6275, 6554, 8754; mobility RFC 6275.
// Those with options (0 and 60) are in ip/ipv6_options.h, IPsec's in ip/ipsec.h, the walk over all in
// ip/ipv6_chain.h.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"

namespace glass::ip {

namespace routing_type {
inline constexpr std::uint8_t source_route = 0;  ///< RH0, forbidden by RFC 5095
inline constexpr std::uint8_t mobile_ipv6 = 2;
inline constexpr std::uint8_t rpl = 3;
inline constexpr std::uint8_t segment_routing = 4;
}  // namespace routing_type

/// +---------------+---------------+---------------+---------------+
/// |  Next Header  |  Hdr Ext Len  | Routing Type  | Segments Left |
/// +---------------+---------------+---------------+---------------+
/// |            type-specific data, to a multiple of 8             |
/// +---------------------------------------------------------------+
struct Ipv6RoutingHeader {
    std::uint8_t next_header = 59;
    std::uint8_t hdr_ext_len =
        0;  ///< in units of eight octets, the first eight not counted; serialize() derives it
    std::uint8_t type = 0;
    std::uint8_t segments_left = 0;
    Bytes data{};  ///< borrowed; 4 octets that depend on the type, then addresses

    std::size_t header_length() const { return (hdr_ext_len + std::size_t{1}) * 8; }
    /// Where addresses are written in full (types 0, 2 and 4): how many, and each.
    std::size_t address_count() const;
    Ipv6Address address(std::size_t i) const;
    /// Appends the header, data padded with zeros to a multiple of eight.
    void serialize(Buffer& out) const;
};
[[nodiscard]] Ipv6RoutingHeader read_ipv6_routing_header(Bytes bytes);
/// truncated; bad_value where more segments are left than there are addresses.
[[nodiscard]] Result<Ipv6RoutingHeader> parse_ipv6_routing_header(Bytes bytes);
/// Where the packet is going in the end, which is what checksums cover: RFC 8200 8.1. None: the header's own
/// dst.
[[nodiscard]] std::optional<Ipv6Address> final_destination(const Ipv6RoutingHeader& header);

/// +---------------+---------------+-------------------------+---+-+
/// |  Next Header  |   Reserved    |     Fragment Offset     |Res|M|
/// +---------------+---------------+-------------------------+---+-+
/// |                        Identification                         |
/// +---------------------------------------------------------------+
struct Ipv6FragmentHeader {
    static constexpr std::size_t kLength = 8;  ///< octets

    std::uint8_t next_header = 59;      ///< of the fragmentable part; counts in the first fragment
    std::uint8_t reserved = 0;          ///< the octet, ignored
    std::uint32_t fragment_offset = 0;  ///< octets, a multiple of 8
    std::uint8_t reserved_bits = 0;     ///< the two bits, ignored
    bool more_fragments = false;
    std::uint32_t identification = 0;

    /// Whole, though it carries this header: RFC 6946.
    bool is_atomic() const { return fragment_offset == 0 && !more_fragments; }
    void serialize(Buffer& out) const;
};
[[nodiscard]] Ipv6FragmentHeader read_ipv6_fragment_header(Bytes bytes);
[[nodiscard]] Result<Ipv6FragmentHeader> parse_ipv6_fragment_header(Bytes bytes);

/// Mobile IPv6's signalling, RFC 6275 6.1.
///
/// +---------------+---------------+---------------+---------------+
/// | Payload Proto |  Header Len   |    MH Type    |   Reserved    |
/// +---------------+---------------+---------------+---------------+
/// |           Checksum            |  message data, to eight octets |
/// +-------------------------------+-------------------------------+
struct Ipv6MobilityHeader {
    std::uint8_t next_header = 59;
    std::uint8_t hdr_ext_len = 0;
    std::uint8_t type = 0;
    std::uint8_t reserved = 0;
    std::uint16_t checksum = 0;  ///< as it was read; serialize() computes it
    Bytes data{};                ///< borrowed

    std::size_t header_length() const { return (hdr_ext_len + std::size_t{1}) * 8; }
    void serialize(Buffer& out, const Ipv6Address& src, const Ipv6Address& dst) const;
};
[[nodiscard]] Ipv6MobilityHeader read_ipv6_mobility_header(Bytes bytes);
[[nodiscard]] Result<Ipv6MobilityHeader> parse_ipv6_mobility_header(Bytes bytes);

// One hop of a walk each. A fragment that is not atomic carries data as far as its header knows.
[[nodiscard]] Hop step_ipv6_routing(Bytes captured, std::uint32_t wire_length);
[[nodiscard]] Hop step_ipv6_fragment(Bytes captured, std::uint32_t wire_length);
[[nodiscard]] Hop step_ipv6_mobility(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
