// Describe wireless links: who speaks to whom in an 802.11 frame, and what capturing added before it.
#include <array>

#include "ip/link_type.h"
#include "ip/wlan_steps.h"
#include "tools/describe_link.h"
#include "tools/describe_link_parts.h"
#include "tools/fixed_fields.h"
#include "tools/number_names.h"

namespace glass::tools {
namespace {

/// Four addresses change places: the flags "to" and "from the distribution system" say who is where.
constexpr FieldInfo kWlan[] = {
    {"subtype", "Subtype", 0, 4},
    {"type", "Type", 4, 2},
    {"version", "Protocol Version", 6, 2, Show::people_only},
    {"order", "+HTC/Order", 8, 1, Show::people_only},
    {"protected", "Protected Frame", 9, 1},
    {"moredata", "More Data", 10, 1, Show::people_only},
    {"pwrmgt", "Power Management", 11, 1, Show::people_only},
    {"retry", "Retry", 12, 1},
    {"more_fragments", "More Fragments", 13, 1, Show::people_only},
    {"fromds", "From the Distribution System", 14, 1},
    {"tods", "To the Distribution System", 15, 1},
    {"duration", "Duration/ID", 16, 16},
    {"ra", "Receiver Address", 32, 48},
    {"ta", "Transmitter Address", 80, 48},
    {"da", "Destination Address", 32, 48},
    {"sa", "Source Address", 80, 48},
    {"bssid", "BSS ID", 128, 48},
    {"sequence_control", "Sequence Control", 176, 16, Show::people_only, Radix::hex},
    {"seq", "Sequence Number"},
    {"frag", "Fragment Number"},
    {"qos", "QoS Control", 0, 16, Show::people_only, Radix::hex},
    {"ht_control", "HT Control", 0, 32, Show::people_only, Radix::hex},
    {"padding", "Padding", 0, 16, Show::people_only},
};

constexpr FieldInfo kRadiotap[] = {
    {"version", "Version", 0, 8},
    {"pad", "Pad", 8, 8, Show::people_only},
    {"length", "Length", 16, 16},
    {"present", "Fields Present", 32, 32, Show::everywhere, Radix::hex},
    {"fields", "Fields", 64, 0, Show::people_only},
    {"fcs", "Frame Check Sequence at the end"},
};

constexpr FieldInfo kPpi[] = {
    {"version", "Version", 0, 8},
    {"flags", "Flags", 8, 8, Show::people_only, Radix::hex},
    {"length", "Length", 16, 16},
    {"dlt", "Link Type", 32, 32},
    {"fields", "Fields", 64, 0, Show::people_only},
    {"fcs", "Frame Check Sequence at the end"},
};

constexpr std::string_view kTypes[] = {"management", "control", "data", "extension"};

/// Type and subtype in one number: 0x28 is data with quality of service.
constexpr NumberName kSubtypes[] = {
    {0x00, "association request"},
    {0x01, "association response"},
    {0x02, "reassociation request"},
    {0x03, "reassociation response"},
    {0x04, "probe request"},
    {0x05, "probe response"},
    {0x08, "beacon"},
    {0x0a, "disassociation"},
    {0x0b, "authentication"},
    {0x0c, "deauthentication"},
    {0x0d, "action"},
    {0x18, "block acknowledgment request"},
    {0x19, "block acknowledgment"},
    {0x1a, "power save poll"},
    {0x1b, "request to send"},
    {0x1c, "clear to send"},
    {0x1d, "acknowledgment"},
    {0x1e, "end of contention-free period"},
    {0x20, "data"},
    {0x24, "no data"},
    {0x28, "data with quality of service"},
    {0x2c, "no data, with quality of service"},
};

constexpr const FieldInfo* kRa = &in(kWlan, "ra");
constexpr const FieldInfo* kTa = &in(kWlan, "ta");
constexpr const FieldInfo* kDa = &in(kWlan, "da");
constexpr const FieldInfo* kSa = &in(kWlan, "sa");
constexpr const FieldInfo* kBssid = &in(kWlan, "bssid");

/// IEEE 802.11 table 9-30: the roles of addresses 1 to 4, by to DS and, twice that, from DS.
constexpr std::array<const FieldInfo*, 4> kRoles[] = {
    {kDa, kSa, kBssid, kSa},
    {kBssid, kSa, kDa, kSa},
    {kDa, kBssid, kSa, kSa},
    {kRa, kTa, kDa, kSa},
};

void add_addresses(const FixedFields& header, FieldList& out, const ip::WlanHeader& h) {
    constexpr std::size_t kAt[] = {4, 10, 16, 24};
    const bool control = h.type == ip::WlanHeader::Type::control;
    const auto& roles = kRoles[control ? 3 : h.flags & 3];
    for (std::size_t i = 0; i < h.addresses; ++i) {
        const Placed place = at_octets(*roles[i], kAt[i], 6);
        header.mac(place);
        note_mac(out, header.part(place));
    }
}

/// Little-endian, and its four low bits are the fragment: the parts are no runs of bits on the wire.
void add_sequence(FieldList& out, ip::Bytes bytes) {
    if (bytes.size() < 24) return;
    const std::uint16_t control = ip::load16_little(&bytes[22]);
    out.number(in(kWlan, "sequence_control"), control);
    out.number(in(kWlan, "seq"), control >> 4);
    out.number(in(kWlan, "frag"), control & 15u);
}

/// A little-endian field of a header that begins with eight octets all of which are there, or not at all.
void add_little(FieldList& out, const FieldInfo& info, ip::Bytes bytes) {
    const std::size_t at = info.bit / 8;
    if (bytes.size() < at + info.width / 8) return;
    out.number(info, info.width == 32 ? ip::load32_little(&bytes[at]) : ip::load16_little(&bytes[at]));
}

void add_rest(const FixedFields& header, FieldList& out, const FieldInfo& fields, const FieldInfo& fcs,
              const Layer& layer, bool has_fcs) {
    const std::size_t at = fields.bit / 8, end = layer.header().size();
    if (end > at) header.octets(at_octets(fields, at, end - at));
    out.boolean(fcs, has_fcs);
}

}  // namespace

const std::span<const FieldInfo> kWlanFields = kWlan;
const std::span<const FieldInfo> kRadiotapFields = kRadiotap;
const std::span<const FieldInfo> kPpiFields = kPpi;

void describe_wlan(const Layer& layer, const Packet&, FieldList& out) {
    const ip::WlanHeader h = ip::read_wlan(layer.bytes);
    const FixedFields header(layer.bytes, out);
    const auto type = static_cast<std::uint8_t>(h.type);
    header.number(in(kWlan, "subtype"));
    note_name(out, kSubtypes, type * 16u + h.subtype);
    header.number(in(kWlan, "type"));
    out.note("{}", kTypes[type]);
    header.number(in(kWlan, "version"));
    header.boolean(in(kWlan, "order"));
    if (header.boolean(in(kWlan, "protected"))) out.note("encrypted");
    header.boolean(in(kWlan, "moredata"));
    header.boolean(in(kWlan, "pwrmgt"));
    header.boolean(in(kWlan, "retry"));
    header.boolean(in(kWlan, "more_fragments"));
    header.boolean(in(kWlan, "fromds"));
    header.boolean(in(kWlan, "tods"));
    add_little(out, in(kWlan, "duration"), layer.bytes);
    add_addresses(header, out, h);
    if (h.has_sequence) add_sequence(out, layer.bytes);
    std::size_t at = h.addresses == 4 ? 30 : 24;
    if (h.has_qos) {
        header.number(at_octets(in(kWlan, "qos"), at, 2));
        at += 2;
    }
    if (h.has_ht_control) {
        header.number(at_octets(in(kWlan, "ht_control"), at, 4));
        at += 4;
    }
    if (h.padding != 0) header.number(at_octets(in(kWlan, "padding"), at, h.padding));
}

void describe_radiotap(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    header.number(in(kRadiotap, "version"));
    header.number(in(kRadiotap, "pad"));
    add_little(out, in(kRadiotap, "length"), layer.bytes);
    add_little(out, in(kRadiotap, "present"), layer.bytes);
    const bool fcs = ip::radiotap_has_fcs(layer.header());
    add_rest(header, out, in(kRadiotap, "fields"), in(kRadiotap, "fcs"), layer, fcs);
}

void describe_ppi(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    header.number(in(kPpi, "version"));
    header.number(in(kPpi, "flags"));
    add_little(out, in(kPpi, "length"), layer.bytes);
    add_little(out, in(kPpi, "dlt"), layer.bytes);
    if (out.verbose() && layer.bytes.size() >= ip::kPpiLength)
        out.note("{}", to_string(static_cast<ip::LinkType>(ip::load32_little(&layer.bytes[4]))));
    add_rest(header, out, in(kPpi, "fields"), in(kPpi, "fcs"), layer, ip::ppi_has_fcs(layer.header()));
}

}  // namespace glass::tools
