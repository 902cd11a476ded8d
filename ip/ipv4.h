// IPv4: the Internet header, RFC 791 section 3.1; its use by hosts, RFC 1122 section 3.2.1.
#pragma once

#include <cstdint>

#include "ip/address.h"
#include "ip/bytes.h"
#include "ip/error.h"

namespace glass::ip {

///  0                   1                   2                   3
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
/// +-------+-------+---------------+-------------------------------+
/// |Version|  IHL  |Type of Service|         Total Length          |
/// +-------+-------+---------------+-----+-------------------------+
/// |        Identification         |R D M|     Fragment Offset     |
/// +---------------+---------------+-----+-------------------------+
/// | Time to Live  |   Protocol    |        Header Checksum        |
/// +---------------+---------------+-------------------------------+
/// |                        Source Address                         |
/// +---------------------------------------------------------------+
/// |                      Destination Address                      |
/// +---------------------------------------------------------------+
/// |                  Options, padded to 32 bits                   |
/// +---------------------------------------------------------------+
struct Ipv4Header {
    static constexpr std::size_t kMinLength = 20;  ///< octets
    static constexpr std::size_t kMaxLength = 60;

    std::uint8_t version = 4;
    std::uint8_t ihl = 5;            ///< header length in 32-bit words; serialize() derives it
    std::uint8_t tos = 0;            ///< DSCP (six bits, RFC 2474) and ECN (two, RFC 3168)
    std::uint16_t total_length = 0;  ///< octets, header included; serialize() derives it
    std::uint16_t identification = 0;
    bool reserved = false;  ///< must be zero; RFC 3514 has fun with it
    bool dont_fragment = false;
    bool more_fragments = false;
    std::uint32_t fragment_offset = 0;  ///< octets, a multiple of 8
    std::uint8_t ttl = 64;
    std::uint8_t protocol = 0;
    std::uint16_t checksum = 0;  ///< as it was read; serialize() computes it
    Ipv4Address src{};
    Ipv4Address dst{};
    Bytes options{};  ///< borrowed; at most 40 octets
    Bytes payload{};  ///< borrowed; ends where total_length says, or with the packet

    /// As the header states it: octets.
    std::size_t header_length() const { return ihl * std::size_t{4}; }
    bool is_fragment() const { return more_fragments || fragment_offset != 0; }
    std::uint8_t dscp() const { return tos >> 2; }
    std::uint8_t ecn() const { return tos & 3; }

    /// Appends the header alone, for a payload of that many octets. Preconditions: options fit in 40 octets,
    /// everything in 65535; options are padded with zeros to a multiple of four.
    void serialize_header(Buffer& out, std::size_t payload_length) const;
    /// Appends header and payload.
    void serialize(Buffer& out) const {
        serialize_header(out, payload.size());
        Writer(out).bytes(payload);
    }
};

/// Reads what is there, zeros beyond it: for showing broken headers. Checks nothing.
[[nodiscard]] Ipv4Header read_ipv4(Bytes packet);

/// What a host must check before it looks further (RFC 1122 3.2.1.1, 3.2.1.2 apart): truncated, bad_version,
/// bad_header_length, bad_length (total length below the header's or beyond the packet), bad_checksum.
/// Octets after the total length are padding of the link.
[[nodiscard]] Result<Ipv4Header> parse_ipv4(Bytes packet);

}  // namespace glass::ip
