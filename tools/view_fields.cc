#include "tools/view_fields.h"

#include <algorithm>
#include <fmt/format.h>

#include "tools/nearest.h"
#include "tools/protocols.h"
#include "tools/view_json.h"

namespace glass::tools {
namespace {

constexpr std::string_view kFrameKeys[] = {"number", "time", "len", "cap_len", "comment"};

ip::Proto proto_at(std::size_t i) {
    return static_cast<ip::Proto>(i);
}

/// Text from packets must not break rows or columns.
void append_cell_text(TextBuffer& out, std::string_view text, bool escaped = false) {
    for (const char c : text) {
        switch (c) {
            case '\t': out.append("\\t"); break;
            case '\n': out.append("\\n"); break;
            case '\r': out.append("\\r"); break;
            case '\\': out.append(escaped ? "\\" : "\\\\"); break;
            default: out.append(static_cast<std::uint8_t>(c) < 0x20 || c == 0x7f ? '?' : c);
        }
    }
}

template <class A>
void append_address(TextBuffer& out, std::string_view octets) {
    A address;
    std::memcpy(address.octets.data(), octets.data(), address.octets.size());
    out.advance_to(ip::write_text(out.room(ip::kMaxAddressText), address));
}

void append_hex(TextBuffer& out, std::uint8_t octet) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.append(kDigits[octet >> 4]);
    out.append(kDigits[octet & 0xf]);
}

/// A field of one value; lists have a form of their own.
void append_value(TextBuffer& out, const Field& field) {
    switch (field.kind) {
        case Field::Kind::number: out.number(field.number); break;
        case Field::Kind::boolean: out.append(field.number ? '1' : '0'); break;
        case Field::Kind::text: append_cell_text(out, field.text, field.escaped); break;
        case Field::Kind::octets:
            for (const char c : field.text) append_hex(out, static_cast<std::uint8_t>(c));
            break;
        case Field::Kind::mac: append_address<ip::MacAddress>(out, field.text); break;
        case Field::Kind::ipv4:
            out.advance_to(ip::write_text(out.room(ip::kMaxAddressText),
                                          ip::Ipv4Address{static_cast<std::uint32_t>(field.number)}));
            break;
        case Field::Kind::ipv6: append_address<ip::Ipv6Address>(out, field.text); break;
        default: break;
    }
}

/// The lists and objects as in the JSON view.
void append_nested(TextBuffer& out, std::span<const Field> fields) {
    JsonWriter json(out);
    write_json_value(fields, json);
}

std::string unknown_field(std::string_view name) {
    const auto near = nearest(name, all_field_names());
    std::string text = fmt::format("--fields: there is no field '{}'", name);
    if (!near.empty()) text += fmt::format("; did you mean {}?", fmt::join(near, " or "));
    return text;
}

/// The longest protocol name that fits counts: ipv6.fraghdr.id is a field of ipv6.fraghdr, not of ipv6.
std::expected<FieldColumn, std::string> parse_column(std::string_view name) {
    while (name.starts_with(' ')) name.remove_prefix(1);
    FieldColumn column;
    column.name = name;
    if (name.starts_with("frame.")) {
        const auto known = std::ranges::find(kFrameKeys, name.substr(6));
        if (known == std::end(kFrameKeys)) return std::unexpected(unknown_field(name));
        column.of_frame = true;
        column.key = *known;
        return column;
    }
    std::size_t best = 0;
    for (std::size_t i = 0; i < ip::kProtoCount; ++i) {
        const std::string_view proto = ip::name(proto_at(i));
        const bool prefix =
            name.starts_with(proto) && name.size() > proto.size() && name[proto.size()] == '.';
        if (!prefix || proto.size() < best) continue;
        for (const FieldInfo& field : protocol(proto_at(i)).fields) {
            if (field.key != name.substr(proto.size() + 1)) continue;
            best = proto.size();
            column.proto = proto_at(i);
            column.key = field.key;
        }
    }
    if (best == 0) return std::unexpected(unknown_field(name));
    return column;
}

}  // namespace

std::expected<std::vector<FieldColumn>, std::string> FieldsView::parse(std::string_view list) {
    std::vector<FieldColumn> columns;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        auto column = parse_column(list.substr(0, comma));
        if (!column) return std::unexpected(column.error());
        columns.push_back(std::move(*column));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    if (columns.empty()) return std::unexpected("--fields: no field named");
    return columns;
}

void FieldsView::write_header(TextBuffer& out) const {
    for (const FieldColumn& column : columns_) {
        if (&column != &columns_.front()) out.append('\t');
        out.append(column.name);
    }
    out.append('\n');
}

bool FieldsView::wants(ip::Proto proto) const {
    return std::ranges::any_of(columns_,
                               [&](const FieldColumn& c) { return !c.of_frame && c.proto == proto; });
}

void FieldsView::fill_from_frame(const Packet& packet) {
    const ip::Frame& frame = packet.frame;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (!columns_[i].of_frame) continue;
        const std::string_view key = columns_[i].key;
        if (key == "number") cells_[i].number(frame.number);
        if (key == "len") cells_[i].number(frame.length);
        if (key == "cap_len") cells_[i].number(frame.bytes.size());
        if (key == "comment") append_cell_text(cells_[i], frame.comment);
        if (key == "time") cells_[i].advance_to(write_seconds(cells_[i].room(kMaxSecondsText), frame.time));
    }
}

void FieldsView::fill_from_layer(const Packet& packet, const Layer& layer) {
    fields_.start(layer.bytes);
    protocol(layer.proto).describe(layer, packet, fields_);
    const std::span<const Field> all = fields_.fields();
    for (std::size_t next, at = 0; at < all.size(); at = next) {
        next = end_of_nested(all, at);
        if (!all[at].info) continue;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            const FieldColumn& column = columns_[i];
            if (column.of_frame || column.proto != layer.proto || column.key != all[at].info->key) continue;
            if (cells_[i].size() > 0) cells_[i].append(',');
            if (next == at + 1)
                append_value(cells_[i], all[at]);
            else
                append_nested(cells_[i], all.subspan(at, next - at));
        }
    }
}

void FieldsView::write(const Packet& packet, TextBuffer& out) {
    for (TextBuffer& cell : cells_) cell.clear();
    fill_from_frame(packet);
    for (const Layer& layer : packet.layers())
        if (wants(layer.proto) && protocol(layer.proto).describe) fill_from_layer(packet, layer);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        if (i > 0) out.append('\t');
        out.append(cells_[i].view());
    }
    out.append('\n');
}

std::vector<std::string> all_field_names() {
    std::vector<std::string> names;
    for (const std::string_view key : kFrameKeys) names.push_back(fmt::format("frame.{}", key));
    for (std::size_t i = 0; i < ip::kProtoCount; ++i)
        for (const FieldInfo& field : protocol(proto_at(i)).fields)
            names.push_back(fmt::format("{}.{}", ip::name(proto_at(i)), field.key));
    return names;
}

}  // namespace glass::tools
