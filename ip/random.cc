#include "ip/random.h"

#include <bit>

namespace glass::ip {
namespace {

__extension__ using Wide = unsigned __int128;

/// One seed of three numbers, none of which shows in it.
std::uint64_t join(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
    std::uint64_t state = seed;
    state = split_mix64(state) ^ stream;
    state = split_mix64(state) ^ index;
    return split_mix64(state);
}

}  // namespace

std::uint64_t split_mix64(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
    std::uint64_t z = state;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

Random::Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = split_mix64(seed);
}

Random::Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t index)
    : Random(join(seed, stream, index)) {}

std::uint64_t Random::next() {
    auto& [a, b, c, d] = state_;
    const std::uint64_t result = std::rotl(b * 5, 7) * 9;
    const std::uint64_t shifted = b << 17;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = std::rotl(d, 45);
    return result;
}

std::uint64_t Random::below(std::uint64_t n) {
    // The high half of the product is the number. 2^64 is no multiple of n: where the low half is below the
    // remainder, that number would come up once too often.
    Wide product = Wide{next()} * n;
    if (static_cast<std::uint64_t>(product) < n) {
        const std::uint64_t remainder = (0 - n) % n;
        while (static_cast<std::uint64_t>(product) < remainder) product = Wide{next()} * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t Random::between(std::uint64_t first, std::uint64_t last) {
    const std::uint64_t count = last - first + 1;  // 0: all there are
    return count == 0 ? next() : first + below(count);
}

bool Random::chance(Ratio ratio) {
    return Wide{next()} * ratio.whole < Wide{ratio.part} << 64;
}

}  // namespace glass::ip
