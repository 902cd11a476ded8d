#include "ip/checksum_blocks.h"

namespace glass::ip {
namespace {

/// Lanes of 64 bits: every machine of today adds two of them in one go (42 GB/s, where adding with carry made
/// 20), most add four.
using TwoLanes [[gnu::vector_size(16)]] = std::uint64_t;
#ifdef __x86_64__
using FourLanes [[gnu::vector_size(32)]] = std::uint64_t;
#endif

/// Halves of 32 bits each in a sum of their own, which has room for 2^32 of them. Precondition: `n` is a
/// multiple of two times the lanes.
template <class Lanes>
[[gnu::always_inline]] inline std::uint64_t sum_lanes(const std::uint8_t* p, std::size_t n) {
    constexpr std::size_t kSize = sizeof(Lanes);
    const Lanes low = Lanes{} + 0xffffffff;
    Lanes a{}, b{}, c{}, d{};
    for (const std::uint8_t* const end = p + n; p != end; p += 2 * kSize) {
        Lanes one, other;  // load_word() would return a vector, in registers that not every machine has
        std::memcpy(&one, p, kSize);
        std::memcpy(&other, p + kSize, kSize);
        a += one & low;
        b += one >> 32;
        c += other & low;
        d += other >> 32;
    }
    const Lanes sum = a + b + c + d;
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < kSize / sizeof all; ++i) all += sum[i];
    return all;
}

#ifdef __x86_64__
[[gnu::target("avx2")]] std::uint64_t sum_four_lanes(const std::uint8_t* p, std::size_t n) {
    return sum_lanes<FourLanes>(p, n);
}
#endif

}  // namespace

std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t n) {
    std::uint64_t sum = 0;
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        const std::size_t most = n - n % (2 * sizeof(FourLanes));
        sum = sum_four_lanes(p, most);
        p += most;
        n -= most;
    }
#endif
    return sum + sum_lanes<TwoLanes>(p, n);
}

}  // namespace glass::ip
