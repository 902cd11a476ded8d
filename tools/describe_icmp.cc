// Describes ICMP for IPv4: RFC 792, RFC 950, RFC 1191; extensions of errors, RFC 4884.
#include "ip/icmp.h"
#include "tools/describe.h"
#include "tools/describe_icmp_parts.h"
#include "tools/describe_ip_parts.h"

namespace glass::tools {
namespace {

constexpr FieldInfo kIcmp[] = {
    {"type", "Type", 0, 8},
    {"code", "Code", 8, 8},
    {"checksum", "Checksum", 16, 16, Show::everywhere, Radix::hex},
    {"checksum_status", "Checksum Status"},
    {"ident", "Identifier", 32, 16},
    {"seq", "Sequence Number", 48, 16},
    {"pointer", "Pointer", 32, 8},
    {"unused", "Unused", 32, 8, Show::people_only},
    {"length", "Length of the quote", 40, 8, Show::people_only},
    {"mtu", "Next-Hop MTU", 48, 16},
    {"gateway", "Gateway Address", 32, 32},
    {"originate", "Originate Timestamp", 64, 32},
    {"receive", "Receive Timestamp", 96, 32},
    {"transmit", "Transmit Timestamp", 128, 32},
    {"mask", "Address Mask", 64, 32},
    {"num_addrs", "Num Addrs", 32, 8},
    {"addr_entry_size", "Addr Entry Size", 40, 8},
    {"lifetime", "Lifetime", 48, 16},
    {"rest", "Rest of Header", 32, 32, Show::people_only, Radix::hex},
    {"extensions", "Extensions"},
};

void add_unused(FieldList& out, std::uint32_t bit, std::uint32_t width, std::uint32_t value) {
    out.number({in(kIcmp, "unused"), bit, width}, value);
}

void add_identifier(FieldList& out, const ip::IcmpHeader& h) {
    out.number(in(kIcmp, "ident"), h.identifier());
    out.number(in(kIcmp, "seq"), h.sequence());
}

/// Octets 4 to 7 of the errors that may be extended: 3, 11 and 12.
void add_error_word(FieldList& out, const ip::IcmpHeader& h) {
    if (h.type == ip::icmp_type::parameter_problem) {
        out.number(in(kIcmp, "pointer"), h.pointer());
        out.note("octet of the quoted packet");
    } else {
        add_unused(out, 32, 8, h.pointer());
    }
    out.number(in(kIcmp, "length"), h.rest >> 16 & 0xff);
    out.note("{} octets", ip::quoted_length(h));
    const bool has_mtu = h.type == ip::icmp_type::destination_unreachable &&
                         h.code == ip::unreachable_code::fragmentation_needed;
    if (!has_mtu) return add_unused(out, 48, 16, h.next_hop_mtu());
    out.number(in(kIcmp, "mtu"), h.next_hop_mtu());
    if (h.next_hop_mtu() == 0) out.note("from a router older than RFC 1191");
}

void add_time(FieldList& out, const FieldInfo& info, std::uint32_t time) {
    out.number(info, time);
    out.note("{}", time >> 31 ? "not standard time" : "ms since midnight UT");
}

void add_timestamps(FieldList& out, const ip::IcmpHeader& h) {
    const ip::IcmpTimestamps t = ip::read_icmp_timestamps(h.payload);
    add_time(out, in(kIcmp, "originate"), t.originate);
    add_time(out, in(kIcmp, "receive"), t.receive);
    add_time(out, in(kIcmp, "transmit"), t.transmit);
}

void add_router_advertisement(FieldList& out, const ip::IcmpHeader& h) {
    out.number(in(kIcmp, "num_addrs"), h.rest >> 24);
    out.number(in(kIcmp, "addr_entry_size"), h.rest >> 16 & 0xff);
    out.number(in(kIcmp, "lifetime"), h.rest & 0xffff);
    out.note("seconds");
}

void add_rest(FieldList& out, const ip::IcmpHeader& h) {
    using namespace ip::icmp_type;
    switch (h.type) {
        case destination_unreachable:
        case time_exceeded:
        case parameter_problem: return add_error_word(out, h);
        case redirect: return out.address(in(kIcmp, "gateway"), h.gateway());
        case echo_reply:
        case echo_request:
        case information_request:
        case information_reply: return add_identifier(out, h);
        case timestamp:
        case timestamp_reply: add_identifier(out, h); return add_timestamps(out, h);
        case address_mask_request:
        case address_mask_reply:
            add_identifier(out, h);
            return out.address(in(kIcmp, "mask"),
                               ip::Ipv4Address{ip::read_icmp_timestamps(h.payload).originate});
        case router_advertisement: return add_router_advertisement(out, h);
        case source_quench:
        case router_solicitation: return add_unused(out, 32, 32, h.rest);
        default: return out.number(in(kIcmp, "rest"), h.rest);
    }
}

}  // namespace

constinit const std::span<const FieldInfo> kIcmpFields = kIcmp;

void describe_icmp(const Layer& layer, const Packet&, FieldList& out) {
    const ip::IcmpHeader h = ip::read_icmp(layer.bytes);
    out.number(in(kIcmp, "type"), h.type);
    out.note("{}", icmp_text(h.type, h.code));
    out.number(in(kIcmp, "code"), h.code);
    out.number(in(kIcmp, "checksum"), h.checksum);
    add_checksum_status(out, in(kIcmp, "checksum_status"), layer);
    add_rest(out, h);
    if (const std::size_t quote = ip::quoted_length(h))
        add_icmp_extensions(out, in(kIcmp, "extensions"), ip::IcmpHeader::kLength + quote,
                            ip::after(h.payload, quote));
}

}  // namespace glass::tools
