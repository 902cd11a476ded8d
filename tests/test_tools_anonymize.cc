// Anonymizing: where addresses are found, and checksums that stay as right as they were.
#include <doctest/doctest.h>
#include <memory>
#include <rapidcheck.h>

#include "ip/checksum.h"
#include "ip/datagram.h"
#include "ip/ethernet.h"
#include "ip/icmpv6.h"
#include "ip/udp.h"
#include "tcp/segment.h"
#include "tests/hop_rows.h"
#include "tools/anonymize.h"
#include "tools/dissect.h"
#include "tools/lone_frame.h"

using namespace glass;
using tools::Anonymizer;

namespace {

ip::Ipv4Address v4(std::string_view text) {
    return ip::parse_ipv4_address(text).value();
}
ip::Ipv6Address v6(std::string_view text) {
    return ip::parse_ipv6_address(text).value();
}
ip::MacAddress mac(std::string_view text) {
    return ip::parse_mac_address(text).value();
}

ip::Frame frame_of(ip::Bytes octets, ip::LinkType link) {
    ip::Frame frame;
    frame.number = 1;
    frame.bytes = octets;
    frame.length = static_cast<std::uint32_t>(octets.size());
    frame.link = link;
    return frame;
}

ip::Buffer anonymized(Anonymizer& anonymizer, ip::Bytes octets, ip::LinkType link) {
    const ip::Frame out = anonymizer.rewrite(frame_of(octets, link));
    return {out.bytes.begin(), out.bytes.end()};
}

/// The statuses of all checksums, outermost first.
std::vector<tools::ChecksumStatus> checksums_of(ip::Bytes octets, ip::LinkType link) {
    const auto packet = std::make_unique<tools::Packet>();
    packet->frame = frame_of(octets, link);
    tools::dissect(*packet, true);
    std::vector<tools::ChecksumStatus> statuses;
    for (const tools::Layer& layer : packet->layers())
        if (layer.checksum != tools::ChecksumStatus::none) statuses.push_back(layer.checksum);
    return statuses;
}

ip::Buffer ip_packet(const ip::Address& src, const ip::Address& dst, std::uint8_t protocol,
                     ip::Bytes payload) {
    ip::Buffer out;
    const ip::DatagramHeader header{.src = src, .dst = dst, .protocol = protocol};
    header.serialize(out, payload.size());
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}
ip::Buffer udp_packet(const ip::Address& src, const ip::Address& dst, std::uint16_t dst_port,
                      ip::Bytes payload) {
    ip::Buffer datagram;
    const ip::UdpHeader header{.src_port = 4000, .dst_port = dst_port, .payload = payload};
    header.serialize(datagram, src, dst);
    return ip_packet(src, dst, 17, datagram);
}
ip::Buffer tcp_packet(const ip::Address& src, const ip::Address& dst, ip::Bytes payload) {
    ip::Buffer segment;
    tcp::Segment header;
    header.src_port = 1024;
    header.dst_port = 80;
    header.flags = tcp::ACK;
    header.payload = payload;
    header.serialize(segment, src, dst);
    return ip_packet(src, dst, 6, segment);
}
ip::Buffer ethernet(std::uint16_t type, ip::Bytes payload) {
    ip::Buffer out;
    ip::EthernetHeader{.dst = mac("00:11:22:33:44:55"), .src = mac("02:0a:0b:0c:0d:0e"), .type = type}
        .serialize(out);
    out.insert(out.end(), payload.begin(), payload.end());
    return out;
}
ip::Buffer operator+(ip::Buffer a, ip::Bytes b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

const ip::Buffer kText = {'a', ' ', 't', 'e', 'x', 't', '!'};  // an odd length: the last word is half a word

}  // namespace

// ---- places ----

TEST_CASE("where addresses are") {
    using Kind = tools::AddressPlace::Kind;
    struct Row {
        const char* name;
        std::uint32_t link;
        const char* octets;
        std::vector<std::tuple<Kind, std::uint32_t, std::uint32_t>> places;  ///< kind, at, octets
    };
    constexpr auto kMac = Kind::mac;
    constexpr auto kV4 = Kind::ipv4;
    constexpr auto kV6 = Kind::ipv6;
    const std::string v6_header =
        "60000000 0000 3bff 20010db8000000000000000000000001 20010db8000000000000000000000002";
    const std::string icmpv6 =
        "60000000 0038 3aff fe800000000000000000000000000001 ff0200000000000000000000000000 01";
    const std::string solicitation =
        icmpv6 + "8700 0000 00000000 20010db8000000000000000000000009 0101 aabbccddeeff";
    const std::string advertisement = icmpv6 +
                                      "8600 0000 40000000 00000000 00000000 0304 40c0 00000000 00000000 "
                                      "00000000 20010db8000100000000000000000000";
    const std::string in_ipv4 = "4500003c 00000000 40290000 0a000001 0a000002" + v6_header;
    const Row rows[] = {
        {"Ethernet, RFC 826 ARP",
         1,
         "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002",
         {{kMac, 0, 6}, {kMac, 6, 6}, {kMac, 22, 6}, {kV4, 28, 4}, {kMac, 32, 6}, {kV4, 38, 4}}},
        {"IPv4, RFC 791 record route",
         228,
         "48000024 00000000 40fd0000 0a000001 0a000002 070b04 0a000003 00000000 00 41424344",
         {{kV4, 12, 4}, {kV4, 16, 4}, {kV4, 23, 4}, {kV4, 27, 4}}},
        {"IPv4, RFC 791 timestamps with addresses",
         228,
         "48000020 00000000 40fd0000 0a000001 0a000002 440c0501 0a000003 00000001",
         {{kV4, 12, 4}, {kV4, 16, 4}, {kV4, 24, 4}}},
        {"IPv4, timestamps alone",
         228,
         "48000020 00000000 40fd0000 0a000001 0a000002 440c0500 0a000003 00000001",
         {{kV4, 12, 4}, {kV4, 16, 4}}},
        {"RFC 792 redirect, and the packet it quotes",
         228,
         "45000038 00000000 40010000 0a000001 0a000002 05010000 0a0000fe 4500001c 00000000 40110000 0a000002 "
         "0a000009 0035 0035 0008 0000",
         {{kV4, 12, 4}, {kV4, 16, 4}, {kV4, 24, 4}, {kV4, 40, 4}, {kV4, 44, 4}}},
        {"RFC 3376 report",
         228,
         "4500002c 00000000 01020000 0a000001 e0000016 2200 0000 00000001 01 00 0002 ef010203 0a000004 "
         "0a000005",
         {{kV4, 12, 4}, {kV4, 16, 4}, {kV4, 32, 4}, {kV4, 36, 4}, {kV4, 40, 4}}},
        {"a header that is cut off in its second address",
         228,
         "4500001c 00000000 40110000 0a000001 0a00",
         {{kV4, 12, 4}, {kV4, 16, 2}}},
        {"RFC 4861 solicitation",
         229,
         solicitation.c_str(),
         {{kV6, 8, 16}, {kV6, 24, 16}, {kV6, 48, 16}, {kMac, 66, 6}}},
        {"RFC 4861 prefix information",
         229,
         advertisement.c_str(),
         {{kV6, 8, 16}, {kV6, 24, 16}, {kV6, 72, 16}}},
        {"LINUX_SLL", 113, "0000 0001 0006 020000000001 0000 86dd", {{kMac, 6, 6}}},
        {"LINUX_SLL of a GRE tunnel", 113, "0000 030a 0004 0a000001 00000000 0800", {{kV4, 6, 4}}},
        {"LINUX_SLL2", 276, "86dd 0000 00000001 0001 00 06 020000000001 0000", {{kMac, 12, 6}}},
        {"6in4, RFC 4213", 228, in_ipv4.c_str(), {{kV4, 12, 4}, {kV4, 16, 4}, {kV6, 28, 16}, {kV6, 44, 16}}},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.name));
        const ip::Buffer octets = tests::octets(row.octets);
        const auto packet = std::make_unique<tools::Packet>();
        tools::dissect_alone(*packet, frame_of(octets, ip::LinkType{row.link}));
        std::vector<tools::AddressPlace> places;
        tools::find_addresses(*packet, places);
        decltype(row.places) found;
        for (const auto& place : places) found.emplace_back(place.kind, place.at, place.there);
        CHECK(found == row.places);
    }
}

