// The tree view: one packet, every layer with all its fields, one a line.
#pragma once

#include <string>

#include "tools/packet.h"
#include "tools/style.h"
#include "tools/view_heading.h"

namespace glass::tools {

/// Appends
///
///     Frame 7, 74 bytes, 2014-10-19 20:12:11.455999000 UTC, EN10MB
///     Internet Protocol version 4 (RFC 791), 20 bytes
///         Time to Live: 64
///         Protocol: 6  — TCP
///
/// Lists and objects are indented further, a fault stands in its layer behind a mark, payload that no layer
/// takes apart is shown by its first octets.
void print_tree(const Packet& packet, const Style& style, std::string& out, ProtocolTable table = protocol);

}  // namespace glass::tools
