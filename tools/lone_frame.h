// Lone frame: a frame taken apart without what other frames tell; the first fragment of a datagram as far as
// it goes.
#pragma once

#include <optional>

#include "ip/fragments.h"
#include "tools/packet.h"

namespace glass::tools {

/// As dissect(), without verifying, but goes on inside of first fragments: what a transport header there says
/// is known before the datagram is whole. All layers lie in the frame's own octets.
void dissect_alone(Packet& packet, const ip::Frame& frame);

/// The fragment that this layer, an IPv4 header or an IPv6 fragment header, is of; quoted ones, too.
[[nodiscard]] std::optional<ip::Fragment> fragment_in(const Packet& packet, const Layer& layer);

}  // namespace glass::tools