// ---- checksums ----

namespace {

/// Packets with every checksum there is, and tunnels in which each covers others.
std::vector<std::pair<std::string, ip::Buffer>> packets_with_checksums() {
    const ip::Address a4 = v4("10.0.0.1"), b4 = v4("192.168.7.9"), a6 = v6("2001:db8::1"), b6 = v6("fe80::9");
    const ip::Buffer udp4 = udp_packet(a4, b4, 9, kText), udp6 = udp_packet(a6, b6, 9, kText);
    const ip::Buffer tcp4 = tcp_packet(a4, b4, kText), tcp6 = tcp_packet(a6, b6, kText);
    ip::Buffer error4, error6;
    ip::destination_unreachable(3, udp4).serialize(error4);
    serialize_icmpv6(ip::icmpv6_error(1, 4, 0, tcp6), error6, b6.v6, a6.v6);
    const ip::Buffer vxlan = tests::octets("08000000 00002a00") + ethernet(0x0800, tcp4);
    ip::Buffer gre = tests::octets("8000 86dd 0000 0000") + udp6;
    const std::uint16_t sum = ip::checksum(gre);
    gre[4] = static_cast<std::uint8_t>(sum >> 8);
    gre[5] = static_cast<std::uint8_t>(sum);
    ip::Buffer igmp = tests::octets("1600 0000 ef010203");
    const std::uint16_t igmp_sum = ip::checksum(igmp);
    igmp[2] = static_cast<std::uint8_t>(igmp_sum >> 8);
    igmp[3] = static_cast<std::uint8_t>(igmp_sum);
    return {{"UDP over IPv4", udp4},
            {"UDP over IPv6", udp6},
            {"TCP over IPv4", tcp4},
            {"TCP over IPv6", tcp6},
            {"ICMP that quotes UDP", ip_packet(b4, a4, 1, error4)},
            {"ICMPv6 that quotes TCP", ip_packet(b6, a6, 58, error6)},
            {"TCP in VXLAN in UDP", udp_packet(b4, a4, 4789, vxlan)},
            {"IPv6 in GRE with a checksum", ip_packet(a4, b4, 47, gre)},
            {"TCP in IPv4 in IPv4", ip_packet(b4, a4, 4, tcp4)},
            {"IGMP", ip_packet(a4, v4("239.1.2.3"), 2, igmp)}};
}

}  // namespace

