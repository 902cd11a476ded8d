// ICMP: RFC 792, RFC 1122 section 3.2.2, RFC 1812 section 4.3; ICMPv6: RFC 4443, RFC 4861; extensions: RFC
// 4884.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "ip/icmpv6.h"
#include "ip/ipv4.h"
#include "ip/ipv6.h"
#include "ip/ipv6_chain.h"
#include "ip/protocol_numbers.h"

using namespace glass::ip;
namespace pn = protocol_number;

namespace {

const Ipv6Address kSrc = parse_ipv6_address("fe80::1").value();
const Ipv6Address kDst = parse_ipv6_address("fe80::2").value();

Buffer v4_packet(const char* src, const char* dst, std::uint8_t protocol, const Buffer& payload,
                 std::uint32_t offset = 0) {
    Buffer out;
    Ipv4Header{.fragment_offset = offset,
               .protocol = protocol,
               .src = parse_ipv4_address(src).value(),
               .dst = parse_ipv4_address(dst).value(),
               .payload = payload}
        .serialize(out);
    return out;
}

Buffer v6_packet(const char* src, const char* dst, std::uint8_t next_header, const Buffer& payload) {
    Buffer out;
    Ipv6Header{.next_header = next_header,
               .src = parse_ipv6_address(src).value(),
               .dst = parse_ipv6_address(dst).value(),
               .payload = payload}
        .serialize(out);
    return out;
}

bool same(Bytes a, Bytes b) {
    return std::ranges::equal(a, b);
}

}  // namespace

TEST_CASE("parse undoes serialize, for both versions") {
    CHECK(rc::check([](std::uint8_t code, std::uint32_t rest, const Buffer& payload) {
        Buffer out;
        IcmpHeader{.type = icmp_type::echo_request, .code = code, .rest = rest, .payload = payload}.serialize(
            out);
        const auto h = parse_icmp(out);
        RC_ASSERT(h && h->type == icmp_type::echo_request && h->code == code && h->rest == rest);
        RC_ASSERT(same(h->payload, payload));

        out.clear();
        serialize_icmpv6({.type = 128, .code = code, .rest = rest, .payload = payload}, out, kSrc, kDst);
        const auto h6 = parse_icmpv6(out, kSrc, kDst);
        RC_ASSERT(h6 && h6->type == 128 && h6->code == code && h6->rest == rest &&
                  same(h6->payload, payload));
        RC_ASSERT(!icmpv6_checksum_ok(out, kSrc, kSrc));
        out[*rc::gen::inRange<std::size_t>(0, out.size())] ^= 4;
        RC_ASSERT(!icmpv6_checksum_ok(out, kSrc, kDst));
    }));
}

TEST_CASE("RFC 792: echo; the reply carries the request's data") {
    const Buffer data = {1, 2, 3};
    Buffer out;
    echo_reply(echo_request(0x1234, 7, data)).serialize(out);
    const auto reply = parse_icmp(out);
    REQUIRE(reply);
    CHECK(reply->type == icmp_type::echo_reply);
    CHECK(reply->identifier() == 0x1234);
    CHECK(reply->sequence() == 7);
    CHECK(same(reply->payload, data));
    CHECK(echo_reply_v6(echo_request_v6(1, 2, data)).type == 129);
    CHECK(echo_reply_v6(echo_request_v6(1, 2, data)).rest == 0x10002);
}

TEST_CASE("truncated, and bad checksums") {
    for (std::size_t n = 0; n < 8; ++n) {
        CHECK(parse_icmp(Buffer(n, 0)).error() == Error::truncated);
        CHECK(parse_icmpv6(Buffer(n, 0), kSrc, kDst).error() == Error::truncated);
        CHECK(step_icmp(Buffer(n, 0), 8).header_length == 0);
        CHECK(step_icmpv6(Buffer(n, 0), 8).header_length == 0);
    }
    CHECK(parse_icmp(Buffer(8, 1)).error() == Error::bad_checksum);
    CHECK(parse_icmpv6(Buffer(8, 128), kSrc, kDst).error() == Error::bad_checksum);
    Buffer timestamp;
    IcmpHeader{.type = icmp_type::timestamp, .payload = Buffer(11, 0)}.serialize(timestamp);
    CHECK(parse_icmp(timestamp).error() == Error::truncated);
    // RFC 4861 4.3: a solicitation holds its target (CVE-2020-17443 is this kind of message, cut short).
    CHECK(parse_icmpv6(Buffer(23, icmpv6_type::neighbor_solicitation), kSrc, kDst).error() ==
          Error::truncated);
}

