// Descriptions of IP headers: every bit of a header belongs to exactly one field, and the JSON contract's
// keys are there.
#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "ip/icmpv6.h"
#include "ip/ipsec.h"
#include "ip/ipv4.h"
#include "ip/ipv6.h"
#include "ip/ipv6_extensions.h"
#include "ip/ipv6_options.h"
#include "ip/udp.h"
#include "tools/describe.h"

using namespace glass;
using namespace glass::tools;

namespace {

using Describe = void (*)(const Layer&, const Packet&, FieldList&);

bool is_mark(const Field& f) {
    using Kind = Field::Kind;
    return f.kind == Kind::list_begin || f.kind == Kind::list_end || f.kind == Kind::object_begin ||
           f.kind == Kind::object_end;
}

Layer layer_of(ip::Proto proto, ip::Bytes bytes) {
    Layer layer;
    layer.proto = proto;
    layer.header_length = layer.wire_length = static_cast<std::uint32_t>(bytes.size());
    layer.bytes = bytes;
    return layer;
}

std::vector<Field> described(Describe describe, ip::Bytes bytes, FieldList& list) {
    static const Packet packet;
    list.start(bytes);
    describe(layer_of(ip::Proto::ip, bytes), packet, list);
    return {list.fields().begin(), list.fields().end()};
}

ip::Buffer ipv4(const ip::Buffer& options) {
    ip::Buffer out;
    ip::Ipv4Header{.src = {0x0a000001}, .dst = {0x0a000002}, .options = options}.serialize(out);
    return out;
}

ip::Buffer ipv6(std::uint8_t next_header) {
    ip::Buffer out;
    ip::Ipv6Header{.next_header = next_header}.serialize(out);
    return out;
}

/// A message of this type, so long, and some octets after the first four.
ip::Buffer message(std::uint8_t type, std::size_t length, std::size_t from = 4,
                   const ip::Buffer& octets = {}) {
    ip::Buffer out(length, 0);
    out[0] = type;
    std::ranges::copy(octets, out.begin() + static_cast<std::ptrdiff_t>(from));
    return out;
}

struct Row {
    std::string name;
    Describe describe;
    ip::Buffer octets;
};

std::vector<Row> rows() {
    const ip::Buffer lsrr = {131, 11, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0};
    const ip::Buffer times = {68, 12, 13, 0x11, 1, 2, 3, 4, 0, 0, 1, 0};
    const ip::Buffer nd = {1, 1, 2, 0, 0, 0, 0, 1, 5, 1, 0, 0, 0, 0, 5, 220, 200, 1, 0, 0, 0, 0, 0, 0};
    ip::Buffer prefix(32, 0), dns(24, 0);
    prefix[0] = 3, prefix[1] = 4;
    dns[0] = 25, dns[1] = 3;
    ip::Buffer advertisement = message(134, 16);
    for (const ip::Buffer& more : {nd, prefix, dns})
        advertisement.insert(advertisement.end(), more.begin(), more.end());
    return {
        {"ip", describe_ip, ipv4({})},
        {"ip, source route", describe_ip, ipv4(lsrr)},
        {"ip, timestamps", describe_ip, ipv4(times)},
        {"ip, router alert and padding", describe_ip, ipv4({148, 4, 0, 0, 0, 0, 0, 0})},
        {"ip, bad option", describe_ip, ipv4({1, 7, 0, 9})},
        {"ip, bad route", describe_ip, ipv4({7, 5, 0, 9, 9, 0, 0, 0})},
        {"ipv6", describe_ipv6, ipv6(6)},
        {"hop-by-hop", describe_ipv6_hopopts, {6, 0, 5, 2, 0, 0, 1, 0}},
        {"hop-by-hop, jumbo", describe_ipv6_hopopts, {6, 0, 0xc2, 4, 0, 1, 0, 0}},
        {"destination options, unknown", describe_ipv6_dstopts, {6, 0, 0x9e, 3, 7, 8, 9, 0}},
        {"destination options, bad", describe_ipv6_dstopts, {6, 0, 0, 0x9e, 30, 8, 9, 0}},
        {"routing, source route", describe_ipv6_routing, message(6, 24, 1, {2, 0, 1})},
        {"routing, segments", describe_ipv6_routing, message(6, 32, 1, {3, 4, 1, 0})},
        {"routing, unknown", describe_ipv6_routing, message(6, 16, 1, {1, 99, 1})},
        {"fragment", describe_ipv6_fraghdr, {6, 0, 0x12, 0x35, 0, 0, 0, 9}},
        {"mobility", describe_ipv6_mobility, message(59, 16, 1, {1, 5})},
        {"ah", describe_ah, message(6, 24, 1, {4})},
        {"esp", describe_esp, message(1, 8)},
        {"udp", describe_udp, message(0, 8)},
        {"icmp, echo", describe_icmp, message(8, 8)},
        {"icmp, unreachable", describe_icmp, {3, 4, 0, 0, 0, 0, 5, 0}},
        {"icmp, unreachable port", describe_icmp, {3, 3, 0, 0, 0, 0, 0, 0}},
        {"icmp, parameter problem", describe_icmp, message(12, 8)},
        {"icmp, redirect", describe_icmp, message(5, 8)},
        {"icmp, source quench", describe_icmp, message(4, 8)},
        {"icmp, timestamp", describe_icmp, message(13, 20)},
        {"icmp, address mask", describe_icmp, message(17, 12)},
        {"icmp, router advertisement", describe_icmp, message(9, 8)},
        {"icmp, unknown", describe_icmp, message(99, 8)},
        {"icmpv6, echo", describe_icmpv6, message(128, 8)},
        {"icmpv6, too big", describe_icmpv6, message(2, 8)},
        {"icmpv6, unreachable", describe_icmpv6, message(1, 8)},
        {"icmpv6, parameter problem", describe_icmpv6, message(4, 8)},
        {"icmpv6, router solicitation", describe_icmpv6, message(133, 16, 8, {1, 1, 2})},
        {"icmpv6, router advertisement", describe_icmpv6, advertisement},
        {"icmpv6, neighbor solicitation", describe_icmpv6, message(135, 24)},
        {"icmpv6, neighbor advertisement", describe_icmpv6, message(136, 32, 24, {2, 1, 2})},
        {"icmpv6, redirect", describe_icmpv6, message(137, 48, 40, {2, 1, 2})},
        {"icmpv6, bad option", describe_icmpv6, message(135, 32, 24, {1, 0, 2})},
        {"icmpv6, listener query", describe_icmpv6, message(130, 24)},
        {"icmpv6, listener query 2", describe_icmpv6, message(130, 44, 27, {1})},
        {"icmpv6, listener query 2, no source and more", describe_icmpv6, message(130, 30)},
        {"icmpv6, listener query and more", describe_icmpv6, message(130, 26)},
        {"icmpv6, listener report 2", describe_icmpv6, message(143, 52, 7, {1, 4, 1, 0, 1})},
        {"icmpv6, unknown", describe_icmpv6, message(250, 8)},
    };
}

}  // namespace

