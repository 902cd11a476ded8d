#include "tools/describe_icmp_parts.h"

#include "ip/icmpv6.h"
#include "tools/describe_option.h"

namespace glass::tools {
namespace {

constexpr FieldInfo kExtension[] = {
    {"version", "Version", 0, 4},
    {"reserved", "Reserved", 4, 12, Show::people_only},
    {"checksum", "Checksum", 16, 16, Show::everywhere, Radix::hex},
    {"header", "Extension Header"},
    {"object", "Extension Object"},
    {"length", "Length", 0, 16, Show::people_only},
    {"class", "Class-Num", 16, 8},
    {"ctype", "C-Type", 24, 8},
    {"data", "Data"},
};

constexpr FieldInfo kNd[] = {
    {"reserved", "Reserved", 0, 32, Show::people_only},
    {"link_layer_address", "Link-Layer Address"},
    {"prefix_length", "Prefix Length", 0, 8},
    {"on_link", "on-link", 0, 1},
    {"autonomous", "autonomous address-configuration", 0, 1},
    {"flags", "Flags", 0, 6, Show::people_only},
    {"valid_lifetime", "Valid Lifetime", 0, 32},
    {"preferred_lifetime", "Preferred Lifetime", 0, 32},
    {"prefix", "Prefix", 0, 128},
    {"mtu", "MTU", 0, 32},
    {"lifetime", "Lifetime", 0, 32},
    {"packet", "IP header and data"},
};

void note_lifetime(FieldList& out, std::uint32_t seconds) {
    out.note("{}", seconds == 0xffffffff ? "for ever" : "seconds");
}

void add_prefix(FieldList& out, std::size_t at, ip::Bytes data) {
    out.number(at_octets(in(kNd, "prefix_length"), at, 1), data[0]);
    const auto flags = static_cast<std::uint32_t>(at * 8 + 8);
    out.boolean({in(kNd, "on_link"), flags, 1}, data[1] & 0x80);
    out.boolean({in(kNd, "autonomous"), flags + 1, 1}, data[1] & 0x40);
    out.number({in(kNd, "flags"), flags + 2, 6}, data[1] & 0x3f);
    out.number(at_octets(in(kNd, "valid_lifetime"), at + 2, 4), ip::load32(&data[2]));
    note_lifetime(out, ip::load32(&data[2]));
    out.number(at_octets(in(kNd, "preferred_lifetime"), at + 6, 4), ip::load32(&data[6]));
    note_lifetime(out, ip::load32(&data[6]));
    out.number(at_octets(in(kNd, "reserved"), at + 10, 4), ip::load32(&data[10]));
    out.ipv6_address(at_octets(in(kNd, "prefix"), at + 14, 16), data.subspan(14, 16));
}

void add_reserved16(FieldList& out, std::size_t at, ip::Bytes data) {
    out.number(at_octets(in(kNd, "reserved"), at, 2), ip::load16(data.data()));
}

void add_nd_value(FieldList& out, std::size_t at, const ip::NdOption& option) {
    const ip::Bytes data = option.data;
    switch (option.type) {
        case ip::nd_option::source_link_layer_address:
        case ip::nd_option::target_link_layer_address:
            if (data.size() != 6) break;
            return out.mac_address(at_octets(in(kNd, "link_layer_address"), at, 6), data);
        case ip::nd_option::prefix_information:
            if (data.size() != 30) break;
            return add_prefix(out, at, data);
        case ip::nd_option::redirected_header:
            add_reserved16(out, at, data);
            out.number(at_octets(in(kNd, "reserved"), at + 2, 4), ip::load32(&data[2]));
            return;  // the packet is a layer of its own
        case ip::nd_option::mtu:
            if (data.size() != 6) break;
            add_reserved16(out, at, data);
            return out.number(at_octets(in(kNd, "mtu"), at + 2, 4), ip::load32(&data[2]));
        case ip::nd_option::recursive_dns_server:
            add_reserved16(out, at, data);
            out.number(at_octets(in(kNd, "lifetime"), at + 2, 4), ip::load32(&data[2]));
            note_lifetime(out, ip::load32(&data[2]));
            return add_addresses(out, at + 6, data.subspan(6), 16);
        default: break;
    }
    add_option_data(out, at, data);
}

}  // namespace

void add_nd_options(FieldList& out, const FieldInfo& list, std::size_t at, ip::Bytes octets) {
    if (octets.empty()) return;
    out.begin_list(at_octets(list, at, octets.size()));
    ip::NdOptionReader reader(octets);
    while (const auto option = reader.next()) {
        begin_option(out, at + option->at, option->length(), option->type, nd_option_name(option->type));
        add_nd_value(out, at + option->at + 2, *option);
        out.end_object();
    }
    const ip::Bytes rest = octets.subspan(reader.position());
    if (reader.error()) add_malformed_option(out, at + reader.position(), rest, nd_option_name(rest[0]));
    out.end_list();
}

void add_icmp_extensions(FieldList& out, const FieldInfo& list, std::size_t at, ip::Bytes octets) {
    if (octets.size() < 4) return;
    out.begin_list(at_octets(list, at, octets.size()));
    out.begin_object(at_octets(in(kExtension, "header"), at, 4));
    const auto bit = static_cast<std::uint32_t>(at * 8);
    out.number({in(kExtension, "version"), bit, 4}, octets[0] >> 4);
    out.number({in(kExtension, "reserved"), bit + 4, 12}, ip::load16(octets.data()) & 0xfff);
    out.number(at_octets(in(kExtension, "checksum"), at + 2, 2), ip::load16(&octets[2]));
    out.end_object();
    for (std::size_t i = 4; octets.size() - i >= 4;) {
        const std::size_t length = ip::load16(&octets[i]);
        if (length < 4 || length > octets.size() - i) break;
        out.begin_object(at_octets(in(kExtension, "object"), at + i, length));
        out.number(at_octets(in(kExtension, "length"), at + i, 2), length);
        out.number(at_octets(in(kExtension, "class"), at + i + 2, 1), octets[i + 2]);
        if (octets[i + 2] == 1) out.note("MPLS label stack");
        if (octets[i + 2] == 2) out.note("interface information");
        out.number(at_octets(in(kExtension, "ctype"), at + i + 3, 1), octets[i + 3]);
        const ip::Bytes data = octets.subspan(i + 4, length - 4);
        if (!data.empty()) out.octets(at_octets(in(kExtension, "data"), at + i + 4, data.size()), data);
        out.end_object();
        i += length;
    }
    out.end_list();
}

}  // namespace glass::tools
