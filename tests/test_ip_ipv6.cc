// IPv6: the header, extension headers and their options, the chain: RFC 8200, RFC 2675, RFC 5095, RFC 7112.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

#include "ip/datagram.h"
#include "ip/ip_steps.h"
#include "ip/ipsec.h"
#include "ip/ipv6.h"
#include "ip/ipv6_chain.h"
#include "ip/ipv6_extensions.h"
#include "ip/ipv6_options.h"
#include "ip/protocol_numbers.h"

using namespace glass::ip;
namespace pn = protocol_number;

namespace {

const Ipv6Address kSrc = parse_ipv6_address("2001:db8::1").value();
const Ipv6Address kDst = parse_ipv6_address("2001:db8::2").value();
const Ipv6Address kGroup = parse_ipv6_address("ff02::1").value();

Buffer packet_of(std::uint8_t next_header, const Buffer& payload, const Ipv6Address& dst = kDst) {
    Buffer out;
    Ipv6Header{.next_header = next_header, .src = kSrc, .dst = dst, .payload = payload}.serialize(out);
    return out;
}

Buffer operator+(Buffer a, const Buffer& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

bool same(Bytes a, Bytes b) {
    return std::ranges::equal(a, b);
}

const Buffer kUdp = {0, 53, 0, 53, 0, 8, 0, 0};

/// An options header with one option of this type and four octets of data.
Buffer options(std::uint8_t next, std::uint8_t type) {
    return {next, 0, type, 4, 0, 1, 0, 0};
}

Ipv6Chain walk(const Buffer& packet) {
    return walk_ipv6_chain(parse_ipv6(packet).value());
}

}  // namespace

TEST_CASE("RFC 8200 3: parse undoes serialize") {
    CHECK(rc::check(
        [](std::uint8_t traffic_class, std::uint8_t next, std::uint8_t hops, const Buffer& payload) {
            const Ipv6Header h{.traffic_class = traffic_class,
                               .flow_label = *rc::gen::inRange(0u, 1u << 20),
                               .next_header = std::max<std::uint8_t>(next, 1),
                               .hop_limit = hops,
                               .src = kSrc,
                               .dst = kGroup,
                               .payload = payload};
            Buffer out;
            h.serialize(out);
            const auto back = parse_ipv6(out);
            RC_ASSERT(back.has_value());
            RC_ASSERT(back->traffic_class == traffic_class && back->flow_label == h.flow_label);
            RC_ASSERT(back->next_header == h.next_header && back->hop_limit == hops);
            RC_ASSERT(back->src == kSrc && back->dst == kGroup && same(back->payload, payload));
        }));
}

TEST_CASE("RFC 8200 3: what a host refuses, and padding") {
    Buffer packet = packet_of(pn::udp, kUdp);
    CHECK(parse_ipv6(Bytes(packet).first(39)).error() == Error::truncated);
    CHECK(parse_ipv6(Bytes(packet).first(47)).error() == Error::bad_length);
    packet.resize(60);
    CHECK(parse_ipv6(packet)->payload.size() == 8);
    packet[0] = 0x45;
    CHECK(parse_ipv6(packet).error() == Error::bad_version);
}

TEST_CASE("RFC 2675: a jumbogram's length") {
    Buffer body = {pn::udp, 0, ipv6_option::jumbo_payload, 4, 0, 1, 0x11, 0x70};  // 70000
    body.resize(70000, 7);
    Buffer jumbo;
    Ipv6Header{.next_header = pn::hop_by_hop, .src = kSrc, .dst = kDst, .payload = body}.serialize(jumbo);
    CHECK(load16(&jumbo[4]) == 0);
    const auto h = parse_ipv6(jumbo);
    REQUIRE(h);
    CHECK(jumbo_payload_length(*h) == 70000);
    CHECK(h->payload.size() == 70000);
    const Hop hop = step_ipv6(Bytes(jumbo).first(128), 70060);
    CHECK(hop.payload_length == 70000);
    CHECK_FALSE(hop.fault);
    CHECK(step_ipv6(jumbo, 60000).fault.a == 70000);
    CHECK(parse_ipv6(Bytes(jumbo).first(69999)).error() == Error::bad_length);

    jumbo[45] = 0;  // 4464: what fits the length field must be there
    CHECK_FALSE(jumbo_payload_length(read_ipv6(jumbo)));
    CHECK(walk_ipv6_chain(*h).protocol == pn::udp);
}

TEST_CASE("a payload length of zero: offload to the end, unless nothing is said to follow") {
    Buffer packet = packet_of(pn::tcp, Buffer(30, 1));
    Writer(packet).patch16(4, 0);
    CHECK(step_ipv6(packet, 70).payload_length == kToTheEnd);
    packet[6] = pn::no_next_header;
    CHECK(step_ipv6(packet, 70).payload_length == 0);
}

TEST_CASE("RFC 8200 4.2: options") {
    struct Row {
        const char* name;
        Buffer options;
        std::vector<std::uint8_t> types;
        bool error;
    };
    const Row rows[] = {
        {"padding of one", {0, 0}, {0, 0}, false},
        {"padding of many", {1, 4, 0, 0, 0, 0}, {1}, false},
        {"padding of two", {1, 0}, {1}, false},
        {"router alert", {5, 2, 0, 0, 1, 0}, {5, 1}, false},
        {"beyond the end", {0, 5, 200, 0, 0, 0}, {0}, true},
        {"no length", {0, 0, 5}, {0, 0}, true},
        {"one octet beyond", {5, 2, 0}, {}, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Ipv6OptionReader in(row.options);
        std::vector<std::uint8_t> types;
        while (const auto option = in.next()) types.push_back(option->type);
        CHECK(types == row.types);
        CHECK(in.error().has_value() == row.error);
    }
}

TEST_CASE("RFC 6275 6.3: the home address") {
    Buffer list = {1, 0};
    const Ipv6Option option{.type = ipv6_option::home_address, .data = kDst.octets};
    serialize_ipv6_options({&option, 1}, list);
    CHECK(home_address(list) == kDst);
    list[3] = 15;  // shorter than an address
    CHECK_FALSE(home_address(list));
    CHECK_FALSE(home_address({}));
}

TEST_CASE("RFC 8200 4.2: options headers are padded to eights, and come back") {
    for (std::size_t n = 0; n < 30; ++n) {
        CAPTURE(n);
        const Buffer data(n, 9);
        const Ipv6Option option{.type = 0x1e, .data = data};
        Buffer list, out;
        serialize_ipv6_options({&option, 1}, list);
        Ipv6OptionsHeader{.next_header = pn::tcp, .options = list}.serialize(out);
        CHECK(out.size() % 8 == 0);
        const auto h = parse_ipv6_options_header(out);
        REQUIRE(h);
        CHECK(h->next_header == pn::tcp);
        CHECK(h->header_length() == out.size());
        Ipv6OptionReader in(h->options);
        CHECK(same(in.next()->data, data));
        while (const auto padding = in.next()) CHECK(padding->type <= ipv6_option::pad_n);
        CHECK_FALSE(in.error());
    }
}

TEST_CASE("routing, fragment, mobility and authentication headers: parse undoes serialize") {
    CHECK(rc::check([](std::uint8_t next, std::uint8_t a, bool flag, std::uint32_t word, Buffer data) {
        data.resize(data.size() / 8 * 8 + 4);
        Buffer out;
        Ipv6RoutingHeader{.next_header = next, .type = 200, .segments_left = a, .data = data}.serialize(out);
        const auto routing = parse_ipv6_routing_header(out);
        RC_ASSERT(routing && routing->next_header == next && routing->type == 200 &&
                  routing->segments_left == a);
        RC_ASSERT(same(routing->data, data) && routing->header_length() == out.size());

        out.clear();
        const Ipv6FragmentHeader f{.next_header = next,
                                   .reserved = a,
                                   .fragment_offset = word & 0xfff8,
                                   .reserved_bits = static_cast<std::uint8_t>(a & 3),
                                   .more_fragments = flag,
                                   .identification = word};
        f.serialize(out);
        const auto fragment = parse_ipv6_fragment_header(out);
        RC_ASSERT(fragment && fragment->next_header == next && fragment->reserved == a);
        RC_ASSERT(fragment->fragment_offset == f.fragment_offset &&
                  fragment->reserved_bits == f.reserved_bits);
        RC_ASSERT(fragment->more_fragments == flag && fragment->identification == word);

        out.clear();
        AuthenticationHeader{.next_header = next, .spi = word, .sequence = a, .icv = data}.serialize(out);
        const auto ah = parse_ah(out);
        RC_ASSERT(ah && ah->next_header == next && ah->spi == word && ah->sequence == a &&
                  same(ah->icv, data));
        RC_ASSERT(step_ah(out, static_cast<std::uint32_t>(out.size())).header_length == out.size());

        out.clear();
        data.resize(data.size() / 8 * 8 + 2);
        Ipv6MobilityHeader{.next_header = next, .type = a, .data = data}.serialize(out, kSrc, kDst);
        const auto mobility = parse_ipv6_mobility_header(out);
        RC_ASSERT(mobility && mobility->next_header == next && mobility->type == a &&
                  same(mobility->data, data));
    }));
}

TEST_CASE("routing headers that list addresses") {
    Buffer data(4, 0);
    data.insert(data.end(), kDst.octets.begin(), kDst.octets.end());
    data.insert(data.end(), kGroup.octets.begin(), kGroup.octets.end());
    Ipv6RoutingHeader h{.type = routing_type::source_route, .segments_left = 1, .data = data};
    CHECK(h.address_count() == 2);
    CHECK(final_destination(h) == kGroup);
    h.segments_left = 0;
    CHECK_FALSE(final_destination(h));

    h = {.type = routing_type::segment_routing, .segments_left = 1, .data = data};
    CHECK(h.address_count() == 1);  // Last Entry is 0: what follows are TLVs
    CHECK(final_destination(h) == kDst);

    Buffer out;
    Ipv6RoutingHeader{.type = routing_type::source_route, .segments_left = 3, .data = data}.serialize(out);
    CHECK(parse_ipv6_routing_header(out).error() == Error::bad_value);
    CHECK(step_ipv6_routing(out, 40).fault.a == 3);
    CHECK(step_ipv6_routing(out, 40).header_length == 40);
}

TEST_CASE("the chain, as a host goes through it") {
    const Buffer source_route = {pn::udp, 0, 0, 1, 0, 0, 0, 0};
    const Buffer fragment_first = {pn::udp, 0, 0, 1, 0, 0, 0, 9};
    struct Row {
        const char* name;
        Buffer packet;
        std::uint8_t protocol;
        std::uint32_t payload_at;
        std::uint32_t next_header_at;
        int code;  ///< of the Parameter Problem; -1: none; -2: discarded in silence
        std::uint32_t pointer;
    };
    const Row rows[] = {
        {"none", packet_of(pn::udp, kUdp), pn::udp, 40, 6, -1, 0},
        {"hop-by-hop", packet_of(pn::hop_by_hop, options(pn::udp, 5) + kUdp), pn::udp, 48, 40, -1, 0},
        {"two of destination options", packet_of(60, options(60, 1) + options(pn::udp, 1) + kUdp), pn::udp,
         56, 48, -1, 0},
        {"no next header", packet_of(pn::no_next_header, kUdp), 59, 40, 6, -1, 0},
        {"unknown", packet_of(60, options(200, 1) + kUdp), 200, 48, 40, -1, 0},
        {"4.1: hop-by-hop not first", packet_of(60, options(0, 1) + options(pn::udp, 1) + kUdp), 0, 48, 40, 1,
         40},
        {"4.2: 00, skip", packet_of(60, options(pn::udp, 0x1e) + kUdp), pn::udp, 48, 40, -1, 0},
        {"4.2: 01, discard", packet_of(60, options(pn::udp, 0x5e) + kUdp), 60, 40, 6, -2, 0},
        {"4.2: 10, report", packet_of(60, options(pn::udp, 0x9e) + kUdp), 60, 40, 6, 2, 42},
        {"4.2: 10, to a group", packet_of(60, options(pn::udp, 0x9e) + kUdp, kGroup), 60, 40, 6, 2, 42},
        {"4.2: 11, report", packet_of(60, options(pn::udp, 0xde) + kUdp), 60, 40, 6, 2, 42},
        {"4.2: 11, to a group", packet_of(60, options(pn::udp, 0xde) + kUdp, kGroup), 60, 40, 6, -2, 0},
        {"jumbo outside hop-by-hop", packet_of(60, options(pn::udp, 0xc2) + kUdp), 60, 40, 6, 2, 42},
        {"RFC 5095: RH0 with segments left", packet_of(pn::routing, source_route + kUdp), pn::routing, 40, 6,
         0, 42},
        {"4.4: no segments left", packet_of(pn::routing, Buffer{pn::udp, 0, 0, 0, 0, 0, 0, 0} + kUdp),
         pn::udp, 48, 40, -1, 0},
        {"AH", packet_of(pn::ah, Buffer{pn::udp, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2} + kUdp), pn::udp, 52, 40,
         -1, 0},
        {"length beyond the packet", packet_of(60, Buffer{pn::udp, 255, 1, 4, 0, 0, 0, 0} + kUdp), 60, 40, 6,
         -2, 0},
        {"option beyond its header", packet_of(60, Buffer{pn::udp, 0, 1, 9, 0, 0, 0, 0} + kUdp), 60, 40, 6,
         -2, 0},
        {"cut in the middle", packet_of(60, {pn::udp, 0, 1}), 60, 40, 6, -2, 0},
        {"fragment", packet_of(pn::fragment, fragment_first + kUdp), pn::udp, 48, 40, -1, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Ipv6Chain chain = walk(row.packet);
        CHECK(chain.protocol == row.protocol);
        CHECK(chain.payload_at == row.payload_at);
        CHECK(chain.next_header_at == row.next_header_at);
        const int code = !chain.problem ? -1 : chain.problem->report ? chain.problem->code : -2;
        CHECK(code == row.code);
        if (chain.problem) CHECK(chain.problem->pointer == row.pointer);
    }
}

TEST_CASE("a thousand chained headers end the walk") {
    Buffer payload;
    for (int i = 0; i < 1000; ++i) payload = payload + options(60, 1);
    const Ipv6Chain chain = walk(packet_of(60, payload));
    REQUIRE(chain.problem);
    CHECK_FALSE(chain.problem->report);
    CHECK(chain.payload_at <= 40 + 8 * (kMaxExtensionHeaders + 1));
}

TEST_CASE("fragments in the chain: RFC 6946, RFC 7112") {
    const Buffer atomic = {pn::udp, 0, 0, 0, 0, 0, 0, 9};
    CHECK_FALSE(walk(packet_of(pn::fragment, atomic + kUdp)).fragment);
    CHECK(walk(packet_of(pn::fragment, atomic + kUdp)).protocol == pn::udp);

    const Buffer first_of_more = {pn::destination_options, 0, 0, 1, 0, 0, 0, 9};
    const Ipv6Chain whole = walk(packet_of(pn::fragment, first_of_more + options(pn::udp, 1) + kUdp));
    REQUIRE(whole.fragment);
    CHECK(whole.fragment->identification == 9);
    CHECK_FALSE(whole.incomplete_first);
    CHECK(walk(packet_of(pn::fragment, first_of_more + options(pn::udp, 1))).incomplete_first);
    const auto d = parse_datagram(packet_of(pn::fragment, first_of_more + options(pn::tcp, 1) + kUdp));
    REQUIRE(d);
    REQUIRE(d->problem);
    CHECK(d->problem->code == parameter_problem_code::incomplete_first_fragment);

    const Buffer later = {pn::udp, 0, 0, 8, 0, 0, 0, 9};
    CHECK_FALSE(walk(packet_of(pn::fragment, later + Buffer(1, 0))).incomplete_first);
}

TEST_CASE("hops over extension headers") {
    const Buffer udp_options = options(pn::udp, 5) + kUdp;
    CHECK(step_ipv6_options_header(udp_options, 16).next == Proto::udp);
    CHECK(step_ipv6_options_header(udp_options, 16).header_length == 8);
    CHECK(step_ipv6_options_header(Buffer{17, 200, 0, 0}, 16).fault.a == 1608);
    const Hop bad = step_ipv6_options_header(Buffer{17, 0, 1, 9, 0, 0, 0, 0}, 8);
    CHECK(bad.header_length == 8);
    CHECK(bad.fault.a == 2);
    CHECK(step_ipv6_fragment(Buffer{17, 0, 0, 1, 0, 0, 0, 1}, 8).next == Proto::data);
    CHECK(step_ipv6_fragment(Buffer{17, 0, 0, 0, 0, 0, 0, 1}, 8).next == Proto::udp);
    CHECK(step_ipv6_mobility(Buffer{59, 0, 5, 0, 0, 0, 0, 0}, 8).header_length == 8);
    CHECK(step_esp(Buffer{0, 0, 0, 1, 0, 0, 0, 2, 3}, 9).header_length == 8);
    const Hop short_ah = step_ah(Buffer{17, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2}, 12);
    CHECK(short_ah.header_length == 8);  // named, and gone on with: Wireshark does, too
    CHECK(short_ah.fault.a == 8);
    CHECK(parse_ah(Buffer{17, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2}).error() == Error::bad_header_length);
    CHECK(step_ipv6(Buffer(39, 0x60), 39).fault.a == 40);
    CHECK(step_ipv6(Buffer(40, 0x45), 40).fault.a == 4);
}

TEST_CASE("any octets can be read, walked and stepped over") {
    CHECK(rc::check([](Buffer octets, std::uint8_t next) {
        const auto n = static_cast<std::uint32_t>(octets.size());
        for (const Step step : {step_ipv6, step_ipv6_options_header, step_ipv6_routing, step_ipv6_fragment,
                                step_ipv6_mobility, step_ah, step_esp})
            RC_ASSERT(step(octets, n).header_length <= n);
        const Ipv6Chain chain = walk(packet_of(next, octets));
        RC_ASSERT(chain.payload_at + chain.payload.size() == 40 + octets.size());
        const Ipv6Parts parts = parts_of_ipv6(packet_of(next, octets));
        RC_ASSERT(parts.per_fragment <= parts.all_headers && parts.all_headers <= 40 + octets.size());
    }));
}
