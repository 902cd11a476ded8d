// Protocols by name, and one hop of a walk through a packet: this header's length, and what it carries.
#pragma once

#include <cstdint>
#include <string_view>

#include "ip/bytes.h"

namespace glass::ip {

/// Every kind of header Glass can show, outermost kinds first. Only names: who parses them is another matter.
enum class Proto : std::uint8_t {
    data,  ///< payload of no known kind, shown as octets
    // links
    eth,
    vlan,
    llc,
    sll,
    sll2,
    null,
    raw,
    ppp,
    pppoe,
    chdlc,
    wlan,
    radiotap,
    fr,
    ppi,
    nflog,
    mpls,
    // the network layer
    arp,
    ip,
    ipv6,
    ipv6_hopopts,
    ipv6_routing,
    ipv6_fraghdr,
    ipv6_dstopts,
    ipv6_mobility,
    ah,
    esp,
    gre,
    vxlan,
    geneve,
    gtp,
    l2tp,
    icmp,
    icmpv6,
    // transports, and what they carry
    udp,
    tcp,
    dns,
    http,
    count_,  ///< how many there are; not a protocol
};
inline constexpr std::size_t kProtoCount = static_cast<std::size_t>(Proto::count_);

/// The name in the JSON output: Wireshark's, as "ip" or "ipv6.fraghdr".
[[nodiscard]] std::string_view name(Proto proto);

/// What an EtherType, an IP protocol number (or IPv6 next header), a UDP port says the payload is; data if
/// unknown.
[[nodiscard]] Proto proto_of_ethertype(std::uint16_t ethertype);
[[nodiscard]] Proto proto_of_ip_protocol(std::uint8_t number);
[[nodiscard]] Proto proto_of_udp_ports(std::uint16_t src, std::uint16_t dst);
/// What the version in the first octet says an IP packet is; data if it is none, or there is none.
[[nodiscard]] Proto proto_of_ip_version(Bytes packet);

/// What is wrong with a header: text with {} for up to two numbers, formatted only when somebody reads it.
struct Fault {
    const char* what =
        nullptr;  ///< a literal, as "header length {} exceeds the {} bytes captured"; null: all is well
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    bool missing = false;  ///< octets are missing, and nothing else is wrong: see tools/dissect.cc

    explicit constexpr operator bool() const { return what != nullptr; }
};

inline constexpr std::uint32_t kToTheEnd = 0xffffffff;

/// One step from a header to its payload.
struct Hop {
    std::uint32_t header_length = 0;           ///< octets; 0 with a fault: the walk stops at this header
    Proto next = Proto::data;                  ///< what the payload is
    std::uint32_t payload_length = kToTheEnd;  ///< where the header states it; octets after it are padding
    Fault fault{};  ///< what is wrong; the walk goes on where header_length is not 0
};

/// Reads the header at the start of `captured` far enough to know what follows. `wire_length` is how many
/// octets there were on the wire, at least captured.size(): more where the snap length cut the frame.
using Step = Hop (*)(Bytes captured, std::uint32_t wire_length);

/// A length that is more than there is.
constexpr Fault missing(const char* what, std::uint32_t length, std::uint32_t there) {
    return {what, length, there, true};
}

/// A header that is not all there.
constexpr Hop cut_short(std::size_t needed, std::size_t captured) {
    return {.fault = missing("header needs {} bytes, {} captured", static_cast<std::uint32_t>(needed),
                             static_cast<std::uint32_t>(captured))};
}

}  // namespace glass::ip
