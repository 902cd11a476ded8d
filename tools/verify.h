// Verify: is the checksum of this layer right, as far as the captured octets tell?
#pragma once

#include "tools/packet.h"

namespace glass::tools {

/// `layer` is the last of the packet; its pseudo-header comes from the IP layer around it. `none` for headers
/// without a checksum.
[[nodiscard]] ChecksumStatus verify_checksum(const Packet& packet, const Layer& layer);

/// Whether a wrong TCP or UDP checksum is what a host writes that leaves the rest to its network card: the
/// sum of the pseudo-header alone, not complemented.
[[nodiscard]] bool is_partial_checksum(const Packet& packet, const Layer& layer);

}  // namespace glass::tools
