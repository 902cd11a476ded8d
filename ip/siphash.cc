// SipHash-2-4, as section 2 of the paper defines it.
#include "ip/siphash.h"

#include <bit>
#include <cstring>

namespace glass::ip {
namespace {

constexpr int kRoundsPerWord = 2;
constexpr int kRoundsAtTheEnd = 4;

/// Little-endian, of up to eight octets: missing ones are zero.
std::uint64_t load_word(Bytes octets) {
    std::uint64_t word = 0;
    if (octets.size() == sizeof word && std::endian::native == std::endian::little) {
        std::memcpy(&word, octets.data(), sizeof word);
        return word;
    }
    for (std::size_t i = 0; i < octets.size(); ++i) word |= std::uint64_t{octets[i]} << 8 * i;
    return word;
}

/// The four words v0 to v3.
struct State {
    std::uint64_t v0, v1, v2, v3;

    explicit State(const SipKey& key)
        : v0(key.low ^ 0x736f6d6570736575),   // "somepseu"
          v1(key.high ^ 0x646f72616e646f6d),  // "dorandom"
          v2(key.low ^ 0x6c7967656e657261),   // "lygenera"
          v3(key.high ^ 0x7465646279746573)   // "tedbytes"
    {}

    void rounds(int n) {
        for (; n > 0; --n) {
            v0 += v1, v2 += v3;
            v1 = std::rotl(v1, 13) ^ v0, v3 = std::rotl(v3, 16) ^ v2;
            v0 = std::rotl(v0, 32);
            v2 += v1, v0 += v3;
            v1 = std::rotl(v1, 17) ^ v2, v3 = std::rotl(v3, 21) ^ v0;
            v2 = std::rotl(v2, 32);
        }
    }
    void absorb(std::uint64_t word) {
        v3 ^= word;
        rounds(kRoundsPerWord);
        v0 ^= word;
    }
    /// `rest`: the octets that make no word; the length modulo 256 stands above them.
    std::uint64_t finish(std::uint64_t rest, std::uint64_t length) {
        absorb(rest | length << 56);
        v2 ^= 0xff;
        rounds(kRoundsAtTheEnd);
        return v0 ^ v1 ^ v2 ^ v3;
    }
};

}  // namespace

std::uint64_t siphash(const SipKey& key, Bytes message) {
    State state(key);
    Bytes rest = message;
    for (; rest.size() >= 8; rest = rest.subspan(8)) state.absorb(load_word(rest.first(8)));
    return state.finish(load_word(rest), message.size());
}

std::uint64_t siphash(const SipKey& key, std::span<const std::uint64_t> words) {
    State state(key);
    for (const std::uint64_t word : words) state.absorb(word);
    return state.finish(0, words.size_bytes());
}

}  // namespace glass::ip
