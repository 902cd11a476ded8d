// The Internet checksum, RFC 1071; updated in place, RFC 1624; the pseudo-header, RFC 9293 3.1 and RFC
// 8200 8.1.
#pragma once

#include <cstdint>

#include "ip/address.h"
#include "ip/bytes.h"

namespace glass::ip {

/// Adds up 16-bit words in ones' complement. How the sum is kept until it is folded() is the business of
/// checksum.cc.
class ChecksumSum {
public:
    /// Adds octets. Only the last piece may have an odd length: it counts as if a zero octet followed it.
    void add(Bytes bytes);
    /// Adds one word in host order, as a length or a protocol number.
    void add16(std::uint16_t word);
    void add32(std::uint32_t word) {
        add16(static_cast<std::uint16_t>(word >> 16));
        add16(static_cast<std::uint16_t>(word));
    }
    /// The 16-bit ones' complement sum in host order.
    [[nodiscard]] std::uint16_t folded() const;
    /// Whether the data, which includes its checksum, is sound.
    [[nodiscard]] bool is_good() const { return folded() == 0xffff; }
    /// What goes into the checksum field: the complement of the sum.
    [[nodiscard]] std::uint16_t checksum() const { return static_cast<std::uint16_t>(~folded()); }

private:
    std::uint64_t sum_ = 0;
};

/// Who sees to the checksum of a packet's TCP or UDP.
enum class ChecksumState : std::uint8_t {
    complete,  ///< it stands in the packet: who receives it verifies it
    verified,  ///< the same, and somebody has verified it
    partial,   ///< its field has the sum of the pseudo-header: who puts the packet on a wire adds the rest.
               ///< The octets have been on none, and are sound
};

/// The checksum over `bytes`, in which the checksum field itself is zero.
[[nodiscard]] inline std::uint16_t checksum(Bytes bytes) {
    ChecksumSum sum;
    sum.add(bytes);
    return sum.checksum();
}

/// The checksum after one 16-bit word of the data changed from `before` to `after`: RFC 1624 equation 3.
[[nodiscard]] std::uint16_t update_checksum(std::uint16_t checksum, std::uint16_t before,
                                            std::uint16_t after);

/// The sum of the pseudo-header; `length` is that of the upper layer, header and data.
[[nodiscard]] ChecksumSum pseudo_header(Ipv4Address src, Ipv4Address dst, std::uint8_t protocol,
                                        std::uint32_t length);
[[nodiscard]] ChecksumSum pseudo_header(const Ipv6Address& src, const Ipv6Address& dst,
                                        std::uint8_t next_header, std::uint32_t length);

}  // namespace glass::ip
