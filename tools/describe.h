// Describe IP: the fields of IPv4, IPv6 and its extension headers, AH, ESP, ICMP and UDP, for every view.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "tools/field.h"
#include "tools/packet.h"

namespace glass::tools {

// Each adds the fields of its table to a list that was started with the layer's octets.
void describe_ip(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ipv6(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ipv6_hopopts(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ipv6_dstopts(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ipv6_routing(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ipv6_fraghdr(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ipv6_mobility(const Layer& layer, const Packet& packet, FieldList& out);
void describe_ah(const Layer& layer, const Packet& packet, FieldList& out);
void describe_esp(const Layer& layer, const Packet& packet, FieldList& out);
void describe_icmp(const Layer& layer, const Packet& packet, FieldList& out);
void describe_icmpv6(const Layer& layer, const Packet& packet, FieldList& out);
void describe_udp(const Layer& layer, const Packet& packet, FieldList& out);

extern const std::span<const FieldInfo> kIpFields;
extern const std::span<const FieldInfo> kIpv6Fields;
extern const std::span<const FieldInfo> kIpv6OptionsHeaderFields;  ///< hop-by-hop and destination options
extern const std::span<const FieldInfo> kIpv6RoutingFields;
extern const std::span<const FieldInfo> kIpv6FragmentFields;
extern const std::span<const FieldInfo> kIpv6MobilityFields;
extern const std::span<const FieldInfo> kAhFields;
extern const std::span<const FieldInfo> kEspFields;
extern const std::span<const FieldInfo> kIcmpFields;
extern const std::span<const FieldInfo> kIcmpv6Fields;
extern const std::span<const FieldInfo> kUdpFields;

/// What a type and code say, as "destination unreachable: port"; never empty.
[[nodiscard]] std::string_view icmp_text(std::uint8_t type, std::uint8_t code);
[[nodiscard]] std::string_view icmpv6_text(std::uint8_t type, std::uint8_t code);

}  // namespace glass::tools
