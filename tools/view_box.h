// The box view: every header of a packet as the diagram of its RFC, with this packet's values in the cells.
#pragma once

#include <string>

#include "tools/packet.h"
#include "tools/style.h"
#include "tools/view_heading.h"

namespace glass::tools {

/// Appends, for every layer that has fields at fixed places, 32 bits a row:
///
///      0                   1                   2                   3
///      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///     |       Source Port 49152       |      Destination Port 80      |
///     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
///
/// Values are those on the wire, so that they can be checked by hand. Below it, what the abbreviations mean.
void print_box(const Packet& packet, const Style& style, std::string& out, ProtocolTable table = protocol);

}  // namespace glass::tools
