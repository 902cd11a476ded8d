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
        if (n < 8) return add_few(p, n);
        if (n >= kLong) {
            const std::size_t blocks = n - n % kBlock;
            sum_ += sum_blocks(p, blocks);
            p += blocks;
            n -= blocks;
        }
        for (; n >= 8; p += 8, n -= 8) add_word(load<std::uint64_t>(p));
        add_word(last_octets(load<std::uint64_t>(p + n - 8), n));
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
    /// Whether the data, which includes its checksum, is sound: folded() == 0xffff, in fewer steps. Sums in
    /// ones' complement are numbers modulo 65535 (RFC 1071 section 2), and only nothing but zeros adds up to
    /// 0.
    [[nodiscard]] bool is_good() const { return sum_ != 0 && sum_ % 0xffff == 0; }
    /// What goes into the checksum field: the complement of the sum.
    [[nodiscard]] std::uint16_t checksum() const { return static_cast<std::uint16_t>(~folded()); }

private:
    static constexpr std::size_t kBlock = 32;
    static constexpr std::size_t kLong = 128;  ///< from here on a call pays

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
    void add_word(std::uint64_t word) { sum_ += (word >> 32) + (word & 0xffffffff); }
    /// Of eight octets the last `n`, up to seven, with zeros after them: one load and no branches, where a
    /// packet's odd end would take four that nobody can predict.
    static constexpr std::uint64_t last_octets(std::uint64_t word, std::size_t n) {
        if constexpr (std::endian::native == std::endian::little) return word >> 8 * (7 - n) >> 8;
        return word << 8 * (7 - n) << 8;
    }
    void add_few(const std::uint8_t* p, std::size_t n) {
        for (; n >= 2; p += 2, n -= 2) sum_ += load<std::uint16_t>(p);
        if (n == 1) add16(static_cast<std::uint16_t>(*p << 8));
    }
    /// `n` is a multiple of kBlock. The result is below n * 2^30: 16 GiB cannot overflow a sum.
    static std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t n);

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
