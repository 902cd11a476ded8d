#include "tools/address_places.h"

#include <algorithm>

#include "ip/arp.h"
#include "ip/icmpv6.h"
#include "ip/ipv4_options.h"
#include "ip/ipv6_extensions.h"
#include "ip/ipv6_options.h"
#include "ip/link_steps.h"
#include "ip/wlan_steps.h"

namespace glass::tools {
namespace {

using Kind = AddressPlace::Kind;

/// Adds places of one layer: those that begin beyond its octets are left out, those that end there are cut.
class Finder {
public:
    Finder(const Packet& packet, const Layer& layer, std::vector<AddressPlace>& out)
        : bytes(layer.bytes), base_(layer.bytes.data() - packet.frame.bytes.data()), out_(out) {}

    const ip::Bytes bytes;  ///< header and payload

    void add(Kind kind, std::size_t at, std::size_t length, std::uint8_t prefix = 128) {
        if (at >= bytes.size() || length == 0) return;
        const std::size_t there = std::min(length, bytes.size() - at);
        out_.push_back({kind, static_cast<std::uint32_t>(static_cast<std::size_t>(base_) + at),
                        static_cast<std::uint32_t>(there), prefix});
    }
    void mac(std::size_t at) { add(Kind::mac, at, 6); }
    void ipv4(std::size_t at) { add(Kind::ipv4, at, 4); }
    void ipv6(std::size_t at) { add(Kind::ipv6, at, 16); }
    /// As many as fit before `end`.
    void list(Kind kind, std::size_t at, std::size_t end, std::size_t step) {
        const std::size_t length = kind == Kind::ipv4 ? 4 : 16;
        for (; at + length <= end && at < bytes.size(); at += step) add(kind, at, length);
    }
    /// A hardware address whose length is known but not its kind.
    void hardware(std::size_t at, std::size_t length) {
        add(length == 6 ? Kind::mac : Kind::other, at, length);
    }

