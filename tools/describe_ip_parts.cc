#include "tools/describe_ip_parts.h"

#include "tools/ip_names.h"

namespace glass::tools {
namespace {

constexpr FieldInfo kReassembled[] = {
    {"frames", "Frames"},
    {"frame", "Frame"},
    {"len", "Length"},
};

/// The index of the IP layer to which the last fragment belongs: an IPv6 fragment header's is the one around
/// it.
std::size_t ip_layer_of(const Packet& packet, std::size_t index) {
    while (index > 0 && packet.layers()[index].proto != ip::Proto::ip &&
           packet.layers()[index].proto != ip::Proto::ipv6)
        --index;
    return index;
}

}  // namespace

void note_traffic_class(FieldList& out, std::uint8_t octet) {
    if (!out.verbose()) return;
    const std::uint8_t dscp = octet >> 2;
    const std::string_view name = dscp_name(dscp);
    if (name.empty()) {
        out.note("DSCP {}, {}", dscp, ecn_name(octet));
    } else {
        out.note("DSCP {}, {}", name, ecn_name(octet));
    }
}

void note_protocol(FieldList& out, std::uint8_t number) {
    if (!out.verbose()) return;
    if (const std::string_view name = ip_protocol_name(number); !name.empty()) out.note("{}", name);
}

void add_checksum_status(FieldList& out, const FieldInfo& info, const Layer& layer) {
    if (layer.checksum != ChecksumStatus::none) out.text(info, to_string(layer.checksum));
}

void add_reassembled(const Layer& layer, const Packet& packet, const FieldInfo& info, FieldList& out) {
    for (const Reassembled& datagram : packet.reassembled) {
        if (datagram.layer >= packet.layer_count) continue;
        if (&layer != &packet.layers()[ip_layer_of(packet, datagram.layer)]) continue;
        out.begin_object(info);
        out.begin_list(in(kReassembled, "frames"));
        for (const std::uint64_t frame : datagram.frames) out.number(in(kReassembled, "frame"), frame);
        out.end_list();
        out.number(in(kReassembled, "len"), datagram.length);
        out.end_object();
        return;
    }
}

}  // namespace glass::tools
