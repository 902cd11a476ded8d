// Packets inside of packets: quoted by ICMP errors, in tunnels, and in fragments of fragments.
#include <doctest/doctest.h>
#include <memory>
#include <string>
#include <vector>

#include "ip/checksum.h"
#include "ip/ethernet.h"
#include "ip/ipv4.h"
#include "ip/udp.h"
#include "tools/decoder.h"
#include "tools/fault_text.h"
#include "tools/view_json.h"
#include "tools/view_line.h"

namespace {

using namespace glass;
using ip::Buffer;

constexpr ip::Ipv4Address kHost{0x0a000001}, kRouter{0x0a0000fe}, kFar{0xc0000201};

Buffer ipv4(std::uint8_t protocol, ip::Bytes payload, ip::Ipv4Header like = {}) {
    Buffer out;
    like.protocol = protocol;
    like.src = like.src.is_unspecified() ? kHost : like.src;
    like.dst = like.dst.is_unspecified() ? kFar : like.dst;
    like.payload = payload;
    like.serialize(out);
    return out;
}

/// A frame's octets with their decoder; a capture of one or more frames.
class Capture {
public:
    const tools::Packet& decode(const Buffer& datagram, std::size_t captured = std::size_t(-1)) {
        octets_.clear();
        ip::EthernetHeader{.dst = {{2, 0, 0, 0, 0, 1}}, .src = {{2, 0, 0, 0, 0, 2}}, .type = 0x800}.serialize(
            octets_);
        octets_.insert(octets_.end(), datagram.begin(), datagram.end());
        return decoder_->decode({.number = ++number_,
                                 .time = {},
                                 .length = static_cast<std::uint32_t>(octets_.size()),
                                 .bytes = ip::first(octets_, captured),
                                 .comment = {}});
    }

private:
    std::unique_ptr<tools::Decoder> decoder_ = std::make_unique<tools::Decoder>(tools::Decoder::Options{});
    Buffer octets_;
    std::uint64_t number_ = 0;
};

/// "time exceeded", quoting the first octets of a datagram.
Buffer time_exceeded(ip::Bytes quoted) {
    Buffer message{11, 0, 0, 0, 0, 0, 0, 0};
    message.insert(message.end(), quoted.begin(), quoted.end());
    const std::uint16_t checksum = ip::checksum(message);
    message[2] = static_cast<std::uint8_t>(checksum >> 8);
    message[3] = static_cast<std::uint8_t>(checksum);
    return ipv4(1, message, {.src = kRouter, .dst = kHost});
}

std::string fault_of(const tools::Packet& packet) {
    return packet.fault
               ? std::string(ip::name(packet.fault->proto)) + ": " + tools::to_string(packet.fault->fault)
               : "";
}

TEST_CASE(
    "what an ICMP error quotes may end early: RFC 792, RFC 1122 section 3.2.2, RFC 1812 section 4.3.2.3") {
    Buffer tcp(60, 0);
    tcp[12] = 8 << 4;  // 32 octets of header
    const Buffer original = ipv4(6, tcp), options = ipv4(6, tcp, {.options = {tcp.data(), 40}});
    Buffer udp;
    ip::UdpHeader{.src_port = 1, .dst_port = 2, .payload = tcp}.serialize(udp, kHost, kFar);
    const Buffer inner = ipv4(17, udp), tunnel = ipv4(4, inner);
    constexpr std::size_t kAll = std::size_t(-1), kInFront = 14 + 20 + 8;
    struct Row {
        const char* what;
        Buffer quoted;
        std::size_t captured;  ///< octets of the frame
        const char* fault;
    };
    const auto first = [](const Buffer& b, std::size_t n) {
        return Buffer(b.begin(), b.begin() + std::ptrdiff_t(n));
    };
    const Row rows[] = {
        {"all of it", original, kAll, ""},
        {"8 octets of TCP, as RFC 792 has it", first(original, 28), kAll, ""},
        {"part of the TCP options", first(original, 44), kAll, ""},
        {"the TCP header, no text", first(original, 52), kAll, ""},
        {"UDP without its payload", first(inner, 28), kAll, ""},
        {"8 octets of the datagram in a tunnel", first(tunnel, 28), kAll, ""},
        {"no octet after the IP header", first(original, 20), kAll, ""},
        {"less than the IP header, which must be there", first(original, 12), kAll,
         "ip: header needs 20 bytes, 12 captured"},
        {"less than the IP options, which belong to it", first(options, 40), kAll,
         "ip: header length 60 exceeds the 40 bytes there are"},
        {"the capture ends in the IP header", original, kInFront + 12,
         "ip: header needs 20 bytes, 12 captured"},
        {"the capture ends in the TCP header", original, kInFront + 20 + 12,
         "tcp: header needs 20 bytes, 12 captured"},
        {"the capture ends in the TCP options", original, kInFront + 20 + 24,
         "tcp: header length 32 exceeds the 24 bytes captured"},
        {"the capture ends where a short quotation has its TCP header", first(original, 28),
         kInFront + 20 + 4, "tcp: header needs 20 bytes, 4 captured"},
        {"the capture ends in the text", original, kInFront + 20 + 40, ""},
        {"nonsense is nonsense", Buffer(40, 0x55), kAll, "ip: version 5 in an IPv4 header"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Capture capture;
        CHECK(fault_of(capture.decode(time_exceeded(row.quoted), row.captured)) == row.fault);
    }
}

TEST_CASE("but the same datagram cut short on its own is at fault") {
    Capture capture;
    Buffer cut = ipv4(6, Buffer(60, 0));
    cut.resize(28);
    CHECK(fault_of(capture.decode(cut)) == "ip: total length 80 exceeds the 28 bytes there are");
}

/// Cut in pieces of so many octets of payload.
std::vector<Buffer> fragments(const Buffer& datagram, std::size_t piece, std::uint16_t id) {
    const ip::Ipv4Header whole = ip::read_ipv4(datagram);
    std::vector<Buffer> pieces;
    for (std::size_t at = 0; at < whole.payload.size(); at += piece) {
        ip::Ipv4Header header = whole;
        header.identification = id;
        header.fragment_offset = static_cast<std::uint32_t>(at);
        header.more_fragments = at + piece < whole.payload.size();
        pieces.push_back(ipv4(whole.protocol, ip::first(ip::after(whole.payload, at), piece), header));
    }
    return pieces;
}

std::string json_of(const tools::Packet& packet) {
    tools::TextBuffer out;
    tools::JsonWriter json(out);
    tools::FieldList fields(tools::FieldList::For::json);
    write_json_line(packet, fields, json, false);
    return std::string(out.view());
}

std::string line_of(const tools::Packet& packet) {
    tools::Style style;
    tools::TextBuffer out;
    tools::LineView({}, style).write(packet, out);
    return std::string(out.view());
}

TEST_CASE("a tunnel of fragments carries fragments: both IP layers that completed say so") {
    Buffer udp;
    ip::UdpHeader{.src_port = 1000, .dst_port = 2000, .payload = Buffer(1000, 7)}.serialize(udp, kHost, kFar);
    Capture capture;
    std::string last;
    for (const Buffer& inner : fragments(ipv4(17, udp), 512, 1))
        for (const Buffer& outer : fragments(ipv4(4, inner, {.src = kRouter}), 400, inner[6] & 0x20 ? 2 : 3))
            last = json_of(capture.decode(outer));
    CHECK(last.find(R"("reassembled":{"frames":[3,4],"len":516})") != std::string::npos);
    CHECK(last.find(R"("reassembled":{"frames":[2,4],"len":1008})") != std::string::npos);
    CHECK(last.find(R"("srcport":1000)") != std::string::npos);
}

TEST_CASE("the ends of a frame in a tunnel are those of its own link, unless it carries IP") {
    Buffer vxlan{8, 0, 0, 0, 0, 0, 42, 0}, udp;
    ip::EthernetHeader{
        .dst = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}, .src = {{2, 0, 0, 0, 0, 9}}, .type = 0x806}
        .serialize(vxlan);
    const std::size_t link = vxlan.size();
    const Buffer arp{0,   1,   8, 0, 6, 4, 0, 1, 2, 0, 0,   0,   0, 9,
                     192, 168, 0, 1, 0, 0, 0, 0, 0, 0, 192, 168, 0, 2};
    vxlan.insert(vxlan.end(), arp.begin(), arp.end());
    ip::UdpHeader{.src_port = 5000, .dst_port = 4789, .payload = vxlan}.serialize(udp, kHost, kFar);
    Capture capture;
    const std::string line = line_of(capture.decode(ipv4(17, udp)));
    CHECK(line.find("02:00:00:00:00:09 → ff:ff:ff:ff:ff:ff") != std::string::npos);
    CHECK(line.find("in 10.0.0.1 → 192.0.2.1") != std::string::npos);
    CHECK(line.find(":4789") == std::string::npos);

    vxlan.resize(link);
    vxlan[link - 2] = 8, vxlan[link - 1] = 0;
    const Buffer inner = ipv4(17, Buffer{0, 1, 0, 2, 0, 8, 0, 0}, {.src = {0xc0a80001}, .dst = {0xc0a80002}});
    vxlan.insert(vxlan.end(), inner.begin(), inner.end());
    udp.clear();
    ip::UdpHeader{.src_port = 5000, .dst_port = 4789, .payload = vxlan}.serialize(udp, kHost, kFar);
    const std::string with_ip = line_of(capture.decode(ipv4(17, udp)));
    CHECK(with_ip.find("192.168.0.1:1") != std::string::npos);
    const std::size_t around = with_ip.find("in 10.0.0.1 → 192.0.2.1");
    REQUIRE(around != std::string::npos);
    CHECK(with_ip.find("in 10.0.0.1", around + 1) == std::string::npos);
}

}  // namespace
