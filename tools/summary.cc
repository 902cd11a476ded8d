#include "tools/summary.h"

#include <algorithm>
#include <fmt/format.h>

#include "ip/arp.h"
#include "ip/icmpv6.h"
#include "ip/ipv4.h"
#include "ip/ipv6.h"
#include "ip/ipv6_extensions.h"
#include "tools/describe.h"
#include "tools/dns.h"
#include "tools/fault_text.h"
#include "tools/http_view.h"
#include "tools/ip_layer.h"
#include "tools/protocols.h"
#include "tools/summary_marks.h"
#include "tools/summary_tcp.h"

namespace glass::tools {
namespace {

template <class... Args>
void add(TextBuffer& out, fmt::format_string<Args...> format, Args&&... args) {
    out.append(fmt::format(format, std::forward<Args>(args)...));
}

/// The layer that the line is about: the last header, but nothing that an ICMP error quotes, and no bare
/// payload.
const Layer* subject(const Packet& packet) {
    for (std::size_t i = packet.layer_count; i-- > 0;) {
        const Layer& layer = packet.layers()[i];
        if (!layer.quoted && layer.proto != ip::Proto::data && layer.proto != ip::Proto::http) return &layer;
    }
    return nullptr;
}

void summarize_arp(const Layer& layer, TextBuffer& out) {
    const auto arp = ip::parse_arp(layer.bytes);
    if (!arp) return add(out, "ARP");
    const std::string sender = to_string(arp->sender_ip), target = to_string(arp->target_ip);
    if (arp->operation == ip::arp_operation::reply)
        return add(out, "ARP {} is at {}", sender, to_string(arp->sender_mac));
    if (arp->operation != ip::arp_operation::request) return add(out, "ARP operation {}", arp->operation);
    if (arp->sender_ip == arp->target_ip) return add(out, "ARP {} announces itself", sender);
    add(out, "ARP who has {}? tell {}", target, sender);
}

/// "from 10.0.0.1:4000 to 10.0.0.2:53", of the packet that an error quotes.
void add_quoted(const Packet& packet, TextBuffer& out) {
    const Layer* ip_layer = nullptr;
    for (const Layer& layer : packet.layers())
        if (layer.quoted && has_addresses(layer)) ip_layer = &layer;
    if (!ip_layer) return;
    add(out, " for {}", to_string(destination_of(*ip_layer)));
    for (const Layer& layer : packet.layers()) {
        const bool ports = layer.proto == ip::Proto::tcp || layer.proto == ip::Proto::udp;
        if (layer.quoted && ports && layer.bytes.size() >= 4)
            add(out, " {} port {}", layer.proto == ip::Proto::tcp ? "TCP" : "UDP",
                ip::load16(&layer.bytes[2]));
    }
}

void summarize_icmp(const Packet& packet, const Layer& layer, TextBuffer& out) {
    const ip::IcmpHeader h = ip::read_icmp(layer.bytes);
    const bool v6 = layer.proto == ip::Proto::icmpv6;
    out.append(v6 ? icmpv6_text(h.type, h.code) : icmp_text(h.type, h.code));
    const bool echo = v6 ? h.type == ip::icmpv6_type::echo_request || h.type == ip::icmpv6_type::echo_reply
                         : h.type == ip::icmp_type::echo_request || h.type == ip::icmp_type::echo_reply;
    if (echo)
        return add(out, "  id {} seq {}  {} B", h.identifier(), h.sequence(), layer.payload_wire_length());
    if (v6 && h.type == ip::icmpv6_type::packet_too_big) add(out, ", MTU {}", h.mtu_v6());
    const bool needed = h.type == ip::icmp_type::destination_unreachable &&
                        h.code == ip::unreachable_code::fragmentation_needed;
    if (!v6 && needed) add(out, ", MTU {}", h.next_hop_mtu());
    const bool neighbor =
        h.type == ip::icmpv6_type::neighbor_solicitation || h.type == ip::icmpv6_type::neighbor_advertisement;
    if (v6 && neighbor && layer.bytes.size() >= 24) {
        ip::Reader in(layer.bytes.subspan(8));
        add(out, " {}", to_string(ip::read_ipv6_address(in)));
    }
    add_quoted(packet, out);
}

void summarize_udp(const Layer& layer, TextBuffer& out) {
    out.append("UDP ");
    out.number(layer.payload_wire_length());
    out.append(" B");
}

/// An IP header that is the last one: a fragment, or a protocol that nobody here knows.
void summarize_ip(const Layer& layer, TextBuffer& out) {
    if (layer.proto == ip::Proto::ip) {
        const ip::Ipv4Header h = ip::read_ipv4(layer.bytes);
        if (!h.is_fragment())
            return add(out, "IP protocol {}  {} B", h.protocol, layer.payload_wire_length());
        return add(out, "fragment of id 0x{:04x}  {}..{}{}", h.identification, h.fragment_offset,
                   h.fragment_offset + std::max(layer.payload_wire_length(), 1u) - 1,
                   h.more_fragments ? "" : "  last");
    }
    add(out, "IPv6 next header {}  {} B", ip::read_ipv6(layer.bytes).next_header,
        layer.payload_wire_length());
}

void summarize_ipv6_fragment(const Layer& layer, TextBuffer& out) {
    const ip::Ipv6FragmentHeader h = ip::read_ipv6_fragment_header(layer.bytes);
    add(out, "fragment of id 0x{:08x}  {}..{}{}", h.identification, h.fragment_offset,
        h.fragment_offset + std::max(layer.payload_wire_length(), 1u) - 1, h.more_fragments ? "" : "  last");
}

void summarize_other(const Layer& layer, TextBuffer& out) {
    add(out, "{}  {} B", protocol(layer.proto).title, layer.payload_wire_length());
}

void add_http(const Packet& packet, TextBuffer& out) {
    if (!packet.http) return;
    for (const HttpMessage& message : *packet.http) {
        out.append("  ");
        out.append(harmless_text(message.start_line(), false));
    }
}

/// Around the innermost IP header: another one, or what carries tunnels.
void add_tunnels(const Packet& packet, TextBuffer& out) {
    const Layer* outer = nullptr;
    for (const Layer& layer : packet.layers()) {
        if (layer.quoted) return;
        const bool begins_anew = is_ip(layer) || layer.proto == ip::Proto::eth;
        if (begins_anew && outer)
            add(out, "  in {} → {}", to_string(source_of(*outer)), to_string(destination_of(*outer)));
        if (begins_anew) outer = has_addresses(layer) ? &layer : nullptr;
        const bool tag = layer.proto == ip::Proto::vlan && layer.bytes.size() >= 2;
        if (tag) add(out, "  vlan {}", ip::load16(&layer.bytes[0]) & 0xfff);
    }
}

}  // namespace

void write_summary(const Packet& packet, bool absolute_seq, TextBuffer& out) {
    const Layer* layer = subject(packet);
    if (!layer) return add(out, "{} bytes", packet.frame.length);
    const bool readable = layer->header_length > 0 && !layer->bytes.empty();
    if (!readable) return summarize_other(*layer, out);
    switch (layer->proto) {
        case ip::Proto::tcp: summarize_tcp(packet, *layer, absolute_seq, out); return add_http(packet, out);
        case ip::Proto::udp: return summarize_udp(*layer, out);
        case ip::Proto::dns: return add(out, "DNS {}", dns_summary(layer->bytes));
        case ip::Proto::arp: return summarize_arp(*layer, out);
        case ip::Proto::icmp:
        case ip::Proto::icmpv6: return summarize_icmp(packet, *layer, out);
        case ip::Proto::ip:
        case ip::Proto::ipv6: return summarize_ip(*layer, out);
        case ip::Proto::ipv6_fraghdr: return summarize_ipv6_fragment(*layer, out);
        default: return summarize_other(*layer, out);
    }
}

void write_remarks(const Packet& packet, TextBuffer& out) {
    if (packet.tcp && packet.tcp->finding) write_marks(*packet.tcp->finding, out);
    add_tunnels(packet, out);
    for (const Reassembled& datagram : packet.reassembled) {
        out.append("  reassembled from");
        for (const std::uint64_t frame : datagram.frames) add(out, " #{}", frame);
    }
    for (const Layer& layer : packet.layers())
        if (layer.checksum == ChecksumStatus::bad) add(out, "  ✗ {} checksum wrong", ip::name(layer.proto));
    if (packet.frame.bytes.size() < packet.frame.length)
        add(out, "  ({} of {} bytes captured)", packet.frame.bytes.size(), packet.frame.length);
    if (packet.fault) add(out, "  ✗ {}: {}", ip::name(packet.fault->proto), to_string(packet.fault->fault));
}

}  // namespace glass::tools
