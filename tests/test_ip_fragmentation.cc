// Fragmenting: RFC 791 section 3.2, RFC 8200 section 4.5; and back, with the reassembler.
#include <algorithm>
#include <doctest/doctest.h>
#include <random>
#include <rapidcheck.h>

#include "ip/fragments.h"
#include "ip/ipv6_fragmenting.h"

using namespace glass::ip;
using Status = FragmentOutcome::Status;

namespace {

const Address kV4a = parse_address("10.0.0.1").value();
const Address kV4b = parse_address("10.0.0.2").value();
const Address kV6a = parse_address("2001:db8::1").value();
const Address kV6b = parse_address("2001:db8::2").value();

Buffer pattern(std::size_t n) {
    Buffer out(n);
    for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    return out;
}

}  // namespace

TEST_CASE("fragmented at any MTU, shuffled and repeated, a packet comes back as it was") {
    CHECK(rc::check([] {
        const bool v6 = *rc::gen::arbitrary<bool>();
        const Buffer payload = pattern(*rc::gen::inRange<std::size_t>(0, 9000));
        const std::size_t mtu = *rc::gen::inRange<std::size_t>(v6 ? 96 : 68, 3000);
        DatagramHeader header{.src = v6 ? kV6a : kV4a,
                              .dst = v6 ? kV6b : kV4b,
                              .protocol = 17,
                              .dont_fragment = false,
                              .identification = 77};
        const Buffer copied = {148, 4, 0, 0, 7, 3, 4, 0};
        if (!v6 && *rc::gen::arbitrary<bool>()) header.options = copied;
        Buffer packet;
        header.serialize(packet, payload.size());
        Writer(packet).bytes(payload);

        auto pieces = (v6 ? fragment_ipv6(packet, mtu, 77) : fragment_ipv4(packet, mtu)).value();
        if (packet.size() <= mtu) {
            RC_ASSERT(pieces.size() == 1u && pieces[0] == packet);
            return;
        }
        for (const Buffer& p : pieces) RC_ASSERT(p.size() <= mtu);
        const std::size_t repeats = *rc::gen::inRange<std::size_t>(0, pieces.size());
        for (std::size_t i = 0; i < repeats; ++i) pieces.push_back(pieces[i]);
        std::shuffle(pieces.begin(), pieces.end(), std::mt19937(*rc::gen::arbitrary<unsigned>()));

        FragmentReassembler reassembler;
        std::size_t complete = 0;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const auto d = parse_datagram(pieces[i]);
            RC_ASSERT(d && d->fragment && !d->problem);
            const FragmentOutcome outcome = reassembler.add(*d->fragment, Time{}, i);
            if (outcome.status != Status::complete) continue;
            ++complete;
            RC_ASSERT(std::ranges::equal(outcome.payload, payload));
            RC_ASSERT(outcome.protocol == 17);
        }
        RC_ASSERT(complete >= 1u);  // twice where a full set of repetitions came after it
    }));
}

TEST_CASE("RFC 791 3.1: options without the copied flag stand in the first fragment alone") {
    Buffer packet;
    const Buffer options = {7, 7, 4, 0, 0, 0, 0, 1, 148, 4, 0, 0};
    const Buffer payload = pattern(200);
    Ipv4Header{
        .identification = 9, .protocol = 17, .src = {1}, .dst = {2}, .options = options, .payload = payload}
        .serialize(packet);
    const auto pieces = fragment_ipv4(packet, 100);
    REQUIRE(pieces);
    REQUIRE(pieces->size() == 3);
    CHECK(parse_ipv4((*pieces)[0])->options.size() == 12);
    for (std::size_t i = 1; i < 3; ++i) {
        const auto h = parse_ipv4((*pieces)[i]);
        REQUIRE(h);
        CHECK(std::ranges::equal(h->options, Buffer{148, 4, 0, 0}));
        CHECK(h->identification == 9);
        CHECK(h->more_fragments == (i != 2));
        CHECK(h->fragment_offset == 64 + (i - 1) * 72);
    }
}

