// Dissect: walks a frame from its link header inwards and notes a layer for every header it meets.
#pragma once

#include "ip/bytes.h"
#include "tools/packet.h"

namespace glass::tools {

/// Fills packet.layers and packet.fault from packet.frame; the fault must be empty before. Without state:
/// fragments end at their IP header, and nothing is known of connections. `verify`: check the checksums (else
/// they are `none`).
void dissect(Packet& packet, bool verify);

/// The same for the commonest frames, and faster: Ethernet, IPv4 without options, TCP or UDP, nothing odd.
/// False, and no layer is set, for all others.
[[nodiscard]] bool dissect_plain(Packet& packet, bool verify);

/// Goes on inside a datagram that was put together from fragments: replaces the layers after `layer`.
/// `payload` must live as long as the packet is used.
void dissect_reassembled(Packet& packet, std::size_t layer, ip::Proto next, ip::Bytes payload, bool verify);

}  // namespace glass::tools
