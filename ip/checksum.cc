// The sum is kept unfolded, and in whatever byte order the machine adds fastest: RFC 1071 section 2 (B), the
// sum does not depend on byte order. folded() turns it around.
#include "ip/checksum.h"

#include <bit>

#include "ip/checksum_blocks.h"

namespace glass::ip {
namespace {

constexpr std::uint16_t network_order(std::uint16_t v) {
    return std::endian::native == std::endian::little ? static_cast<std::uint16_t>(v << 8 | v >> 8) : v;
}

/// A word of the data as this machine loads it.
template <class Word>
Word load(const std::uint8_t* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

constexpr std::uint64_t halves(std::uint64_t word) {
    return (word >> 32) + (word & 0xffffffff);
}

/// Of eight octets the last `n`, up to seven, with zeros after them: one load and no branches, where a
/// packet's odd end would take four that nobody can predict.
constexpr std::uint64_t last_octets(std::uint64_t word, std::size_t n) {
    if constexpr (std::endian::native == std::endian::little) return word >> 8 * (7 - n) >> 8;
    return word << 8 * (7 - n) << 8;
}

}  // namespace

void ChecksumSum::add(Bytes bytes) {
    const std::uint8_t* p = bytes.data();
    std::size_t n = bytes.size();
    if (n >= 8) {
        if (n >= kLongForBlocks) {
            const std::size_t blocks = n - n % kSumBlock;
            sum_ += sum_blocks(p, blocks);
            p += blocks;
            n -= blocks;
        }
        for (; n >= 8; p += 8, n -= 8) sum_ += halves(load<std::uint64_t>(p));
        sum_ += halves(last_octets(load<std::uint64_t>(p + n - 8), n));
        return;
    }
    for (; n >= 2; p += 2, n -= 2) sum_ += load<std::uint16_t>(p);
    if (n == 1) add16(static_cast<std::uint16_t>(*p << 8));
}

void ChecksumSum::add16(std::uint16_t word) {
    sum_ += network_order(word);
}

std::uint16_t ChecksumSum::folded() const {
    std::uint64_t sum = halves(sum_);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return network_order(static_cast<std::uint16_t>(sum));
}

std::uint16_t update_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) {
    // HC' = ~(~HC + ~m + m')
    std::uint32_t sum =
        std::uint32_t{static_cast<std::uint16_t>(~checksum)} + static_cast<std::uint16_t>(~before) + after;
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return static_cast<std::uint16_t>(~sum);
}

ChecksumSum pseudo_header(Ipv4Address src, Ipv4Address dst, std::uint8_t protocol, std::uint32_t length) {
    ChecksumSum sum;
    sum.add32(src.value);
    sum.add32(dst.value);
    sum.add16(protocol);
    sum.add32(length);
    return sum;
}

ChecksumSum pseudo_header(const Ipv6Address& src, const Ipv6Address& dst, std::uint8_t next_header,
                          std::uint32_t length) {
    ChecksumSum sum;
    sum.add(src.octets);
    sum.add(dst.octets);
    sum.add32(length);
    sum.add16(next_header);
    return sum;
}

}  // namespace glass::ip
