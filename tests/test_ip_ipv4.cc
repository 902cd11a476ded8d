// IPv4: header and options, RFC 791 section 3.1, RFC 1122 section 3.2.1.
#include <algorithm>
#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <string>

#include "ip/checksum.h"
#include "ip/datagram.h"
#include "ip/ip_steps.h"
#include "ip/ipv4.h"
#include "ip/ipv4_options.h"
#include "ip/protocol_numbers.h"

using namespace glass::ip;

namespace {

/// 10.0.0.1 > 192.0.2.7, UDP, DF, ttl 63, "glass" as payload.
const Buffer kPacket = {0x45, 0x00, 0x00, 0x19, 0x12, 0x34, 0x40, 0x00, 0x3f, 0x11, 0x00, 0x00, 10,
                        0,    0,    1,    192,  0,    2,    7,    'g',  'l',  'a',  's',  's'};

Buffer with_checksum(Buffer packet) {
    Writer(packet).patch16(10, 0);
    const std::size_t length = std::min<std::size_t>((packet[0] & 15) * 4u, packet.size());
    Writer(packet).patch16(10, checksum(Bytes(packet).first(length)));
    return packet;
}

Buffer with(std::size_t at, std::uint8_t value) {
    Buffer packet = kPacket;
    packet[at] = value;
    return with_checksum(packet);
}

bool same(Bytes a, Bytes b) {
    return std::ranges::equal(a, b);
}

}  // namespace

TEST_CASE("RFC 791 3.1: fields of a header") {
    const Buffer packet = with_checksum(kPacket);
    const auto h = parse_ipv4(packet);
    REQUIRE(h);
    CHECK(h->version == 4);
    CHECK(h->header_length() == 20);
    CHECK(h->total_length == 25);
    CHECK(h->identification == 0x1234);
    CHECK(h->dont_fragment);
    CHECK_FALSE(h->more_fragments);
    CHECK_FALSE(h->is_fragment());
    CHECK(h->ttl == 63);
    CHECK(h->protocol == protocol_number::udp);
    CHECK(to_string(h->src) == "10.0.0.1");
    CHECK(to_string(h->dst) == "192.0.2.7");
    CHECK(std::string(h->payload.begin(), h->payload.end()) == "glass");
}

TEST_CASE("RFC 791 3.1: flags and fragment offset, in octets") {
    const Ipv4Header evil = read_ipv4(with(6, 0x80));
    CHECK(evil.reserved);
    CHECK_FALSE(evil.dont_fragment);
    Buffer packet = kPacket;
    packet[6] = 0x3f;
    packet[7] = 0xff;
    const Ipv4Header last = read_ipv4(packet);
    CHECK(last.more_fragments);
    CHECK(last.fragment_offset == 65528);
    CHECK(last.is_fragment());
}

TEST_CASE("RFC 1122 3.2.1: what a host refuses") {
    struct Row {
        const char* name;
        Buffer packet;
        Error error;
    };
    const Row rows[] = {
        {"no octet", {}, Error::truncated},
        {"nineteen octets", {kPacket.begin(), kPacket.begin() + 19}, Error::truncated},
        {"version 6", with(0, 0x65), Error::bad_version},
        {"IHL 4", with(0, 0x44), Error::bad_header_length},
        {"IHL beyond the packet", with(0, 0x4f), Error::bad_header_length},
        {"total length below the header's", with(3, 19), Error::bad_length},
        {"total length zero", with(3, 0), Error::bad_length},
        {"total length beyond the packet", with(3, 26), Error::bad_length},
        {"checksum", kPacket, Error::bad_checksum},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto h = parse_ipv4(row.packet);
        REQUIRE_FALSE(h);
        CHECK(h.error() == row.error);
    }
}

TEST_CASE("octets after the total length are padding") {
    Buffer packet = with_checksum(kPacket);
    packet.resize(46, 0xee);
    const auto h = parse_ipv4(packet);
    REQUIRE(h);
    CHECK(h->payload.size() == 5);
}

TEST_CASE("every prefix can be read, and none but the whole be parsed") {
    const Buffer packet = with_checksum(kPacket);
    for (std::size_t n = 0; n < packet.size(); ++n) {
        CAPTURE(n);
        const Bytes prefix = Bytes(packet).first(n);
        CHECK(read_ipv4(prefix).payload.size() == (n > 20 ? n - 20 : 0));
        CHECK_FALSE(parse_ipv4(prefix));
        CHECK((step_ipv4(prefix, 25).header_length == 20) == (n >= 20));
    }
}

