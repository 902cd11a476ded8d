#include "ip/checksum.h"

namespace glass::ip {
namespace {

/// Two lanes of 64 bits: every machine of today adds them in one go (42 GB/s, where adding with carry made
/// 20).
using Lanes [[gnu::vector_size(16)]] = std::uint64_t;
constexpr Lanes kLow = {0xffffffff, 0xffffffff};

}  // namespace

/// Halves of 32 bits each in a sum of their own, which has room for 2^32 of them.
std::uint64_t ChecksumSum::sum_blocks(const std::uint8_t* p, std::size_t n) {
    Lanes a{}, b{}, c{}, d{};
    for (const std::uint8_t* const end = p + n; p != end; p += kBlock) {
        const auto one = load<Lanes>(p), other = load<Lanes>(p + 16);
        a += one & kLow;
        b += one >> 32;
        c += other & kLow;
        d += other >> 32;
    }
    const Lanes sum = a + b + c + d;
    return sum[0] + sum[1];
}

std::uint16_t checksum(Bytes bytes) {
    ChecksumSum sum;
    sum.add(bytes);
    return sum.checksum();
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
