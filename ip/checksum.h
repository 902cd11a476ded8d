// The Internet checksum, RFC 1071; updated in place, RFC 1624; the pseudo-header, RFC 9293 3.1 and RFC
// 8200 8.1.
#pragma once

#include <bit>
#include <cstdint>

#include "ip/address.h"
#include "ip/bytes.h"

namespace glass::ip {

/// Adds up 16-bit words in ones' complement. The sum is kept unfolded, and in whatever byte order the machine
/// adds fastest (RFC 1071 section 2 (B): the sum does not depend on byte order); folded() turns it around.
class ChecksumSum {
public:
    /// Adds octets. Only the last piece may have an odd length: it counts as if a zero octet followed it.
    void add(Bytes bytes) {
        const std::uint8_t* p = bytes.data();
        std::size_t n = bytes.size();
        if (n >= kBlock) {
            const std::size_t blocks = n - n % kBlock;
            sum_ += sum_blocks(p, blocks);
            p += blocks;
            n -= blocks;
        }
        for (; n >= 4; p += 4, n -= 4) sum_ += load<std::uint32_t>(p);
        if (n >= 2) {
            sum_ += load<std::uint16_t>(p);
            p += 2;
            n -= 2;
        }
        if (n == 1) add16(static_cast<std::uint16_t>(*p << 8));
    }
    /// Adds one word in host order, as a length or a protocol number.
    void add16(std::uint16_t word) { sum_ += network_order(word); }
    void add32(std::uint32_t word) {
        add16(static_cast<std::uint16_t>(word >> 16));
        add16(static_cast<std::uint16_t>(word));
    }
    /// The 16-bit ones' complement sum in host order. Over data that includes its checksum it is 0xffff.
    [[nodiscard]] std::uint16_t folded() const {
        std::uint64_t sum = (sum_ >> 32) + (sum_ & 0xffffffff);
        sum = (sum >> 16) + (sum & 0xffff);
        sum = (sum >> 16) + (sum & 0xffff);
        sum = (sum >> 16) + (sum & 0xffff);
        return network_order(static_cast<std::uint16_t>(sum));
    }
    /// What goes into the checksum field: the complement of the sum.
    [[nodiscard]] std::uint16_t checksum() const { return static_cast<std::uint16_t>(~folded()); }

private:
    static constexpr std::size_t kBlock = 32;

    /// A word of the data as this machine loads it.
    template <class Word>
    static Word load(const std::uint8_t* p) {
        Word word;
        std::memcpy(&word, p, sizeof word);
        return word;
    }
    static constexpr std::uint16_t network_order(std::uint16_t v) {
        return std::endian::native == std::endian::little ? static_cast<std::uint16_t>(v << 8 | v >> 8) : v;
    }
    /// `n` is a multiple of kBlock. Below 2^34, so that adding 2^29 pieces cannot overflow.
    static std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t n);

    std::uint64_t sum_ = 0;
};

/// The checksum over `bytes`, in which the checksum field itself is zero.
[[nodiscard]] std::uint16_t checksum(Bytes bytes);

/// The checksum after one 16-bit word of the data changed from `before` to `after`: RFC 1624 equation 3.
[[nodiscard]] std::uint16_t update_checksum(std::uint16_t checksum, std::uint16_t before,
                                            std::uint16_t after);

/// The sum of the pseudo-header; `length` is that of the upper layer, header and data.
[[nodiscard]] ChecksumSum pseudo_header(Ipv4Address src, Ipv4Address dst, std::uint8_t protocol,
                                        std::uint32_t length);
[[nodiscard]] ChecksumSum pseudo_header(const Ipv6Address& src, const Ipv6Address& dst,
                                        std::uint8_t next_header, std::uint32_t length);

}  // namespace glass::ip