TEST_CASE("every bit of a header belongs to exactly one field") {
    FieldList list(FieldList::For::people);
    for (const Row& row : rows()) {
        CAPTURE(row.name);
        std::vector<int> owners(row.octets.size() * 8, 0);
        for (const Field& f : described(row.describe, row.octets, list)) {
            if (is_mark(f)) continue;
            REQUIRE(f.bit + f.width <= owners.size());
            for (std::uint32_t bit = f.bit; bit < f.bit + f.width; ++bit) ++owners[bit];
        }
        const auto wrong = std::ranges::find_if(owners, [](int n) { return n != 1; });
        CAPTURE(wrong - owners.begin());
        CHECK(wrong == owners.end());
    }
}

TEST_CASE("numbers are what stands in their bits") {
    FieldList list(FieldList::For::columns);
    for (const Row& row : rows()) {
        CAPTURE(row.name);
        for (const Field& f : described(row.describe, row.octets, list)) {
            const bool is_number = f.kind == Field::Kind::number || f.kind == Field::Kind::boolean;
            if (!is_number || f.width == 0 || f.width > 32) continue;
            std::uint64_t value = 0;
            for (std::uint32_t bit = f.bit; bit < f.bit + f.width; ++bit)
                value = value << 1 | (row.octets[bit / 8] >> (7 - bit % 8) & 1);
            if (f.info->key == "hdr_len") value *= 4;
            if (f.info->key == "frag_offset" || f.info->key == "offset") value *= 8;
            CAPTURE(f.info->key);
            CHECK(f.number == value);
        }
    }
}

