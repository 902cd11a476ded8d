// Offload: what stands before a packet of a TUN interface, and what a wire would carry in place of a
// super-segment.
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "ip/datagram.h"
#include "ip/offload.h"
#include "ip/protocol_numbers.h"
#include "ip/random.h"
#include "ip/udp.h"

namespace glass {
namespace {

constexpr std::uint8_t kFin = 0x01, kPush = 0x08, kAck = 0x10, kCwr = 0x80;

const ip::Address kSrc4{ip::Ipv4Address{0x0a070001}}, kDst4{ip::Ipv4Address{0x0a070002}};
const ip::Address kSrc6 = *ip::parse_address("fd07::1"), kDst6 = *ip::parse_address("fd07::2");

struct Made {
    bool v6 = false;
    std::size_t text = 0;
    std::size_t options = 0;  ///< octets, a multiple of four
    std::uint8_t flags = kAck;
    std::uint32_t seq = 1000;
    std::uint16_t identification = 0;
    bool dont_fragment = true;
};

/// The n'th octet of every stream here.
std::uint8_t octet(std::uint32_t n) {
    return static_cast<std::uint8_t>(n * 7 + n / 251);
}

/// A TCP segment without a word of tcp/; the checksum left for others.
ip::Buffer make_packet(const Made& m) {
    ip::Buffer out;
    const ip::DatagramHeader header{.src = m.v6 ? kSrc6 : kSrc4,
                                    .dst = m.v6 ? kDst6 : kDst4,
                                    .protocol = ip::protocol_number::tcp,
                                    .dont_fragment = m.dont_fragment,
                                    .identification = m.identification};
    const std::size_t tcp_header = 20 + m.options;
    header.serialize(out, tcp_header + m.text);
    const std::size_t at = out.size();
    ip::Writer writer(out);
    writer.u16(40000);
    writer.u16(80);
    writer.u32(m.seq);
    writer.u32(77);
    writer.u8(static_cast<std::uint8_t>(tcp_header / 4 << 4));
    writer.u8(m.flags);
    writer.u16(512);
    writer.u16(0);
    writer.u16(0);
    for (std::size_t i = 0; i < m.options; ++i) writer.u8(1);
    for (std::uint32_t i = 0; i < m.text; ++i) writer.u8(octet(m.seq + i));
    const auto length = static_cast<std::uint32_t>(out.size() - at);
    const ip::ChecksumSum sum =
        m.v6 ? ip::pseudo_header(kSrc6.v6, kDst6.v6, ip::protocol_number::tcp, length)
             : ip::pseudo_header(kSrc4.v4(), kDst4.v4(), ip::protocol_number::tcp, length);
    ip::store16(&out[at + 16], sum.folded());
    return out;
}

/// The same as a wire has it.
ip::Buffer make_wire_packet(const Made& m) {
    ip::Buffer out = make_packet(m);
    const std::size_t at = m.v6 ? 40 : 20;
    ip::ChecksumSum sum;
    sum.add(ip::Bytes(out).subspan(at));
    ip::store16(&out[at + 16], sum.checksum());
    return out;
}

std::vector<ip::Buffer> wire_packets(const ip::DevicePacket& packet) {
    std::vector<ip::Buffer> out;
    ip::WirePackets wire(packet);
    while (const auto octets = wire.next()) out.emplace_back(octets->begin(), octets->end());
    return out;
}

ip::DevicePacket partial(const ip::Buffer& octets, std::uint16_t segment_size = 0) {
    return {.octets = octets, .checksum = ip::ChecksumState::partial, .segment_size = segment_size};
}

/// What the segments of a super-segment are, from its description alone.
std::vector<ip::Buffer> expected(const Made& whole, std::size_t size) {
    std::vector<ip::Buffer> out;
    for (std::size_t at = 0; at == 0 || at < whole.text; at += size) {
        Made m = whole;
        m.text = std::min(size, whole.text - at);
        m.seq = whole.seq + static_cast<std::uint32_t>(at);
        if (at > 0) m.flags &= static_cast<std::uint8_t>(~kCwr);
        if (at + size < whole.text) m.flags &= static_cast<std::uint8_t>(~(kFin | kPush));
        if (!(whole.identification == 0 && whole.dont_fragment))
            m.identification = static_cast<std::uint16_t>(whole.identification + out.size());
        out.push_back(make_wire_packet(m));
    }
    return out;
}

}  // namespace

TEST_CASE("the header before a packet is virtio's") {
    const ip::VirtioNetHeader header{.flags = 1,
                                     .type = 4,
                                     .header_length = 0x0102,
                                     .segment_size = 0x0304,
                                     .checksum_start = 0x0506,
                                     .checksum_offset = 0x0708};
    ip::Buffer octets(ip::VirtioNetHeader::kLength);
    header.write(octets.data());
    CHECK(ip::VirtioNetHeader::read(octets) == header);
    if (std::endian::native == std::endian::little) CHECK(octets == ip::Buffer{1, 4, 2, 1, 4, 3, 6, 5, 8, 7});
}

TEST_CASE("a packet to be sent says what is left to the kernel") {
    const auto header_of = [](const Made& made, std::uint16_t size) {
        const ip::Buffer packet = make_packet(made);
        return ip::virtio_header(partial(packet, size));
    };
    CHECK(header_of({}, 0) == ip::VirtioNetHeader{.flags = 1, .checksum_start = 20, .checksum_offset = 16});
    CHECK(header_of({.v6 = true, .text = 9}, 0) ==
          ip::VirtioNetHeader{.flags = 1, .checksum_start = 40, .checksum_offset = 16});
    CHECK(header_of({.text = 3000, .options = 12}, 1448) == ip::VirtioNetHeader{.flags = 1,
                                                                                .type = 1,
                                                                                .header_length = 52,
                                                                                .segment_size = 1448,
                                                                                .checksum_start = 20,
                                                                                .checksum_offset = 16});
    CHECK(header_of({.v6 = true, .text = 3000, .flags = kAck | kCwr}, 1440) ==
          ip::VirtioNetHeader{.flags = 1,
                              .type = 0x84,
                              .header_length = 60,
                              .segment_size = 1440,
                              .checksum_start = 40,
                              .checksum_offset = 16});
    const ip::Buffer whole = make_wire_packet({.text = 5});
    CHECK(ip::virtio_header({.octets = whole}) == ip::VirtioNetHeader{});
    CHECK(ip::virtio_header({.octets = whole, .checksum = ip::ChecksumState::verified}).flags == 2);
}

TEST_CASE("what came behind a header is known by it") {
    ip::Buffer packet = make_packet({.text = 3000});
    ip::DevicePacket got = ip::received_packet({.flags = 1,
                                                .type = 1,
                                                .header_length = 40,
                                                .segment_size = 1460,
                                                .checksum_start = 20,
                                                .checksum_offset = 16},
                                               packet);
    CHECK(got.checksum == ip::ChecksumState::partial);
    CHECK(got.segment_size == 1460);
    CHECK(got.octets.size() == packet.size());
    CHECK(ip::received_packet({}, packet).checksum == ip::ChecksumState::complete);
    CHECK(ip::received_packet({.flags = 2}, packet).checksum == ip::ChecksumState::verified);

    SUBCASE("a field beyond the packet: it has to stand for itself") {
        for (const auto& [start, offset] : {std::pair{65535, 65535}, {3039, 16}, {3040, 0}, {0, 3039}}) {
            got = ip::received_packet({.flags = 1,
                                       .type = 1,
                                       .segment_size = 1460,
                                       .checksum_start = static_cast<std::uint16_t>(start),
                                       .checksum_offset = static_cast<std::uint16_t>(offset)},
                                      packet);
            CHECK(got.checksum == ip::ChecksumState::complete);
            CHECK(got.segment_size == 0);
        }
    }
    SUBCASE("no text to cut into pieces of nothing") {
        got =
            ip::received_packet({.flags = 1, .type = 1, .checksum_start = 20, .checksum_offset = 16}, packet);
        CHECK(wire_packets(got) == expected({.text = 3000}, 3000));
    }
}

TEST_CASE("a checksum that is not TCP's is made complete") {
    for (const std::uint16_t last : {0, 1, 0x1234, 0xfffe, 0xffff}) {
        ip::Buffer packet;
        ip::DatagramHeader{.src = kSrc4, .dst = kDst4, .protocol = ip::protocol_number::udp}.serialize(packet,
                                                                                                       10);
        ip::Writer writer(packet);
        writer.u16(5353);
        writer.u16(53);
        writer.u16(10);
        writer.u16(ip::pseudo_header(kSrc4.v4(), kDst4.v4(), ip::protocol_number::udp, 10).folded());
        writer.u16(last);
        const auto got =
            ip::received_packet({.flags = 1, .checksum_start = 20, .checksum_offset = 6}, packet);
        CHECK(got.checksum == ip::ChecksumState::complete);
        CHECK(ip::load16(&packet[26]) != 0);  // RFC 768: that would be none
        ip::ChecksumSum sum = ip::pseudo_header(kSrc4.v4(), kDst4.v4(), ip::protocol_number::udp, 10);
        sum.add(got.octets.subspan(20));
        CHECK(sum.is_good());
    }
}

TEST_CASE("a super-segment is cut as the kernel cuts it") {
    SUBCASE("flags") {
        const Made whole{.text = 3000, .flags = kAck | kPush | kFin | kCwr};
        const ip::Buffer packet = make_packet(whole);
        const auto pieces = wire_packets(partial(packet, 1000));
        REQUIRE(pieces.size() == 3);
        CHECK(pieces[0][33] == (kAck | kCwr));
        CHECK(pieces[1][33] == kAck);
        CHECK(pieces[2][33] == (kAck | kPush | kFin));
        CHECK(pieces == expected(whole, 1000));
    }
    SUBCASE("identification") {
        for (const Made& whole : {Made{.text = 10, .identification = 0xfffe},
                                  Made{.text = 10, .identification = 0, .dont_fragment = false}}) {
            const ip::Buffer packet = make_packet(whole);
            CHECK(wire_packets(partial(packet, 3)) == expected(whole, 3));
        }
    }
    SUBCASE("the largest there is") {
        for (const bool v6 : {false, true}) {
            const Made whole{.v6 = v6, .text = v6 ? 65535u - 32 : 65535u - 52, .options = 12};
            const ip::Buffer packet = make_packet(whole);
            CHECK(wire_packets(partial(packet, 1448)) == expected(whole, 1448));
        }
    }
    SUBCASE("any") {
        ip::Random random(20261122);
        for (int i = 0; i < 500; ++i) {
            const Made whole{.v6 = random.below(2) == 1,
                             .text = random.below(random.below(2) == 1 ? 20000 : 50),
                             .options = 4 * random.below(11),
                             .flags = static_cast<std::uint8_t>(random.below(256)),
                             .seq = static_cast<std::uint32_t>(random.next()),
                             .identification = static_cast<std::uint16_t>(random.next()),
                             .dont_fragment = random.below(2) == 1};
            const auto size = static_cast<std::uint16_t>(random.between(1, 1 + random.below(3000)));
            CAPTURE(i);
            const ip::Buffer packet = make_packet(whole);
            CHECK(wire_packets(partial(packet, size)) == expected(whole, size));
        }
    }
}

TEST_CASE("what is on a wire already stays as it is, and what nobody can read too") {
    const ip::Buffer packet = make_wire_packet({.text = 100});
    CHECK(wire_packets({.octets = packet}) == std::vector<ip::Buffer>{packet});
    CHECK(wire_packets({.octets = packet, .checksum = ip::ChecksumState::verified}) ==
          std::vector<ip::Buffer>{packet});
    CHECK(wire_packets({.octets = {}}).size() == 1);
    const ip::Buffer sound = make_packet({.text = 100});
    for (std::size_t n = 0; n < sound.size(); ++n) {
        const ip::Buffer cut(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(n));
        CHECK(wire_packets(partial(cut, 10)) == std::vector<ip::Buffer>{cut});
    }
    for (std::size_t at = 0; at < 40; ++at)
        for (const std::uint8_t value : {0x00, 0x0f, 0xf0, 0xff}) {
            ip::Buffer changed = sound;
            changed[at] = value;
            CHECK(!wire_packets(partial(changed, 1)).empty());  // under the sanitizers: nothing out of bounds
        }
}

}  // namespace glass