TEST_CASE("a fragment may be fragmented, and keeps its More Fragments") {
    Buffer packet;
    Ipv4Header{.more_fragments = true, .fragment_offset = 800, .protocol = 17, .payload = Buffer(64, 1)}
        .serialize(packet);
    const auto pieces = fragment_ipv4(packet, 60);
    REQUIRE(pieces);
    REQUIRE(pieces->size() == 2);
    CHECK(parse_ipv4((*pieces)[1])->fragment_offset == 840);
    CHECK(parse_ipv4((*pieces)[1])->more_fragments);
}

TEST_CASE("RFC 791 3.2: only fragments that others follow are rounded to eight octets") {
    Buffer v4, v6;
    Ipv4Header{.protocol = 17, .payload = Buffer(56 + 63, 1)}.serialize(v4);
    CHECK(fragment_ipv4(v4, 83)->size() == 2);  // 56 octets, then the 63 that there is room for
    Ipv6Header{.next_header = 17, .payload = Buffer(56 + 63, 1)}.serialize(v6);
    CHECK(fragment_ipv6(v6, 111, 1)->size() == 2);
}

TEST_CASE("what cannot be fragmented") {
    Buffer v4, v6;
    Ipv4Header{.dont_fragment = true, .protocol = 17, .payload = Buffer(100, 1)}.serialize(v4);
    CHECK(fragment_ipv4(v4, 68).error() == Error::bad_value);
    v4[6] = 0;
    CHECK(fragment_ipv4(v4, 68).error() == Error::bad_checksum);
    v4.clear();
    Ipv4Header{.protocol = 17, .payload = Buffer(100, 1)}.serialize(v4);
    CHECK(fragment_ipv4(v4, 27).error() == Error::too_long);
    CHECK(fragment_ipv4(v4, 28)->size() == 13);

    Ipv6Header{.next_header = 44, .payload = Buffer(100, 0)}.serialize(v6);
    CHECK(fragment_ipv6(v6, 80, 1).error() == Error::bad_value);
    v6.clear();
    Ipv6Header{.next_header = 6, .payload = Buffer(100, 0)}.serialize(v6);
    CHECK(fragment_ipv6(v6, 71, 1).error() ==
          Error::too_long);  // RFC 7112: the TCP header in the first fragment
    CHECK(fragment_ipv6(v6, 72, 1).has_value());
    CHECK(fragment_ipv6(v6, 40, 1).error() == Error::too_long);
}

TEST_CASE("RFC 8200 4.5: headers for routers stand in every fragment") {
    Buffer body = {43, 0, 5, 2, 0, 0, 1, 0,   // hop-by-hop
                   60, 0, 0, 0, 0, 0, 0, 0,   // routing
                   17, 0, 1, 4, 0, 0, 0, 0};  // destination options: for the destination alone
    const Buffer udp = pattern(100);
    body.insert(body.end(), udp.begin(), udp.end());
    Buffer packet;
    Ipv6Header{.next_header = 0, .src = kV6a.v6, .dst = kV6b.v6, .payload = body}.serialize(packet);
    const auto pieces = fragment_ipv6(packet, 128, 5);
    REQUIRE(pieces);
    FragmentReassembler reassembler;
    FragmentOutcome outcome;
    for (const Buffer& p : *pieces) {
        const auto d = parse_datagram(p);
        REQUIRE(d);
        REQUIRE(d->fragment);
        CHECK(d->payload_at == 64);
        CHECK(p[48] == 44);
        outcome = reassembler.add(*d->fragment, Time{}, 1);
    }
    REQUIRE(outcome.status == Status::complete);
    CHECK(outcome.protocol == 60);
    CHECK(std::ranges::equal(outcome.payload, Bytes(body).subspan(16)));
    const auto h = parse_ipv6(outcome.header);
    const Ipv6Chain rest = walk_ipv6_chain(read_ipv6(outcome.header), outcome.protocol, outcome.payload, 56);
    CHECK(rest.protocol == 17);
    CHECK(rest.payload_at == 64);
    CHECK(std::ranges::equal(rest.payload, udp));
}
