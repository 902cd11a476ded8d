#include "lessons/frame/packets.h"

#include "ip/ipv4.h"
#include "ip/protocol_numbers.h"

namespace glass::lesson {

ip::Buffer packet(bool from_client, tcp::Segment segment) {
    const ip::Ipv4Address client{0x0a000001}, server{0x0a000002};
    const ip::Ipv4Address src = from_client ? client : server, dst = from_client ? server : client;
    segment.src_port = from_client ? kClientPort : kServerPort;
    segment.dst_port = from_client ? kServerPort : kClientPort;
    ip::Buffer inside, out;
    segment.serialize(inside, ip::Address(src), ip::Address(dst));
    ip::Ipv4Header{.dont_fragment = true,
                   .protocol = ip::protocol_number::tcp,
                   .src = src,
                   .dst = dst,
                   .payload = inside}
        .serialize(out);
    return out;
}

void tape_handshake(Check& check) {
    const tcp::Seq client(kClientIss), server(kServerIss);
    check.frame(
        {.microseconds = 0, .packet = packet(true, {.seq = client, .flags = tcp::SYN, .window = 65535})});
    check.frame(
        {.microseconds = 1000,
         .packet = packet(
             false, {.seq = server, .ack = client + 1, .flags = tcp::SYN | tcp::ACK, .window = 65535})});
    check.frame(
        {.microseconds = 2000,
         .packet = packet(true, {.seq = client + 1, .ack = server + 1, .flags = tcp::ACK, .window = 65535})});
}

}  // namespace glass::lesson
