// Describes ICMPv6: RFC 4443; Neighbor Discovery, RFC 4861; Multicast Listener Discovery, RFC 2710 and RFC
// 3810.
#include "ip/icmpv6.h"
#include "tools/describe.h"
#include "tools/describe_icmp_parts.h"
#include "tools/describe_ip_parts.h"
#include "tools/describe_option.h"

namespace glass::tools {
namespace {

constexpr FieldInfo kIcmpv6[] = {
    {"type", "Type", 0, 8},
    {"code", "Code", 8, 8},
    {"checksum", "Checksum", 16, 16, Show::everywhere, Radix::hex},
    {"checksum_status", "Checksum Status"},
    {"ident", "Identifier", 32, 16},
    {"seq", "Sequence Number", 48, 16},
    {"mtu", "MTU", 32, 32},
    {"pointer", "Pointer", 32, 32},
    {"length", "Length of the quote", 32, 8, Show::people_only},
    {"unused", "Unused", 32, 32, Show::people_only},
    {"reserved", "Reserved", 32, 32, Show::people_only},
    {"cur_hop_limit", "Cur Hop Limit", 32, 8},
    {"managed", "Managed address configuration", 40, 1},
    {"other", "Other configuration", 41, 1},
    {"home_agent", "Home Agent", 42, 1, Show::people_only},
    {"preference", "Default Router Preference", 43, 2, Show::people_only},
    {"router_lifetime", "Router Lifetime", 48, 16},
    {"reachable_time", "Reachable Time", 64, 32},
    {"retrans_timer", "Retrans Timer", 96, 32},
    {"router", "Router flag", 32, 1},
    {"solicited", "Solicited flag", 33, 1},
    {"override", "Override flag", 34, 1},
    {"target", "Target Address", 64, 128},
    {"destination", "Destination Address", 192, 128},
    {"max_response", "Maximum Response Delay", 32, 16},
    {"group", "Multicast Address", 64, 128},
    {"robustness", "S flag and Querier's Robustness Variable", 192, 8},
    {"interval", "Querier's Query Interval Code", 200, 8},
    {"sources", "Number of Sources", 208, 16},
    {"records", "Number of Records", 48, 16},
    {"record_list", "Records"},
    {"record", "Record"},
    {"record_type", "Record Type", 0, 8},
    {"aux_len", "Aux Data Len", 0, 8, Show::people_only},
    {"aux_data", "Auxiliary Data"},
    {"extra", "Octets after the message", 0, 8, Show::people_only},
    {"rest", "Rest of Header", 32, 32, Show::people_only, Radix::hex},
    {"options", "Options"},
    {"extensions", "Extensions"},
};

void add_reserved(FieldList& out, std::uint32_t bit, std::uint32_t width, std::uint32_t value) {
    out.number({in(kIcmpv6, "reserved"), bit, width}, value);
}

void add_address(FieldList& out, Placed at, ip::Bytes message) {
    if (message.size() >= at.bit / 8 + 16) out.ipv6_address(at, message.subspan(at.bit / 8, 16));
}

void add_options(FieldList& out, std::size_t at, ip::Bytes message) {
    add_nd_options(out, in(kIcmpv6, "options"), at, ip::after(message, at));
}

/// What is left where a message is longer than its own counts say.
void add_extra(FieldList& out, std::size_t at, ip::Bytes message) {
    const ip::Bytes extra = ip::after(message, at);
    if (!extra.empty()) out.octets(at_octets(in(kIcmpv6, "extra"), at, extra.size()), extra);
}

void add_extensible_error(FieldList& out, const ip::IcmpHeader& h) {
    const std::size_t quote = ip::quoted_length_v6(h);
    out.number(in(kIcmpv6, "length"), h.rest >> 24);
    out.note("{} octets", quote);
    out.number({in(kIcmpv6, "unused"), 40, 24}, h.rest & 0xffffff);
    if (quote != 0)
        add_icmp_extensions(out, in(kIcmpv6, "extensions"), ip::IcmpHeader::kLength + quote,
                            ip::after(h.payload, quote));
}

void add_router_advertisement(FieldList& out, const ip::IcmpHeader& h, ip::Bytes message) {
    const std::uint32_t flags = h.rest >> 16 & 0xff;
    out.number(in(kIcmpv6, "cur_hop_limit"), h.rest >> 24);
    out.boolean(in(kIcmpv6, "managed"), flags & 0x80);
    out.boolean(in(kIcmpv6, "other"), flags & 0x40);
    out.boolean(in(kIcmpv6, "home_agent"), flags & 0x20);
    out.number(in(kIcmpv6, "preference"), flags >> 3 & 3);
    add_reserved(out, 45, 3, flags & 7);
    out.number(in(kIcmpv6, "router_lifetime"), h.rest & 0xffff);
    out.note("seconds");
    ip::Reader in_message(h.payload);
    out.number(in(kIcmpv6, "reachable_time"), in_message.u32());
    out.note("ms");
    out.number(in(kIcmpv6, "retrans_timer"), in_message.u32());
    out.note("ms");
    add_options(out, 16, message);
}

void add_neighbor_advertisement(FieldList& out, const ip::IcmpHeader& h, ip::Bytes message) {
    out.boolean(in(kIcmpv6, "router"), h.rest >> 31 & 1);
    out.boolean(in(kIcmpv6, "solicited"), h.rest >> 30 & 1);
    out.boolean(in(kIcmpv6, "override"), h.rest >> 29 & 1);
    add_reserved(out, 35, 29, h.rest & 0x1fffffff);
    add_address(out, in(kIcmpv6, "target"), message);
    add_options(out, 24, message);
}

void add_listener_query(FieldList& out, const ip::IcmpHeader& h, ip::Bytes message) {
    out.number(in(kIcmpv6, "max_response"), h.rest >> 16);
    out.note("ms");
    add_reserved(out, 48, 16, h.rest & 0xffff);
    add_address(out, in(kIcmpv6, "group"), message);
    const ip::Bytes v2 = ip::after(message, 24);
    if (v2.size() < 4) return add_extra(out, 24, message);
    out.number(in(kIcmpv6, "robustness"), v2[0]);
    out.number(in(kIcmpv6, "interval"), v2[1]);
    out.number(in(kIcmpv6, "sources"), ip::load16(&v2[2]));
    const ip::Bytes sources = ip::first(v2.subspan(4), ip::load16(&v2[2]) * std::size_t{16});
    if (sources.size() >= 16) add_addresses(out, 28, sources, 16);
    add_extra(out, 28 + sources.size() / 16 * 16, message);
}

/// RFC 3810 5.2: each record is 20 octets, sources and auxiliary data.
void add_listener_records(FieldList& out, const ip::IcmpHeader& h, ip::Bytes message) {
    add_reserved(out, 32, 16, h.rest >> 16);
    out.number(in(kIcmpv6, "records"), h.rest & 0xffff);
    const ip::Bytes records = ip::after(message, ip::IcmpHeader::kLength);
    out.begin_list(at_octets(in(kIcmpv6, "record_list"), ip::IcmpHeader::kLength, records.size()));
    std::size_t i = 0;
    while (records.size() - i >= 20) {
        const std::size_t at = ip::IcmpHeader::kLength + i;
        const std::size_t sources = ip::load16(&records[i + 2]) * std::size_t{16};
        const std::size_t auxiliary = records[i + 1] * std::size_t{4};
        if (records.size() - i - 20 < sources + auxiliary) break;
        out.begin_object(at_octets(in(kIcmpv6, "record"), at, 20 + sources + auxiliary));
        out.number(at_octets(in(kIcmpv6, "record_type"), at, 1), records[i]);
        out.number(at_octets(in(kIcmpv6, "aux_len"), at + 1, 1), records[i + 1]);
        out.number(at_octets(in(kIcmpv6, "sources"), at + 2, 2), sources / 16);
        add_address(out, at_octets(in(kIcmpv6, "group"), at + 4, 16), message);
        if (sources > 0) add_addresses(out, at + 20, records.subspan(i + 20, sources), 16);
        if (auxiliary > 0)
            out.octets(at_octets(in(kIcmpv6, "aux_data"), at + 20 + sources, auxiliary),
                       records.subspan(i + 20 + sources, auxiliary));
        out.end_object();
        i += 20 + sources + auxiliary;
    }
    out.end_list();
    add_extra(out, ip::IcmpHeader::kLength + i, message);
}

void add_rest(FieldList& out, const ip::IcmpHeader& h, ip::Bytes message) {
    using namespace ip::icmpv6_type;
    switch (h.type) {
        case destination_unreachable:
        case time_exceeded: return add_extensible_error(out, h);
        case packet_too_big: return out.number(in(kIcmpv6, "mtu"), h.mtu_v6());
        case parameter_problem:
            out.number(in(kIcmpv6, "pointer"), h.pointer_v6());
            return out.note("octet of the quoted packet");
        case echo_request:
        case echo_reply:
            out.number(in(kIcmpv6, "ident"), h.identifier());
            return out.number(in(kIcmpv6, "seq"), h.sequence());
        case router_solicitation: add_reserved(out, 32, 32, h.rest); return add_options(out, 8, message);
        case router_advertisement: return add_router_advertisement(out, h, message);
        case neighbor_advertisement: return add_neighbor_advertisement(out, h, message);
        case neighbor_solicitation:
            add_reserved(out, 32, 32, h.rest);
            add_address(out, in(kIcmpv6, "target"), message);
            return add_options(out, 24, message);
        case redirect:
            add_reserved(out, 32, 32, h.rest);
            add_address(out, in(kIcmpv6, "target"), message);
            add_address(out, in(kIcmpv6, "destination"), message);
            return add_options(out, 40, message);
        case mld_query:
        case mld_report:
        case mld_done: return add_listener_query(out, h, message);
        case mldv2_report: return add_listener_records(out, h, message);
        default: return out.number(in(kIcmpv6, "rest"), h.rest);
    }
}

}  // namespace

constinit const std::span<const FieldInfo> kIcmpv6Fields = kIcmpv6;

void describe_icmpv6(const Layer& layer, const Packet&, FieldList& out) {
    const ip::IcmpHeader h = ip::read_icmp(layer.bytes);
    out.number(in(kIcmpv6, "type"), h.type);
    out.note("{}", icmpv6_text(h.type, h.code));
    out.number(in(kIcmpv6, "code"), h.code);
    out.number(in(kIcmpv6, "checksum"), h.checksum);
    add_checksum_status(out, in(kIcmpv6, "checksum_status"), layer);
    add_rest(out, h, layer.bytes);
}

}  // namespace glass::tools
