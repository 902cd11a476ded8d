// Long runs of 16-bit words, added in parallel: RFC 1071 section 2 (D).
#pragma once

#include <cstddef>
#include <cstdint>

namespace glass::ip {

inline constexpr std::size_t kSumBlock = 32;
inline constexpr std::size_t kLongForBlocks = 128;  ///< octets from which on sum_blocks() pays

/// The unfolded sum of the octets, in the machine's byte order. Precondition: `n` is a multiple of kSumBlock.
/// The result is below n * 2^30: 16 GiB cannot overflow a sum.
[[nodiscard]] std::uint64_t sum_blocks(const std::uint8_t* p, std::size_t n);

}  // namespace glass::ip
