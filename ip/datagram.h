// Datagrams: IPv4 and IPv6 seen alike, for whoever carries or shows what is inside them.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/ipv4.h"
#include "ip/ipv6.h"
#include "ip/ipv6_chain.h"
#include "ip/ipv6_extensions.h"

namespace glass::ip {

/// A piece of a datagram, of either version.
struct Fragment {
    Address src{};
    Address dst{};
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;  ///< what the whole carries; over IPv6 only the first fragment's counts
    std::uint32_t offset = 0;   ///< octets
    bool more_fragments = false;
    std::uint32_t length = 0;  ///< octets of payload as sent
    Bytes payload{};           ///< borrowed; fewer where the frame was cut
    Bytes
        header{};  ///< borrowed; what came before the payload, from the IP header's first octet; may be empty
};

/// None where the packet is whole. `length`: payload octets as sent, of which `h.payload` may be a part.
[[nodiscard]] std::optional<Fragment> fragment_of(const Ipv4Header& h, std::uint32_t length);
/// None where the fragment header is atomic: RFC 6946.
[[nodiscard]] std::optional<Fragment> fragment_of(const Ipv6Header& h, const Ipv6FragmentHeader& fragment,
                                                  Bytes payload, std::uint32_t length);

/// A packet that passed the checks of its version, or a fragment of one.
struct Datagram {
    Address src{};
    Address dst{};
    std::uint8_t protocol = 0;
    std::uint8_t tos = 0;  ///< IPv6: traffic class
    std::uint8_t hop_limit = 0;
    Bytes options{};  ///< borrowed; IPv4 only
    Bytes payload{};  ///< borrowed; the upper layer, or the fragment's data
    Bytes packet{};  ///< borrowed; from the IP header's first octet to the last of the payload: what an error
                     ///< quotes
    std::uint32_t payload_at = 0;          ///< octets into the packet
    std::uint32_t next_header_at = 0;      ///< IPv6: where `protocol` is written, for unknown_next_header
    std::optional<Fragment> fragment{};    ///< set: give it to a FragmentReassembler, look no further
    std::optional<Ipv6Problem> problem{};  ///< set: not to be delivered, and perhaps to be reported
};

/// As a host receives it: parse_ipv4 or parse_ipv6 by the version, then the chain of IPv6.
[[nodiscard]] Result<Datagram> parse_datagram(Bytes packet);

/// What a sender says of a datagram; the version follows from the addresses.
struct DatagramHeader {
    Address src{};
    Address dst{};
    std::uint8_t protocol = 0;
    std::uint8_t tos = 0;  ///< IPv6: traffic class
    std::uint8_t hop_limit = 64;
    bool dont_fragment = true;         ///< IPv4; IPv6 routers never fragment
    std::uint16_t identification = 0;  ///< IPv4; matters only where the datagram may be fragmented, RFC 6864
    std::uint32_t flow_label = 0;      ///< IPv6
    Bytes options{};                   ///< IPv4

    /// Appends the IP header for a payload of that many octets.
    void serialize(Buffer& out, std::size_t payload_length) const;
    std::size_t header_length() const;  ///< octets that serialize() appends
};

}  // namespace glass::ip
