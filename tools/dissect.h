// Dissect: walks a frame from its link header inwards and notes a layer for every header it meets.
#pragma once

#include "ip/bytes.h"
#include "tools/packet.h"

namespace glass::tools {

/// Fills packet.layers from packet.frame. Without state: fragments end at their IP header, and nothing is known of
/// connections. `verify`: check the checksums (else they are `none`).
void dissect(Packet& packet, bool verify);

/// Goes on inside a datagram that was put together from fragments: replaces the layers after `layer`. `payload` must
/// live as long as the packet is used.
void dissect_reassembled(Packet& packet, std::size_t layer, ip::Proto next, ip::Bytes payload, bool verify);

}  // namespace glass::tools
