#include "tools/view_tree.h"

#include <algorithm>
#include <optional>

#include "tools/layer_places.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

constexpr std::size_t kIndent = 4;
constexpr std::size_t kDeepest = 8;         ///< levels of indentation; deeper ones stay there
constexpr std::size_t kValueLimit = 512;    ///< octets of a text or of octets that are shown
constexpr std::size_t kPreviewRows = 4;     ///< of payload
constexpr std::size_t kPreviewOctets = 16;  ///< in a row

using Kind = Field::Kind;

bool is_end(Kind kind) {
    return kind == Kind::list_end || kind == Kind::object_end;
}

/// A list of bare values, as SACK blocks are, goes on one line: "[1, 2], [3, 4]". Returns where it ends, or
/// `begin` when it contains names.
std::size_t append_bare_list(std::span<const Field> fields, std::size_t begin, std::string& out) {
    const std::size_t size = out.size();
    std::size_t depth = 0;
    bool comma = false;
    for (std::size_t i = begin; i < fields.size(); ++i) {
        const Field& field = fields[i];
        const bool opens = field.kind == Kind::list_begin;
        if (field.kind == Kind::object_begin ||
            (i > begin && (!label_of(field).empty() || !field.note.empty())))
            break;
        if (is_end(field.kind)) {
            if (--depth == 0) return i;
            out += ']';
            comma = true;
            continue;
        }
        if (comma) out += ", ";
        if (opens && depth > 0) out += '[';
        depth += opens;
        append_value(field, out, kValueLimit);
        comma = !opens;
    }
    out.resize(size);
    return begin;
}

/// Whether `part` is some of the bits of `whole`, as a flag is of the number of all flags.
bool is_part(const Field& part, const Field* whole) {
    if (!whole || part.width == 0 || part.width >= whole->width) return false;
    const std::uint64_t end = std::uint64_t{whole->bit} + whole->width;
    return part.bit >= whole->bit && std::uint64_t{part.bit} + part.width <= end;
}

/// "label: value"; a list's value is its `bare` text, where it has one.
std::string line_of(const Field& field, const std::optional<std::string>& bare) {
    const bool list = field.kind == Kind::list_begin;
    std::string line(label_of(field));
    if (list || field.kind == Kind::object_begin) {
        if (line.empty()) line = list ? "List" : "Item";
        if (bare) line.append(": ").append(bare->empty() ? "none" : *bare);
        return line;
    }
    if (!line.empty()) line += ": ";
    append_value(field, line, kValueLimit);
    return line;
}

void append_fields(std::span<const Field> fields, const Style& style, std::string& out) {
    std::size_t depth = 1;
    const Field* whole = nullptr;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const Field& field = fields[i];
        if (is_end(field.kind)) {
            depth -= depth > 1;
            whole = nullptr;
            continue;
        }
        std::size_t last = i;
        std::string values;
        if (field.kind == Kind::list_begin) last = append_bare_list(fields, i, values);
        const bool is_bare = last != i;
        const bool part = is_part(field, whole);
        append_paragraph(line_of(field, is_bare ? std::optional(values) : std::nullopt), field.note,
                         kIndent * std::min(depth + part, kDeepest), style, out);
        const bool opens = !is_bare && (field.kind == Kind::list_begin || field.kind == Kind::object_begin);
        depth += opens;
        if (opens)
            whole = nullptr;
        else if (!part && field.width > 0)
            whole = &field;
        i = last;
    }
}

/// The first octets, in hexadecimal and as text.
void append_preview(ip::Bytes bytes, std::size_t indent, const Style& style, std::string& out) {
    for (std::size_t row = 0; row < kPreviewRows && row * kPreviewOctets < bytes.size(); ++row) {
        const ip::Bytes octets = ip::first(ip::after(bytes, row * kPreviewOctets), kPreviewOctets);
        std::string line(indent, ' ');
        append_hex(octets, line);
        pad_to(line, 0, indent + 3 * kPreviewOctets + 1);
        out += line;
        std::string text;
        append_ascii(octets, text);
        style.put(out, Ink::dim, text);
        out += '\n';
    }
    if (bytes.size() <= kPreviewRows * kPreviewOctets) return;
    std::string more = "… ";
    append_count(bytes.size() - kPreviewRows * kPreviewOctets, "byte", more);
    append_paragraph(more + " more", {}, indent, style, out);
}

class TreePrinter {
public:
    TreePrinter(const Packet& packet, const Style& style, ProtocolTable table, std::string& out)
        : packet_(packet), style_(style), table_(table), out_(out) {}

    void print() {
        append_frame_heading(packet_, style_, out_);
        for (const Region& region : places_.regions) print_region(region);
        append_fault_without_layer(packet_, style_, out_);
    }

private:
    void print_region(const Region& region) {
        if (region.first_layer > 0) {
            style_.put(out_, Ink::strong, reassembled_title(packet_, region));
            out_ += '\n';
        }
        print_loose(region.before, region, "Not decoded");
        for (std::size_t i = region.first_layer; i < region.end_layer; ++i) print_layer(i, region);
        for (std::size_t i = region.end_layer; i-- > region.first_layer;)
            print_loose(places_.layers[i].tail, region, padding_title(packet_, i, table_));
        print_loose(region.after, region, "Padding after the last header's payload");
        append_rest_of_datagram(packet_, region, style_, out_);
    }

    void print_layer(std::size_t index, const Region& region) {
        const Layer& layer = packet_.layers()[index];
        const ProtocolInfo& info = table_(layer.proto);
        style_.put(out_, layer.proto, layer_title(layer, info));
        out_ += '\n';
        if (layer.proto == ip::Proto::data) {
            append_preview(layer.bytes, kIndent, style_, out_);
        } else {
            if (info.describe) {
                list_.start(layer.bytes);
                info.describe(layer, packet_, list_);
                append_fields(list_.fields(), style_, out_);
            }
            print_payload(index, region);
        }
        append_fault(packet_, index, style_, kIndent, out_);
    }

    /// What follows the header and is no layer of its own.
    void print_payload(std::size_t index, const Region& region) {
        const Layer& layer = packet_.layers()[index];
        const LayerPlace& place = places_.layers[index];
        const std::size_t begin =
            std::clamp(place.origin + layer.header_length, place.head.begin, place.head.end);
        if (begin == place.head.end) return;
        std::string line;
        const std::size_t captured = place.head.end - begin;
        const bool innermost = index + 1 == region.end_layer;
        const std::size_t sent =
            innermost ? std::max<std::size_t>(layer.payload_wire_length(), captured) : captured;
        append_count(sent, "byte", line);
        line += " of data";
        if (captured < sent) line += ", " + std::to_string(captured) + " captured";
        append_paragraph(line, {}, kIndent, style_, out_);
        append_preview(region.bytes.subspan(begin, captured), 2 * kIndent, style_, out_);
    }

    void print_loose(Extent extent, const Region& region, std::string_view what) {
        if (extent.empty()) return;
        std::string line(what);
        line += ", ";
        append_count(extent.size(), "byte", line);
        append_paragraph(line, {}, 0, style_, out_);
        append_preview(region.bytes.subspan(extent.begin, extent.size()), kIndent, style_, out_);
    }

    const Packet& packet_;
    const Style& style_;
    ProtocolTable table_;
    std::string& out_;
    LayerPlaces places_ = place_layers(packet_);
    FieldList list_{FieldList::For::people};
};

}  // namespace

void print_tree(const Packet& packet, const Style& style, std::string& out, ProtocolTable table) {
    TreePrinter(packet, style, table, out).print();
}

}  // namespace glass::tools
