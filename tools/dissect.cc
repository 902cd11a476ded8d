#include "tools/dissect.h"

#include <algorithm>

#include "ip/link_type.h"
#include "tools/protocols.h"
#include "tools/verify.h"

namespace glass::tools {
namespace {

struct Place {
    ip::Proto proto;
    ip::Bytes bytes;
    std::uint32_t wire_length;
    bool quoted;
};

void note_fault(Packet& packet, ip::Proto proto, ip::Fault fault, std::size_t layer) {
    if (!packet.fault) packet.fault = PacketFault{proto, fault, layer};
}

/// What an ICMP error quotes ends where the message does, as early as 8 octets after the IP header (RFC 792):
/// that octets are missing there is no fault. But that IP header itself must be there (RFC 1122 section
/// 3.2.2), and what the snap length cut off of the quotation is missing as it is anywhere else.
/// The layer is the last of the packet.
bool ends_with_quotation(const Packet& packet, const Place& at, const ip::Hop& hop) {
    if (!at.quoted || !hop.fault.missing) return false;
    const bool header_is_there = hop.header_length > 0 && hop.header_length <= at.bytes.size();
    if (header_is_there) return true;  // only the payload is shorter
    const bool is_first = packet.layer_count < 2 || !packet.layer_storage[packet.layer_count - 2].quoted;
    return !is_first && at.bytes.size() >= at.wire_length;
}

/// One header: pushes its layer, and says where the next one starts. False: there is no next one.
bool step(Packet& packet, Place& at, bool verify) {
    if (packet.layer_count == Packet::kMaxLayers) {
        note_fault(packet, at.proto, {"more than {} headers in one frame", Packet::kMaxLayers},
                   packet.layer_count);
        return false;
    }
    Layer& layer = packet.layer_storage[packet.layer_count++];
    layer = {at.proto, at.quoted, ChecksumStatus::none, 0, at.wire_length, at.bytes};
    const ip::Step parse = protocol(at.proto).step;
    const ip::Hop hop = parse ? parse(at.bytes, at.wire_length) : ip::Hop{};
    if (hop.fault && !ends_with_quotation(packet, at, hop))
        note_fault(packet, at.proto, hop.fault, packet.layer_count - 1);
    if (hop.header_length == 0 && (hop.fault || hop.next == ip::Proto::data)) {
        layer.header_length = static_cast<std::uint32_t>(at.bytes.size());
        return false;
    }
    layer.header_length = hop.header_length;
    if (hop.payload_length < layer.payload_wire_length()) {
        layer.wire_length = hop.header_length + hop.payload_length;
        layer.bytes = ip::first(layer.bytes, layer.wire_length);
    }
    if (verify) layer.checksum = verify_checksum(packet, layer);
    const bool error_message = at.proto == ip::Proto::icmp || at.proto == ip::Proto::icmpv6;
    const bool quotes =
        error_message && hop.next != ip::Proto::data;  // else it is an echo's data, or the like
    at = {hop.next, layer.payload(), layer.payload_wire_length(), at.quoted || quotes};
    return !at.bytes.empty();
}

void walk(Packet& packet, Place at, bool verify) {
    while (step(packet, at, verify)) {
    }
}

}  // namespace

void dissect(Packet& packet, bool verify) {
    packet.layer_count = 0;
    const ip::Frame& frame = packet.frame;
    const auto captured = static_cast<std::uint32_t>(frame.bytes.size());
    walk(packet, {ip::first_header(frame.link), frame.bytes, std::max(frame.length, captured), false},
         verify);
}

void dissect_reassembled(Packet& packet, std::size_t layer, ip::Proto next, ip::Bytes payload, bool verify) {
    packet.layer_count = layer + 1;
    const bool quoted = packet.layers()[layer].quoted;
    walk(packet, {next, payload, static_cast<std::uint32_t>(payload.size()), quoted}, verify);
}

}  // namespace glass::tools
