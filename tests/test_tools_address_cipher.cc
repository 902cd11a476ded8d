// Replaced addresses: what they have in common, what stays, and what does not.
#include <bit>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <set>

#include "tools/address_cipher.h"

using namespace glass;
using tools::AddressCipher;

namespace {

ip::Ipv6Address v6(std::string_view text) {
    return ip::parse_ipv6_address(text).value();
}
ip::MacAddress mac(std::string_view text) {
    return ip::parse_mac_address(text).value();
}

int common_bits(ip::Ipv4Address a, ip::Ipv4Address b) {
    return std::countl_zero(a.value ^ b.value);
}
int common_bits(const ip::Ipv6Address& a, const ip::Ipv6Address& b) {
    for (std::size_t i = 0; i < 16; ++i)
        if (a.octets[i] != b.octets[i])
            return static_cast<int>(i) * 8 +
                   std::countl_zero(static_cast<std::uint8_t>(a.octets[i] ^ b.octets[i]));
    return 128;
}

/// An address that parts from `a` in bit `at`, and is anything after it.
ip::Ipv4Address parting(ip::Ipv4Address a, unsigned at, std::uint32_t noise) {
    const std::uint32_t bit = 0x80000000u >> at;
    return {((a.value ^ bit) & ~(bit - 1)) | (noise & (bit - 1))};
}

}  // namespace

TEST_CASE("two IPv4 addresses with k bits in common have exactly k bits in common afterwards") {
    AddressCipher cipher("a key");
    CHECK(rc::check([&](std::uint32_t value, std::uint32_t noise) {
        const ip::Ipv4Address a{value};
        for (unsigned k = 0; k < 32; ++k) {
            const ip::Ipv4Address b = parting(a, k, noise);
            RC_ASSERT(common_bits(a, b) == static_cast<int>(k));
            RC_ASSERT(common_bits(cipher.encrypt(a), cipher.encrypt(b)) == static_cast<int>(k));
        }
    }));
}

TEST_CASE("the same holds for IPv6, for addresses of every kind beside each other") {
    AddressCipher cipher("a key");
    const char* const texts[] = {
        "::",       "::1",     "::2",         "::ffff:1.2.3.4", "2001:db8::1", "2001:db8::2",
        "fe80::1",  "fe80::2", "fea0::1",     "ff02::1",        "ff02::fb",    "ff02::1:ff00:1",
        "ff15::99", "fc00::1", "ff02::2:1:1", "fe80:0:1::1",    "2002:a00::1", "64:ff9b::1"};
    for (const char* a : texts) {
        for (const char* b : texts) {
            CAPTURE(std::string(a) + " " + b);
            CHECK(common_bits(cipher.encrypt(v6(a)), cipher.encrypt(v6(b))) == common_bits(v6(a), v6(b)));
        }
    }
    CHECK(rc::check([&](const std::array<std::uint8_t, 16>& octets, std::uint8_t at, std::uint8_t noise) {
        const ip::Ipv6Address a{octets};
        ip::Ipv6Address b = a;
        b.octets[at % 128 / 8] ^= static_cast<std::uint8_t>(0x80 >> at % 8);
        for (std::size_t i = at % 128 / 8 + 1; i < 16; ++i) b.octets[i] ^= noise;
        RC_ASSERT(common_bits(cipher.encrypt(a), cipher.encrypt(b)) == common_bits(a, b));
    }));
}

TEST_CASE("addresses that mean something by themselves stay, as a whole or as a prefix") {
    struct Row {
        const char* address;
        int kept;  ///< bits
    };
    const Row rows[] = {
        {"0.0.0.0", 32},
        {"255.255.255.255", 32},
        {"127.0.0.1", 32},
        {"127.1.2.3", 32},
        {"224.0.0.251", 32},
        {"224.1.2.3", 4},
        {"239.255.255.250", 4},
        {"169.254.7.7", 16},
        {"::", 128},
        {"::1", 128},
        {"ff02::1", 128},
        {"ff02::1:2", 128},
        {"ff05::1:3", 128},
        {"ff02::1:ff12:3456", 104},
        {"ff15::4321", 16},
        {"fe80::211:22ff:fe33:4455", 64},
        {"febf::1", 10},
        {"fd12:3456::1", 7},
        {"2001:db8::1", 3},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.address));
        const ip::Address address = ip::parse_address(row.address).value();
        for (const char* key : {"one", "two", "three", "four"}) {
            AddressCipher cipher(key);
            const ip::Address other = cipher.encrypt(address);
            const int kept =
                address.is_v4() ? common_bits(address.v4(), other.v4()) : common_bits(address.v6, other.v6);
            CHECK(kept >= row.kept);
        }
    }
}

TEST_CASE("what may change does: not one address of a network gives away another, and keys differ") {
    AddressCipher one("one"), two("two"), again("one");
    int kept = 0, same = 0;
    for (std::uint32_t i = 0; i < 256; ++i) {
        const ip::Ipv4Address a{0xc0a80000 + i * 0x101};
        CHECK(one.encrypt(a) == again.encrypt(a));
        kept += one.encrypt(a) == a;
        same += one.encrypt(a) == two.encrypt(a);
    }
    CHECK(kept <= 1);
    CHECK(same <= 1);
}

TEST_CASE("Ethernet addresses: one to one, group and local bit kept, vendor not") {
    AddressCipher cipher("a key");
    std::set<ip::MacAddress> seen;
    for (std::uint32_t i = 0; i < 2000; ++i) {
        ip::MacAddress a = mac("00:1b:21:00:00:00");
        a.octets[4] = static_cast<std::uint8_t>(i >> 8);
        a.octets[5] = static_cast<std::uint8_t>(i);
        a.octets[0] = static_cast<std::uint8_t>(i % 4);  // group, local
        const ip::MacAddress b = cipher.encrypt(a);
        seen.insert(b);
        CHECK((b.octets[0] & 3) == (a.octets[0] & 3));
        CHECK(b != a);
    }
    CHECK(seen.size() == 2000);
    const ip::MacAddress first = cipher.encrypt(mac("00:1b:21:00:00:01")),
                         second = cipher.encrypt(mac("00:1b:21:00:00:02"));
    CHECK(!std::equal(first.octets.begin(), first.octets.begin() + 3, second.octets.begin()));
    for (const char* fixed : {"ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "01:80:c2:00:00:0e",
                              "01:00:5e:00:00:fb", "33:33:00:00:00:01"})
        CHECK(to_string(cipher.encrypt(mac(fixed))) == fixed);
    CHECK(rc::check([&](const std::array<std::uint8_t, 6>& a, const std::array<std::uint8_t, 6>& b) {
        RC_ASSERT((a == b) == (cipher.encrypt(ip::MacAddress{a}) == cipher.encrypt(ip::MacAddress{b})));
    }));
}
