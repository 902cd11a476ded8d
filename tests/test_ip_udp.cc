// UDP: RFC 768; over IPv6, RFC 8200 section 8.1; jumbograms, RFC 2675 section 4.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "ip/udp.h"

using namespace glass::ip;

namespace {

const Address kV4a = parse_address("10.0.0.1").value();
const Address kV4b = parse_address("10.0.0.2").value();
const Address kV6a = parse_address("2001:db8::1").value();
const Address kV6b = parse_address("2001:db8::2").value();

}  // namespace

TEST_CASE("parse undoes serialize, over both versions, and the checksum is right") {
    CHECK(rc::check([](std::uint16_t src_port, std::uint16_t dst_port, const Buffer& payload) {
        for (const bool v6 : {false, true}) {
            const Address& src = v6 ? kV6a : kV4a;
            const Address& dst = v6 ? kV6b : kV4b;
            Buffer out;
            UdpHeader{.src_port = src_port, .dst_port = dst_port, .payload = payload}.serialize(out, src,
                                                                                                dst);
            const auto h = parse_udp(out);
            RC_ASSERT(h && h->src_port == src_port && h->dst_port == dst_port && h->length == out.size());
            RC_ASSERT(std::ranges::equal(h->payload, payload));
            RC_ASSERT(h->checksum != 0);
            RC_ASSERT(udp_checksum_ok(out, src, dst));
            RC_ASSERT(!udp_checksum_ok(out, src, v6 ? kV6a : kV4a));  // not for another destination
            out.push_back(0x55);                                      // padding of the link
            RC_ASSERT(udp_checksum_ok(out, src, dst));
            const std::size_t bit = *rc::gen::inRange<std::size_t>(0, (out.size() - 1) * 8);
            out[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            const bool gone = load16(&out[6]) == 0;  // a flipped bit may make it "none"
            RC_ASSERT((gone && !v6) || !udp_checksum_ok(out, src, dst));
        }
    }));
}

TEST_CASE("RFC 768: a sum of zero is sent as all ones; zero means none, and IPv6 allows none of that") {
    // The payload is chosen so that the sum over everything is all ones.
    Buffer out;
    UdpHeader{.src_port = 1, .dst_port = 2, .payload = Buffer{0, 0}}.serialize(out, kV4a, kV4b);
    const Buffer complement = {out[6], out[7]};
    out.clear();
    UdpHeader{.src_port = 1, .dst_port = 2, .payload = complement}.serialize(out, kV4a, kV4b);
    CHECK(load16(&out[6]) == 0xffff);
    CHECK(udp_checksum_ok(out, kV4a, kV4b));

    Writer(out).patch16(6, 0);
    CHECK(udp_checksum_ok(out, kV4a, kV4b));
    CHECK_FALSE(udp_checksum_ok(out, kV6a, kV6b));
}

TEST_CASE("lengths") {
    struct Row {
        const char* name;
        std::uint16_t length;
        std::size_t there;
        bool parses;
        std::size_t payload;        ///< as read leniently
        std::uint32_t hop_payload;  ///< as the hop states it
        bool fault;
    };
    const Row rows[] = {
        {"exact", 12, 12, true, 4, 4, false},
        {"padding after it", 10, 12, true, 2, 2, false},
        {"header alone", 8, 8, true, 0, 0, false},
        {"below the header", 7, 12, false, 4, 0, true},
        {"beyond the end", 13, 12, false, 4, 5, true},
        {"zero in a small datagram", 0, 12, false, 4, kToTheEnd, true},
        {"zero in a jumbogram", 0, 70000, true, 69992, kToTheEnd, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Buffer datagram(row.there, 1);
        Writer(datagram).patch16(4, row.length);
        CHECK(parse_udp(datagram).has_value() == row.parses);
        CHECK(read_udp(datagram).payload.size() == row.payload);
        const Hop hop = step_udp(datagram, static_cast<std::uint32_t>(row.there));
        CHECK(hop.header_length == 8);
        CHECK(hop.payload_length == row.hop_payload);
        CHECK(static_cast<bool>(hop.fault) == row.fault);
    }
    for (std::size_t n = 0; n < 8; ++n) {
        CHECK(parse_udp(Buffer(n, 0)).error() == Error::truncated);
        CHECK_FALSE(udp_checksum_ok(Buffer(n, 0), kV4a, kV4b));
        CHECK(step_udp(Buffer(n, 0), 20).header_length == 0);
    }
}

TEST_CASE("ports say what the payload may be") {
    CHECK(step_udp(Buffer{0x12, 0x34, 0, 53, 0, 8, 0, 0}, 8).next == Proto::dns);
    CHECK(step_udp(Buffer{0x12, 0x34, 0x12, 0x34, 0, 8, 0, 0}, 8).next == Proto::data);
}
