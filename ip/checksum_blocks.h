// 16-bit words as the machine adds them fastest: several in one word of its own, and long runs in parallel.
// RFC 1071 section 2 (C) and (D).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace glass::ip {

/// A word of the data as this machine loads it.
template <class Word>
[[nodiscard]] inline Word load_word(const std::uint8_t* p) {
    Word word;
    std::memcpy(&word, p, sizeof word);
    return word;
}

[[nodiscard]] constexpr std::uint16_t network_order(std::uint16_t v) {
    return std::endian::native == std::endian::little ? static_cast<std::uint16_t>(v << 8 | v >> 8) : v;
}

/// Four 16-bit words in one, added: unfolded.
[[nodiscard]] constexpr std::uint64_t halves(std::uint64_t word) {
    return (word >> 32) + (word & 0xffffffff);
}

/// Of eight octets the last `n`, up to seven, with zeros after them: one load and no branches, where a
/// packet's odd end would take four that nobody can predict.
[[nodiscard]] constexpr std::uint64_t last_octets(std::uint64_t word, std::size_t n) {
    if constexpr (std::endian::native == std::endian::little) return word >> 8 * (7 - n) >> 8;
    return word << 8 * (7 - n) << 8;
}

inline constexpr std::size_t kSumBlock = 32;
inline constexpr std::size_t kLongForBlocks = 128;  ///< octets from which on sum_blocks() pays

/// The unfolded sum of the octets, in the machine's byte order. Precondition: `n` is a multiple of kSumBlock.
/// The result is below n * 2^30: 16 GiB cannot overflow a sum.
[[nodiscard]] std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t n);

}  // namespace glass::ip
