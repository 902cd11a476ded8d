// Describe links: cooked captures, NFLOG, and links without much of a header.
#include "tools/describe_link.h"

#include <algorithm>

#include "ip/ethernet.h"
#include "ip/link_steps.h"
#include "tools/describe_link_parts.h"
#include "tools/fixed_fields.h"
#include "tools/number_names.h"

namespace glass::tools {
namespace {

constexpr FieldInfo kNull[] = {
    {"type", "Address Family", 0, 32},
};

/// There is no header: `type` is the EtherType that would say the same.
constexpr FieldInfo kRaw[] = {
    {"type", "EtherType, by the version of the IP header", 0, 0, Show::everywhere, Radix::hex},
};

constexpr FieldInfo kSll[] = {
    {"pkttype", "Packet Type", 0, 16},
    {"hatype", "ARPHRD_ Type", 16, 16},
    {"halen", "Link-layer Address Length", 32, 16},
    {"src", "Link-layer Address", 48, 48},
    {"unused", "Unused", 96, 16, Show::people_only},
    {"type", "Protocol Type", 112, 16, Show::everywhere, Radix::hex},
};

constexpr FieldInfo kSll2[] = {
    {"type", "Protocol Type", 0, 16, Show::everywhere, Radix::hex},
    {"reserved", "Reserved", 16, 16, Show::people_only},
    {"if_index", "Interface Index", 32, 32},
    {"hatype", "ARPHRD_ Type", 64, 16},
    {"pkttype", "Packet Type", 80, 8},
    {"halen", "Link-layer Address Length", 88, 8},
    {"src", "Link-layer Address", 96, 48},
    {"unused", "Unused", 144, 16, Show::people_only},
};

constexpr FieldInfo kNflog[] = {
    {"family", "Address Family", 0, 8},
    {"version", "Version", 8, 8, Show::people_only},
    {"res_id", "Resource ID", 16, 16},
    {"tlvs", "Items"},
};

constexpr NumberName kFamilies[] = {{2, "IPv4"},
                                    {10, "IPv6 (Linux)"},
                                    {23, "IPv6 (Windows)"},
                                    {24, "IPv6 (NetBSD, OpenBSD)"},
                                    {28, "IPv6 (FreeBSD)"},
                                    {30, "IPv6 (macOS)"}};

constexpr NumberName kPacketTypes[] = {{0, "sent to this host"},
                                       {1, "broadcast"},
                                       {2, "multicast"},
                                       {3, "for another host, seen in promiscuous mode"},
                                       {4, "sent by this host"}};

constexpr NumberName kHardwareTypes[] = {{1, "Ethernet"},
                                         {512, "PPP"},
                                         {768, "IP in IP tunnel"},
                                         {772, "loopback"},
                                         {776, "6in4"},
                                         {778, "GRE"},
                                         {801, "802.11"},
                                         {803, "802.11 with radiotap"},
                                         {824, "netlink"},
                                         {65534, "none: a tunnel device"}};

constexpr NumberName kNflogItems[] = {{1, "packet header: protocol, hook"},
                                      {2, "mark"},
                                      {3, "time"},
                                      {4, "interface it came in by"},
                                      {5, "interface it goes out by"},
                                      {8, "hardware address"},
                                      {9, "the packet"},
                                      {10, "prefix of the log rule"},
                                      {11, "user ID"},
                                      {12, "sequence number"},
                                      {14, "group ID"}};

/// The protocol field of a cooked capture, whose small values are Linux's own.
void add_cooked_type(FieldList& out, Placed at, std::uint16_t type) {
    add_ethertype(out, at, type);
    if (type == 4) out.note("an 802.2 header follows");
}

/// Eight octets at `at`, of which `length` are an address.
void add_cooked_address(const FixedFields& header, FieldList& out, const FieldInfo& address,
                        const FieldInfo& unused, std::uint64_t length) {
    const std::size_t at = address.bit / 8, used = std::min<std::uint64_t>(length, 8);
    if (used == 6) {
        header.mac(address);
        note_mac(out, header.part(address));
    } else if (used != 0) {
        header.octets(at_octets(address, at, used));
    }
    if (used < 8) header.octets(at_octets(unused, at + used, 8 - used));
}

}  // namespace

const std::span<const FieldInfo> kNullFields = kNull;
const std::span<const FieldInfo> kRawFields = kRaw;
const std::span<const FieldInfo> kSllFields = kSll;
const std::span<const FieldInfo> kSll2Fields = kSll2;
const std::span<const FieldInfo> kNflogFields = kNflog;

void describe_null(const Layer& layer, const Packet&, FieldList& out) {
    if (layer.bytes.size() < 4) return;
    const std::uint32_t family = ip::null_family(layer.bytes);
    out.number(in(kNull, "type"), family);
    note_name(out, kFamilies, family);
}

void describe_raw(const Layer& layer, const Packet&, FieldList& out) {
    const std::uint64_t version = bits_at(layer.bytes, 0, 4);
    if (version == 4) add_ethertype(out, in(kRaw, "type"), ip::ethertype::ipv4);
    if (version == 6) add_ethertype(out, in(kRaw, "type"), ip::ethertype::ipv6);
}

void describe_sll(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    add_named(header, out, in(kSll, "pkttype"), kPacketTypes);
    add_named(header, out, in(kSll, "hatype"), kHardwareTypes);
    const std::uint64_t length = header.number(in(kSll, "halen"));
    add_cooked_address(header, out, in(kSll, "src"), in(kSll, "unused"), length);
    add_cooked_type(out, in(kSll, "type"), static_cast<std::uint16_t>(bits_at(layer.bytes, 112, 16)));
}

void describe_sll2(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    add_cooked_type(out, in(kSll2, "type"), static_cast<std::uint16_t>(bits_at(layer.bytes, 0, 16)));
    header.number(in(kSll2, "reserved"));
    header.number(in(kSll2, "if_index"));
    add_named(header, out, in(kSll2, "hatype"), kHardwareTypes);
    add_named(header, out, in(kSll2, "pkttype"), kPacketTypes);
    const std::uint64_t length = header.number(in(kSll2, "halen"));
    add_cooked_address(header, out, in(kSll2, "src"), in(kSll2, "unused"), length);
}

void describe_nflog(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    add_named(header, out, in(kNflog, "family"), kFamilies);
    header.number(in(kNflog, "version"));
    header.number(in(kNflog, "res_id"));
    const std::size_t end = layer.header().size();
    if (end <= ip::kNflogLength) return;
    out.begin_list(at_octets(in(kNflog, "tlvs"), ip::kNflogLength, end - ip::kNflogLength));
    for (std::size_t at = ip::kNflogLength; at + 4 <= end;) {
        const ip::NflogItem item = ip::nflog_item(layer.bytes, at);
        const std::size_t item_end = std::min<std::size_t>(end, at + std::max<std::size_t>(item.length, 4));
        const std::size_t next = std::min(end, (item_end + 3) / 4 * 4);
        out.begin_object(at_octets(in(kItem, "item"), at, next - at));
        out.number(at_octets(in(kItem, "length"), at, 2), item.length);
        out.number(at_octets(in(kItem, "type"), at + 2, 2), item.type);
        note_name(out, kNflogItems, item.type);
        if (item_end > at + 4) header.octets(at_octets(in(kItem, "value"), at + 4, item_end - at - 4));
        if (next > item_end) header.octets(at_octets(in(kItem, "padding"), item_end, next - item_end));
        out.end_object();
        at = next;
    }
    out.end_list();
}

}  // namespace glass::tools
