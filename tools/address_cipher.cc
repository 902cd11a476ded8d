#include "tools/address_cipher.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

namespace glass::tools {
namespace {

constexpr std::size_t kRemembered = 65'536;

/// 128 bits out of text of any length.
ip::SipKey key_of(std::string_view passphrase) {
    const ip::Bytes text(reinterpret_cast<const std::uint8_t*>(passphrase.data()), passphrase.size());
    return {ip::siphash({0x676c617373, 0}, text), ip::siphash({0x676c617373, 1}, text)};
}

// ---- IP ----

/// Addresses that begin with the first `length` bits of `prefix` keep so many bits.
struct Kept {
    std::array<std::uint8_t, 16> prefix;
    unsigned length;
    unsigned kept;
};

constexpr Kept kKeptV4[] = {
    {{0, 0, 0, 0}, 32, 32},          // this host, RFC 1122 3.2.1.3
    {{127}, 8, 32},                  // loopback
    {{169, 254}, 16, 16},            // link-local, RFC 3927
    {{224}, 4, 4},                   // groups, RFC 5771
    {{224, 0, 0}, 24, 32},           // those of the local network's own protocols
    {{255, 255, 255, 255}, 32, 32},  // broadcast
};
/// The groups that IANA assigns in a scope.
constexpr Kept assigned_groups(std::uint8_t scope) {
    return {{0xff, scope}, 104, 128};
}
constexpr Kept kKeptV6[] = {
    {{}, 127, 128},          // :: and ::1
    {{0xfe, 0x80}, 64, 64},  // link-local, RFC 4291 2.5.6
    {{0xff}, 8, 16},         // groups: flags and scope
    assigned_groups(1),
    assigned_groups(2),
    assigned_groups(4),
    assigned_groups(5),
    assigned_groups(8),
    assigned_groups(0xe),
    {{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff}, 104, 104},  // solicited-node, RFC 4291 2.7.1
};

unsigned common_prefix(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    for (unsigned i = 0; i < a.size(); ++i)
        if (a[i] != b[i])
            return i * 8 + static_cast<unsigned>(std::countl_zero(static_cast<std::uint8_t>(a[i] ^ b[i])));
    return static_cast<unsigned>(a.size()) * 8;
}

/// A prefix can stay only if no bit on the way to it is turned: an address that goes along with it up to some
/// bit keeps those, and the one in which it parts.
unsigned bits_kept(std::span<const std::uint8_t> address, std::span<const Kept> table) {
    unsigned kept = 0;
    for (const Kept& row : table) {
        const unsigned common = common_prefix(address, row.prefix);
        kept = std::max(kept, common >= row.length ? row.kept : common + 1);
    }
    return std::min(kept, static_cast<unsigned>(address.size()) * 8);
}

/// Turns bit i or not, by a hash of the i bits before it.
void encrypt_octets(const ip::SipKey& key, std::span<std::uint8_t> address, std::span<const Kept> table) {
    std::array<std::uint8_t, 18> storage{};
    const std::span message = std::span(storage).first(2 + address.size());
    const std::span prefix = message.subspan(2);
    message[0] = static_cast<std::uint8_t>(address.size());
    const std::array<std::uint8_t, 16> before = [&] {
        std::array<std::uint8_t, 16> copy{};
        std::ranges::copy(address, copy.begin());
        return copy;
    }();
    const unsigned kept = bits_kept(address, table);
    for (unsigned i = 0; i < address.size() * 8; ++i) {
        const auto mask = static_cast<std::uint8_t>(0x80 >> i % 8);
        message[1] = static_cast<std::uint8_t>(i);
        if (i >= kept && ip::siphash(key, message) & 1) address[i / 8] ^= mask;
        prefix[i / 8] |= before[i / 8] & mask;
    }
}

// ---- Ethernet ----

constexpr std::uint64_t value_of(const ip::MacAddress& a) {
    return std::uint64_t{ip::load16(&a.octets[0])} << 32 | ip::load32(&a.octets[2]);
}

/// Addresses that mean the same to everybody.
constexpr bool is_fixed_mac(std::uint64_t a) {
    return a == 0 || a == 0xffff'ffff'ffff || (a & ~0x0full) == 0x0180'c200'0000 ||  // IEEE 802.1Q table 8-1
           (a & ~0xffull) == 0x0100'5e00'0000 ||     // 224.0.0.x, RFC 1112 6.4
           (a & ~0xff'ffffull) == 0x3333'0000'0000;  // ff0x::/104, RFC 2464 7
}

constexpr std::uint64_t kGroupAndLocal = 0x0300'0000'0000;
constexpr int kHalfBits = 23;
constexpr std::uint64_t kHalf = (1u << kHalfBits) - 1;
constexpr std::uint8_t kFeistelRounds = 10;  // as many as FF1 of NIST SP 800-38G has

}  // namespace

AddressCipher::AddressCipher(std::string_view passphrase)
    : key_(key_of(passphrase)), known_(kRemembered, key_.low), known_macs_(kRemembered, key_.low) {}

ip::Address AddressCipher::encrypt(const ip::Address& address) {
    const auto [known, is_new] = known_.find_or_insert({address});
    if (is_new) {
        *known = address;
        const std::span octets(known->v6.octets);
        if (address.is_v4())
            encrypt_octets(key_, octets.subspan(12), kKeptV4);
        else
            encrypt_octets(key_, octets, kKeptV6);
    }
    return *known;
}

ip::Ipv4Address AddressCipher::encrypt(ip::Ipv4Address address) {
    return encrypt(ip::Address(address)).v4();
}

ip::Ipv6Address AddressCipher::encrypt(const ip::Ipv6Address& address) {
    return encrypt(ip::Address(address)).v6;
}

/// A Feistel network over the 46 bits that are not the group and the local bit: one to one, whatever the
/// rounds do.
std::uint64_t AddressCipher::permute(std::uint64_t address) const {
    std::uint64_t left = address >> 42 << 17 | (address & 0xff'ffff'ffff) >> kHalfBits;
    std::uint64_t right = address & kHalf;
    for (std::uint8_t round = 0; round < kFeistelRounds; ++round) {
        const std::array<std::uint8_t, 5> message{0xee, round, static_cast<std::uint8_t>(right >> 16),
                                                  static_cast<std::uint8_t>(right >> 8),
                                                  static_cast<std::uint8_t>(right)};
        left = std::exchange(right, left ^ (ip::siphash(key_, message) & kHalf));
    }
    return left >> 17 << 42 | (address & kGroupAndLocal) | (left & 0x1'ffff) << kHalfBits | right;
}

ip::MacAddress AddressCipher::encrypt(const ip::MacAddress& address) {
    const std::uint64_t value = value_of(address);
    if (is_fixed_mac(value)) return address;
    const auto [known, is_new] = known_macs_.find_or_insert({value});
    if (is_new) {
        *known = permute(value);
        while (is_fixed_mac(*known))
            *known = permute(*known);  // one to one still: what stays is left out of the cycles
    }
    ip::MacAddress out;
    for (std::size_t i = 0; i < 6; ++i) out.octets[i] = static_cast<std::uint8_t>(*known >> (40 - 8 * i));
    return out;
}

}  // namespace glass::tools
