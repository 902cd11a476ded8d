// IPsec headers, for either version of IP: AH, RFC 4302 section 2; ESP, RFC 4303 section 2.
#pragma once

#include <cstdint>

#include "ip/bytes.h"
#include "ip/error.h"
#include "ip/protocol.h"

namespace glass::ip {

/// +---------------+---------------+-------------------------------+
/// |  Next Header  |  Payload Len  |           Reserved            |
/// +---------------+---------------+-------------------------------+
/// |                Security Parameters Index (SPI)                |
/// +---------------------------------------------------------------+
/// |                        Sequence Number                        |
/// +---------------------------------------------------------------+
/// |                 Integrity Check Value (ICV)                   |
/// +---------------------------------------------------------------+
struct AuthenticationHeader {
    static constexpr std::size_t kMinLength = 12;  ///< octets

    std::uint8_t next_header = 59;
    std::uint8_t payload_len = 1;  ///< length in 32-bit words, minus two; serialize() derives it
    std::uint16_t reserved = 0;
    std::uint32_t spi = 0;
    std::uint32_t sequence = 0;
    Bytes icv{};  ///< borrowed

    std::size_t header_length() const { return (payload_len + std::size_t{2}) * 4; }
    /// Appends the header, the ICV padded with zeros to a multiple of four.
    void serialize(Buffer& out) const;
};
[[nodiscard]] AuthenticationHeader read_ah(Bytes bytes);
/// truncated, bad_header_length (below 12).
[[nodiscard]] Result<AuthenticationHeader> parse_ah(Bytes bytes);

/// What can be read without the key; the rest is opaque.
///
/// +---------------------------------------------------------------+
/// |                Security Parameters Index (SPI)                |
/// +---------------------------------------------------------------+
/// |                        Sequence Number                        |
/// +---------------------------------------------------------------+
struct EspHeader {
    static constexpr std::size_t kLength = 8;  ///< octets

    std::uint32_t spi = 0;
    std::uint32_t sequence = 0;

    void serialize(Buffer& out) const;
};
[[nodiscard]] EspHeader read_esp(Bytes bytes);
[[nodiscard]] Result<EspHeader> parse_esp(Bytes bytes);

[[nodiscard]] Hop step_ah(Bytes captured, std::uint32_t wire_length);
[[nodiscard]] Hop step_esp(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