TEST_CASE("right checksums stay right, wrong ones wrong: RFC 1624") {
    Anonymizer anonymizer("a key");
    for (const auto& [name, packet] : packets_with_checksums()) {
        CAPTURE(name);
        const bool is_v4 = packet[0] >> 4 == 4;
        const ip::LinkType link = is_v4 ? ip::LinkType::ipv4 : ip::LinkType::ipv6;
        const ip::Buffer out = anonymized(anonymizer, packet, link);
        CHECK(out != packet);
        CHECK(checksums_of(out, link) == checksums_of(packet, link));
        for (std::size_t i = is_v4 ? 20 : 40; i < packet.size();
             ++i) {  // one octet of noise, anywhere after the header
            ip::Buffer noisy = packet;
            noisy[i] ^= 0x5a;
            const auto before = checksums_of(noisy, link);
            const auto after = checksums_of(anonymized(anonymizer, noisy, link), link);
            CAPTURE(i);
            CHECK(before == after);
        }
    }
}

TEST_CASE("GRE and IGMP, whose checksums nobody verifies here, add up as well") {
    Anonymizer anonymizer("a key");
    for (const auto& [name, packet] : packets_with_checksums()) {
        if (!name.starts_with("IPv6 in GRE") && name != "IGMP") continue;
        CAPTURE(name);
        CHECK(ip::checksum(ip::after(packet, 20)) == 0);
        CHECK(ip::checksum(ip::after(anonymized(anonymizer, packet, ip::LinkType::ipv4), 20)) == 0);
    }
}

TEST_CASE("a checksum that UDP left out stays left out, and none becomes so: RFC 768") {
    const ip::Address a = v4("10.0.0.1"), b = v4("10.0.0.2");
    Anonymizer anonymizer("a key");
    ip::Buffer packet = udp_packet(a, b, 9, kText);
    packet[26] = packet[27] = 0;
    const ip::Buffer out = anonymized(anonymizer, packet, ip::LinkType::ipv4);
    CHECK(ip::load16(&out[26]) == 0);
    bool any_absent = false;
    for (std::uint32_t i = 0; i < 70'000; ++i) {  // every sum comes up
        packet[28] = static_cast<std::uint8_t>(i >> 8);
        packet[29] = static_cast<std::uint8_t>(i);
        packet[26] = 0x12;
        packet[27] = static_cast<std::uint8_t>(i >> 9);
        any_absent = any_absent || ip::load16(&anonymized(anonymizer, packet, ip::LinkType::ipv4)[26]) == 0;
    }
    CHECK(!any_absent);
}

TEST_CASE("a checksum left to the network card can still be told as such") {
    const ip::Address a = v4("10.0.0.1"), b = v4("192.168.0.2");
    ip::Buffer packet = tcp_packet(a, b, kText);
    const std::uint16_t partial =
        ip::pseudo_header(a.v4(), b.v4(), 6, static_cast<std::uint32_t>(packet.size() - 20)).folded();
    packet[36] = static_cast<std::uint8_t>(partial >> 8);
    packet[37] = static_cast<std::uint8_t>(partial);
    Anonymizer anonymizer("a key");
    const ip::Buffer out = anonymized(anonymizer, packet, ip::LinkType::ipv4);
    const ip::Ipv4Address src{ip::load32(&out[12])}, dst{ip::load32(&out[16])};
    CHECK(src != a.v4());
    CHECK(ip::load16(&out[36]) ==
          ip::pseudo_header(src, dst, 6, static_cast<std::uint32_t>(packet.size() - 20)).folded());
}

