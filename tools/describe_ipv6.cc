// Describes IPv6, its extension headers (RFC 8200 sections 3 and 4) and IPsec's (RFC 4302, RFC 4303).
#include "ip/ipsec.h"
#include "ip/ipv6.h"
#include "ip/ipv6_extensions.h"
#include "ip/ipv6_options.h"
#include "tools/describe.h"
#include "tools/describe_ip_parts.h"
#include "tools/describe_option.h"
#include "tools/ip_names.h"

namespace glass::tools {
namespace {

constexpr FieldInfo kIpv6[] = {
    {"version", "Version", 0, 4, Show::people_only},
    {"tclass", "Traffic Class", 4, 8, Show::everywhere, Radix::hex},
    {"flow", "Flow Label", 12, 20, Show::everywhere, Radix::hex},
    {"plen", "Payload Length", 32, 16},
    {"nxt", "Next Header", 48, 8},
    {"hlim", "Hop Limit", 56, 8},
    {"src", "Source Address", 64, 128},
    {"dst", "Destination Address", 192, 128},
    {"reassembled", "Reassembled"},
};

constexpr FieldInfo kOptionsHeader[] = {
    {"nxt", "Next Header", 0, 8},
    {"len", "Hdr Ext Len", 8, 8},
    {"options", "Options"},
};

constexpr FieldInfo kRouting[] = {
    {"nxt", "Next Header", 0, 8},
    {"len", "Hdr Ext Len", 8, 8},
    {"type", "Routing Type", 16, 8},
    {"segleft", "Segments Left", 24, 8},
    {"reserved", "Reserved", 32, 32, Show::people_only},
    {"last_entry", "Last Entry", 32, 8},
    {"flags", "Flags", 40, 8, Show::everywhere, Radix::hex},
    {"tag", "Tag", 48, 16},
    {"data", "Type-specific data"},
};

constexpr FieldInfo kFragment[] = {
    {"nxt", "Next Header", 0, 8},          {"reserved_octet", "Reserved", 8, 8, Show::people_only},
    {"offset", "Fragment Offset", 16, 13}, {"reserved_bits", "Res", 29, 2, Show::people_only},
    {"more", "More Fragments", 31, 1},     {"id", "Identification", 32, 32, Show::everywhere, Radix::hex},
};

constexpr FieldInfo kMobility[] = {
    {"nxt", "Payload Proto", 0, 8},
    {"len", "Header Len", 8, 8},
    {"type", "MH Type", 16, 8},
    {"reserved", "Reserved", 24, 8, Show::people_only},
    {"checksum", "Checksum", 32, 16, Show::everywhere, Radix::hex},
    {"data", "Message Data"},
};

constexpr FieldInfo kAh[] = {
    {"nxt", "Next Header", 0, 8},
    {"len", "Payload Len", 8, 8},
    {"reserved", "Reserved", 16, 16, Show::people_only},
    {"spi", "Security Parameters Index", 32, 32, Show::everywhere, Radix::hex},
    {"sequence", "Sequence Number", 64, 32},
    {"icv", "Integrity Check Value"},
};

constexpr FieldInfo kEsp[] = {
    {"spi", "Security Parameters Index", 0, 32, Show::everywhere, Radix::hex},
    {"sequence", "Sequence Number", 32, 32},
};

template <std::size_t N>
void add_next_header(FieldList& out, const FieldInfo (&fields)[N], std::uint8_t number) {
    out.number(fields[0], number);
    note_protocol(out, number);
}

/// The length field of headers that count in eights, and leave out the first.
void add_ext_len(FieldList& out, const FieldInfo& info, std::uint8_t len) {
    out.number(info, len);
    out.note("({} + 1) x 8 octets", len);
}

void add_option_value(FieldList& out, std::size_t at, const ip::Ipv6Option& option) {
    switch (option.type) {
        case ip::ipv6_option::router_alert:
        case ip::ipv6_option::jumbo_payload: return add_value(out, at, option.data);
        case ip::ipv6_option::tunnel_encapsulation_limit:
            if (option.data.size() != 1) return add_option_data(out, at, option.data);
            return out.number(at_octets(in(kOptionPart, "value"), at, 1), option.data[0]);
        case ip::ipv6_option::home_address:
            if (option.data.size() != 16) return add_option_data(out, at, option.data);
            return out.ipv6_address(at_octets(in(kOptionPart, "address"), at, 16), option.data);
        default: return add_option_data(out, at, option.data);
    }
}

void note_unknown_option(FieldList& out, std::uint8_t type) {
    constexpr std::string_view kActions[] = {"skip", "discard", "discard and report",
                                             "discard, and report unless sent to a group"};
    if (ipv6_option_name(type).key == "unknown")
        out.note("who does not know it must: {}", kActions[type >> 6]);
}

void describe_options_header(const Layer& layer, FieldList& out) {
    constexpr std::size_t start = 2;
    const ip::Ipv6OptionsHeader h = ip::read_ipv6_options_header(layer.bytes);
    add_next_header(out, kOptionsHeader, h.next_header);
    add_ext_len(out, in(kOptionsHeader, "len"), h.hdr_ext_len);
    if (h.options.empty()) return;
    out.begin_list(at_octets(in(kOptionsHeader, "options"), start, h.options.size()));
    ip::Ipv6OptionReader reader(h.options);
    while (const auto option = reader.next()) {
        const std::size_t at = start + option->at;
        begin_option(out, at, option->length(), option->type, ipv6_option_name(option->type));
        note_unknown_option(out, option->type);
        add_option_value(out, at + 2, *option);
        out.end_object();
    }
    const ip::Bytes rest = h.options.subspan(reader.position());
    if (reader.error()) add_malformed_option(out, start + reader.position(), rest, ipv6_option_name(rest[0]));
    out.end_list();
}

void add_routing_data(FieldList& out, const ip::Ipv6RoutingHeader& h) {
    constexpr std::size_t start = 4;
    std::size_t shown = 0;
    if (h.type == ip::routing_type::segment_routing && h.data.size() >= 4) {
        out.number(in(kRouting, "last_entry"), h.data[0]);
        out.number(in(kRouting, "flags"), h.data[1]);
        out.number(in(kRouting, "tag"), ip::load16(&h.data[2]));
        shown = 4;
    } else if (h.address_count() > 0) {
        out.number(in(kRouting, "reserved"), ip::load32(h.data.data()));
        shown = 4;
    }
    const std::size_t addresses = h.address_count() * 16;
    if (addresses > 0) add_addresses(out, start + 4, h.data.subspan(4, addresses), 16);
    const ip::Bytes rest = ip::after(h.data, shown + addresses);
    if (!rest.empty())
        out.octets(at_octets(in(kRouting, "data"), start + shown + addresses, rest.size()), rest);
}

}  // namespace

constinit const std::span<const FieldInfo> kIpv6Fields = kIpv6;
constinit const std::span<const FieldInfo> kIpv6OptionsHeaderFields = kOptionsHeader;
constinit const std::span<const FieldInfo> kIpv6RoutingFields = kRouting;
constinit const std::span<const FieldInfo> kIpv6FragmentFields = kFragment;
constinit const std::span<const FieldInfo> kIpv6MobilityFields = kMobility;
constinit const std::span<const FieldInfo> kAhFields = kAh;
constinit const std::span<const FieldInfo> kEspFields = kEsp;

void describe_ipv6(const Layer& layer, const Packet& packet, FieldList& out) {
    const ip::Ipv6Header h = ip::read_ipv6(layer.bytes);
    out.number(in(kIpv6, "version"), h.version);
    out.number(in(kIpv6, "tclass"), h.traffic_class);
    note_traffic_class(out, h.traffic_class);
    out.number(in(kIpv6, "flow"), h.flow_label);
    out.number(in(kIpv6, "plen"), h.payload_length);
    if (h.payload_length == 0) {
        if (const auto jumbo = ip::jumbo_payload_length(h))
            out.note("{}, in the jumbo payload option", *jumbo);
    }
    out.number(in(kIpv6, "nxt"), h.next_header);
    note_protocol(out, h.next_header);
    out.number(in(kIpv6, "hlim"), h.hop_limit);
    if (layer.bytes.size() >= 24) out.ipv6_address(in(kIpv6, "src"), layer.bytes.subspan(8, 16));
    if (layer.bytes.size() >= 40) out.ipv6_address(in(kIpv6, "dst"), layer.bytes.subspan(24, 16));
    add_reassembled(layer, packet, in(kIpv6, "reassembled"), out);
}

void describe_ipv6_hopopts(const Layer& layer, const Packet&, FieldList& out) {
    describe_options_header(layer, out);
}

void describe_ipv6_dstopts(const Layer& layer, const Packet&, FieldList& out) {
    describe_options_header(layer, out);
}

void describe_ipv6_routing(const Layer& layer, const Packet&, FieldList& out) {
    const ip::Ipv6RoutingHeader h = ip::read_ipv6_routing_header(layer.bytes);
    add_next_header(out, kRouting, h.next_header);
    add_ext_len(out, in(kRouting, "len"), h.hdr_ext_len);
    out.number(in(kRouting, "type"), h.type);
    if (const std::string_view name = routing_type_name(h.type); !name.empty()) out.note("{}", name);
    out.number(in(kRouting, "segleft"), h.segments_left);
    add_routing_data(out, h);
}

void describe_ipv6_fraghdr(const Layer& layer, const Packet&, FieldList& out) {
    const ip::Ipv6FragmentHeader h = ip::read_ipv6_fragment_header(layer.bytes);
    add_next_header(out, kFragment, h.next_header);
    out.number(in(kFragment, "reserved_octet"), h.reserved);
    out.number(in(kFragment, "offset"), h.fragment_offset);
    if (h.is_atomic()) {
        out.note("the whole packet: an atomic fragment");
    } else if (h.fragment_offset != 0) {
        out.note("{} x 8 octets", h.fragment_offset / 8);
    }
    out.number(in(kFragment, "reserved_bits"), h.reserved_bits);
    out.boolean(in(kFragment, "more"), h.more_fragments);
    out.number(in(kFragment, "id"), h.identification);
}

void describe_ipv6_mobility(const Layer& layer, const Packet&, FieldList& out) {
    const ip::Ipv6MobilityHeader h = ip::read_ipv6_mobility_header(layer.bytes);
    add_next_header(out, kMobility, h.next_header);
    add_ext_len(out, in(kMobility, "len"), h.hdr_ext_len);
    out.number(in(kMobility, "type"), h.type);
    if (const std::string_view name = mobility_type_name(h.type); !name.empty()) out.note("{}", name);
    out.number(in(kMobility, "reserved"), h.reserved);
    out.number(in(kMobility, "checksum"), h.checksum);
    if (!h.data.empty()) out.octets(at_octets(in(kMobility, "data"), 6, h.data.size()), h.data);
}

void describe_ah(const Layer& layer, const Packet&, FieldList& out) {
    const ip::AuthenticationHeader h = ip::read_ah(layer.bytes);
    add_next_header(out, kAh, h.next_header);
    out.number(in(kAh, "len"), h.payload_len);
    out.note("({} + 2) x 4 octets", h.payload_len);
    out.number(in(kAh, "reserved"), h.reserved);
    out.number(in(kAh, "spi"), h.spi);
    if (h.header_length() < ip::AuthenticationHeader::kMinLength) return;  // then the next header stands here
    out.number(in(kAh, "sequence"), h.sequence);
    if (!h.icv.empty())
        out.octets(at_octets(in(kAh, "icv"), ip::AuthenticationHeader::kMinLength, h.icv.size()), h.icv);
}

void describe_esp(const Layer& layer, const Packet&, FieldList& out) {
    const ip::EspHeader h = ip::read_esp(layer.bytes);
    out.number(in(kEsp, "spi"), h.spi);
    out.number(in(kEsp, "sequence"), h.sequence);
}

}  // namespace glass::tools
