#include "tools/view_heading.h"

#include <algorithm>

#include "ip/link_type.h"
#include "tools/fault_text.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

constexpr std::size_t kShownFrames = 12;   ///< numbers of fragments, before "and 31 more"
constexpr std::size_t kNarrowest = 20;     ///< columns left for text, however deep it is indented
constexpr std::size_t kHangingIndent = 4;  ///< of the second and further lines of a paragraph

void append_captured(std::size_t captured, std::uint64_t sent, std::string& out) {
    if (captured >= sent) return;
    out += ", ";
    out += std::to_string(captured);
    out += " captured";
}

std::string_view name_of(const Layer& layer, const ProtocolInfo& info) {
    if (!info.title.empty()) return info.title;
    return layer.proto == ip::Proto::data ? "Data" : ip::name(layer.proto);
}

void append_fault_line(const Packet& packet, const Style& style, std::size_t indent, std::string& out) {
    out += style.start(Ink::bad);
    append_paragraph("✗ " + to_string(packet.fault->fault), {}, indent, style, out);
    if (!style.color()) return;
    out.pop_back();  // the colour ends before the newline
    out += style.stop();
    out += '\n';
}

}  // namespace

void append_frame_heading(const Packet& packet, const Style& style, std::string& out) {
    const ip::Frame& frame = packet.frame;
    std::string line = "Frame " + std::to_string(frame.number) + ", ";
    append_count(std::max<std::size_t>(frame.length, frame.bytes.size()), "byte", line);
    append_captured(frame.bytes.size(), frame.length, line);
    line += ", ";
    if (frame.has_time)
        append_utc(frame.time, line);
    else
        line += "no time";
    line += ", ";
    append_clean(ip::to_string(frame.link), line);
    if (frame.interface != 0) line += ", interface " + std::to_string(frame.interface);
    style.put(out, Ink::strong, line);
    out += '\n';
    if (frame.comment.empty()) return;
    std::string comment = "Comment: ";
    append_escaped(frame.comment, comment);
    append_paragraph(comment, {}, 4, style, out);
}

std::string layer_title(const Layer& layer, const ProtocolInfo& info) {
    const bool is_data = layer.proto == ip::Proto::data;
    std::string title(name_of(layer, info));
    if (!info.spec.empty()) title.append(" (").append(info.spec).append(")");
    title += ", ";
    const std::size_t sent =
        is_data ? std::max<std::size_t>(layer.wire_length, layer.bytes.size()) : layer.header_length;
    append_count(sent, "byte", title);
    append_captured(layer.bytes.size(), sent, title);
    if (layer.quoted && !is_data) title += ", quoted by the error message";
    return title;
}

std::string padding_title(const Packet& packet, std::size_t layer, ProtocolTable table) {
    std::string title = "Padding after ";
    if (layer + 1 >= packet.layer_count) return title + "the payload";
    const Layer& next = packet.layers()[layer + 1];
    return title.append(name_of(next, table(next.proto)));
}

std::string reassembled_title(const Packet& packet, const Region& region) {
    std::string title = "Reassembled datagram, ";
    append_count(region.bytes.size(), "byte", title);
    const Reassembled* const datagram = packet.reassembled_at(region.first_layer - 1);
    if (!datagram || datagram->frames.empty()) return title;
    const std::vector<std::uint64_t>& frames = datagram->frames;
    title += frames.size() == 1 ? " from frame " : " from frames ";
    const std::size_t shown = std::min(frames.size(), kShownFrames);
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) title += i + 1 == frames.size() ? " and " : ", ";
        title += std::to_string(frames[i]);
    }
    if (shown < frames.size()) title += " and " + std::to_string(frames.size() - shown) + " more";
    return title;
}

void append_rest_of_datagram(const Packet& packet, const Region& region, const Style& style,
                             std::string& out) {
    const Reassembled* const datagram = packet.reassembled_at(region.first_layer - 1);
    if (!datagram || datagram->length <= region.bytes.size()) return;
    std::string line = "Not shown: ";
    append_count(datagram->length - region.bytes.size(), "byte", line);
    append_paragraph(line + " of the datagram, after the length that its header states", {}, 0, style, out);
}

void append_fault(const Packet& packet, std::size_t layer, const Style& style, std::size_t indent,
                  std::string& out) {
    if (packet.fault && packet.fault->fault && packet.fault->layer == layer)
        append_fault_line(packet, style, indent, out);
}

void append_fault_without_layer(const Packet& packet, const Style& style, std::string& out) {
    if (packet.fault && packet.fault->fault && packet.fault->layer >= packet.layer_count)
        append_fault_line(packet, style, 0, out);
}

void append_paragraph(std::string_view text, std::string_view note, std::size_t indent, const Style& style,
                      std::string& out) {
    std::string whole(text);
    if (!note.empty()) whole += "  — ";
    append_clean(note, whole);
    const auto room = [&](std::size_t used) { return std::max(style.columns(), used + kNarrowest) - used; };
    bool first = true;
    for (const std::string_view line : wrap(whole, room(indent), room(indent + kHangingIndent))) {
        out.append(first ? indent : indent + kHangingIndent, ' ');
        const std::size_t at = static_cast<std::size_t>(line.data() - whole.data());
        const std::size_t plain = std::min(line.size(), std::max(text.size(), at) - at);
        out += line.substr(0, plain);
        style.put(out, Ink::dim, line.substr(plain));
        out += '\n';
        first = false;
    }
}

}  // namespace glass::tools
