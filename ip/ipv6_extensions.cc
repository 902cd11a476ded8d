#include "ip/ipv6_extensions.h"

#include <algorithm>

#include "ip/checksum.h"
#include "ip/protocol_numbers.h"

namespace glass::ip {

namespace {

constexpr std::size_t kAddressLength = 16;
constexpr std::size_t kBeforeAddresses = 4;  ///< octets of a routing header's data that depend on its type
constexpr std::size_t kMobilityFixed = 6;

bool writes_addresses_in_full(std::uint8_t type) {
    return type == routing_type::source_route || type == routing_type::mobile_ipv6 ||
           type == routing_type::segment_routing;
}

constexpr std::size_t eights(std::size_t octets) {
    return (octets + 7) / 8 * 8;
}

/// The length and what follows: the same in headers of eight octets and more.
Hop step_of_length(std::size_t stated, std::uint8_t next_header, Bytes captured, std::uint32_t wire_length) {
    const auto length = static_cast<std::uint32_t>(stated);
    if (length > wire_length)
        return {.fault = missing("header length {} exceeds the {} bytes there are", length, wire_length)};
    if (length > captured.size()) return cut_short(length, captured.size());
    return {.header_length = length, .next = proto_of_ip_protocol(next_header)};
}

}  // namespace

std::size_t Ipv6RoutingHeader::address_count() const {
    if (!writes_addresses_in_full(type) || data.size() < kBeforeAddresses) return 0;
    const std::size_t room = (data.size() - kBeforeAddresses) / kAddressLength;
    // Segment routing states where its list ends; TLVs may follow (RFC 8754 section 2).
    return type == routing_type::segment_routing ? std::min<std::size_t>(room, data[0] + std::size_t{1})
                                                 : room;
}

Ipv6Address Ipv6RoutingHeader::address(std::size_t i) const {
    Reader in(after(data, kBeforeAddresses + i * kAddressLength));
    return read_ipv6_address(in);
}

void Ipv6RoutingHeader::serialize(Buffer& out) const {
    const std::size_t length = eights(4 + data.size());
    Writer w(out);
    w.u8(next_header);
    w.u8(static_cast<std::uint8_t>(length / 8 - 1));
    w.u8(type);
    w.u8(segments_left);
    w.bytes(data);
    w.zeros(length - 4 - data.size());
}

Ipv6RoutingHeader read_ipv6_routing_header(Bytes bytes) {
    Reader in(bytes);
    Ipv6RoutingHeader h;
    h.next_header = in.u8();
    h.hdr_ext_len = in.u8();
    h.type = in.u8();
    h.segments_left = in.u8();
    h.data = first(after(bytes, 4), h.header_length() - 4);
    return h;
}

Result<Ipv6RoutingHeader> parse_ipv6_routing_header(Bytes bytes) {
    const Ipv6RoutingHeader h = read_ipv6_routing_header(bytes);
    if (bytes.size() < h.header_length()) return std::unexpected(Error::truncated);
    if (writes_addresses_in_full(h.type) && h.segments_left > h.address_count())
        return std::unexpected(Error::bad_value);
    return h;
}

std::optional<Ipv6Address> final_destination(const Ipv6RoutingHeader& h) {
    if (h.segments_left == 0 || h.address_count() == 0) return std::nullopt;
    // Segment routing lists its segments last first.
    return h.address(h.type == routing_type::segment_routing ? 0 : h.address_count() - 1);
}

void Ipv6FragmentHeader::serialize(Buffer& out) const {
    Writer w(out);
    w.u8(next_header);
    w.u8(reserved);
    w.u16(static_cast<std::uint16_t>((fragment_offset & 0xfff8) | (reserved_bits & 3) << 1 |
                                     (more_fragments ? 1 : 0)));
    w.u32(identification);
}

Ipv6FragmentHeader read_ipv6_fragment_header(Bytes bytes) {
    Reader in(bytes);
    Ipv6FragmentHeader h;
    h.next_header = in.u8();
    h.reserved = in.u8();
    const std::uint16_t word = in.u16();
    h.fragment_offset = word & 0xfff8;  // thirteen bits of eights are sixteen of octets
    h.reserved_bits = word >> 1 & 3;
    h.more_fragments = word & 1;
    h.identification = in.u32();
    return h;
}

Result<Ipv6FragmentHeader> parse_ipv6_fragment_header(Bytes bytes) {
    if (bytes.size() < Ipv6FragmentHeader::kLength) return std::unexpected(Error::truncated);
    return read_ipv6_fragment_header(bytes);
}

void Ipv6MobilityHeader::serialize(Buffer& out, const Ipv6Address& src, const Ipv6Address& dst) const {
    const std::size_t start = out.size();
    const std::size_t length = eights(kMobilityFixed + data.size());
    Writer w(out);
    w.u8(next_header);
    w.u8(static_cast<std::uint8_t>(length / 8 - 1));
    w.u8(type);
    w.u8(reserved);
    w.u16(0);
    w.bytes(data);
    w.zeros(length - kMobilityFixed - data.size());
    ChecksumSum sum = pseudo_header(src, dst, protocol_number::mobility, static_cast<std::uint32_t>(length));
    sum.add(Bytes(out).subspan(start));
    w.patch16(start + 4, sum.checksum());
}

Ipv6MobilityHeader read_ipv6_mobility_header(Bytes bytes) {
    Reader in(bytes);
    Ipv6MobilityHeader h;
    h.next_header = in.u8();
    h.hdr_ext_len = in.u8();
    h.type = in.u8();
    h.reserved = in.u8();
    h.checksum = in.u16();
    h.data = first(after(bytes, kMobilityFixed), h.header_length() - kMobilityFixed);
    return h;
}

Result<Ipv6MobilityHeader> parse_ipv6_mobility_header(Bytes bytes) {
    const Ipv6MobilityHeader h = read_ipv6_mobility_header(bytes);
    if (bytes.size() < h.header_length()) return std::unexpected(Error::truncated);
    return h;
}

Hop step_ipv6_routing(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < 8) return cut_short(8, captured.size());
    const Ipv6RoutingHeader h = read_ipv6_routing_header(captured);
    Hop hop = step_of_length(h.header_length(), h.next_header, captured, wire_length);
    const auto count = static_cast<std::uint32_t>(h.address_count());
    if (!hop.fault && writes_addresses_in_full(h.type) && h.segments_left > count)
        hop.fault = {"{} segments left of {} addresses", h.segments_left, count};
    return hop;
}

Hop step_ipv6_fragment(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < Ipv6FragmentHeader::kLength)
        return cut_short(Ipv6FragmentHeader::kLength, captured.size());
    const Ipv6FragmentHeader h = read_ipv6_fragment_header(captured);
    Hop hop = step_of_length(Ipv6FragmentHeader::kLength, h.next_header, captured, wire_length);
    if (!h.is_atomic()) hop.next = Proto::data;
    return hop;
}

Hop step_ipv6_mobility(Bytes captured, std::uint32_t wire_length) {
    if (captured.size() < 8) return cut_short(8, captured.size());
    const Ipv6MobilityHeader h = read_ipv6_mobility_header(captured);
    return step_of_length(h.header_length(), h.next_header, captured, wire_length);
}

}  // namespace glass::ip
