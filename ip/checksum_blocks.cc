#include "ip/checksum_blocks.h"

namespace glass::ip {
namespace {

/// Two lanes of 64 bits: every machine of today adds them in one go (42 GB/s, where adding with carry made
/// 20).
using Lanes [[gnu::vector_size(16)]] = std::uint64_t;
constexpr Lanes kLow = {0xffffffff, 0xffffffff};

}  // namespace

/// Halves of 32 bits each in a sum of their own, which has room for 2^32 of them.
std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t n) {
    Lanes a{}, b{}, c{}, d{};
    for (const std::uint8_t* const end = p + n; p != end; p += kSumBlock) {
        const Lanes one = load_word<Lanes>(p), other = load_word<Lanes>(p + 16);
        a += one & kLow;
        b += one >> 32;
        c += other & kLow;
        d += other >> 32;
    }
    const Lanes sum = a + b + c + d;
    return sum[0] + sum[1];
}

}  // namespace glass::ip
