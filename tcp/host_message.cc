#include "tcp/host_message.h"

#include "ip/fragmentation.h"
#include "ip/icmpv6.h"
#include "ip/ipv6_fragmenting.h"
#include "ip/protocol_numbers.h"

namespace glass::tcp {

namespace {

/// RFC 6864 section 4.3: does not repeat soon, and says nothing about how many packets went to others.
std::uint32_t next_identification(HostCore& host, const ip::Address& to) {
    const std::uint64_t unpredictable = hash({.local = {}, .remote = {to, 0}}, host.identification_key);
    return static_cast<std::uint32_t>(unpredictable) + ++host.identifications;
}

}  // namespace

void send_icmp(HostCore& host, const ip::Address& from, const ip::Address& to,
               const ip::IcmpHeader& message) {
    ip::DatagramHeader header{
        .src = from, .dst = to, .hop_limit = host.config.hop_limit, .dont_fragment = false};
    const std::uint32_t identification = next_identification(host, to);
    header.identification = static_cast<std::uint16_t>(identification);
    header.protocol = from.is_v4() ? ip::protocol_number::icmp : ip::protocol_number::icmpv6;
    ip::Buffer packet;
    header.serialize(packet, ip::IcmpHeader::kLength + message.payload.size());
    if (from.is_v4()) {
        message.serialize(packet);
    } else {
        ip::serialize_icmpv6(message, packet, from.v6, to.v6);
    }
    ++host.counters.icmp_out;
    if (packet.size() <= host.config.mtu) return reply(host, std::move(packet));
    auto pieces = from.is_v4() ? ip::fragment_ipv4(packet, host.config.mtu)
                               : ip::fragment_ipv6(packet, host.config.mtu, identification);
    if (!pieces) return;
    for (ip::Buffer& piece : *pieces) reply(host, std::move(piece));
}

}  // namespace glass::tcp
