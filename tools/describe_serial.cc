// Describe serial links: PPP, PPPoE, Cisco HDLC and frame relay in words.
#include <algorithm>

#include "ip/ethernet.h"
#include "ip/link_steps.h"
#include "tools/describe_link.h"
#include "tools/describe_link_parts.h"
#include "tools/fixed_fields.h"
#include "tools/number_names.h"

namespace glass::tools {
namespace {

/// Address and control may be missing; then the protocol comes first.
constexpr FieldInfo kPpp[] = {
    {"address", "Address", 0, 8, Show::people_only, Radix::hex},
    {"control", "Control", 8, 8, Show::people_only, Radix::hex},
    {"type", "Protocol", 0, 0, Show::everywhere, Radix::hex},
};

constexpr FieldInfo kPppoe[] = {
    {"version", "Version", 0, 4, Show::people_only},
    {"type", "Type", 4, 4},
    {"code", "Code", 8, 8, Show::everywhere, Radix::hex},
    {"session_id", "Session ID", 16, 16, Show::everywhere, Radix::hex},
    {"length", "Length", 32, 16},
    {"tags", "Tags"},
};

constexpr FieldInfo kChdlc[] = {
    {"address", "Address", 0, 8, Show::everywhere, Radix::hex},
    {"control", "Control", 8, 8, Show::people_only, Radix::hex},
    {"type", "EtherType", 16, 16, Show::everywhere, Radix::hex},
};

/// The address has two to four octets, each ending in the extension bit: places are those where it has two.
constexpr FieldInfo kFr[] = {
    {"dlci", "Data Link Connection Identifier"},
    {"upper_dlci", "Upper DLCI", 0, 6, Show::people_only},
    {"cr", "Command/Response", 6, 1, Show::people_only},
    {"ea", "Extended Address", 7, 1, Show::people_only},
    {"second_dlci", "Second DLCI", 8, 4, Show::people_only},
    {"fecn", "Forward Explicit Congestion Notification", 12, 1, Show::people_only},
    {"becn", "Backward Explicit Congestion Notification", 13, 1, Show::people_only},
    {"de", "Discard Eligibility", 14, 1, Show::people_only},
    {"third_dlci", "Third DLCI", 0, 7, Show::people_only},
    {"lower_dlci", "Lower DLCI", 0, 6, Show::people_only},
    {"dc", "DLCI or DL-CORE Control", 0, 1, Show::people_only},
    {"control", "Control", 16, 8, Show::people_only, Radix::hex},
    {"padding", "Padding", 24, 8, Show::people_only},
    {"nlpid", "Network Layer Protocol ID", 24, 8, Show::everywhere, Radix::hex},
    {"snap.oui", "Organization Code", 32, 24, Show::everywhere, Radix::hex},
    {"snap.pid", "Protocol Identifier", 56, 16, Show::everywhere, Radix::hex},
    {"type", "EtherType", 16, 16, Show::everywhere, Radix::hex},
};

constexpr NumberName kPppProtocols[] = {{0x0021, "IPv4"},
                                        {0x002d, "Van Jacobson compressed TCP"},
                                        {0x002f, "Van Jacobson uncompressed TCP"},
                                        {0x003d, "multilink"},
                                        {0x0057, "IPv6"},
                                        {0x00fd, "compressed datagram"},
                                        {0x0281, "MPLS"},
                                        {0x0283, "MPLS multicast"},
                                        {0x8021, "IP Control Protocol"},
                                        {0x8057, "IPv6 Control Protocol"},
                                        {0x80fd, "Compression Control Protocol"},
                                        {0xc021, "Link Control Protocol"},
                                        {0xc023, "Password Authentication Protocol"},
                                        {0xc025, "Link Quality Report"},
                                        {0xc223, "Challenge Handshake Authentication Protocol"}};

constexpr NumberName kPppoeCodes[] = {{0x00, "session data"},
                                      {0x07, "PADO: an access concentrator offers itself"},
                                      {0x09, "PADI: is there an access concentrator?"},
                                      {0x19, "PADR: a session, please"},
                                      {0x65, "PADS: your session"},
                                      {0xa7, "PADT: the session ends"}};

constexpr NumberName kPppoeTags[] = {{0x0000, "end of list"},           {0x0101, "service name"},
                                     {0x0102, "concentrator's name"},   {0x0103, "host's own mark"},
                                     {0x0104, "concentrator's cookie"}, {0x0105, "vendor specific"},
                                     {0x0110, "relay session"},         {0x0201, "service name error"},
                                     {0x0202, "concentrator's error"},  {0x0203, "error"}};

constexpr NumberName kNlpids[] = {{0x08, "Q.933: link management"},
                                  {0x80, "SNAP follows"},
                                  {0x81, "CLNP"},
                                  {0x82, "ES-IS"},
                                  {0x83, "IS-IS"},
                                  {0x8e, "IPv6"},
                                  {0xcc, "IPv4"},
                                  {0xcf, "PPP"}};

/// Q.922: six bits of the identifier, then four, seven, and six in the last octet where that is not the
/// second.
void add_frame_relay_address(const FixedFields& header, FieldList& out, const ip::FrameRelayHeader& h) {
    out.number(in(kFr, "dlci"), h.dlci);
    if (h.dlci == 0) out.note("link management");
    header.number(in(kFr, "upper_dlci"));
    header.boolean(in(kFr, "cr"));
    header.boolean(in(kFr, "ea"));
    if (h.address_length < 2) return;
    header.number(in(kFr, "second_dlci"));
    header.boolean(in(kFr, "fecn"));
    header.boolean(in(kFr, "becn"));
    header.boolean(in(kFr, "de"));
    header.boolean({in(kFr, "ea"), 15, 1});
    const auto octets = static_cast<std::uint32_t>(std::min<std::size_t>(h.address_length, 4));
    for (std::uint32_t bit = 16; bit < octets * 8; bit += 8) {
        if (bit + 8 == octets * 8) {
            header.number({in(kFr, "lower_dlci"), bit, 6});
            header.boolean({in(kFr, "dc"), bit + 6, 1});
        } else {
            header.number({in(kFr, "third_dlci"), bit, 7});
        }
        header.boolean({in(kFr, "ea"), bit + 7, 1});
    }
}

}  // namespace

const std::span<const FieldInfo> kPppFields = kPpp;
const std::span<const FieldInfo> kPppoeFields = kPppoe;
const std::span<const FieldInfo> kChdlcFields = kChdlc;
const std::span<const FieldInfo> kFrFields = kFr;

void describe_chdlc(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    const std::uint64_t address = header.number(in(kChdlc, "address"));
    out.note("{}", address == 0x8f ? "broadcast" : "unicast");
    header.number(in(kChdlc, "control"));
    const auto type = static_cast<std::uint16_t>(bits_at(layer.bytes, 16, 16));
    if (type != ip::ethertype::rarp) return add_ethertype(out, in(kChdlc, "type"), type);
    out.number(in(kChdlc, "type"), type);
    out.note("SLARP: addresses and keepalives of serial lines");
}

void describe_ppp(const Layer& layer, const Packet&, FieldList& out) {
    const ip::PppHeader h = ip::read_ppp(layer.header());
    if (layer.header_length == 0) return;  // Cisco HDLC follows
    const FixedFields header(layer.bytes, out);
    if (h.address_control) {
        header.number(in(kPpp, "address"));
        out.note("all stations");
        header.number(in(kPpp, "control"));
        out.note("unnumbered information");
    }
    const std::size_t at = h.address_control ? 2 : 0;
    out.number(at_octets(in(kPpp, "type"), at, h.compressed ? 1 : 2), h.protocol);
    note_name(out, kPppProtocols, h.protocol);
}

void describe_pppoe(const Layer& layer, const Packet&, FieldList& out) {
    const FixedFields header(layer.bytes, out);
    header.number(in(kPppoe, "version"));
    header.number(in(kPppoe, "type"));
    const std::uint64_t code = header.number(in(kPppoe, "code"));
    note_name(out, kPppoeCodes, code);
    header.number(in(kPppoe, "session_id"));
    header.number(in(kPppoe, "length"));
    const std::size_t end = layer.header().size();
    if (code == 0 || end <= ip::kPppoeLength) return;
    out.begin_list(at_octets(in(kPppoe, "tags"), ip::kPppoeLength, end - ip::kPppoeLength));
    for (std::size_t at = ip::kPppoeLength; at < end;) {
        const std::size_t there = end - at;
        const std::size_t length =
            std::min(there, there < 4 ? there : std::size_t{4} + ip::load16(&layer.bytes[at + 2]));
        out.begin_object(at_octets(in(kItem, "item"), at, length));
        if (length >= 4) {
            add_named(header, out, at_octets(in(kItem, "type"), at, 2), kPppoeTags);
            header.number(at_octets(in(kItem, "length"), at + 2, 2));
            if (length > 4) header.octets(at_octets(in(kItem, "value"), at + 4, length - 4));
        } else {
            header.octets(at_octets(in(kItem, "value"), at, length));
        }
        out.end_object();
        at += length;
    }
    out.end_list();
}

void describe_fr(const Layer& layer, const Packet&, FieldList& out) {
    const ip::FrameRelayHeader h = ip::read_frame_relay(layer.bytes);
    const FixedFields header(layer.bytes, out);
    add_frame_relay_address(header, out, h);
    std::size_t at = h.address_length;
    if (at < 2 || at > 4) return;  // no address: nobody knows where it ends
    if (h.type) return add_ethertype(out, at_octets(in(kFr, "type"), at, 2), *h.type);
    header.number(at_octets(in(kFr, "control"), at++, 1));
    out.note("unnumbered information");
    if (h.padded) header.number(at_octets(in(kFr, "padding"), at++, 1));
    add_named(header, out, at_octets(in(kFr, "nlpid"), at++, 1), kNlpids);
    if (!h.oui) return;
    header.number(at_octets(in(kFr, "snap.oui"), at, 3));
    add_ethertype(out, at_octets(in(kFr, "snap.pid"), at + 3, 2), h.pid);
}

}  // namespace glass::tools
