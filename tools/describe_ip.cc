// Describes IPv4 with its options, RFC 791 section 3.1, and UDP, RFC 768.
#include <algorithm>

#include "ip/ipv4.h"
#include "ip/ipv4_options.h"
#include "ip/udp.h"
#include "tools/describe.h"
#include "tools/describe_ip_parts.h"
#include "tools/describe_option.h"
#include "tools/ip_names.h"

namespace glass::tools {
namespace {

constexpr FieldInfo kIp[] = {
    {"version", "Version", 0, 4, Show::people_only},
    {"hdr_len", "Internet Header Length", 4, 4},
    {"dsfield", "Type of Service", 8, 8, Show::everywhere, Radix::hex},
    {"len", "Total Length", 16, 16},
    {"id", "Identification", 32, 16, Show::everywhere, Radix::hex},
    {"rb", "Reserved", 48, 1, Show::people_only},
    {"df", "Don't Fragment", 49, 1},
    {"mf", "More Fragments", 50, 1},
    {"frag_offset", "Fragment Offset", 51, 13},
    {"ttl", "Time to Live", 64, 8},
    {"p", "Protocol", 72, 8},
    {"checksum", "Header Checksum", 80, 16, Show::everywhere, Radix::hex},
    {"checksum_status", "Checksum Status"},
    {"src", "Source Address", 96, 32},
    {"dst", "Destination Address", 128, 32},
    {"options", "Options"},
    {"padding", "Padding", 0, 8, Show::people_only},
    {"reassembled", "Reassembled"},
};

constexpr FieldInfo kOption[] = {
    {"pointer", "Pointer", 0, 8}, {"overflow", "Overflow", 0, 4},
    {"flag", "Flag", 0, 4},       {"entries", "Entries"},
    {"entry", "Entry"},           {"address", "Address", 0, 32},
    {"time", "Timestamp", 0, 32},
};

constexpr FieldInfo kUdp[] = {
    {"srcport", "Source Port", 0, 16},      {"dstport", "Destination Port", 16, 16},
    {"length", "Length", 32, 16},           {"checksum", "Checksum", 48, 16, Show::everywhere, Radix::hex},
    {"checksum_status", "Checksum Status"},
};

void add_route(FieldList& out, std::size_t at, ip::Bytes data) {
    const auto route = ip::parse_route_option(data);
    if (!route) return add_option_data(out, at, data);
    out.number(at_octets(in(kOption, "pointer"), at, 1), route->pointer);
    out.note("{} of {} addresses done", std::min(route->done(), route->count()), route->count());
    add_addresses(out, at + 1, route->addresses, 4);
}

void add_timestamps(FieldList& out, std::size_t at, ip::Bytes data) {
    const auto option = ip::parse_timestamp_option(data);
    if (!option) return add_option_data(out, at, data);
    out.number(at_octets(in(kOption, "pointer"), at, 1), option->pointer);
    const auto flags = static_cast<std::uint32_t>(at * 8 + 8);
    out.number({in(kOption, "overflow"), flags, 4}, option->overflow);
    out.note("{} hosts found no room", option->overflow);
    out.number({in(kOption, "flag"), flags + 4, 4}, option->flag);
    out.note("{}", option->has_addresses() ? "each after an address" : "timestamps alone");
    out.begin_list(at_octets(in(kOption, "entries"), at + 2, option->entries.size()));
    for (std::size_t i = 0; i < option->count(); ++i) {
        std::size_t entry = at + 2 + i * option->entry_length();
        out.begin_object(at_octets(in(kOption, "entry"), entry, option->entry_length()));
        if (option->has_addresses()) {
            out.address(at_octets(in(kOption, "address"), entry, 4), option->address(i));
            entry += 4;
        }
        out.number(at_octets(in(kOption, "time"), entry, 4), option->time(i));
        out.note("{}", option->time(i) >> 31 ? "not standard time" : "ms since midnight UT");
        out.end_object();
    }
    out.end_list();
}

void add_option(FieldList& out, const ip::Ipv4Option& option) {
    const std::size_t at = ip::Ipv4Header::kMinLength + option.at;
    begin_option(out, at, option.length(), option.type, ipv4_option_name(option.type));
    switch (option.type) {
        case ip::ipv4_option::record_route:
        case ip::ipv4_option::loose_source_route:
        case ip::ipv4_option::strict_source_route: add_route(out, at + 2, option.data); break;
        case ip::ipv4_option::timestamp: add_timestamps(out, at + 2, option.data); break;
        case ip::ipv4_option::router_alert:
        case ip::ipv4_option::stream_id: add_value(out, at + 2, option.data); break;
        default: add_option_data(out, at + 2, option.data);
    }
    out.end_object();
}

void add_options(FieldList& out, ip::Bytes options) {
    if (options.empty()) return;
    constexpr std::size_t start = ip::Ipv4Header::kMinLength;
    out.begin_list(at_octets(in(kIp, "options"), start, options.size()));
    ip::Ipv4OptionReader reader(options);
    while (const auto option = reader.next()) add_option(out, *option);
    const std::size_t end = reader.position();
    if (reader.error()) {
        add_malformed_option(out, start + end, options.subspan(end), ipv4_option_name(options[end]));
    }
    out.end_list();
    const ip::Bytes padding = options.subspan(end);
    if (reader.error() || padding.empty()) return;
    out.octets(at_octets(in(kIp, "padding"), start + end, padding.size()), padding);
}

void add_first_word(FieldList& out, const ip::Ipv4Header& h) {
    out.number(in(kIp, "version"), h.version);
    out.number(in(kIp, "hdr_len"), h.header_length());
    out.note("{} x 4 octets", h.ihl);
    out.number(in(kIp, "dsfield"), h.tos);
    note_traffic_class(out, h.tos);
    out.number(in(kIp, "len"), h.total_length);
    if (h.total_length == 0) out.note("left to the network card: segmentation offload");
}

void add_fragment_word(FieldList& out, const ip::Ipv4Header& h) {
    out.number(in(kIp, "id"), h.identification);
    out.boolean(in(kIp, "rb"), h.reserved);
    if (h.reserved) out.note("must be zero");
    out.boolean(in(kIp, "df"), h.dont_fragment);
    out.boolean(in(kIp, "mf"), h.more_fragments);
    out.number(in(kIp, "frag_offset"), h.fragment_offset);
    if (h.fragment_offset != 0) out.note("{} x 8 octets", h.fragment_offset / 8);
}

void add_port(FieldList& out, Placed at, std::uint16_t port) {
    out.number(at, port);
    if (!out.verbose()) return;
    if (const std::string_view service = udp_service_name(port); !service.empty()) out.note("{}", service);
}

}  // namespace

constinit const std::span<const FieldInfo> kIpFields = kIp;
constinit const std::span<const FieldInfo> kUdpFields = kUdp;

void describe_ip(const Layer& layer, const Packet& packet, FieldList& out) {
    const ip::Ipv4Header h = ip::read_ipv4(layer.bytes);
    add_first_word(out, h);
    add_fragment_word(out, h);
    out.number(in(kIp, "ttl"), h.ttl);
    out.number(in(kIp, "p"), h.protocol);
    note_protocol(out, h.protocol);
    out.number(in(kIp, "checksum"), h.checksum);
    add_checksum_status(out, in(kIp, "checksum_status"), layer);
    out.address(in(kIp, "src"), h.src);
    out.address(in(kIp, "dst"), h.dst);
    add_options(out, h.options);
    add_reassembled(layer, packet, in(kIp, "reassembled"), out);
}

void describe_udp(const Layer& layer, const Packet&, FieldList& out) {
    const ip::UdpHeader h = ip::read_udp(layer.bytes);
    add_port(out, in(kUdp, "srcport"), h.src_port);
    add_port(out, in(kUdp, "dstport"), h.dst_port);
    out.number(in(kUdp, "length"), h.length);
    if (h.length >= ip::UdpHeader::kLength)
        out.note("8 of header, {} of data", h.length - ip::UdpHeader::kLength);
    out.number(in(kUdp, "checksum"), h.checksum);
    if (h.checksum == 0) out.note("none was computed");
    add_checksum_status(out, in(kUdp, "checksum_status"), layer);
}

}  // namespace glass::tools
