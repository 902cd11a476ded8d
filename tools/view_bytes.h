// The bytes view: every captured octet of a packet, beside the field it belongs to.
#pragma once

#include <string>

#include "tools/packet.h"
#include "tools/style.h"
#include "tools/view_heading.h"

namespace glass::tools {

/// Appends
///
///     Internet Protocol version 4 (RFC 791), 20 bytes
///     000e                    45    │ Version 4, Internet Header Length 20 — 5 x 4
///     000f                       00 │ Differentiated Services 0x00
///     0010  00 3c                   │ Total Length 60
///
/// with offsets from the start of the frame, 8 octets a row, or 16 where the style has the columns for it.
/// Each octet of the frame stands there exactly once: fields that overlap share their rows, payload, padding
/// and what no field describes are dumped. A datagram put together from fragments follows, with offsets from
/// its own start.
void print_bytes(const Packet& packet, const Style& style, std::string& out, ProtocolTable table = protocol);

}  // namespace glass::tools
