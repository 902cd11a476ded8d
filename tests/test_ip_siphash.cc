// SipHash-2-4: the vectors of its authors, and what a keyed hash must do.
#include <array>
#include <bit>
#include <doctest/doctest.h>
#include <set>

#include "ip/siphash.h"

using namespace glass;

namespace {

/// Key and messages of the paper's appendix A and of the authors' vectors: octets 00, 01, 02, ...
constexpr ip::SipKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};

ip::Buffer counting(std::size_t n) {
    ip::Buffer out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(i);
    return out;
}

}  // namespace

TEST_CASE("SipHash-2-4 of the octets 00, 01, 02, ... under the key 00 .. 0f") {
    struct Row {
        std::size_t length;
        std::uint64_t hash;
    };
    const Row rows[] = {
        {0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},  {2, 0x0d6c8009d9a94f5a}, {3, 0x85676696d7fb7e2d},
        {4, 0xcf2794e0277187b7}, {5, 0x18765564cd99a68d},  {6, 0xcbc9466e58fee3ce}, {7, 0xab0200f58b01d137},
        {8, 0x93f5f5799a932462}, {15, 0xa129ca6149be45e5},  // 15 octets: the paper's own example
    };
    for (const Row& row : rows) {
        CAPTURE(row.length);
        CHECK(ip::siphash(kKey, counting(row.length)) == row.hash);
    }
}

TEST_CASE("the hash of words is that of their octets, least significant first") {
    CHECK(ip::siphash(kKey, std::span<const std::uint64_t>{}) == 0x726fdb47dd0e0e31);
    const std::array<std::uint64_t, 2> words{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    CHECK(ip::siphash(kKey, std::span(words).first(1)) == 0x93f5f5799a932462);
    CHECK(ip::siphash(kKey, words) == ip::siphash(kKey, counting(16)));
}

TEST_CASE("every bit of key, message and length counts") {
    const ip::Buffer message = counting(33);
    std::set<std::uint64_t> seen{ip::siphash(kKey, message)};
    std::size_t tried = 1;
    for (int bit = 0; bit < 64; ++bit, tried += 2) {
        seen.insert(ip::siphash({kKey.low ^ std::uint64_t{1} << bit, kKey.high}, message));
        seen.insert(ip::siphash({kKey.low, kKey.high ^ std::uint64_t{1} << bit}, message));
    }
    for (std::size_t bit = 0; bit < message.size() * 8; ++bit, ++tried) {
        ip::Buffer changed = message;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        seen.insert(ip::siphash(kKey, changed));
    }
    for (std::size_t zeros = 0; zeros < 40; ++zeros, ++tried)
        seen.insert(ip::siphash(kKey, ip::Buffer(zeros)));
    CHECK(seen.size() == tried);
}

TEST_CASE("one bit of the message turns about half of the bits of the hash") {
    int turned = 0;
    const std::uint64_t before = ip::siphash(kKey, ip::Buffer(8));
    for (std::size_t bit = 0; bit < 64; ++bit) {
        ip::Buffer message(8);
        message[bit / 8] = static_cast<std::uint8_t>(1 << bit % 8);
        turned += std::popcount(before ^ ip::siphash(kKey, message));
    }
    CHECK(turned > 64 * 32 * 9 / 10);
    CHECK(turned < 64 * 32 * 11 / 10);
}
