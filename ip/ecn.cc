#include "ip/ecn.h"

#include "ip/checksum.h"
#include "ip/ipv4.h"
#include "ip/ipv6.h"

namespace glass::ip {
namespace {

constexpr std::size_t kIpv4Checksum = 10;  // where it stands in the header
constexpr std::uint8_t kIpv4Ce = 0x03;     // of the header's second octet
constexpr std::uint8_t kIpv6Ce = 0x30;     // the traffic class begins four bits earlier than in IPv4

int version_of(Bytes packet) {
    if (packet.size() >= Ipv4Header::kMinLength && packet[0] >> 4 == 4) return 4;
    if (packet.size() >= Ipv6Header::kLength && packet[0] >> 4 == 6) return 6;
    return 0;
}

void mark_ipv4(std::span<std::uint8_t> packet) {
    const std::uint16_t before = load16(packet.data());
    packet[1] |= kIpv4Ce;
    const std::uint16_t sum = update_checksum(load16(&packet[kIpv4Checksum]), before, load16(packet.data()));
    packet[kIpv4Checksum] = static_cast<std::uint8_t>(sum >> 8);
    packet[kIpv4Checksum + 1] = static_cast<std::uint8_t>(sum);
}

}  // namespace

Ecn ecn_of(Bytes packet) {
    switch (version_of(packet)) {
        case 4: return static_cast<Ecn>(packet[1] & 3);
        case 6: return static_cast<Ecn>(packet[1] >> 4 & 3);
        default: return Ecn::not_ect;
    }
}

bool mark_congestion(std::span<std::uint8_t> packet) {
    const Ecn before = ecn_of(packet);
    if (before == Ecn::not_ect) return false;
    if (before == Ecn::ce) return true;
    if (version_of(packet) == 4)
        mark_ipv4(packet);
    else
        packet[1] |= kIpv6Ce;
    return true;
}

}  // namespace glass::ip
