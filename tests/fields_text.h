// What a describe function added, as text to compare with: "id=7 answers=[{name=a ttl=60}] len=0".
#pragma once

#include <fmt/format.h>
#include <string>

#include "tools/field.h"

namespace glass::tests {

inline std::string value_text(const tools::Field& field) {
    using Kind = tools::Field::Kind;
    std::string text;
    switch (field.kind) {
        case Kind::number: return fmt::format("{}", field.number);
        case Kind::boolean: return field.number ? "true" : "false";
        case Kind::text: return std::string(field.text);
        case Kind::ipv4: return ip::to_string(ip::Ipv4Address{static_cast<std::uint32_t>(field.number)});
        default:
            for (const char c : field.text) text += fmt::format("{:02x}", static_cast<std::uint8_t>(c));
            return text;
    }
}

/// All fields in their order. `people`: those that are not in JSON, too; lists and objects have no such parts
/// here.
inline std::string fields_text(const tools::FieldList& list, bool people = false) {
    using Kind = tools::Field::Kind;
    std::string text;
    for (const tools::Field& field : list.fields()) {
        if (field.kind == Kind::list_end || field.kind == Kind::object_end) {
            if (text.ends_with(' ')) text.pop_back();
            text += field.kind == Kind::list_end ? "] " : "} ";
            continue;
        }
        if (!people && field.info->show == tools::Show::people_only) continue;
        if (field.kind == Kind::object_begin) {
            text += "{";
        } else if (field.kind == Kind::list_begin) {
            text += fmt::format("{}=[", field.info->key);
        } else {
            text += fmt::format("{}={} ", field.info->key, value_text(field));
        }
    }
    if (text.ends_with(' ')) text.pop_back();
    return text;
}

/// The first field with this key, or null.
inline const tools::Field* find_field(const tools::FieldList& list, std::string_view key) {
    for (const tools::Field& field : list.fields())
        if (field.info && field.info->key == key) return &field;
    return nullptr;
}

/// Whether every list and object that begins also ends, and every field lies within the octets captured.
inline bool is_well_formed(const tools::FieldList& list) {
    using Kind = tools::Field::Kind;
    std::vector<Kind> open;
    for (const tools::Field& field : list.fields()) {
        const bool is_end = field.kind == Kind::list_end || field.kind == Kind::object_end;
        if (is_end) {
            const Kind begin = field.kind == Kind::list_end ? Kind::list_begin : Kind::object_begin;
            if (open.empty() || open.back() != begin) return false;
            open.pop_back();
            continue;
        }
        if ((std::uint64_t{field.bit} + field.width + 7) / 8 > list.captured().size() && field.width > 0)
            return false;
        if (field.kind == Kind::list_begin || field.kind == Kind::object_begin) open.push_back(field.kind);
    }
    return open.empty();
}

}  // namespace glass::tests
