// The Internet checksum: RFC 1071 sections 1 to 3, RFC 1624 sections 3 and 4.
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <vector>

#include "ip/checksum.h"
#include "ip/checksum_blocks.h"

namespace {

namespace ip = glass::ip;
using Octets = std::vector<std::uint8_t>;

/// RFC 1071 section 1 word for word: add 16-bit words, fold the carries, complement.
std::uint16_t by_definition(const Octets& data) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < data.size(); i += 2) {
        sum += std::uint32_t{data[i]} << 8 | (i + 1 < data.size() ? data[i + 1] : 0);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(~sum);
}

TEST_CASE("the example of RFC 1071 section 3") {
    const Octets data{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
    ip::ChecksumSum sum;
    sum.add(data);
    CHECK(sum.folded() == 0xddf2);
    CHECK(ip::checksum(data) == 0x220d);
}

TEST_CASE("small sums") {
    CHECK(ip::checksum({}) == 0xffff);
    CHECK(ip::checksum(Octets{0x00}) == 0xffff);
    CHECK(ip::checksum(Octets{0x12}) == 0xedff);  // an odd octet is the high half of its word
    CHECK(ip::checksum(Octets{0x12, 0x34, 0x56}) == static_cast<std::uint16_t>(~(0x1234 + 0x5600)));
    CHECK(ip::checksum(Octets{0xff, 0xff}) == 0x0000);
    CHECK(ip::checksum(Octets{0xff, 0xff, 0x00, 0x01}) == 0xfffe);  // the carry comes round
}

TEST_CASE("fast and slow agree, at any length, alignment and cut") {
    CHECK(
        rc::check("whole", [](const Octets& data) { RC_ASSERT(ip::checksum(data) == by_definition(data)); }));
    CHECK(rc::check("long and unaligned", [] {
        const auto size = *rc::gen::inRange<std::size_t>(0, 3000);
        const Octets data = *rc::gen::container<Octets>(size + 1, rc::gen::arbitrary<std::uint8_t>());
        const Octets tail(data.begin() + 1, data.end());
        RC_ASSERT(ip::checksum(ip::Bytes(data).subspan(1)) == by_definition(tail));
    }));
    CHECK(rc::check("in two pieces, the first one even", [](const Octets& data) {
        const std::size_t cut = *rc::gen::inRange<std::size_t>(0, data.size() / 2 + 1) * 2;
        ip::ChecksumSum sum;
        sum.add(ip::first(data, cut));
        sum.add(ip::after(data, cut));
        RC_ASSERT(sum.checksum() == by_definition(data));
    }));
}

TEST_CASE("wide and narrow lanes agree: a block alone is always summed with narrow ones") {
    CHECK(rc::check([] {
        const auto data = *rc::gen::container<Octets>(40 * ip::kSumBlock, rc::gen::arbitrary<std::uint8_t>());
        for (const std::size_t blocks : {1, 2, 3, 39, 40}) {
            std::uint64_t narrow = 0;
            for (std::size_t i = 0; i < blocks; ++i)
                narrow += ip::sum_blocks(&data[i * ip::kSumBlock], ip::kSumBlock);
            RC_ASSERT(ip::sum_blocks(data.data(), blocks * ip::kSumBlock) == narrow);
        }
    }));
}

TEST_CASE("no carry is lost over the longest packet of all ones") {
    const Octets data(65535, 0xff);
    CHECK(ip::checksum(data) == by_definition(data));
    ip::ChecksumSum sum;
    for (int i = 0; i < 100000; ++i) sum.add(ip::Bytes(data).first(65534));
    CHECK(sum.folded() == 0xffff);
}

TEST_CASE("data with its checksum in place sums up to all ones") {
    CHECK(rc::check("at any even place", [](Octets data) {
        data.resize(data.size() + 2 + data.size() % 2);
        const std::size_t at = *rc::gen::inRange<std::size_t>(0, data.size() / 2) * 2;
        data[at] = data[at + 1] = 0;
        const std::uint16_t checksum = ip::checksum(data);
        data[at] = static_cast<std::uint8_t>(checksum >> 8);
        data[at + 1] = static_cast<std::uint8_t>(checksum);
        ip::ChecksumSum sum;
        sum.add(data);
        RC_ASSERT(sum.folded() == 0xffff);
        RC_ASSERT(sum.is_good());
        data[data.size() - 2] ^= 0x40;
        ip::ChecksumSum damaged;
        damaged.add(data);
        RC_ASSERT(!damaged.is_good());
    }));
    ip::ChecksumSum nothing;
    nothing.add(Octets(40, 0));
    CHECK_FALSE(nothing.is_good());
}

TEST_CASE("the example of RFC 1624 section 4: 0x5555 becomes 0x3285 under a checksum of 0xdd2f") {
    CHECK(ip::update_checksum(0xdd2f, 0x5555, 0x3285) == 0x0000);
}

TEST_CASE("an updated checksum is the one computed anew (RFC 1624 equation 3)") {
    CHECK(rc::check([](std::uint16_t before, std::uint16_t after, const Octets& rest) {
        // RFC 1624 section 3: headers are never all zeros, which alone has two sums.
        Octets data{0x45, 0x00, static_cast<std::uint8_t>(before >> 8), static_cast<std::uint8_t>(before)};
        data.insert(data.end(), rest.begin(), rest.end());
        const std::uint16_t was = ip::checksum(data);
        data[2] = static_cast<std::uint8_t>(after >> 8);
        data[3] = static_cast<std::uint8_t>(after);
        RC_ASSERT(ip::update_checksum(was, before, after) == ip::checksum(data));
    }));
}

TEST_CASE("pseudo-headers sum up what RFC 9293 3.1 and RFC 8200 8.1 draw") {
    const ip::Ipv4Address src{0xc0000201}, dst{0xc6336402};
    const Octets v4{0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33, 0x64, 0x02, 0x00, 0x06, 0x05, 0xdc};
    CHECK(ip::pseudo_header(src, dst, 6, 1500).checksum() == by_definition(v4));
    const auto src6 = *ip::parse_ipv6_address("2001:db8::1"), dst6 = *ip::parse_ipv6_address("fe80::2:3");
    Octets v6(src6.octets.begin(), src6.octets.end());
    v6.insert(v6.end(), dst6.octets.begin(), dst6.octets.end());
    v6.insert(v6.end(), {0x00, 0x01, 0x11, 0x70, 0x00, 0x00, 0x00, 0x11});
    CHECK(ip::pseudo_header(src6, dst6, 17, 70000).checksum() == by_definition(v6));
}

}  // namespace