TEST_CASE("a TCP checksum in the second fragment follows the addresses, too") {
    const ip::Address a = v4("10.0.0.1"), b = v4("192.168.0.2");
    const ip::Buffer whole = tcp_packet(a, b, kText);
    Anonymizer anonymizer("a key");
    for (const std::size_t first : {8u, 16u}) {
        const auto fragment = [&](std::size_t offset, std::size_t length, bool more) {
            ip::Ipv4Header h{.more_fragments = more,
                             .fragment_offset = static_cast<std::uint16_t>(offset),
                             .protocol = 6,
                             .src = a.v4(),
                             .dst = b.v4()};
            h.payload = ip::Bytes(whole).subspan(20 + offset, length);
            ip::Buffer out;
            h.serialize(out);
            return anonymized(anonymizer, out, ip::LinkType::ipv4);
        };
        const ip::Buffer one = fragment(0, first, true),
                         two = fragment(first, whole.size() - 20 - first, false);
        const ip::Buffer header(one.begin(), one.begin() + 20);
        ip::Buffer together = anonymized(anonymizer, whole, ip::LinkType::ipv4);
        together.resize(20);
        together = together + ip::after(one, 20) + ip::after(two, 20);
        CHECK(together == anonymized(anonymizer, whole, ip::LinkType::ipv4));
    }
}

TEST_CASE(
    "a frame cut anywhere is the front of the whole frame's replacement, but for Ethernet addresses in "
    "pieces") {
    Anonymizer anonymizer("a key");
    for (const auto& [name, packet] : packets_with_checksums()) {
        CAPTURE(name);
        const ip::LinkType link = packet[0] >> 4 == 4 ? ip::LinkType::ipv4 : ip::LinkType::ipv6;
        const ip::Bytes original = packet;
        const std::size_t addresses_end = link == ip::LinkType::ipv4 ? 20 : 40;
        const ip::Buffer whole = anonymized(anonymizer, packet, link);
        for (std::size_t n = 1; n < packet.size(); ++n) {
            ip::Frame frame = frame_of(original.first(n), link);
            frame.length = static_cast<std::uint32_t>(packet.size());
            const ip::Frame out = anonymizer.rewrite(frame);
            REQUIRE(out.bytes.size() == n);
            CHECK(out.length == packet.size());
            for (std::size_t i = link == ip::LinkType::ipv4 ? 12 : 8; i < std::min(n, addresses_end); ++i) {
                CAPTURE(n);
                CAPTURE(i);
                CHECK(out.bytes[i] == whole[i]);
            }
        }
    }
}

TEST_CASE("hostile octets: places lie in the frame and apart, nothing else changes but checksums") {
    const auto packet = std::make_unique<tools::Packet>();
    Anonymizer anonymizer("a key");
    const ip::LinkType links[] = {ip::LinkType::ethernet,   ip::LinkType::ipv4,       ip::LinkType::ipv6,
                                  ip::LinkType::linux_sll,  ip::LinkType::linux_sll2, ip::LinkType::nflog,
                                  ip::LinkType::ieee802_11, ip::LinkType::null};
    CHECK(rc::check([&](const std::vector<std::uint8_t>& noise, std::uint8_t which, std::uint16_t type) {
        ip::Buffer octets = packets_with_checksums()[which % 10].second;
        if (which & 0x80) octets = ethernet(type % 3 == 0 ? 0x0806 : 0x86dd, octets);
        for (std::size_t i = 0; i + 1 < noise.size(); i += 2) octets[noise[i] % octets.size()] = noise[i + 1];
        const ip::Frame frame = frame_of(octets, links[type % std::size(links)]);
        tools::dissect_alone(*packet, frame);
        std::vector<tools::AddressPlace> places;
        tools::find_addresses(*packet, places);
        std::vector<int> uses(octets.size());
        for (const auto& place : places) {
            RC_ASSERT(place.at + place.there <= octets.size());
            for (std::size_t i = place.at; i < place.at + place.there; ++i) RC_ASSERT(++uses[i] == 1);
        }
        const ip::Frame out = anonymizer.rewrite(frame);
        RC_ASSERT(out.bytes.size() == octets.size());
        std::size_t others = 0;
        for (std::size_t i = 0; i < octets.size(); ++i) others += uses[i] == 0 && out.bytes[i] != octets[i];
        RC_ASSERT(others <= 2 * (packet->layer_count + 1));
    }));
}
