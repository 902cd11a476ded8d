// SipHash-2-4: a keyed hash of short messages, which nobody can tell from chance without the key (Aumasson
// and Bernstein, "SipHash: a fast short-input PRF", 2012).
#pragma once

#include <cstdint>
#include <span>

#include "ip/bytes.h"

namespace glass::ip {

/// 128 bits; the halves of the 16 octets, each read little-endian.
struct SipKey {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
};

[[nodiscard]] std::uint64_t siphash(const SipKey& key, Bytes message);
/// Of the words' octets, little-endian.
[[nodiscard]] std::uint64_t siphash(const SipKey& key, std::span<const std::uint64_t> words);

}  // namespace glass::ip
