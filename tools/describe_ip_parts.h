// Parts of a description that IPv4 and IPv6 share: DSCP and ECN in words, and what a datagram was put
// together from.
#pragma once

#include "tools/field.h"
#include "tools/packet.h"

namespace glass::tools {

/// A note on the field just added: "AF11, not ECN-capable".
void note_traffic_class(FieldList& out, std::uint8_t octet);
/// A note on the field just added: "TCP"; none where the number has no name.
void note_protocol(FieldList& out, std::uint8_t number);
/// The checksum's verdict, where there is one.
void add_checksum_status(FieldList& out, const FieldInfo& info, const Layer& layer);

/// {"frames": [..], "len": N} where the packet was put together from fragments, and `layer` is the IP layer
/// that carries the last of them to come. `info` names the object.
void add_reassembled(const Layer& layer, const Packet& packet, const FieldInfo& info, FieldList& out);

}  // namespace glass::tools