TEST_CASE("lists and objects close, whole or cut anywhere") {
    using For = FieldList::For;
    for (const For reader : {For::json, For::columns, For::people}) {
        FieldList list(reader);
        for (const Row& row : rows()) {
            CAPTURE(row.name);
            for (std::size_t n = 0; n <= row.octets.size(); ++n) {
                int depth = 0;
                for (const Field& f : described(row.describe, ip::Bytes(row.octets).first(n), list)) {
                    if (f.kind == Field::Kind::list_begin || f.kind == Field::Kind::object_begin) ++depth;
                    if (f.kind == Field::Kind::list_end || f.kind == Field::Kind::object_end) --depth;
                    REQUIRE(depth >= 0);
                    if (!is_mark(f)) CHECK((f.bit + f.width + 7) / 8 <= n);
                }
                CHECK(depth == 0);
            }
        }
    }
}

TEST_CASE("the keys of the JSON contract") {
    struct Keys {
        Describe describe;
        ip::Buffer octets;
        std::vector<std::string_view> keys;
    };
    const Keys contract[] = {
        {describe_ip,
         ipv4({148, 4, 0, 0}),
         {"src", "dst", "ttl", "id", "df", "mf", "frag_offset", "len", "hdr_len", "dsfield", "p", "checksum",
          "checksum_status", "options"}},
        {describe_ipv6, ipv6(6), {"src", "dst", "hlim", "nxt", "plen", "flow", "tclass"}},
        {describe_ipv6_fraghdr, ip::Buffer(8, 0), {"nxt", "id", "offset", "more"}},
        {describe_ipv6_hopopts, ip::Buffer(8, 0), {"nxt", "len"}},
        {describe_ipv6_routing, ip::Buffer(8, 0), {"nxt", "len"}},
        {describe_ah, ip::Buffer(12, 0), {"nxt", "len"}},
        {describe_icmp, message(8, 8), {"type", "code", "checksum_status", "ident", "seq"}},
        {describe_icmpv6, message(129, 8), {"type", "code", "checksum_status", "ident", "seq"}},
        {describe_udp, message(0, 8), {"srcport", "dstport", "length", "checksum_status"}},
    };
    const Packet packet;
    FieldList list(FieldList::For::columns);
    for (const Keys& row : contract) {
        Layer layer = layer_of(ip::Proto::ip, row.octets);
        layer.checksum = ChecksumStatus::good;
        list.start(row.octets);
        row.describe(layer, packet, list);
        for (const std::string_view key : row.keys) {
            CAPTURE(key);
            CHECK(std::ranges::any_of(list.fields(), [&](const Field& f) {
                return f.info && f.info->key == key && f.info->show == Show::everywhere;
            }));
        }
    }
}

TEST_CASE("what a datagram was put together from stands in the IP layer of the last fragment") {
    Packet packet;
    const ip::Buffer v6 = ipv6(44), fragment(8, 0), v4 = ipv4({});
    packet.layer_storage[0] = layer_of(ip::Proto::ip, v4);
    packet.layer_storage[1] = layer_of(ip::Proto::ipv6, v6);
    packet.layer_storage[2] = layer_of(ip::Proto::ipv6_fraghdr, fragment);
    packet.layer_count = 3;
    packet.reassembled = {{2, 3000, {4, 5}}};
    FieldList list(FieldList::For::columns);
    const auto has_reassembled = [&](Describe describe, std::size_t i) {
        list.start(packet.layers()[i].bytes);
        describe(packet.layers()[i], packet, list);
        return std::ranges::any_of(list.fields(),
                                   [](const Field& f) { return f.info && f.info->key == "reassembled"; });
    };
    CHECK_FALSE(has_reassembled(describe_ip, 0));
    CHECK(has_reassembled(describe_ipv6, 1));
    packet.reassembled[0].layer = 0;
    CHECK(has_reassembled(describe_ip, 0));
    CHECK_FALSE(has_reassembled(describe_ipv6, 1));
}

TEST_CASE("types and codes in words") {
    CHECK(icmp_text(3, 3) == "destination unreachable: port");
    CHECK(icmp_text(3, 200) == "destination unreachable");
    CHECK(icmp_text(8, 0) == "echo request");
    CHECK(icmpv6_text(4, 1) == "parameter problem: unknown next header");
    for (int type = 0; type < 256; ++type) {
        CHECK_FALSE(icmp_text(static_cast<std::uint8_t>(type), 0).empty());
        CHECK_FALSE(icmpv6_text(static_cast<std::uint8_t>(type), 0).empty());
    }
}
