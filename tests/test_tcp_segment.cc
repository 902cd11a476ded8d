// Segment: the header of RFC 9293 section 3.1, read and written.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>
#include <vector>

#include "tcp/segment.h"

namespace {

using namespace glass::tcp;
namespace ip = glass::ip;

const ip::Address kClient = ip::Ipv4Address{0xc0000201};  // 192.0.2.1
const ip::Address kServer = ip::Ipv4Address{0xc6336402};  // 198.51.100.2

ip::Address v6(std::uint8_t last) {
    return ip::Ipv6Address{{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last}};
}

/// A SYN as a Linux client sends it, from 192.0.2.1 to 198.51.100.2.
const ip::Buffer kSyn = {
    0xc0, 0x00, 0x00, 0x50,                          // source port 49152, destination port 80
    0x3a, 0xba, 0x5c, 0x01,                          // SEG.SEQ
    0x00, 0x00, 0x00, 0x00,                          // SEG.ACK
    0xa0, 0x02, 0xfa, 0xf0,                          // data offset 10, SYN, window 64240
    0x46, 0x47, 0x00, 0x00,                          // checksum, urgent pointer
    0x02, 0x04, 0x05, 0xb4,                          // MSS 1460
    0x04, 0x02,                                      // SACK permitted
    0x08, 0x0a, 0x00, 0xb1, 0xc2, 0xd3, 0, 0, 0, 0,  // timestamps
    0x01,                                            // NOP
    0x03, 0x03, 0x07,                                // window scale 7
};

/// "hello" with timestamps and Accurate ECN's third bit, from [2001:db8::1]:443 to [2001:db8::2]:50000.
const ip::Buffer kHello = {
    0x01, 0xbb, 0xc3, 0x50, 0xff, 0xff, 0xff, 0xfe, 0x01, 0x02, 0x03, 0x04, 0x81,
    0x18, 0x01, 0xf6, 0x0b, 0x4e, 0x00, 0x00, 0x01, 0x01, 0x08, 0x0a, 0x00, 0x00,
    0x00, 0x0a, 0x00, 0x00, 0x00, 0x0b, 'h',  'e',  'l',  'l',  'o',
};

ip::Buffer with(ip::Buffer octets, std::size_t at, std::uint8_t value) {
    octets[at] = value;
    return octets;
}

TEST_CASE("a SYN is read field by field, RFC 9293 section 3.1") {
    const auto segment = parse_segment(kSyn);
    REQUIRE(segment);
    CHECK(segment->src_port == 49152);
    CHECK(segment->dst_port == 80);
    CHECK(segment->seq == Seq(0x3aba5c01));
    CHECK(segment->ack == Seq(0));
    CHECK(segment->data_offset == 40);
    CHECK(segment->flags == SYN);
    CHECK(segment->window == 64240);
    CHECK(segment->checksum == 0x4647);
    CHECK(segment->urgent_pointer == 0);
    CHECK(segment->options.size() == 20);
    CHECK(segment->options.data() == kSyn.data() + 20);
    CHECK(segment->payload.empty());
    CHECK(segment_checksum_ok(kSyn, kClient, kServer));
}

TEST_CASE("data over IPv6, with a flag in the thirteenth octet, RFC 9768") {
    const auto segment = parse_segment(kHello);
    REQUIRE(segment);
    CHECK(segment->flags == (AE | PSH | ACK));
    CHECK(segment->seq == Seq(0xfffffffe));
    CHECK(segment->options.size() == 12);
    CHECK(std::string(segment->payload.begin(), segment->payload.end()) == "hello");
    CHECK(segment_checksum_ok(kHello, v6(1), v6(2)));
    CHECK_FALSE(segment_checksum_ok(kHello, v6(1), v6(3)));
}

TEST_CASE("every changed octet breaks the checksum, MUST-3") {
    for (std::size_t at = 0; at < kHello.size(); ++at) {
        CAPTURE(at);
        CHECK_FALSE(segment_checksum_ok(with(kHello, at, kHello[at] ^ 0x04), v6(1), v6(2)));
    }
}

TEST_CASE("what cannot be a segment is refused, RFC 9293 section 3.1") {
    struct Row {
        const char* what;
        ip::Buffer octets;
        ip::Error error;
    };
    const Row rows[] = {
        {"nothing", {}, ip::Error::truncated},
        {"nineteen octets", {kSyn.begin(), kSyn.begin() + 19}, ip::Error::truncated},
        {"data offset 0", with(kSyn, 12, 0x00), ip::Error::bad_header_length},
        {"data offset 4", with(kSyn, 12, 0x40), ip::Error::bad_header_length},
        {"data offset 11 of 40 octets", with(kSyn, 12, 0xb0), ip::Error::bad_header_length},
        {"the last octet of the options is missing",
         {kSyn.begin(), kSyn.end() - 1},
         ip::Error::bad_header_length},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto segment = parse_segment(row.octets);
        REQUIRE_FALSE(segment);
        CHECK(segment.error() == row.error);
    }
}

TEST_CASE("read_segment gives what is there and zeros beyond, for every prefix") {
    const Segment whole = read_segment(kHello);
    for (std::size_t n = 0; n <= kHello.size(); ++n) {
        CAPTURE(n);
        const std::vector<std::uint8_t> exact(kHello.begin(),
                                              kHello.begin() + static_cast<std::ptrdiff_t>(n));
        const Segment s = read_segment(exact);
        CHECK(s.src_port == (n >= 2 ? whole.src_port : n == 1 ? 0x0100 : 0));
        CHECK((n >= 8 ? s.seq == whole.seq : n > 4 || s.seq == Seq(0)));
        CHECK(s.data_offset == (n >= 13 ? 32 : 0));
        CHECK(s.flags == (n >= 14 ? whole.flags : n == 13 ? 0x100 : 0));
        CHECK(s.options.size() == (n >= 20 ? std::min<std::size_t>(n - 20, 12) : 0));
        CHECK(s.payload.size() == (n >= 32 ? n - 32 : 0));
        CHECK(parse_segment(exact).has_value() == (n >= 32));
    }
    const ip::Buffer short_offset = with(kHello, 12, 0x10);
    CHECK(read_segment(short_offset).options.empty());
    CHECK(read_segment(short_offset).payload.size() == kHello.size() - 20);
}

TEST_CASE("SEG.LEN counts SYN and FIN, RFC 9293 section 3.4") {
    const ip::Buffer text(10);
    struct Row {
        std::uint16_t flags;
        std::size_t octets;
        std::uint32_t len;
    };
    const Row rows[] = {{ACK, 0, 0},         {SYN, 0, 1},         {SYN | ACK, 0, 1},   {FIN | ACK, 0, 1},
                        {ACK | PSH, 10, 10}, {FIN | ACK, 10, 11}, {SYN | FIN, 10, 12}, {RST, 10, 10}};
    for (const Row& row : rows) {
        CAPTURE(flags_text(row.flags));
        CHECK(Segment{.flags = row.flags, .payload = ip::first(text, row.octets)}.len() == row.len);
    }
}

TEST_CASE("flags in words") {
    struct Row {
        std::uint16_t flags;
        const char* text;
    };
    const Row rows[] = {{0, ""},
                        {SYN, "SYN"},
                        {SYN | ACK, "SYN,ACK"},
                        {FIN | ACK, "FIN,ACK"},
                        {PSH | ACK, "PSH,ACK"},
                        {FIN | PSH | URG, "FIN,PSH,URG"},
                        {SYN | ECE | CWR, "SYN,ECE,CWR"},
                        {ACK | AE, "ACK,AE"},
                        {0x200, "Reserved"},
                        {0xfff, "FIN,SYN,RST,PSH,ACK,URG,ECE,CWR,AE,Reserved"}};
    for (const Row& row : rows) CHECK(flags_text(row.flags) == row.text);
    for (std::uint16_t flags = 0; flags <= kFlagBits; ++flags)
        CHECK(flags_text(flags).size() <= kMaxFlagsText);
}

TEST_CASE("what was read is written again, octet for octet") {
    ip::Buffer out;
    read_segment(kSyn).serialize(out, kClient, kServer);
    CHECK(out == kSyn);
    out = {0xaa};  // serialize() appends
    read_segment(kHello).serialize(out, v6(1), v6(2));
    CHECK(out.size() == kHello.size() + 1);
    CHECK(std::equal(kHello.begin(), kHello.end(), out.begin() + 1));
}

TEST_CASE("options are padded with zeros, MUST-69") {
    const ip::Buffer options = {0x03, 0x03, 0x07, 0x04, 0x02};
    ip::Buffer out;
    Segment{.flags = SYN, .options = options}.serialize(out, kClient, kServer);
    REQUIRE(out.size() == 28);
    CHECK(out[12] == 0x70);
    CHECK((out[25] | out[26] | out[27]) == 0);
    CHECK(segment_checksum_ok(out, kClient, kServer));
}

TEST_CASE("any segment survives writing and reading") {
    CHECK(rc::check(
        "round trip", [](std::uint16_t ports, std::uint32_t seq, std::uint32_t ack, std::uint16_t window) {
            const auto options =
                *rc::gen::resize(10, rc::gen::container<ip::Buffer>(rc::gen::arbitrary<std::uint8_t>()));
            const auto payload = *rc::gen::container<ip::Buffer>(rc::gen::arbitrary<std::uint8_t>());
            const auto flags = *rc::gen::inRange<std::uint16_t>(0, kFlagBits + 1);
            const bool six = *rc::gen::arbitrary<bool>();
            Segment segment;
            segment.src_port = ports;
            segment.dst_port = static_cast<std::uint16_t>(~ports);
            segment.seq = Seq(seq);
            segment.ack = Seq(ack);
            segment.flags = flags;
            segment.window = window;
            segment.urgent_pointer = static_cast<std::uint16_t>(window / 2);
            segment.options = options;
            segment.payload = payload;
            const ip::Address src = six ? v6(1) : kClient;
            const ip::Address dst = six ? v6(2) : kServer;
            ip::Buffer out;
            segment.serialize(out, src, dst);
            RC_ASSERT(segment_checksum_ok(out, src, dst));
            const auto back = parse_segment(out);
            RC_ASSERT(back.has_value());
            RC_ASSERT(back->src_port == segment.src_port && back->dst_port == segment.dst_port);
            RC_ASSERT(back->seq == segment.seq && back->ack == segment.ack && back->flags == segment.flags);
            RC_ASSERT(back->window == segment.window && back->urgent_pointer == segment.urgent_pointer);
            RC_ASSERT(back->data_offset == 20 + (options.size() + 3) / 4 * 4);
            RC_ASSERT(std::ranges::equal(ip::first(back->options, options.size()), options));
            RC_ASSERT(std::ranges::equal(back->payload, payload));
            RC_ASSERT(back->len() == segment.len());
        }));
}

TEST_CASE("one hop of a walk") {
    struct Row {
        const char* what;
        ip::Buffer captured;
        std::uint32_t wire_length;
        std::uint32_t header_length;
        const char* fault;
        std::uint32_t a;
        std::uint32_t b;
    };
    const ip::Buffer cut(kSyn.begin(), kSyn.begin() + 32);
    const Row rows[] = {
        {"whole", kHello, 37, 32, nullptr, 0, 0},
        {"payload cut by the snap length", kHello, 1400, 32, nullptr, 0, 0},
        {"fixed header cut",
         {kSyn.begin(), kSyn.begin() + 8},
         8,
         0,
         "header needs {} bytes, {} captured",
         20,
         8},
        {"options cut", cut, 40, 40, "header length {} exceeds the {} bytes captured", 40, 32},
        {"header longer than the segment", cut, 32, 0, "header length {} exceeds the {} bytes of the segment",
         40, 32},
        {"too short a header", with(kSyn, 12, 0x40), 40, 0, "header length {} is less than 20", 16, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const ip::Hop hop = step_tcp(row.captured, row.wire_length);
        CHECK(hop.header_length == row.header_length);
        CHECK(hop.next == ip::Proto::data);
        CHECK(hop.payload_length == ip::kToTheEnd);
        CHECK(std::string(hop.fault ? hop.fault.what : "") == (row.fault ? row.fault : ""));
        CHECK(hop.fault.a == row.a);
        CHECK(hop.fault.b == row.b);
    }
}

}  // namespace
