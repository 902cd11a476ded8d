// IP names: what the numbers in IP headers and options are called (IANA's registries).
#pragma once

#include <cstdint>
#include <string_view>

#include "tools/field.h"

namespace glass::tools {

/// "TCP" for 6; empty where there is no name here.
[[nodiscard]] std::string_view ip_protocol_name(std::uint8_t number);
/// "AF11" for 10, of the six bits; empty where there is no name.
[[nodiscard]] std::string_view dscp_name(std::uint8_t dscp);
/// Of the two bits, RFC 3168: never empty.
[[nodiscard]] std::string_view ecn_name(std::uint8_t ecn);
/// "domain" for 53; empty where there is no name here. Either port of a UDP datagram.
[[nodiscard]] std::string_view udp_service_name(std::uint16_t port);

/// An option's name: key "router_alert", label "Router Alert"; key "unknown" where there is none here.
[[nodiscard]] const FieldInfo& ipv4_option_name(std::uint8_t type);
[[nodiscard]] const FieldInfo& ipv6_option_name(std::uint8_t type);
[[nodiscard]] const FieldInfo& nd_option_name(std::uint8_t type);

[[nodiscard]] std::string_view routing_type_name(std::uint8_t type);
[[nodiscard]] std::string_view mobility_type_name(std::uint8_t type);

}  // namespace glass::tools
