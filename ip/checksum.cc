// The sum is kept unfolded, and in whatever byte order the machine adds fastest: RFC 1071 section 2 (B), the
// sum does not depend on byte order. folded() turns it around.
#include "ip/checksum.h"

#include "ip/checksum_blocks.h"

namespace glass::ip {
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
        for (; n >= 8; p += 8, n -= 8) sum_ += halves(load_word<std::uint64_t>(p));
        sum_ += halves(last_octets(load_word<std::uint64_t>(p + n - 8), n));
        return;
    }
    for (; n >= 2; p += 2, n -= 2) sum_ += load_word<std::uint16_t>(p);
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
