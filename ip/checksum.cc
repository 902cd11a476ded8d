#include "ip/checksum.h"

#include <bit>

namespace glass::ip {
namespace {

/// A word of the data as this machine loads it.
template <class Word>
Word load(const std::uint8_t* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

constexpr std::uint16_t to_network(std::uint16_t v) {
    return std::endian::native == std::endian::little ? static_cast<std::uint16_t>(v << 8 | v >> 8) : v;
}

/// 32-bit words into eight 64-bit sums: no carry can be lost below 2^32 words, and the compiler makes vectors
/// of it. `n` is a multiple of 32.
std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t n) {
    std::array<std::uint64_t, 8> lanes{};
    for (std::size_t i = 0; i < n; i += 32)
        for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += load<std::uint32_t>(p + i + 4 * lane);
    std::uint64_t sum = 0;
    for (const std::uint64_t lane : lanes) sum += lane;
    return sum;
}

}  // namespace

void ChecksumSum::add(Bytes bytes) {
    const std::uint8_t* p = bytes.data();
    std::size_t n = bytes.size();
    std::uint64_t sum = 0;
    if (n >= 64) {
        const std::size_t blocks = n & ~std::size_t{31};
        sum = sum_blocks(p, blocks);
        p += blocks;
        n -= blocks;
    }
    for (; n >= 4; p += 4, n -= 4) sum += load<std::uint32_t>(p);
    if (n >= 2) {
        sum += load<std::uint16_t>(p);
        p += 2;
        n -= 2;
    }
    if (n == 1) sum += to_network(static_cast<std::uint16_t>(*p << 8));
    sum = (sum >> 32) + (sum & 0xffffffff);  // so that adding 2^31 pieces cannot overflow
    sum_ += sum;
}

void ChecksumSum::add16(std::uint16_t word) {
    sum_ += to_network(word);
}

std::uint16_t ChecksumSum::folded() const {
    std::uint64_t sum = (sum_ >> 32) + (sum_ & 0xffffffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return to_network(static_cast<std::uint16_t>(sum));
}

std::uint16_t checksum(Bytes bytes) {
    ChecksumSum sum;
    sum.add(bytes);
    return sum.checksum();
}

std::uint16_t update_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) {
    // HC' = ~(~HC + ~m + m'). Equation 4, its subtraction twin, never yields 0xffff where this yields 0x0000.
    std::uint32_t sum = std::uint32_t{static_cast<std::uint16_t>(~checksum)} + static_cast<std::uint16_t>(~before) + after;
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
