#include "ip/checksum.h"

namespace glass::ip {
namespace {

__extension__ using Wide = unsigned __int128;

}  // namespace

/// Eight octets at a time, in lanes that do not wait for each other.
std::uint64_t ChecksumSum::sum_blocks(const std::uint8_t* p, std::size_t n) {
    Wide a = 0, b = 0, c = 0, d = 0;
    for (const std::uint8_t* const end = p + n; p != end; p += kBlock) {
        a += load<std::uint64_t>(p);
        b += load<std::uint64_t>(p + 8);
        c += load<std::uint64_t>(p + 16);
        d += load<std::uint64_t>(p + 24);
    }
    const Wide sum = a + b + c + d;
    const auto low = static_cast<std::uint64_t>(sum);
    // 2^32 and 2^64 are one more than a multiple of 65535: what lies above them counts once.
    return (low >> 32) + (low & 0xffffffff) + static_cast<std::uint64_t>(sum >> 64);
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