TEST_CASE("RFC 791 3.1: any single bit of the header is covered by the checksum") {
    const Buffer good = with_checksum(kPacket);
    for (std::size_t bit = 0; bit < 160; ++bit) {
        Buffer packet = good;
        packet[bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
        CAPTURE(bit);
        CHECK_FALSE(parse_ipv4(packet));
    }
}

TEST_CASE("a hop names what is wrong, and goes on where it can") {
    struct Row {
        const char* name;
        Buffer packet;
        std::uint32_t wire_length, header_length, payload_length;
        Proto next;
        const char* fault;
    };
    const Row rows[] = {
        {"sound", with(8, 64), 25, 20, 5, Proto::udp, nullptr},
        {"padded", with(8, 64), 46, 20, 5, Proto::udp, nullptr},
        {"total length 0: offload", with(3, 0), 25, 20, kToTheEnd, Proto::udp, nullptr},
        {"total length too small", with(3, 7), 25, 20, 0, Proto::udp,
         "total length {} is below the header length {}"},
        {"total length too large", with(3, 99), 25, 20, 79, Proto::udp,
         "total length {} exceeds the {} bytes there are"},
        {"IHL 3", with(0, 0x43), 25, 0, kToTheEnd, Proto::data, "header length {} is below 20"},
        {"IHL 15", with(0, 0x4f), 25, 0, kToTheEnd, Proto::data,
         "header length {} exceeds the {} bytes there are"},
        {"version 5", with(0, 0x55), 25, 0, kToTheEnd, Proto::data, "version {} in an IPv4 header"},
        {"first fragment", with(6, 0x20), 25, 20, 5, Proto::data, nullptr},
        {"later fragment", with(7, 1), 25, 20, 5, Proto::data, nullptr},
        {"unknown protocol", with(9, 200), 25, 20, 5, Proto::data, nullptr},
        {"IPv4 in IPv4", with(9, 4), 25, 20, 5, Proto::ip, nullptr},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Hop hop = step_ipv4(row.packet, row.wire_length);
        CHECK(hop.header_length == row.header_length);
        CHECK(hop.payload_length == row.payload_length);
        CHECK(hop.next == row.next);
        CHECK(std::string(hop.fault ? hop.fault.what : "") == std::string(row.fault ? row.fault : ""));
    }
}

TEST_CASE("parse undoes serialize") {
    CHECK(rc::check([] {
        Buffer options = *rc::gen::container<Buffer>(rc::gen::arbitrary<std::uint8_t>());
        options.resize(std::min<std::size_t>(options.size(), 40) / 4 * 4);
        const Buffer payload = *rc::gen::container<Buffer>(rc::gen::arbitrary<std::uint8_t>());
        const Ipv4Header h{.tos = *rc::gen::arbitrary<std::uint8_t>(),
                           .identification = *rc::gen::arbitrary<std::uint16_t>(),
                           .reserved = *rc::gen::arbitrary<bool>(),
                           .dont_fragment = *rc::gen::arbitrary<bool>(),
                           .more_fragments = *rc::gen::arbitrary<bool>(),
                           .fragment_offset = *rc::gen::inRange(0u, 8192u) * 8,
                           .ttl = *rc::gen::arbitrary<std::uint8_t>(),
                           .protocol = *rc::gen::arbitrary<std::uint8_t>(),
                           .src = {*rc::gen::arbitrary<std::uint32_t>()},
                           .dst = {*rc::gen::arbitrary<std::uint32_t>()},
                           .options = options,
                           .payload = payload};
        Buffer out(3, 0xaa);  // appends, and does not look at what stands before
        h.serialize(out);
        const auto back = parse_ipv4(Bytes(out).subspan(3));
        RC_ASSERT(back.has_value());
        RC_ASSERT(back->tos == h.tos && back->identification == h.identification &&
                  back->reserved == h.reserved);
        RC_ASSERT(back->dont_fragment == h.dont_fragment && back->more_fragments == h.more_fragments);
        RC_ASSERT(back->fragment_offset == h.fragment_offset && back->ttl == h.ttl &&
                  back->protocol == h.protocol);
        RC_ASSERT(back->src == h.src && back->dst == h.dst);
        RC_ASSERT(same(back->options, options) && same(back->payload, payload));
        RC_ASSERT(back->header_length() == 20 + options.size());
    }));
}

TEST_CASE("any octets can be read and stepped over") {
    CHECK(rc::check([](const Buffer& octets) {
        const Ipv4Header h = read_ipv4(octets);
        RC_ASSERT(h.payload.size() <= octets.size());
        const Hop hop = step_ipv4(octets, static_cast<std::uint32_t>(octets.size()));
        RC_ASSERT(hop.header_length <= octets.size());
        Ipv4OptionReader options(octets);
        std::size_t sum = 0;
        while (const auto option = options.next()) sum += option->length();
        RC_ASSERT(sum == options.position() && sum <= octets.size());
    }));
}

TEST_CASE("RFC 791 3.1: options, and hostile lengths of theirs") {
    struct Row {
        const char* name;
        Buffer options;
        std::vector<std::uint8_t> types;
        bool error;
    };
    const Row rows[] = {
        {"none", {}, {}, false},
        {"no operation, end", {1, 0, 0, 0}, {1, 0}, false},
        {"nothing after the end counts", {0, 7, 0, 9}, {0}, false},
        {"router alert", {148, 4, 0, 0}, {148}, false},
        {"length 0", {1, 7, 0, 4}, {1}, true},
        {"length 1", {1, 1, 7, 1}, {1, 1}, true},
        {"length 2: no data", {7, 2, 1, 0}, {7, 1, 0}, false},
        {"beyond the end", {148, 4, 0, 0, 7, 39, 4, 0}, {148}, true},
        {"a type without a length", {1, 1, 1, 7}, {1, 1, 1}, true},
        {"unknown", {0x5e, 3, 9, 0}, {0x5e, 0}, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        Ipv4OptionReader in(row.options);
        std::vector<std::uint8_t> types;
        while (const auto option = in.next()) types.push_back(option->type);
        CHECK(types == row.types);
        CHECK(in.error().has_value() == row.error);
    }
}

TEST_CASE("options, written and read") {
    const Buffer route = {4, 192, 0, 2, 1, 192, 0, 2, 2};
    const Ipv4Option options[] = {{.type = ipv4_option::no_operation},
                                  {.type = ipv4_option::loose_source_route, .data = route}};
    Buffer octets;
    serialize_ipv4_options(options, octets);
    CHECK(octets == Buffer{1, 131, 11, 4, 192, 0, 2, 1, 192, 0, 2, 2});
    CHECK(final_destination(octets) == parse_ipv4_address("192.0.2.2").value());
    octets[3] = 12;  // the pointer is beyond the last address: the route is done
    CHECK_FALSE(final_destination(octets));
}

TEST_CASE("RFC 791 3.1: route and timestamp options") {
    const Buffer route = {8, 10, 0, 0, 1, 10, 0, 0, 2, 0, 0, 0, 0};
    const auto recorded = parse_route_option(route);
    REQUIRE(recorded);
    CHECK(recorded->count() == 3);
    CHECK(recorded->done() == 1);
    CHECK(to_string(recorded->address(1)) == "10.0.0.2");
    CHECK_FALSE(parse_route_option(Buffer{}));
    CHECK_FALSE(parse_route_option(Buffer{3, 1, 2, 3, 4}));
    CHECK_FALSE(parse_route_option(Buffer{4, 1, 2, 3}));

    const Buffer stamped = {13, 0x21, 10, 0, 0, 1, 0, 0, 1, 0};
    const auto times = parse_timestamp_option(stamped);
    REQUIRE(times);
    CHECK(times->overflow == 2);
    CHECK(times->count() == 1);
    CHECK(to_string(times->address(0)) == "10.0.0.1");
    CHECK(times->time(0) == 256);
    CHECK_FALSE(parse_timestamp_option(Buffer{5}));
    CHECK_FALSE(parse_timestamp_option(Buffer{4, 0}));
    CHECK_FALSE(parse_timestamp_option(Buffer{5, 1, 1, 2, 3, 4}));
}

TEST_CASE("a datagram of either version") {
    const Address v4(parse_ipv4_address("192.0.2.1").value());
    const Address v6(parse_ipv6_address("2001:db8::1").value());
    for (const Address& a : {v4, v6}) {
        const DatagramHeader h{.src = a, .dst = a, .protocol = protocol_number::tcp, .tos = 0xb8};
        Buffer packet;
        h.serialize(packet, 3);
        CHECK(packet.size() == h.header_length());
        Writer(packet).bytes(Buffer{1, 2, 3});
        const auto d = parse_datagram(packet);
        REQUIRE(d);
        CHECK(d->src == a);
        CHECK(d->dst == a);
        CHECK(d->protocol == protocol_number::tcp);
        CHECK(d->tos == 0xb8);
        CHECK(d->hop_limit == 64);
        CHECK(same(d->payload, Buffer{1, 2, 3}));
        CHECK(d->payload_at == h.header_length());
        CHECK_FALSE(d->fragment);
        CHECK_FALSE(d->problem);
    }
    CHECK(parse_datagram({}).error() == Error::truncated);
    CHECK(parse_datagram(Buffer(40, 0x50)).error() == Error::bad_version);
}
