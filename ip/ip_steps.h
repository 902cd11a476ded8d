// The walk's hops over the two IP headers: as much of each as tells what follows it, from whatever was
// captured.
#pragma once

#include <cstdint>

#include "ip/bytes.h"
#include "ip/protocol.h"

namespace glass::ip {

/// A fragment carries data as far as this header knows; a total length of zero is what a host's own capture
/// shows of segmentation offload, and means: to the end.
[[nodiscard]] Hop step_ipv4(Bytes captured, std::uint32_t wire_length);

/// A payload length of zero means a jumbogram, or segmentation offload: to the end.
[[nodiscard]] Hop step_ipv6(Bytes captured, std::uint32_t wire_length);

}  // namespace glass::ip
