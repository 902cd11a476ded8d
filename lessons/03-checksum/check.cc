// Lesson 03: what an Internet checksum must do.
#include "lessons/frame/check.h"

#include "ip/checksum.h"

namespace {

using namespace glass;
using lesson::hex;
using lesson::octets;

/// RFC 1071 section 1 word for word.
std::uint16_t sum_by_definition(ip::Bytes data) {
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < data.size(); i += 2) {
        sum += std::uint32_t{data[i]} << 8 | (i + 1 < data.size() ? data[i + 1] : 0);
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<std::uint16_t>(sum);
}

/// In memory of exactly its size: whoever reads on is seen.
ip::Buffer some_octets(ip::Random& random, std::size_t size, std::uint64_t least = 0) {
    ip::Buffer data(size);
    for (auto& octet : data) octet = static_cast<std::uint8_t>(random.between(least, 255));
    data.shrink_to_fit();
    return data;
}

std::uint16_t folded_of(lesson::Check& check, ip::Bytes data) {
    check.restart();
    check.step("ChecksumSum sum");
    ip::ChecksumSum sum;
    check.step("sum.add({" + octets(data) + "})");
    sum.add(data);
    const std::uint16_t folded = sum.folded();
    check.step("sum.folded()  -> " + hex(folded));
    return folded;
}

void check_sum(lesson::Check& check, std::string_view what, const ip::Buffer& data) {
    check.equal_hex(what, sum_by_definition(data), folded_of(check, data));
}

LESSON_CASE("the example of RFC 1071", "RFC 1071 section 3: the numerical example 00 01 f2 03 f4 f5 f6 f7") {
    check_sum(check, "folded()", {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7});
}

LESSON_CASE("one word, two words", "RFC 1071 section 1 (1): adjacent octets are paired to 16-bit integers") {
    check_sum(check, "nothing at all", {});
    check_sum(check, "one word", {0x12, 0x34});
    check_sum(check, "two words", {0x12, 0x34, 0x56, 0x78});
    check_sum(check, "octets of 0x80 and above", {0x80, 0x81, 0xc0, 0x90});
}

LESSON_CASE("carries come round",
            "RFC 1071 section 1 (2): ones' complement addition, the carry is added back in") {
    check_sum(check, "one carry", {0xff, 0xff, 0x00, 0x01});
    check_sum(check, "a carry that makes another", {0xff, 0xff, 0xff, 0xff, 0x00, 0x01});
    check_sum(check, "the fold itself carries",
              {0x80, 0x00, 0x80, 0x00, 0x80, 0x00, 0x80, 0x00, 0xff, 0xfe, 0xff, 0xff});
    const ip::Buffer ones(65534, 0xff);
    check_sum(check, "the longest packet, all ones", ones);
    ip::ChecksumSum sum;
    check.restart();
    check.step("sum.add(65534 octets of 0xff), 3000 times");
    for (int i = 0; i < 3000; ++i) sum.add(ones);
    check.equal_hex("many packets in one sum", 0xffff, sum.folded());
    ip::Buffer megabyte(std::size_t{1} << 20, 0xff);
    megabyte.insert(megabyte.end(), {0x00, 0x01});
    check_sum(check, "a megabyte of ones, and a one: more carries than 32 bits hold", megabyte);
}

LESSON_CASE("an odd length", "RFC 1071 section 4.1: a last octet counts as if a zero octet followed it") {
    check_sum(check, "one octet", {0x12});
    check_sum(check, "three octets", {0x12, 0x34, 0x56});
    check_sum(check, "an odd length, the last octet 0xff", {0x00, 0x01, 0xff, 0xff, 0xff});
    check_sum(check, "eleven octets", {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
}

LESSON_CASE("any data of any length", "RFC 1071 section 1") {
    for (std::size_t size = 0; size < 300 && !check.failed(); ++size)
        check_sum(check, "folded()", some_octets(check.random(), size));
    for (int i = 0; i < 300 && !check.failed(); ++i)
        check_sum(check, "folded() of large octets",
                  some_octets(check.random(), check.random().below(3000), 200));
}

LESSON_CASE("one sum of several pieces",
            "RFC 1071 section 2 (A): the sum can be done in any order, in pieces") {
    for (int i = 0; i < 200 && !check.failed(); ++i) {
        const ip::Buffer data = some_octets(check.random(), check.random().between(2, 40));
        const std::size_t cut = 2 * check.random().below(data.size() / 2 + 1);
        check.restart();
        ip::ChecksumSum sum;
        for (const ip::Buffer& piece : {ip::Buffer(data.begin(), data.begin() + static_cast<long>(cut)),
                                        ip::Buffer(data.begin() + static_cast<long>(cut), data.end())}) {
            check.step("sum.add({" + octets(piece) + "})");
            sum.add(piece);
        }
        check.equal_hex("folded() after two pieces", sum_by_definition(data), sum.folded());
        check.equal_hex("folded() asked a second time", sum_by_definition(data), sum.folded());
    }
    check.restart();
    ip::ChecksumSum sum;
    for (const std::uint16_t word : {0x1234, 0xfedc, 0xffff}) {
        check.step("sum.add16(" + hex(word) + ")");
        sum.add16(word);
    }
    check.equal_hex("folded() of words", sum_by_definition(ip::Buffer{0x12, 0x34, 0xfe, 0xdc, 0xff, 0xff}),
                    sum.folded());
    check.step("sum.add({00 07})");
    sum.add(ip::Buffer{0x00, 0x07});
    check.equal_hex("folded() of words and octets",
                    sum_by_definition(ip::Buffer{0x12, 0x34, 0xfe, 0xdc, 0xff, 0xff, 0x00, 0x07}),
                    sum.folded());
}

LESSON_CASE("data with its checksum in place",
            "RFC 1071 section 1 (3): the sum over it is all ones, 0xffff") {
    for (int i = 0; i < 100 && !check.failed(); ++i) {
        ip::Buffer data = some_octets(check.random(), check.random().between(3, 60));
        data[0] = data[1] = 0;
        check.restart();
        check.step("checksum({" + octets(data) + "})");
        const std::uint16_t sum = ip::checksum(data);
        check.then(hex(sum));
        ip::store16(data.data(), sum);
        check.equal_hex("folded() over data and checksum", 0xffff, folded_of(check, data));
    }
}

LESSON_CASE("one word changes", "RFC 1624 section 3, equation 3: HC' = ~(~HC + ~m + m')") {
    check.step("update_checksum(0xdd2f, 0x5555, 0x3285): the example of RFC 1624 section 4");
    check.equal_hex("the example of RFC 1624", 0x0000, ip::update_checksum(0xdd2f, 0x5555, 0x3285));
    check.restart();
    check.step(
        "update_checksum(0x0000, 0xffff, 0x0000): one zero for the other, and the sum is still all ones");
    check.equal_hex("one zero for the other", 0x0000, ip::update_checksum(0x0000, 0xffff, 0x0000));
    check.restart();
    check.step("update_checksum(0x762e, 0x115d, 0x878c): 0x89d1 + 0xeea2 + 0x878c is 0x1ffff");
    check.equal_hex("a carry that makes another", 0xfffe, ip::update_checksum(0x762e, 0x115d, 0x878c));
    for (int i = 0; i < 100000 && !check.failed(); ++i) {
        ip::Buffer data = some_octets(check.random(), 20);
        data[0] = 0x45;  // never all zeros
        const auto place = static_cast<std::size_t>(2 * check.random().between(1, 9));
        if (check.random().chance({1, 8})) ip::store16(&data[place], 0xffff);
        const std::uint16_t was = static_cast<std::uint16_t>(~sum_by_definition(data));
        const std::uint16_t before = ip::load16(&data[place]);
        const auto after = check.random().chance({1, 8}) ? std::uint16_t{0}
                                                         : static_cast<std::uint16_t>(check.random().next());
        ip::store16(&data[place], after);
        const std::uint16_t anew = static_cast<std::uint16_t>(~sum_by_definition(data));
        const std::uint16_t updated = ip::update_checksum(was, before, after);
        if (updated == anew) continue;
        check.restart();
        check.step("a header whose checksum is " + hex(was));
        check.step("a word of it changes from " + hex(before) + " to " + hex(after));
        check.step("update_checksum(" + hex(was) + ", " + hex(before) + ", " + hex(after) + ")  -> " +
                   hex(updated));
        check.equal_hex("the updated checksum, and one computed anew", anew, updated);
    }
}

void check_pseudo(lesson::Check& check, std::string_view what, const ip::ChecksumSum& sum,
                  const ip::Buffer& drawn) {
    check.step("by the figure: " + octets(drawn));
    check.equal_hex(what, sum_by_definition(drawn), sum.folded());
}

LESSON_CASE("the pseudo-header of IPv4", "RFC 9293 section 3.1: addresses, zero, protocol, TCP length") {
    const ip::Ipv4Address src{0xc0000201}, dst{0xc6336402};
    check.step("pseudo_header(192.0.2.1, 198.51.100.2, 6, 1500)");
    check_pseudo(check, "TCP, 1500 octets", ip::pseudo_header(src, dst, 6, 1500),
                 {0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33, 0x64, 0x02, 0x00, 0x06, 0x05, 0xdc});
    check.restart();
    check.step("pseudo_header(192.0.2.1, 198.51.100.2, 17, 8)");
    check_pseudo(check, "UDP, 8 octets", ip::pseudo_header(src, dst, 17, 8),
                 {0xc0, 0x00, 0x02, 0x01, 0xc6, 0x33, 0x64, 0x02, 0x00, 0x11, 0x00, 0x08});
}

LESSON_CASE("the pseudo-header of IPv6",
            "RFC 8200 section 8.1: addresses, a length of 32 bits, next header") {
    const auto src = *ip::parse_ipv6_address("2001:db8::1"), dst = *ip::parse_ipv6_address("fe80::2:3");
    const auto drawn = [&](std::initializer_list<std::uint8_t> rest) {
        ip::Buffer all(src.octets.begin(), src.octets.end());
        all.insert(all.end(), dst.octets.begin(), dst.octets.end());
        all.insert(all.end(), rest);
        return all;
    };
    check.step("pseudo_header(2001:db8::1, fe80::2:3, 6, 1500)");
    check_pseudo(check, "TCP, 1500 octets", ip::pseudo_header(src, dst, 6, 1500),
                 drawn({0x00, 0x00, 0x05, 0xdc, 0x00, 0x00, 0x00, 0x06}));
    check.restart();
    check.step("pseudo_header(2001:db8::1, fe80::2:3, 17, 70000)");
    check_pseudo(check, "a length of more than 16 bits", ip::pseudo_header(src, dst, 17, 70000),
                 drawn({0x00, 0x01, 0x11, 0x70, 0x00, 0x00, 0x00, 0x11}));
}

}  // namespace