TEST_CASE("RFC 792: what errors say") {
    const Buffer packet = v4_packet("10.0.0.1", "10.0.0.2", pn::udp, Buffer(8, 0));
    CHECK(destination_unreachable(unreachable_code::fragmentation_needed, packet, 1400).next_hop_mtu() ==
          1400);
    CHECK(parameter_problem(20, packet).pointer() == 20);
    CHECK(redirect(1, {0x0a0000fe}, packet).gateway().value == 0x0a0000fe);
    CHECK(time_exceeded(1, packet).type == 11);
    CHECK(icmpv6_error(icmpv6_type::packet_too_big, 0, 1280, packet).mtu_v6() == 1280);
    const IcmpTimestamps t = read_icmp_timestamps(Buffer{0, 0, 0, 1, 0, 0, 0, 2, 0x80, 0, 0, 3});
    CHECK(t.originate == 1);
    CHECK(t.receive == 2);
    CHECK(t.transmit == 0x80000003);
}

TEST_CASE("RFC 1812 4.3.2.3, RFC 4443 2.4 (c): how much is quoted") {
    const Buffer large(3000, 1);
    Buffer out;
    time_exceeded(0, large).serialize(out);
    CHECK(out.size() + Ipv4Header::kMinLength == 576);
    out.clear();
    serialize_icmpv6(icmpv6_error(icmpv6_type::time_exceeded, 0, 0, large), out, kSrc, kDst);
    CHECK(out.size() + Ipv6Header::kLength == 1280);
    const Buffer small(28, 1);
    CHECK(time_exceeded(0, small).payload.size() == 28);
}

