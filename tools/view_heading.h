// Headings: what the views of one packet have in common: the frame's first lines, titles of layers, faults.
#pragma once

#include <string>

#include "tools/layer_places.h"
#include "tools/packet.h"
#include "tools/protocols.h"
#include "tools/style.h"

namespace glass::tools {

/// Where a view looks protocols up; tests hand in their own.
using ProtocolTable = const ProtocolInfo& (*)(ip::Proto);

/// "Frame 7, 74 bytes, 2014-10-19 20:12:11.455999000 UTC, EN10MB", and its comment on lines of its own.
void append_frame_heading(const Packet& packet, const Style& style, std::string& out);

/// "Transmission Control Protocol (RFC 9293), 40 bytes", "Data, 1448 bytes, 34 captured"; no newline.
[[nodiscard]] std::string layer_title(const Layer& layer, const ProtocolInfo& info);

/// "Padding after Internet Protocol version 4": what stands at the end of a layer's payload, after the next
/// layer.
[[nodiscard]] std::string padding_title(const Packet& packet, std::size_t layer, ProtocolTable table);

/// "Reassembled datagram, 2980 bytes from frames 3, 4 and 7", where that starts; no newline. `region`: the
/// datagram's octets.
[[nodiscard]] std::string reassembled_title(const Packet& packet, const Region& region);

/// A line that counts the octets of a reassembled datagram after the end of its first header's payload, if
/// there are any: padding inside of the datagram. `region` is the first header with its payload.
void append_rest_of_datagram(const Packet& packet, const Region& region, const Style& style,
                             std::string& out);

/// A marked line that says what is wrong with the layer, if something is.
void append_fault(const Packet& packet, std::size_t layer, const Style& style, std::size_t indent,
                  std::string& out);
/// The same for a fault of no layer that is there.
void append_fault_without_layer(const Packet& packet, const Style& style, std::string& out);

/// "label: value  — note" on lines of their own, wrapped; the note is dim.
void append_paragraph(std::string_view text, std::string_view note, std::size_t indent, const Style& style,
                      std::string& out);

}  // namespace glass::tools
