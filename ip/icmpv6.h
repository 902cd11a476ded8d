// ICMPv6: RFC 4443; Neighbor Discovery's messages and options, RFC 4861.
#pragma once

#include <cstdint>
#include <optional>

#include "ip/icmp.h"

namespace glass::ip {

namespace icmpv6_type {
inline constexpr std::uint8_t destination_unreachable = 1;
inline constexpr std::uint8_t packet_too_big = 2;
inline constexpr std::uint8_t time_exceeded = 3;
inline constexpr std::uint8_t parameter_problem = 4;
inline constexpr std::uint8_t echo_request = 128;
inline constexpr std::uint8_t echo_reply = 129;
inline constexpr std::uint8_t mld_query = 130;
inline constexpr std::uint8_t mld_report = 131;
inline constexpr std::uint8_t mld_done = 132;
inline constexpr std::uint8_t router_solicitation = 133;
inline constexpr std::uint8_t router_advertisement = 134;
inline constexpr std::uint8_t neighbor_solicitation = 135;
inline constexpr std::uint8_t neighbor_advertisement = 136;
inline constexpr std::uint8_t redirect = 137;
inline constexpr std::uint8_t mldv2_report = 143;
}  // namespace icmpv6_type

/// Codes of Destination Unreachable, RFC 4443 3.1. Those of Parameter Problem are in ip/ipv6_chain.h.
namespace unreachable_code_v6 {
inline constexpr std::uint8_t no_route = 0;
inline constexpr std::uint8_t prohibited = 1;
inline constexpr std::uint8_t beyond_scope = 2;
inline constexpr std::uint8_t address = 3;
inline constexpr std::uint8_t port = 4;
}  // namespace unreachable_code_v6

/// Below 128 in type: tells of a problem with a packet, which it quotes.
constexpr bool is_icmpv6_error(std::uint8_t type) {
    return type < 128;
}

/// truncated (below 8 octets, or below what this ND type has at least), bad_checksum.
[[nodiscard]] Result<IcmpHeader> parse_icmpv6(Bytes message, const Ipv6Address& src, const Ipv6Address& dst);
[[nodiscard]] bool icmpv6_checksum_ok(Bytes message, const Ipv6Address& src, const Ipv6Address& dst);
void serialize_icmpv6(const IcmpHeader& message, Buffer& out, const Ipv6Address& src, const Ipv6Address& dst);

/// Octets before the options or the quoted packet: 8, 16, 24 or 40 by type.
[[nodiscard]] std::size_t icmpv6_header_length(std::uint8_t type);

/// One option of Neighbor Discovery, RFC 4861 4.6: type, length in units of eight octets, data.
struct NdOption {
    std::uint8_t type = 0;
    std::size_t at = 0;  ///< octets from the start of the options
    Bytes data{};        ///< borrowed; what follows type and length

    std::size_t length() const { return data.size() + 2; }
};
namespace nd_option {
inline constexpr std::uint8_t source_link_layer_address = 1;
inline constexpr std::uint8_t target_link_layer_address = 2;
inline constexpr std::uint8_t prefix_information = 3;
inline constexpr std::uint8_t redirected_header = 4;
inline constexpr std::uint8_t mtu = 5;
inline constexpr std::uint8_t nonce = 14;                 ///< RFC 3971
inline constexpr std::uint8_t route_information = 24;     ///< RFC 4191
inline constexpr std::uint8_t recursive_dns_server = 25;  ///< RFC 8106
inline constexpr std::uint8_t dns_search_list = 31;
}  // namespace nd_option

/// Goes through options until next() gives none; then error() says whether they ended well. A length of zero,
/// or one beyond the end, ends them: those before it were good.
class NdOptionReader {
public:
    explicit NdOptionReader(Bytes options) : options_(options) {}
    [[nodiscard]] std::optional<NdOption> next();
    [[nodiscard]] std::optional<Error> error() const { return error_; }
    std::size_t position() const { return at_; }

private:
    Bytes options_{};
    std::size_t at_ = 0;
    std::optional<Error> error_{};
};

// Messages, built; an error quotes `packet`, IPv6 from its first octet, as far as the minimum MTU of 1280 has
// room (RFC 4443 2.4 (c)). The result borrows from its arguments.
[[nodiscard]] IcmpHeader echo_request_v6(std::uint16_t identifier, std::uint16_t sequence, Bytes data);
[[nodiscard]] IcmpHeader echo_reply_v6(const IcmpHeader& request);
[[nodiscard]] IcmpHeader icmpv6_error(std::uint8_t type, std::uint8_t code, std::uint32_t mtu_or_pointer,
                                      Bytes packet);

/// RFC 4443 2.4 (e): may this host answer `packet` with an error of that type and code? Errors and redirects
/// are never answered; packets to a group only with Packet Too Big or Parameter Problem code 2.
[[nodiscard]] bool may_send_icmpv6_error_about(Bytes packet, std::uint8_t type, std::uint8_t code);

/// One hop of a walk: errors carry the packet they quote, and so does a redirect whose first option is the
/// packet.
[[nodiscard]] Hop step_icmpv6(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
