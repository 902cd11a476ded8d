// What the tests of packet views share: packets made by hand, and what the views' text must hold.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "tools/packet.h"
#include "tools/style.h"
#include "tools/text_value.h"
#include "tools/view_box.h"
#include "tools/view_bytes.h"
#include "tools/view_tree.h"

namespace glass::tools::views {

inline Layer layer_of(ip::Proto proto, ip::Bytes bytes, std::uint32_t header_length,
                      std::uint32_t wire_length) {
    Layer layer;
    layer.proto = proto;
    layer.bytes = bytes;
    layer.header_length = header_length;
    layer.wire_length = wire_length;
    return layer;
}

inline void add(Packet& packet, const Layer& layer) {
    packet.layer_storage[packet.layer_count++] = layer;
}

using View = void (*)(const Packet&, const Style&, std::string&, ProtocolTable);

inline std::string view(View print, const Packet& packet, ProtocolTable table, const Style& style = Style()) {
    std::string out;
    print(packet, style, out, table);
    return out;
}

inline std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

inline bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// Printable UTF-8 and newlines only.
inline bool is_printable(std::string_view text) {
    while (!text.empty()) {
        const CodePoint c = first_code_point(text);
        const bool control = (c.value < 0x20 && c.value != '\n') || (c.value >= 0x7f && c.value < 0xa0);
        if (!c.valid || control) return false;
        text.remove_prefix(c.length);
    }
    return true;
}

/// What the bytes view says of every region: the octet at each offset, in the order in which they stand
/// there.
using Shown = std::vector<std::vector<std::pair<std::size_t, std::uint8_t>>>;
inline Shown shown_octets(std::string_view text) {
    Shown regions(1);
    for (const std::string_view line : lines_of(text)) {
        if (line.starts_with("Reassembled datagram")) regions.emplace_back();
        const std::size_t digits = std::min(line.find_first_not_of("0123456789abcdef"), line.size());
        const std::size_t bar = line.find("│");
        if (digits < 4 || bar == std::string_view::npos) continue;
        std::size_t offset = std::stoul(std::string(line.substr(0, digits)), nullptr, 16);
        for (std::size_t at = digits; at < bar;) {
            if (line[at] == ' ') {
                ++at;
                continue;
            }
            const unsigned long octet = std::stoul(std::string(line.substr(at, 2)), nullptr, 16);
            regions.back().push_back({offset++, static_cast<std::uint8_t>(octet)});
            at += 2;
        }
    }
    return regions;
}

inline bool shows_each_once(std::vector<std::pair<std::size_t, std::uint8_t>> shown, ip::Bytes bytes) {
    std::ranges::sort(shown);
    if (shown.size() != bytes.size()) return false;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        if (shown[i] != std::pair{i, bytes[i]}) return false;
    return true;
}

}  // namespace glass::tools::views
