// Addresses: IPv4 (RFC 791), IPv6 (RFC 4291) and their text (RFC 5952, RFC 6943 3.1.1), and Ethernet's.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "ip/bytes.h"
#include "ip/error.h"

namespace glass::ip {

struct Ipv4Address {
    std::uint32_t value = 0;  ///< host order: 10.0.0.1 is 0x0a000001

    auto operator<=>(const Ipv4Address&) const = default;

    constexpr bool is_unspecified() const { return value == 0; }
    constexpr bool is_loopback() const { return value >> 24 == 127; }
    constexpr bool is_multicast() const { return value >> 28 == 0xe; }
    constexpr bool is_limited_broadcast() const { return value == 0xffffffff; }
};

struct Ipv6Address {
    std::array<std::uint8_t, 16> octets{};

    auto operator<=>(const Ipv6Address&) const = default;

    bool is_unspecified() const { return *this == Ipv6Address{}; }
    bool is_loopback() const;
    bool is_multicast() const { return octets[0] == 0xff; }
    bool is_link_local() const { return octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80; }
    /// ::ffff:a.b.c.d, RFC 4291 2.5.5.2.
    bool is_v4_mapped() const;
};

/// Either kind. Ordered with all of IPv4 before all of IPv6.
struct Address {
    std::uint8_t version = 4;  ///< 4 or 6
    Ipv6Address v6;            ///< version 4 uses the last four octets, the others are zero

    Address() = default;
    Address(Ipv4Address a) {
        // One store of the eight octets that low_word() will load: four small ones would stall it.
        const std::uint64_t low =
            std::endian::native == std::endian::little ? std::byteswap(std::uint64_t{a.value}) : a.value;
        std::memcpy(&v6.octets[8], &low, sizeof low);
    }
    Address(const Ipv6Address& a) : version(6), v6(a) {}

    auto operator<=>(const Address&) const = default;
    bool operator==(const Address& o) const {
        return version == o.version && high_word() == o.high_word() && low_word() == o.low_word();
    }

    /// The octets as two numbers: for hashing, and comparing without a call.
    std::uint64_t high_word() const { return load64(&v6.octets[0]); }
    std::uint64_t low_word() const { return load64(&v6.octets[8]); }

    bool is_v4() const { return version == 4; }
    Ipv4Address v4() const { return {load32(&v6.octets[12])}; }
};

struct MacAddress {
    std::array<std::uint8_t, 6> octets{};

    auto operator<=>(const MacAddress&) const = default;
    bool is_group() const { return octets[0] & 1; }
};

[[nodiscard]] std::string to_string(Ipv4Address a);         ///< "192.0.2.1"
[[nodiscard]] std::string to_string(const Ipv6Address& a);  ///< the one form of RFC 5952 section 4
[[nodiscard]] std::string to_string(const Address& a);
[[nodiscard]] std::string to_string(const MacAddress& a);  ///< "02:00:5e:10:00:01"

/// The longest text that the functions below write, without a terminating zero.
inline constexpr std::size_t kMaxAddressText = 45;
/// The same text without an allocation: writes at `out`, which has room, and returns the end of what it
/// wrote.
char* write_text(char* out, Ipv4Address a);
char* write_text(char* out, const Ipv6Address& a);
char* write_text(char* out, const Address& a);
char* write_text(char* out, const MacAddress& a);

/// Four decimal numbers, each 0..255 without a leading zero ("010" is octal to some readers: refused, RFC
/// 6943).
[[nodiscard]] Result<Ipv4Address> parse_ipv4_address(std::string_view text);
/// Any form of RFC 4291 2.2, dotted quad at the end included. No zone, no brackets, no prefix length.
[[nodiscard]] Result<Ipv6Address> parse_ipv6_address(std::string_view text);
[[nodiscard]] Result<Address> parse_address(std::string_view text);
/// Six hexadecimal pairs with ':' or '-' between them.
[[nodiscard]] Result<MacAddress> parse_mac_address(std::string_view text);

/// Reads an address in a header.
inline Ipv4Address read_ipv4_address(Reader& in) {
    return {in.u32()};
}
inline Ipv6Address read_ipv6_address(Reader& in) {
    Ipv6Address a;
    if (const Bytes b = in.bytes(16); !b.empty()) std::memcpy(a.octets.data(), b.data(), 16);
    return a;
}
inline MacAddress read_mac_address(Reader& in) {
    MacAddress a;
    if (const Bytes b = in.bytes(6); !b.empty()) std::memcpy(a.octets.data(), b.data(), 6);
    return a;
}

}  // namespace glass::ip
