// Packet rules: what holds for every decoded packet and everything shown of it, whatever octets it was made
// of.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>

#include "tests/strict_text.h"
#include "tools/packet.h"
#include "tools/text_buffer.h"
#include "tools/view_box.h"
#include "tools/view_bytes.h"
#include "tools/view_fields.h"
#include "tools/view_json.h"
#include "tools/view_line.h"
#include "tools/view_tree.h"

namespace glass::tests {

inline bool lies_within(ip::Bytes inner, ip::Bytes outer) {
    const std::less_equal<const std::uint8_t*> not_after;
    return inner.empty() || (not_after(outer.data(), inner.data()) &&
                             not_after(inner.data() + inner.size(), outer.data() + outer.size()));
}

/// May the layer after this one lie in memory of its own? A datagram was put together here.
inline bool ends_in_fragment(const tools::Packet& packet, std::size_t index) {
    const ip::Proto proto = packet.layers()[index].proto;
    return (proto == ip::Proto::ip || proto == ip::Proto::ipv6_fraghdr) &&
           packet.reassembled_at(index) != nullptr;
}

/// Empty, or the rule that the packet breaks.
inline std::string_view broken_rule(const tools::Packet& packet) {
    const auto layers = packet.layers();
    if (layers.empty()) return "a packet has a layer";
    if (!lies_within(layers[0].bytes, packet.frame.bytes)) return "the first layer lies in the frame";
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const tools::Layer& layer = layers[i];
        if (layer.header_length > layer.bytes.size() && !packet.fault)
            return "a header is longer than what was captured";
        if (layer.wire_length < layer.bytes.size()) return "no more is captured than was sent";
        if (i == 0) continue;
        if (!lies_within(layer.bytes, layers[i - 1].payload()) && !ends_in_fragment(packet, i - 1))
            return "a layer lies in the payload of the one before it";
        if (layers[i - 1].quoted && !layer.quoted) return "what is inside a quoted packet is quoted";
    }
    const bool lost = std::ranges::any_of(packet.reassembled, [&](const tools::Reassembled& datagram) {
        return datagram.layer + 1 >= layers.size() && datagram.length > 0;
    });
    if (lost) return "a datagram put together has a layer of its own";
    if (packet.tcp && !packet.innermost(ip::Proto::tcp)) return "a connection needs a TCP header";
    if (packet.fault && packet.fault->layer < layers.size() &&
        layers[packet.fault->layer].proto != packet.fault->proto)
        return "a fault is one of its layer";
    return {};
}

/// Shows packets in every way there is, and judges what comes out: empty, or what is wrong with it.
class EveryView {
public:
    std::string_view json(const tools::Packet& packet) {
        text_.clear();
        tools::JsonWriter writer(text_);
        tools::write_json_line(packet, fields_, writer, false);
        if (!ends_line(text_.view())) return "JSON is one line";
        return JsonCheck::is_valid(text_.view()) ? std::string_view{} : "JSON is valid";
    }
    /// What the last call of json() made.
    std::string_view json_text() const { return text_.view(); }

    std::string_view tree(const tools::Packet& packet) {
        return people(tools::print_tree, packet, "the tree is clean");
    }
    std::string_view bytes(const tools::Packet& packet) {
        return people(tools::print_bytes, packet, "annotated bytes are clean");
    }
    std::string_view box(const tools::Packet& packet) {
        return people(tools::print_box, packet, "the box is clean");
    }

    std::string_view line(const tools::Packet& packet) {
        text_.clear();
        lines_.write(packet, text_);
        const bool clean = ends_line(text_.view()) && is_clean_text(text_.view(), "\n");
        return clean ? std::string_view{} : "the line is clean";
    }
    /// Every field there is, as a column.
    std::string_view columns(const tools::Packet& packet) {
        text_.clear();
        columns_.write(packet, text_);
        const auto tabs = static_cast<std::size_t>(std::ranges::count(text_.view(), '\t'));
        const bool clean = ends_line(text_.view()) && is_clean_text(text_.view(), "\n\t");
        return clean && tabs + 1 == column_count_ ? std::string_view{}
                                                  : "columns are clean, all of them there";
    }
    /// All six.
    std::string_view all(const tools::Packet& packet) {
        using View = std::string_view (EveryView::*)(const tools::Packet&);
        for (const View view : {&EveryView::tree, &EveryView::bytes, &EveryView::box, &EveryView::line,
                                &EveryView::columns, &EveryView::json})
            if (const std::string_view wrong = (this->*view)(packet); !wrong.empty()) return wrong;
        return {};
    }

private:
    using Print = void (*)(const tools::Packet&, const tools::Style&, std::string&, tools::ProtocolTable);

    std::string_view people(Print print, const tools::Packet& packet, std::string_view rule) {
        people_.clear();
        print(packet, style_, people_, tools::protocol);
        const bool clean = people_.ends_with('\n') && is_clean_text(people_, "\n");
        return clean ? std::string_view{} : rule;
    }
    static bool ends_line(std::string_view text) {
        return text.find('\n') + 1 == text.size() && !text.empty();
    }

    static std::vector<tools::FieldColumn> every_column() {
        std::string list;
        for (const std::string& name : tools::all_field_names()) list += (list.empty() ? "" : ",") + name;
        return tools::FieldsView::parse(list).value();
    }

    tools::Style style_;
    tools::FieldList fields_{tools::FieldList::For::json};
    tools::TextBuffer text_;
    std::string people_;
    tools::LineView lines_{{}, style_};
    tools::FieldsView columns_{every_column()};
    std::size_t column_count_ = every_column().size();
};

}  // namespace glass::tests