TEST_CASE("RFC 1122 3.2.2: packets that no error may be sent about") {
    const Buffer unreachable = {3, 1, 0, 0, 0, 0, 0, 0};
    const Buffer echo = {8, 0, 0, 0, 0, 0, 0, 0};
    struct Row {
        const char* name;
        Buffer packet;
        bool may;
    };
    const Row rows[] = {
        {"UDP", v4_packet("10.0.0.1", "10.0.0.2", pn::udp, echo), true},
        {"echo request", v4_packet("10.0.0.1", "10.0.0.2", pn::icmp, echo), true},
        {"an error", v4_packet("10.0.0.1", "10.0.0.2", pn::icmp, unreachable), false},
        {"ICMP without a type", v4_packet("10.0.0.1", "10.0.0.2", pn::icmp, {}), false},
        {"not the first fragment", v4_packet("10.0.0.1", "10.0.0.2", pn::udp, echo, 8), false},
        {"to all", v4_packet("10.0.0.1", "255.255.255.255", pn::udp, echo), false},
        {"to the network's broadcast", v4_packet("10.0.0.1", "10.0.0.255", pn::udp, echo), false},
        {"to a group", v4_packet("10.0.0.1", "224.0.0.1", pn::udp, echo), false},
        {"from nobody", v4_packet("0.0.0.0", "10.0.0.2", pn::udp, echo), false},
        {"from a group", v4_packet("224.0.0.9", "10.0.0.2", pn::udp, echo), false},
        {"from the broadcast address", v4_packet("10.0.0.255", "10.0.0.2", pn::udp, echo), false},
        {"from loopback", v4_packet("127.0.0.1", "10.0.0.2", pn::udp, echo), false},
        {"from class E", v4_packet("240.0.0.1", "10.0.0.2", pn::udp, echo), false},
        {"half a header", Buffer(10, 0x45), false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(may_send_icmp_error_about(row.packet, {0x0a0000ff}) == row.may);
    }
}

TEST_CASE("RFC 4443 2.4 (e): packets that no error may be sent about") {
    using namespace icmpv6_type;
    const Buffer unreachable = {1, 4, 0, 0, 0, 0, 0, 0};
    const Buffer redirected = {137, 0, 0, 0, 0, 0, 0, 0};
    const Buffer echo = {128, 0, 0, 0, 0, 0, 0, 0};
    const Buffer hidden = {58, 0, 1, 4, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0};
    struct Row {
        const char* name;
        Buffer packet;
        std::uint8_t type, code;
        bool may;
    };
    const Row rows[] = {
        {"echo request", v6_packet("2001:db8::1", "2001:db8::2", 58, echo), 1, 4, true},
        {"e.1: an error", v6_packet("2001:db8::1", "2001:db8::2", 58, unreachable), 1, 4, false},
        {"e.1: an error after options", v6_packet("2001:db8::1", "2001:db8::2", 60, hidden), 1, 4, false},
        {"e.2: a redirect", v6_packet("2001:db8::1", "2001:db8::2", 58, redirected), 1, 4, false},
        {"e.3: to a group", v6_packet("2001:db8::1", "ff02::1", 17, echo), 1, 4, false},
        {"e.3: to a group, too big", v6_packet("2001:db8::1", "ff02::1", 17, echo), 2, 0, true},
        {"e.3: to a group, unknown option", v6_packet("2001:db8::1", "ff02::1", 17, echo), 4, 2, true},
        {"e.3: to a group, other parameter problem", v6_packet("2001:db8::1", "ff02::1", 17, echo), 4, 0,
         false},
        {"e.6: from nobody", v6_packet("::", "2001:db8::2", 17, echo), 1, 4, false},
        {"e.6: from a group", v6_packet("ff02::1", "2001:db8::2", 17, echo), 1, 4, false},
        {"half a header", Buffer(20, 0x60), 1, 4, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(may_send_icmpv6_error_about(row.packet, row.type, row.code) == row.may);
    }
}

TEST_CASE("hops: which messages carry a packet") {
    for (int type = 0; type < 256; ++type) {
        CAPTURE(type);
        Buffer message(28, 0);
        message[0] = static_cast<std::uint8_t>(type);
        const bool quotes = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
        const Hop v4 = step_icmp(message, 28);
        CHECK((v4.next == Proto::ip) == quotes);
        CHECK(v4.header_length == (type == 13 || type == 14 ? 20u : type == 17 || type == 18 ? 12u : 8u));
        const Hop v6 = step_icmpv6(message, 28);
        CHECK((v6.next == Proto::ipv6) == (type >= 1 && type <= 4));
    }
    CHECK(step_icmpv6(Buffer(28, 137), 28).fault.b == 40);  // a redirect has two addresses
}

TEST_CASE("RFC 4884 5: the quote ends where the message says, extensions follow") {
    Buffer message(8 + 128 + 8, 0);
    message[0] = icmp_type::time_exceeded;
    message[5] = 32;
    CHECK(step_icmp(message, 144).payload_length == 128);
    message[5] = 0;
    CHECK(step_icmp(message, 144).payload_length == kToTheEnd);
    message[0] = icmp_type::redirect;
    message[5] = 32;  // here it is part of the gateway's address
    CHECK(step_icmp(message, 144).payload_length == kToTheEnd);
    message[0] = icmpv6_type::time_exceeded;
    message[4] = 16;
    CHECK(step_icmpv6(message, 144).payload_length == 128);
}

TEST_CASE("RFC 4861 4.6: options of Neighbor Discovery") {
    const Buffer good = {1, 1, 2, 0, 0, 0, 0, 1, 5, 1, 0, 0, 0, 0, 5, 0xdc};
    NdOptionReader in(good);
    const auto link = in.next();
    REQUIRE(link);
    CHECK(link->data.size() == 6);
    CHECK(in.next()->at == 8);
    CHECK_FALSE(in.next());
    CHECK_FALSE(in.error());

    for (const Buffer& bad : {Buffer{1, 0, 0, 0, 0, 0, 0, 0}, Buffer{1, 2, 0, 0, 0, 0, 0, 0}, Buffer{1}}) {
        NdOptionReader hostile(bad);
        CHECK_FALSE(hostile.next());
        CHECK(hostile.error() == Error::bad_option);
    }
}

TEST_CASE("RFC 4861 4.5: a redirect quotes the packet in an option") {
    Buffer message(40, 0);
    message[0] = icmpv6_type::redirect;
    CHECK(step_icmpv6(message, 40).header_length == 40);
    const Buffer options = {2, 1, 2, 0, 0, 0, 0, 1, 4, 6, 0, 0, 0, 0, 0, 0};
    message.insert(message.end(), options.begin(), options.end());
    message.resize(message.size() + 40, 0x60);
    const Hop hop = step_icmpv6(message, 96);
    CHECK(hop.next == Proto::ipv6);
    CHECK(hop.header_length == 56);
    CHECK(hop.payload_length == 40);
}

TEST_CASE("any octets can be read and stepped over") {
    CHECK(rc::check([](const Buffer& octets) {
        const auto n = static_cast<std::uint32_t>(octets.size());
        RC_ASSERT(step_icmp(octets, n).header_length <= n);
        RC_ASSERT(step_icmpv6(octets, n).header_length <= n);
        NdOptionReader in(octets);
        while (in.next()) RC_ASSERT(in.position() <= octets.size());
        (void)may_send_icmp_error_about(octets);
        (void)may_send_icmpv6_error_about(octets, 1, 0);
    }));
}
