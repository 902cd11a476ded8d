// Describe tunnels: GRE and PPTP, VXLAN, Geneve, GTP, L2TP, MPLS in words.
#include <algorithm>

#include "ip/tunnel_steps.h"
#include "tools/describe_link.h"
#include "tools/describe_link_parts.h"
#include "tools/fixed_fields.h"
#include "tools/number_names.h"

namespace glass::tools {
namespace {

constexpr FieldInfo kMpls[] = {
    {"label", "Label", 0, 20},
    {"exp", "Traffic Class", 20, 3},
    {"bottom", "Bottom of Stack", 23, 1},
    {"ttl", "Time to Live", 24, 8},
    {"control_word", "Control Word of a pseudowire", 32, 32, Show::everywhere, Radix::hex},
};

/// Fields after `type` are there where their flags are set. PPTP's key is payload length and call.
constexpr FieldInfo kGre[] = {
    {"flags_and_version", "Flags and Version", 0, 16, Show::everywhere, Radix::hex},
    {"flags.checksum", "Checksum Present", 0, 1, Show::people_only},
    {"flags.routing", "Routing Present", 1, 1, Show::people_only},
    {"flags.key", "Key Present", 2, 1, Show::people_only},
    {"flags.sequence_number", "Sequence Number Present", 3, 1, Show::people_only},
    {"flags.strict_source_route", "Strict Source Route", 4, 1, Show::people_only},
    {"flags.recursion_control", "Recursion Control", 5, 3, Show::people_only},
    {"flags.ack", "Acknowledgment Present", 8, 1, Show::people_only},
    {"flags.reserved", "Reserved", 9, 4, Show::people_only},
    {"flags.version", "Version", 13, 3, Show::people_only},
    {"type", "Protocol Type", 16, 16, Show::everywhere, Radix::hex},
    {"checksum", "Checksum", 0, 16, Show::everywhere, Radix::hex},
    {"checksum_status", "Checksum Status"},
    {"offset", "Offset", 0, 16, Show::people_only},
    {"key", "Key", 0, 32, Show::everywhere, Radix::hex},
    {"payload_length", "Payload Length", 0, 16},
    {"call_id", "Call ID", 0, 16},
    {"sequence_number", "Sequence Number", 0, 32},
    {"ack_number", "Acknowledgment Number", 0, 32},
    {"routing", "Routing"},
    {"inner", "Header of the payload's own"},
};

constexpr FieldInfo kVxlan[] = {
    {"flags", "Flags", 0, 8, Show::everywhere, Radix::hex},
    {"reserved", "Reserved", 8, 24, Show::people_only},
    {"next_proto", "Next Protocol", 24, 8},
    {"gbp", "Group Policy ID", 16, 16},
    {"vni", "VXLAN Network Identifier", 32, 24},
    {"reserved_8", "Reserved", 56, 8, Show::people_only},
};

constexpr FieldInfo kGeneve[] = {
    {"version", "Version", 0, 2},
    {"opt_len", "Options Length", 2, 6, Show::people_only},
    {"flags.oam", "Control packet", 8, 1, Show::people_only},
    {"flags.critical", "Critical options present", 9, 1, Show::people_only},
    {"reserved_6", "Reserved", 10, 6, Show::people_only},
    {"proto_type", "Protocol Type", 16, 16, Show::everywhere, Radix::hex},
    {"vni", "Virtual Network Identifier", 32, 24},
    {"reserved", "Reserved", 56, 8, Show::people_only},
    {"options", "Options"},
};

constexpr FieldInfo kGtp[] = {
    {"flags", "Flags", 0, 8, Show::everywhere, Radix::hex},
    {"message", "Message Type", 8, 8},
    {"length", "Length", 16, 16},
    {"teid", "Tunnel Endpoint Identifier", 32, 32, Show::everywhere, Radix::hex},
    {"seq_number", "Sequence Number", 64, 16},
    {"npdu_number", "N-PDU Number", 80, 8},
    {"next", "Next Extension Header", 88, 8, Show::everywhere, Radix::hex},
    {"extensions", "Extension Headers"},
    {"reserved_64", "Not used", 64, 16, Show::people_only},
    {"reserved_80", "Not used", 80, 8, Show::people_only},
    {"reserved_88", "Not used", 88, 8, Show::people_only},
};

/// The members of an element of Geneve's options.
constexpr FieldInfo kGeneveOption[] = {
    {"option", "Option"},
    {"class", "Option Class", 0, 16, Show::everywhere, Radix::hex},
    {"type", "Type", 0, 8, Show::everywhere, Radix::hex},
    {"reserved", "Reserved", 0, 3, Show::people_only},
    {"length", "Length", 0, 5},
    {"data", "Data"},
};

/// Fields after `version` are there where their flags are set.
constexpr FieldInfo kL2tp[] = {
    {"flags", "Flags and Version", 0, 16, Show::people_only, Radix::hex},
    {"type", "Type", 0, 1},
    {"length_bit", "Length Present", 1, 1, Show::people_only},
    {"seq_bit", "Sequence Present", 4, 1, Show::people_only},
    {"offset_bit", "Offset Present", 6, 1, Show::people_only},
    {"priority", "Priority", 7, 1, Show::people_only},
    {"version", "Version", 12, 4},
    {"length", "Length", 0, 16},
    {"tunnel", "Tunnel ID", 0, 16},
    {"session", "Session ID", 0, 16},
    {"Ns", "Ns, this message's number", 0, 16},
    {"Nr", "Nr, the number expected next", 0, 16},
    {"offset", "Offset Size", 0, 16},
    {"offset_padding", "Offset Padding", 0, 0, Show::people_only},
    {"avps", "Attribute-Value Pairs"},
};

/// The members of an element of L2TP's attribute-value pairs.
constexpr FieldInfo kL2tpAvp[] = {
    {"avp", "Attribute-Value Pair"},   {"mandatory", "Mandatory", 0, 1},
    {"hidden", "Hidden", 0, 1},        {"reserved", "Reserved", 0, 4, Show::people_only},
    {"length", "Length", 0, 10},       {"vendor_id", "Vendor ID", 0, 16},
    {"type", "Attribute Type", 0, 16}, {"message_type", "Message Type", 0, 16},
    {"data", "Attribute Value"},
};

/// RFC 2661 section 3.2.
constexpr NumberName kL2tpMessages[] = {
    {1, "SCCRQ, start control connection: request"},
    {2, "SCCRP, start control connection: reply"},
    {3, "SCCCN, start control connection: connected"},
    {4, "StopCCN, stop control connection"},
    {6, "HELLO"},
    {7, "OCRQ, outgoing call: request"},
    {8, "OCRP, outgoing call: reply"},
    {9, "OCCN, outgoing call: connected"},
    {10, "ICRQ, incoming call: request"},
    {11, "ICRP, incoming call: reply"},
    {12, "ICCN, incoming call: connected"},
    {14, "CDN, call disconnect notify"},
    {15, "WEN, WAN error notify"},
    {16, "SLI, set link info"},
};

/// IANA: Special-Purpose MPLS Label Values.
constexpr NumberName kLabels[] = {
    {0, "IPv4 explicit null"},
    {1, "router alert"},
    {2, "IPv6 explicit null"},
    {3, "implicit null"},
    {7, "entropy label follows"},
    {13, "generic associated channel"},
    {14, "OAM alert"},
    {15, "extension"},
};

constexpr NumberName kGtpMessages[] = {
    {1, "Echo Request"},      {2, "Echo Response"},
    {26, "Error Indication"}, {31, "Supported Extension Headers Notification"},
    {254, "End Marker"},      {255, "G-PDU"}};
constexpr NumberName kVxlanNext[] = {{1, "IPv4"}, {2, "IPv6"}, {3, "Ethernet"}, {4, "NSH"}, {5, "MPLS"}};

void add_gre_flags(const FixedFields& header, FieldList& out) {
    header.number(in(kGre, "flags_and_version"));
    header.boolean(in(kGre, "flags.checksum"));
    header.boolean(in(kGre, "flags.routing"));
    header.boolean(in(kGre, "flags.key"));
    header.boolean(in(kGre, "flags.sequence_number"));
    header.boolean(in(kGre, "flags.strict_source_route"));
    header.number(in(kGre, "flags.recursion_control"));
    header.boolean(in(kGre, "flags.ack"));
    header.number(in(kGre, "flags.reserved"));
    if (header.number(in(kGre, "flags.version")) == 1) out.note("PPTP, RFC 2637");
}

/// One option of Geneve, RFC 8926 section 3.5: a header of four octets, and data in words.
void add_geneve_option(const FixedFields& header, FieldList& out, std::size_t at, std::size_t length) {
    const auto bit = static_cast<std::uint32_t>(at * 8);
    out.begin_object(at_octets(in(kGeneveOption, "option"), at, length));
    header.number(at_octets(in(kGeneveOption, "class"), at, 2));
    const std::uint64_t type = header.number(at_octets(in(kGeneveOption, "type"), at + 2, 1));
    if (type & 0x80) out.note("critical: drop the packet if you do not know it");
    header.number({in(kGeneveOption, "reserved"), bit + 24, 3});
    header.number({in(kGeneveOption, "length"), bit + 27, 5});
    out.note("in words of four bytes");
    if (length > 4) header.octets(at_octets(in(kGeneveOption, "data"), at + 4, length - 4));
    out.end_object();
}

void add_l2tp_flags(const FixedFields& header, FieldList& out) {
    header.number(in(kL2tp, "flags"));
    const bool control = header.number(in(kL2tp, "type")) == 1;
    out.note("{}", control ? "control message" : "data message");
    header.boolean(in(kL2tp, "length_bit"));
    header.boolean(in(kL2tp, "seq_bit"));
    header.boolean(in(kL2tp, "offset_bit"));
    header.boolean(in(kL2tp, "priority"));
    if (header.number(in(kL2tp, "version")) != 2)
        out.note("not the version of RFC 2661: no more can be told");
}

/// One attribute-value pair of L2TP, RFC 2661 section 4.1; attribute 0 of vendor 0 says what kind of message
/// it is.
void add_l2tp_avp(const FixedFields& header, FieldList& out, std::size_t at, std::size_t length) {
    const auto bit = static_cast<std::uint32_t>(at * 8);
    out.begin_object(at_octets(in(kL2tpAvp, "avp"), at, length));
    header.boolean({in(kL2tpAvp, "mandatory"), bit, 1});
    const bool hidden = header.boolean({in(kL2tpAvp, "hidden"), bit + 1, 1});
    header.number({in(kL2tpAvp, "reserved"), bit + 2, 4});
    header.number({in(kL2tpAvp, "length"), bit + 6, 10});
    const std::uint64_t vendor = header.number(at_octets(in(kL2tpAvp, "vendor_id"), at + 2, 2));
    const std::uint64_t type = header.number(at_octets(in(kL2tpAvp, "type"), at + 4, 2));
    const std::size_t value = at + ip::kL2tpAvpLength;
    if (vendor == 0 && type == 0 && !hidden && length == ip::kL2tpAvpLength + 2)
        add_named(header, out, at_octets(in(kL2tpAvp, "message_type"), value, 2), kL2tpMessages);
    else if (length > ip::kL2tpAvpLength)
        header.octets(at_octets(in(kL2tpAvp, "data"), value, length - ip::kL2tpAvpLength));
    out.end_object();
}

void add_l2tp_avps(const FixedFields& header, FieldList& out, ip::Bytes message, std::size_t at) {
    const std::size_t end = message.size();
    if (at >= end) return;
    out.begin_list(at_octets(in(kL2tp, "avps"), at, end - at));
    while (at + ip::kL2tpAvpLength <= end) {
        const std::size_t length = ip::load16(&message[at]) & 0x3ffu;
        if (length < ip::kL2tpAvpLength || length > end - at) break;
        add_l2tp_avp(header, out, at, length);
        at += length;
    }
    out.end_list();
}

}  // namespace

const std::span<const FieldInfo> kMplsFields = kMpls;
const std::span<const FieldInfo> kL2tpFields = kL2tp;
const std::span<const FieldInfo> kGreFields = kGre;
const std::span<const FieldInfo> kVxlanFields = kVxlan;
const std::span<const FieldInfo> kGeneveFields = kGeneve;
const std::span<const FieldInfo> kGtpFields = kGtp;

void describe_gre(const Layer& layer, const Packet&, FieldList& out) {
    const ip::GreHeader h = ip::read_gre(layer.bytes);
    const FixedFields header(layer.bytes, out);
    add_gre_flags(header, out);
    add_ethertype(out, in(kGre, "type"), h.protocol);
    std::size_t at = 4;
    const auto number = [&](const FieldInfo& info) {
        header.number(at_octets(info, at, info.width / 8));
        at += info.width / 8;
    };
    if (h.checksum) number(in(kGre, "checksum"));
    if (layer.checksum != ChecksumStatus::none)
        out.text(in(kGre, "checksum_status"), to_string(layer.checksum));
    if (h.offset) number(in(kGre, "offset"));
    if (h.key && h.version() == 1) {
        number(in(kGre, "payload_length"));
        number(in(kGre, "call_id"));
    } else if (h.key) {
        number(in(kGre, "key"));
    }
    if (h.sequence_number) number(in(kGre, "sequence_number"));
    if (h.ack_number) number(in(kGre, "ack_number"));
    if (h.routing_length != 0) header.octets(at_octets(in(kGre, "routing"), at, h.routing_length));
    at += h.routing_length;
    if (h.shim_length != 0) {
        header.octets(at_octets(in(kGre, "inner"), at, h.shim_length));
        out.note("{}, before its payload", ethertype_name(h.protocol));
    }
}

void describe_vxlan(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    const std::uint64_t flags = header.number(in(kVxlan, "flags"));
    const bool valid_vni = flags & 0x08, generic = flags & 0x04, policy = flags & 0x80;
    out.note("{}", valid_vni ? "the identifier is valid" : "no valid identifier: receivers drop it");
    if (generic) {
        header.number({in(kVxlan, "reserved"), 8, 16});
        const std::uint64_t next = header.number(in(kVxlan, "next_proto"));
        note_name(out, kVxlanNext, next);
    } else if (policy) {
        header.number({in(kVxlan, "reserved"), 8, 8});
        header.number(in(kVxlan, "gbp"));
    } else {
        header.number(in(kVxlan, "reserved"));
    }
    header.number(in(kVxlan, "vni"));
    header.number(in(kVxlan, "reserved_8"));
}

void describe_geneve(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    header.number(in(kGeneve, "version"));
    header.number(in(kGeneve, "opt_len"));
    out.note("in words of four bytes");
    header.boolean(in(kGeneve, "flags.oam"));
    header.boolean(in(kGeneve, "flags.critical"));
    header.number(in(kGeneve, "reserved_6"));
    add_ethertype(out, in(kGeneve, "proto_type"), static_cast<std::uint16_t>(bits_at(layer.bytes, 16, 16)));
    header.number(in(kGeneve, "vni"));
    header.number(in(kGeneve, "reserved"));
    const std::size_t end = layer.header().size();
    if (end <= ip::kGeneveLength) return;
    out.begin_list(at_octets(in(kGeneve, "options"), ip::kGeneveLength, end - ip::kGeneveLength));
    for (std::size_t at = ip::kGeneveLength; at + 4 <= end;) {
        const std::size_t length = std::min(end - at, 4 + (layer.bytes[at + 3] & 0x1fu) * std::size_t{4});
        add_geneve_option(header, out, at, length);
        at += length;
    }
    out.end_list();
}

/// The three fields of the third word are there together, but only those count whose flag is set.
void describe_gtp(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    const std::uint64_t flags = header.number(in(kGtp, "flags"));
    out.note("version {}", flags >> 5);
    const std::uint64_t message = header.number(in(kGtp, "message"));
    note_name(out, kGtpMessages, message);
    header.number(in(kGtp, "length"));
    header.number(in(kGtp, "teid"));
    const std::size_t end = layer.header().size();
    constexpr std::size_t kThirdWordEnds = ip::kGtpLength + 4;
    if ((flags & 7) == 0 || end < kThirdWordEnds) return;
    header.number(flags & 2 ? in(kGtp, "seq_number") : in(kGtp, "reserved_64"));
    header.number(flags & 1 ? in(kGtp, "npdu_number") : in(kGtp, "reserved_80"));
    header.number(flags & 4 ? in(kGtp, "next") : in(kGtp, "reserved_88"));
    if (end > kThirdWordEnds)
        header.octets(at_octets(in(kGtp, "extensions"), kThirdWordEnds, end - kThirdWordEnds));
}

void describe_l2tp(const Layer& layer, const Packet&, FieldList& out) {
    const ip::L2tpHeader h = ip::read_l2tp(layer.bytes);
    const FixedFields header(layer.bytes, out);
    add_l2tp_flags(header, out);
    if (h.version() != 2) return;
    std::size_t at = 2;
    const auto number = [&](const FieldInfo& info) {
        header.number(at_octets(info, at, 2));
        at += 2;
    };
    if (h.length) number(in(kL2tp, "length"));
    number(in(kL2tp, "tunnel"));
    number(in(kL2tp, "session"));
    if (h.ns) number(in(kL2tp, "Ns"));
    if (h.nr) number(in(kL2tp, "Nr"));
    if (h.offset_size) number(in(kL2tp, "offset"));
    if (h.offset_size.value_or(0) != 0)
        header.octets(at_octets(in(kL2tp, "offset_padding"), at, *h.offset_size));
    if (h.is_control()) add_l2tp_avps(header, out, layer.header(), h.length_with_offset());
}

void describe_mpls(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    const std::uint64_t label = header.number(in(kMpls, "label"));
    note_name(out, kLabels, label);
    header.number(in(kMpls, "exp"));
    if (header.boolean(in(kMpls, "bottom"))) out.note("the last label");
    header.number(in(kMpls, "ttl"));
    if (layer.header_length <= ip::kMplsLength) return;
    const std::uint64_t word = header.number(in(kMpls, "control_word"));
    out.note("an Ethernet frame follows, number {}", word & 0xffff);
}

}  // namespace glass::tools
