// The plain frame: Ethernet, IPv4 without options and whole, TCP or UDP that nothing is known to be inside
// of. Nearly all frames of nearly all captures are such; taking them apart in one go makes reading large
// files three times as fast. Everything else, and everything odd, is left to the general walk, which would
// find the same layers.
#include "ip/checksum.h"
#include "ip/ethernet.h"
#include "ip/protocol_numbers.h"
#include "tools/dissect.h"

namespace glass::tools {
namespace {

constexpr std::uint32_t kEthernet = 14, kIpv4 = 20, kTcp = 20, kUdp = 8;

/// Octets of the TCP or UDP header, or 0 where it is not a plain one.
std::uint32_t plain_header_length(ip::Bytes upper, std::uint8_t protocol) {
    if (protocol == ip::protocol_number::tcp) {
        const std::uint32_t length = upper.size() < kTcp ? 0 : (upper[12] >> 4) * 4u;
        return length >= kTcp && length <= upper.size() ? length : 0;
    }
    if (protocol != ip::protocol_number::udp || upper.size() < kUdp) return 0;
    const bool whole = ip::load16(&upper[4]) == upper.size();
    const bool unknown =
        ip::proto_of_udp_ports(ip::load16(&upper[0]), ip::load16(&upper[2])) == ip::Proto::data;
    return whole && unknown ? kUdp : 0;
}

ChecksumStatus status(const ip::ChecksumSum& sum) {
    return sum.folded() == 0xffff ? ChecksumStatus::good : ChecksumStatus::bad;
}

ChecksumStatus verify(ip::Bytes addresses, ip::Bytes upper, std::uint8_t protocol) {
    if (protocol == ip::protocol_number::udp && ip::load16(&upper[6]) == 0) return ChecksumStatus::absent;
    ip::ChecksumSum sum;
    sum.add(addresses);
    sum.add16(protocol);
    sum.add16(static_cast<std::uint16_t>(upper.size()));
    sum.add(upper);
    return status(sum);
}

void push(Packet& packet, ip::Proto proto, std::uint32_t header_length, ip::Bytes bytes) {
    Layer& layer = packet.layer_storage[packet.layer_count++];
    layer.proto = proto;
    layer.quoted = false;
    layer.checksum = ChecksumStatus::none;
    layer.header_length = header_length;
    layer.wire_length = static_cast<std::uint32_t>(bytes.size());
    layer.bytes = bytes;
}

}  // namespace

bool dissect_plain(Packet& packet, bool verify_checksums) {
    const ip::Bytes frame = packet.frame.bytes;
    if (packet.frame.link != ip::LinkType::ethernet || frame.size() < kEthernet + kIpv4 + kUdp ||
        frame.size() != packet.frame.length || ip::load16(&frame[12]) != ip::ethertype::ipv4)
        return false;
    const ip::Bytes datagram = frame.subspan(kEthernet);
    const std::uint16_t total_length = ip::load16(&datagram[2]);
    const bool fragment = (ip::load16(&datagram[6]) & 0x3fff) != 0;
    if (datagram[0] != 0x45 || fragment || total_length < kIpv4 + kUdp || total_length > datagram.size())
        return false;
    const std::uint8_t protocol = datagram[9];
    const ip::Bytes upper = datagram.subspan(kIpv4, total_length - kIpv4);
    const std::uint32_t header_length = plain_header_length(upper, protocol);
    if (header_length == 0) return false;

    packet.layer_count = 0;
    push(packet, ip::Proto::eth, kEthernet, frame);
    push(packet, ip::Proto::ip, kIpv4, datagram.first(total_length));
    push(packet, protocol == ip::protocol_number::tcp ? ip::Proto::tcp : ip::Proto::udp, header_length,
         upper);
    if (const ip::Bytes payload = upper.subspan(header_length); !payload.empty())
        push(packet, ip::Proto::data, static_cast<std::uint32_t>(payload.size()), payload);
    if (verify_checksums) {
        ip::ChecksumSum header;
        header.add(datagram.first(kIpv4));
        packet.layer_storage[1].checksum = status(header);
        packet.layer_storage[2].checksum = verify(datagram.subspan(12, 8), upper, protocol);
    }
    return true;
}

}  // namespace glass::tools