    std::uint8_t u8(std::size_t at) const { return at < bytes.size() ? bytes[at] : std::uint8_t{0}; }
    std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(u8(at) << 8 | u8(at + 1)); }

private:
    std::ptrdiff_t base_;
    std::vector<AddressPlace>& out_;
};

// ---- links ----

/// LINUX_SLL and SLL2: eight octets for the sender's address, of which `length` count. On tunnels it is an IP
/// address.
void find_in_sll(Finder& f, std::uint16_t hardware, std::size_t length, std::size_t at) {
    constexpr std::uint16_t kIpip = 768, kIp6tnl = 769, kSit = 776, kIpgre = 778, kIp6gre = 823;
    const bool v4 = hardware == kIpip || hardware == kSit || hardware == kIpgre;
    const bool v6 = hardware == kIp6tnl || hardware == kIp6gre;
    length = std::min<std::size_t>(length, 8);
    if (v4 && length == 4)
        f.ipv4(at);
    else if (v6)
        f.add(Kind::ipv6, at, length);
    else
        f.hardware(at, length);
}

void find_in_wlan(Finder& f) {
    constexpr std::size_t kAt[] = {4, 10, 16, 24};
    const ip::WlanHeader h = ip::read_wlan(f.bytes);
    for (std::size_t i = 0; i < std::min<std::size_t>(h.addresses, 4); ++i) f.mac(kAt[i]);
}

/// The items before the packet: 8 is the sender's hardware address, 16 the whole link header.
void find_in_nflog(Finder& f) {
    constexpr std::uint16_t kHardwareAddress = 8, kLinkHeader = 16;
    constexpr std::size_t kItemHeader = 4;
    for (std::size_t at = ip::kNflogLength; at + kItemHeader <= f.bytes.size();) {
        const ip::NflogItem item = ip::nflog_item(f.bytes, at);
        if (item.length < kItemHeader || item.type == ip::kNflogPayload) return;
        const std::size_t value = at + kItemHeader;
        if (item.type == kHardwareAddress && item.length >= kItemHeader + 12)
            f.hardware(value + 4, std::min<std::size_t>(f.u16(value), 8));
        if (item.type == kLinkHeader && item.length >= kItemHeader + 14) f.mac(value), f.mac(value + 6);
        at += (item.length + 3u) / 4 * 4;
    }
}

void find_in_arp(Finder& f) {
    const ip::ArpHeader h = ip::read_arp(f.bytes);
    std::size_t at = ip::ArpHeader::kLength;
    for (int i = 0; i < 2; ++i) {  // sender, target
        f.hardware(at, h.hardware_size);
        at += h.hardware_size;
        if (h.protocol_size == 4)
            f.ipv4(at);
        else if (h.protocol_size == 16)
            f.ipv6(at);
        else
            f.add(Kind::other, at, h.protocol_size);
        at += h.protocol_size;
    }
}

// ---- IPv4 ----

/// Options and lists of them are gone through by hand here and below: readers stop before an option that is
/// cut off, and half an address is still half an address.
void find_in_ipv4_options(Finder& f) {
    namespace type = ip::ipv4_option;
    const std::size_t options_end = (f.u8(0) & 0x0f) * std::size_t{4};
    for (std::size_t at = 20, next = 0; at < options_end && at < f.bytes.size(); at = next) {
        if (f.u8(at) == type::end_of_list) return;
        next = at + (f.u8(at) == type::no_operation ? 1u : f.u8(at + 1));
        if (next == at) return;
        next = std::min(next, options_end);
        switch (f.u8(at)) {
            case type::record_route:
            case type::loose_source_route:
            case type::strict_source_route: f.list(Kind::ipv4, at + 3, next, 4); break;
            case type::timestamp:
                if (f.u8(at + 3) & 0x0f) f.list(Kind::ipv4, at + 4, next, 8);
                break;
            default: break;
        }
    }
}

/// RFC 2236 section 2, RFC 3376 section 4: a group, and lists of sources.
void find_in_igmp(Finder& f, std::size_t start) {
    constexpr std::uint8_t kQuery = 0x11, kReportV1 = 0x12, kReportV2 = 0x16, kLeave = 0x17, kReportV3 = 0x22;
    const std::uint8_t type = f.u8(start);
    if (type == kReportV3) {
        std::size_t at = start + 8;
        for (std::size_t left = f.u16(start + 6); left > 0 && at < f.bytes.size(); --left) {
            const std::size_t sources = f.u16(at + 2), end = at + 8 + sources * 4;
            f.list(Kind::ipv4, at + 4, end, 4);  // the group, then its sources
            at = end + f.u8(at + 1) * std::size_t{4};
        }
    } else if (type == kQuery || type == kReportV1 || type == kReportV2 || type == kLeave) {
        f.ipv4(start + 4);
        if (type == kQuery)
            f.list(Kind::ipv4, start + 12, start + 12 + f.u16(start + 10) * std::size_t{4}, 4);
    }
}

void find_in_ipv4(Finder& f, const Layer& layer) {
    f.ipv4(12);
    f.ipv4(16);
    find_in_ipv4_options(f);
    if (!igmp_in(layer).empty()) find_in_igmp(f, layer.header_length);
}

/// RFC 792: a redirect names a gateway; RFC 1256: routers advertise theirs.
void find_in_icmp(Finder& f) {
    if (f.u8(0) == ip::icmp_type::redirect) f.ipv4(4);
    if (f.u8(0) != ip::icmp_type::router_advertisement) return;
    const std::size_t step = f.u8(5) * std::size_t{4};
    if (step >= 4) f.list(Kind::ipv4, 8, 8 + f.u8(4) * step, step);
}

// ---- IPv6 ----

/// Types 0, 2 and 4 write addresses in full; type 3, RFC 6554, leaves out what they share with the
/// destination.
void find_in_routing_header(Finder& f) {
    namespace type = ip::routing_type;
    const std::size_t end = (f.u8(1) + std::size_t{1}) * 8;
    switch (f.u8(2)) {
        case type::segment_routing: {  // after the list may come other things
            const std::size_t list_end = 8 + (f.u8(4) + std::size_t{1}) * 16;
            return f.list(Kind::ipv6, 8, std::min(end, list_end), 16);
        }
        case type::source_route:
        case type::mobile_ipv6: return f.list(Kind::ipv6, 8, end, 16);
        case type::rpl: return f.add(Kind::other, 8, end - 8);
        default: return;
    }
}

void find_in_destination_options(Finder& f) {
    namespace type = ip::ipv6_option;
    const std::size_t end = (f.u8(1) + std::size_t{1}) * 8;
    for (std::size_t at = 2; at < end && at < f.bytes.size();
         at += f.u8(at) == type::pad1 ? 1u : f.u8(at + 1) + 2u)
        if (f.u8(at) == type::home_address && f.u8(at + 1) == 16 && at + 18 <= end) f.ipv6(at + 2);
}

/// RFC 4861 4.6, RFC 4191 2.3, RFC 8106 5.1.
void find_in_nd_options(Finder& f, std::size_t start) {
    namespace type = ip::nd_option;
    for (std::size_t at = start, next = 0; at < f.bytes.size(); at = next) {
        const std::size_t length = f.u8(at + 1) * std::size_t{8};
        next = at + length;
        if (length == 0) return;
        const std::uint8_t prefix = f.u8(at + 2);
        switch (f.u8(at)) {
            case type::source_link_layer_address:
            case type::target_link_layer_address: f.hardware(at + 2, length - 2); break;
            case type::prefix_information:
                if (length == 32) f.add(Kind::ipv6, at + 16, 16, prefix);
                break;
            case type::route_information:
                f.add(Kind::ipv6, at + 8, std::min<std::size_t>(length - 8, 16), prefix);
                break;
            case type::recursive_dns_server: f.list(Kind::ipv6, at + 8, next, 16); break;
            default: break;
        }
    }
}

/// RFC 3810 section 5.2.
void find_in_mldv2_report(Finder& f) {
    std::size_t at = 8;
    for (std::size_t left = f.u16(6); left > 0 && at < f.bytes.size(); --left) {
        const std::size_t sources = f.u16(at + 2), end = at + 20 + sources * 16;
        f.list(Kind::ipv6, at + 4, end, 16);  // the group, then its sources
        at = end + f.u8(at + 1) * std::size_t{4};
    }
}

void find_in_icmpv6(Finder& f) {
    namespace type = ip::icmpv6_type;
    switch (f.u8(0)) {
        case type::router_solicitation: return find_in_nd_options(f, 8);
        case type::router_advertisement: return find_in_nd_options(f, 16);
        case type::redirect:
            f.ipv6(8);
            f.ipv6(24);
            return find_in_nd_options(f, 40);
        case type::neighbor_solicitation:
        case type::neighbor_advertisement: f.ipv6(8); return find_in_nd_options(f, 24);
        case type::mld_query: f.list(Kind::ipv6, 28, 28 + f.u16(26) * std::size_t{16}, 16); [[fallthrough]];
        case type::mld_report:
        case type::mld_done: return f.ipv6(8);
        case type::mldv2_report: return find_in_mldv2_report(f);
        default: return;
    }
}

void find_in_layer(Finder& f, const Layer& layer) {
    switch (layer.proto) {
        case ip::Proto::eth: f.mac(0); return f.mac(6);
        case ip::Proto::sll: return find_in_sll(f, f.u16(2), f.u16(4), 6);
        case ip::Proto::sll2: return find_in_sll(f, f.u16(8), f.u8(11), 12);
        case ip::Proto::wlan: return find_in_wlan(f);
        case ip::Proto::nflog: return find_in_nflog(f);
        case ip::Proto::arp: return find_in_arp(f);
        case ip::Proto::ip: return find_in_ipv4(f, layer);
        case ip::Proto::icmp: return find_in_icmp(f);
        case ip::Proto::ipv6: f.ipv6(8); return f.ipv6(24);
        case ip::Proto::ipv6_routing: return find_in_routing_header(f);
        case ip::Proto::ipv6_dstopts: return find_in_destination_options(f);
        case ip::Proto::icmpv6: return find_in_icmpv6(f);
        default: return;
    }
}

}  // namespace

ip::Bytes igmp_in(const Layer& layer) {
    constexpr std::uint8_t kIgmp = 2;
    const bool whole = layer.proto == ip::Proto::ip && layer.header_length >= 20 && layer.bytes[9] == kIgmp &&
                       (ip::load16(&layer.bytes[6]) & 0x1fff) == 0;
    return whole ? layer.payload() : ip::Bytes{};
}

void find_addresses(const Packet& packet, std::vector<AddressPlace>& out) {
    for (const Layer& layer : packet.layers()) {
        if (layer.bytes.empty()) continue;
        Finder finder(packet, layer, out);
        find_in_layer(finder, layer);
    }
}

}  // namespace glass::tools
