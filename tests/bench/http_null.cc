// The least that answers HTTP requests over a TUN interface: it keeps nothing of any connection, knows no
// timers and no retransmission, and takes every segment with text for a request. It makes and verifies
// checksums. tests/bench/requests compares.
//
// usage: http_null FILE
//   Answers with the content of FILE at 10.7.0.2, port 80, until it is killed.
#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <string>
#include <string_view>

#include "ip/datagram.h"
#include "ip/interface.h"
#include "ip/protocol_numbers.h"
#include "ip/tun.h"
#include "tcp/segment.h"

namespace {

using namespace glass;

ip::Address address(const char* text) {
    return *ip::parse_address(text);
}

ip::Bytes octets_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string response(const std::string& content, std::string_view more) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(content.size()) + "\r\n" +
           std::string(more) + "\r\n" + content;
}

class Responder {
public:
    Responder(ip::Device& device, const std::string& content)
        : device_(device), stays_(response(content, "")), ends_(response(content, "Connection: close\r\n")) {}

    void run(int descriptor) {
        for (;;) {
            const std::size_t n = device_.receive(packets_, {});
            for (std::size_t i = 0; i < n; ++i) take(packets_[i]);
            if (n > 0) continue;
            pollfd readable{.fd = descriptor, .events = POLLIN, .revents = 0};
            (void)poll(&readable, 1, -1);
        }
    }

private:
    void take(const ip::DevicePacket& packet) {
        const auto header = ip::parse_ipv4(packet.octets);
        if (!header || header->protocol != ip::protocol_number::tcp) return;
        if (packet.checksum == ip::ChecksumState::complete &&
            !tcp::segment_checksum_ok(header->payload, header->src, header->dst))
            return;
        if (const auto segment = tcp::parse_segment(header->payload)) answer(*header, *segment);
    }

    /// Whether our FIN went before the peer's is not known: another one does no harm.
    void answer(const ip::Ipv4Header& header, const tcp::Segment& come) {
        constexpr std::array<std::uint8_t, 4> kMss{2, 4, 1460 >> 8, 1460 & 0xff};
        tcp::Segment out{.src_port = come.dst_port,
                         .dst_port = come.src_port,
                         .seq = come.ack,
                         .ack = come.seq + come.len(),
                         .flags = tcp::ACK,
                         .window = 0xffff};
        if (come.has(tcp::SYN)) {
            out.seq = tcp::Seq(1000);
            out.flags |= tcp::SYN;
            out.options = kMss;
        } else if (come.has(tcp::RST)) {
            return;
        } else if (!come.payload.empty()) {
            const std::string_view request(reinterpret_cast<const char*>(come.payload.data()),
                                           come.payload.size());
            const bool ends = request.contains("Connection: close");
            out.flags |= ends ? tcp::PSH | tcp::FIN : tcp::PSH;
            out.payload = octets_of(ends ? ends_ : stays_);
        } else if (come.has(tcp::FIN)) {
            out.flags |= tcp::FIN;
        } else {
            return;
        }
        send(header, out);
    }

    void send(const ip::Ipv4Header& come, const tcp::Segment& segment) {
        packet_.clear();
        ip::Ipv4Header{
            .dont_fragment = true, .protocol = ip::protocol_number::tcp, .src = come.dst, .dst = come.src}
            .serialize_header(packet_,
                              tcp::Segment::kFixedLength + segment.options.size() + segment.payload.size());
        segment.serialize(packet_, come.dst, come.src);
        const ip::DevicePacket packet{.octets = packet_};
        (void)device_.send({&packet, 1}, {});
    }

    ip::Device& device_;
    std::string stays_, ends_;  ///< the response, where the connection does
    std::array<ip::DevicePacket, 64> packets_;
    ip::Buffer packet_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: http_null FILE\n");
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    const auto device = ip::Tun::open({.name = "null0"});
    if (!device) {
        std::fprintf(stderr, "http_null: %s\n", device.error().c_str());
        return 2;
    }
    const auto done = ip::configure_interface(
        "null0", {.mtu = 1500, .queue_length = 10000, .addresses = {{address("10.7.0.1"), 24}}});
    if (!done) {
        std::fprintf(stderr, "http_null: %s\n", done.error().c_str());
        return 2;
    }
    Responder(**device, content).run((*device)->descriptor());
}
