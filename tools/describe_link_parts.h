// Parts that several descriptions of links share: EtherTypes and MAC addresses in words.
#pragma once

#include <cstdint>
#include <string_view>

#include "tools/field.h"

namespace glass::tools {

/// "IPv4", "LLDP", ...; empty for one without a name here.
[[nodiscard]] std::string_view ethertype_name(std::uint16_t type);
/// Adds an EtherType and its name.
void add_ethertype(FieldList& out, Placed at, std::uint16_t type);
/// Says what is special about an address: broadcast, multicast, locally administered.
void note_mac(FieldList& out, ip::Bytes six);

/// The members of an element of a list of type-length-value items, in whatever order they are sent.
inline constexpr FieldInfo kItem[] = {
    {"item", "Item"},
    {"type", "Type", 0, 16},
    {"length", "Length", 0, 16},
    {"value", "Value"},
    {"padding", "Padding", 0, 0, Show::people_only},
};

}  // namespace glass::tools
