#include "tools/why_connection.h"

#include <algorithm>
#include <fmt/format.h>

#include "ip/icmp.h"
#include "ip/icmpv6.h"
#include "ip/ipv4.h"
#include "ip/ipv6.h"
#include "tools/describe.h"
#include "tools/ip_layer.h"

namespace glass::tools {
namespace {

IpFacts ip_facts(const Packet& packet, const Layer& layer) {
    IpFacts facts;
    facts.multipath = tcp::find_option<tcp::Multipath>(tcp::read_segment(layer.bytes).options).has_value();
    const Layer* outer = ip_around(packet, layer);
    if (!outer) return facts;
    if (outer->proto == ip::Proto::ip) {
        const ip::Ipv4Header h = ip::read_ipv4(outer->bytes);
        facts.id = h.identification;
        facts.ttl = h.ttl;
        facts.ecn = outer->bytes[1] & 3;
    } else {
        facts.v6 = true;
        facts.ttl = outer->bytes[7];
        facts.ecn = outer->bytes[1] >> 4 & 3;
    }
    return facts;
}

/// The type and code of an ICMP error in words, and its MTU.
void describe_error(const Layer& layer, IcmpAbout& about) {
    const ip::IcmpHeader h = ip::read_icmp(layer.bytes);
    const bool v6 = layer.proto == ip::Proto::icmpv6;
    about.text = v6 ? icmpv6_text(h.type, h.code) : icmp_text(h.type, h.code);
    if (v6 && h.type == ip::icmpv6_type::packet_too_big) about.mtu = h.mtu_v6();
    const bool needed = h.type == ip::icmp_type::destination_unreachable &&
                        h.code == ip::unreachable_code::fragmentation_needed;
    if (!v6 && needed) about.mtu = h.next_hop_mtu();
}

/// An ICMP error whose quote belongs between these endpoints.
std::optional<IcmpAbout> error_about(const Packet& packet, const StreamTrace& trace) {
    const Layer *icmp = nullptr, *quoted_ip = nullptr, *quoted_tcp = nullptr;
    for (const Layer& layer : packet.layers()) {
        if (!layer.quoted && (layer.proto == ip::Proto::icmp || layer.proto == ip::Proto::icmpv6))
            icmp = &layer;
        if (layer.quoted && has_addresses(layer)) quoted_ip = &layer;
        if (layer.quoted && layer.proto == ip::Proto::tcp) quoted_tcp = &layer;
    }
    if (!icmp || !quoted_ip || !quoted_tcp || quoted_tcp->bytes.size() < 8) return std::nullopt;
    const tcp::Segment segment = tcp::read_segment(quoted_tcp->bytes);
    const tcp::Endpoint src{source_of(*quoted_ip), segment.src_port};
    const tcp::Endpoint dst{destination_of(*quoted_ip), segment.dst_port};
    const bool from_client = src == trace.client && dst == trace.server;
    if (!from_client && !(src == trace.server && dst == trace.client)) return std::nullopt;
    IcmpAbout about{.frame = {packet.frame.number, packet.frame.time},
                    .text = {},
                    .side = from_client ? 0u : 1u,
                    .seq = segment.seq,
                    .mtu = {}};
    describe_error(*icmp, about);
    return about;
}

/// What the trace does not hold: the headers below TCP, and errors about it.
int read_surroundings(const CaptureOptions& options, WhyConnection& c) {
    std::size_t next = 0;
    c.ip.resize(c.size());
    return for_each_packet(options, [&](const Packet& packet, const Decoder&) {
        if (next < c.size() && c[next].frame.number == packet.frame.number) {
            if (const Layer* layer = packet.innermost(ip::Proto::tcp)) c.ip[next] = ip_facts(packet, *layer);
            ++next;
        } else if (auto about = error_about(packet, c.trace)) {
            c.errors.push_back(std::move(*about));
        }
        return true;
    });
}

}  // namespace

std::optional<tcp::Seq> WhyConnection::highest_before(std::size_t i, unsigned side) const {
    std::optional<tcp::Seq> highest;
    for (std::size_t j = 0; j < i; ++j) {
        const TraceSegment& s = trace.segments[j];
        if (s.side != side || s.has(tcp::RST)) continue;
        if (!highest || end_of(s) > *highest) highest = end_of(s);
    }
    return highest;
}

std::optional<tcp::Seq> WhyConnection::acknowledged_before(std::size_t i, unsigned side) const {
    const auto last = before(i, [&](const TraceSegment& s) { return s.side == side && s.has(tcp::ACK); });
    if (!last) return std::nullopt;
    return trace.segments[*last].ack;
}

bool WhyConnection::speaks(unsigned side) const {
    return std::ranges::any_of(trace.segments, [side](const TraceSegment& s) { return s.side == side; });
}

std::optional<ip::Duration> WhyConnection::handshake() const {
    const TraceSegment* syn = nullptr;
    for (const TraceSegment& s : trace.segments) {
        if (s.has(tcp::SYN)) {
            if (!s.has(tcp::ACK)) syn = &s;
        } else if (syn && s.side == syn->side && s.has(tcp::ACK) && s.seq == end_of(*syn)) {
            return passed(syn->frame, s.frame);
        }
    }
    return std::nullopt;
}

std::uint32_t WhyConnection::full_segment(unsigned side) const {
    std::uint32_t largest = 0;
    for (const TraceSegment& s : trace.segments) {
        if (s.side == 1 - side && s.mss)
            return *s.mss - (s.timestamps ? std::min<std::uint32_t>(12, *s.mss) : 0);
        if (s.side == side) largest = std::max(largest, s.length);
    }
    return largest;
}

std::string range_text(const TraceSegment& s, tcp::Seq begin, tcp::Seq end) {
    const std::uint32_t first = s.relative_seq + (begin - s.seq);
    const std::uint32_t count = end - begin;
    return count == 1 ? fmt::format("byte {}", first) : fmt::format("bytes {}..{}", first, first + count - 1);
}

std::string content_text(const TraceSegment& s) {
    if (s.has(tcp::RST)) return "RST";
    if (s.has(tcp::SYN)) return s.has(tcp::ACK) ? "SYN,ACK" : "SYN";
    const std::string bytes = s.length ? range_text(s, s.seq, s.seq + s.length) : "";
    if (s.has(tcp::FIN)) return bytes.empty() ? "FIN" : bytes + " and FIN";
    return !bytes.empty() ? bytes : s.has(tcp::ACK) ? fmt::format("ACK {}", s.relative_ack) : "no flags";
}

std::optional<WhyConnection> load_connection(const CaptureOptions& options, std::uint32_t stream,
                                             std::uint64_t number) {
    WhyConnection c;
    c.trace = load_trace(options, stream).trace;
    const auto& segments = c.trace.segments;
    const auto it =
        std::ranges::lower_bound(segments, number, {}, [](const auto& s) { return s.frame.number; });
    if (it == segments.end() || it->frame.number != number) return std::nullopt;
    c.at = static_cast<std::size_t>(it - segments.begin());
    if (read_surroundings(options, c) == kCannotRead) return std::nullopt;
    return c;
}

}  // namespace glass::tools
