// Addresses and their text: RFC 4291 section 2.2, RFC 5952 section 4 and 5, RFC 6943 section 3.1.1.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

#include "ip/address.h"

namespace {

namespace ip = glass::ip;

TEST_CASE("IPv6 text has one form (RFC 5952)") {
    struct Row {
        const char* section;
        const char* read;
        const char* written;
    };
    const Row rows[] = {
        {"4.1 leading zeros", "2001:0db8::0001", "2001:db8::1"},
        {"4.1 a zero group is one digit", "2001:db8:0000:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"4.2.1 as short as possible", "2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},
        {"4.2.2 not one group", "2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"4.2.3 the longest run", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
        {"4.2.3 the first of equals", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"4.3 lower case", "2001:DB8::ABCD", "2001:db8::abcd"},
        {"5 an IPv4 address inside", "::ffff:c000:0201", "::ffff:192.0.2.1"},
        {"all zeros", "0:0:0:0:0:0:0:0", "::"},
        {"loopback", "::1", "::1"},
        {"zeros at the end", "fe80:0:0:0:0:0:0:0", "fe80::"},
        {"no zeros at all", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
        {"zeros in front", "::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
        {"zeros behind", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"a quad at the end (RFC 4291 2.2)", "64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"a quad after six groups", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.section);
        const auto address = ip::parse_ipv6_address(row.read);
        REQUIRE(address);
        CHECK(to_string(*address) == row.written);
    }
}

TEST_CASE("what is not an IPv6 address is refused") {
    for (const char* text : {"",
                             ":",
                             ":::",
                             "1",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1::2::3",
                             "::1:",
                             ":1::",
                             "12345::",
                             "g::",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "::1.2.3",
                             "::1.2.3.4.5",
                             "::1.2.3.256",
                             "fe80::1%eth0",
                             "[::1]",
                             "::1/64",
                             " ::1",
                             "1.2.3.4",
                             "1:2:3:4:5:6:7:8::",
                             "::1:2:3:4:5:6:7:8",
                             "1:2:3:4::5:6:7:8"}) {
        CAPTURE(text);
        const auto address = ip::parse_ipv6_address(text);
        REQUIRE_FALSE(address);
        CHECK(address.error() == ip::Error::bad_address);
    }
}

TEST_CASE("IPv4 text is four decimal numbers and nothing else (RFC 6943 3.1.1)") {
    const auto address = ip::parse_ipv4_address("192.0.2.255");
    REQUIRE(address);
    CHECK(address->value == 0xc00002ff);
    CHECK(to_string(*address) == "192.0.2.255");
    CHECK(to_string(ip::Ipv4Address{0}) == "0.0.0.0");
    CHECK(to_string(ip::Ipv4Address{0x0a640a09}) == "10.100.10.9");
    for (const char* text :
         {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.00", "0x1.2.3.4", "1..2.3", ".1.2.3.4",
          "1.2.3.4.", "1.2.3.-4", "+1.2.3.4", " 1.2.3.4", "1.2.3.4 ", "1.2.3.0004", "256.1.1.1"}) {
        CAPTURE(text);
        CHECK_FALSE(ip::parse_ipv4_address(text));
    }
}

TEST_CASE("Ethernet addresses") {
    const auto address = ip::parse_mac_address("02:00:5E:10:0a:01");
    REQUIRE(address);
    CHECK(to_string(*address) == "02:00:5e:10:0a:01");
    CHECK(ip::parse_mac_address("02-00-5e-10-0a-01") == address);
    for (const char* text : {"", "02:00:5e:10:0a", "02:00:5e:10:0a:01:", "02:00-5e:10:0a:01",
                             "0200.5e10.0a01", "02:00:5e:10:0a:0g"}) {
        CAPTURE(text);
        CHECK_FALSE(ip::parse_mac_address(text));
    }
    CHECK(ip::MacAddress{{0x33, 0x33, 0, 0, 0, 1}}.is_group());
    CHECK_FALSE(address->is_group());
}

TEST_CASE("kinds of addresses") {
    CHECK(ip::parse_ipv4_address("224.0.0.1")->is_multicast());
    CHECK_FALSE(ip::parse_ipv4_address("240.0.0.1")->is_multicast());
    CHECK(ip::parse_ipv4_address("127.1.2.3")->is_loopback());
    CHECK(ip::parse_ipv4_address("255.255.255.255")->is_limited_broadcast());
    CHECK(ip::parse_ipv6_address("fe80::1")->is_link_local());
    CHECK(ip::parse_ipv6_address("febf::1")->is_link_local());
    CHECK_FALSE(ip::parse_ipv6_address("fec0::1")->is_link_local());
    CHECK(ip::parse_ipv6_address("::1")->is_loopback());
    CHECK(ip::parse_ipv6_address("ff02::1")->is_multicast());
    CHECK(ip::parse_ipv6_address("::ffff:1.2.3.4")->is_v4_mapped());
    CHECK_FALSE(ip::parse_ipv6_address("::1.2.3.4")->is_v4_mapped());
}

TEST_CASE("an address of either kind keeps what it is made of") {
    const ip::Address v4 = ip::Ipv4Address{0x0a000001};
    CHECK(v4.is_v4());
    CHECK(v4.v4().value == 0x0a000001);
    CHECK(to_string(v4) == "10.0.0.1");
    CHECK(ip::parse_address("10.0.0.1") == v4);
    CHECK(ip::parse_address("2001:db8::1")->version == 6);
    CHECK(v4 < *ip::parse_address("::"));
    CHECK_FALSE(ip::parse_address("localhost"));
}

TEST_CASE("reading back what was written gives the same address") {
    CHECK(rc::check("IPv6", [](const std::array<std::uint8_t, 16>& octets) {
        // Zeros are what makes it interesting: keep about half of the groups.
        ip::Ipv6Address address{octets};
        for (std::size_t i = 0; i + 1 < 16; i += 2)
            if (octets[i] & 1) address.octets[i] = address.octets[i + 1] = 0;
        const auto read = ip::parse_ipv6_address(to_string(address));
        RC_ASSERT(read.has_value());
        RC_ASSERT(*read == address);
        RC_ASSERT(to_string(address).size() <= ip::kMaxAddressText);
    }));
    CHECK(rc::check("IPv4", [](std::uint32_t value) {
        const auto read = ip::parse_ipv4_address(to_string(ip::Ipv4Address{value}));
        RC_ASSERT(read.has_value());
        RC_ASSERT(read->value == value);
    }));
    CHECK(rc::check("whatever the text, no parser minds", [](const std::string& text) {
        (void)ip::parse_address(text);
        (void)ip::parse_mac_address(text);
    }));
}

}  // namespace
