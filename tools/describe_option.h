// Describe an option of IPv4, IPv6 or Neighbor Discovery: an object with kind, length, name, and what is
// inside it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "tools/field.h"
#include "tools/ip_names.h"

namespace glass::tools {

/// Members that options of more than one protocol have.
inline constexpr FieldInfo kOptionPart[] = {
    {"kind", "Type", 0, 8},     {"length", "Length", 0, 8, Show::people_only},
    {"name", "Name"},           {"data", "Data"},
    {"malformed", "Malformed"}, {"value", "Value"},
    {"addresses", "Addresses"}, {"address", "Address"},
};

/// Opens the object for an option that begins at octet `at` of the layer and is `length` octets long, and
/// adds its first members. The caller adds the others, and ends the object.
inline void begin_option(FieldList& out, std::size_t at, std::size_t length, std::uint8_t kind,
                         const FieldInfo& name) {
    out.begin_object(at_octets(name, at, length));
    out.number(at_octets(in(kOptionPart, "kind"), at, 1), kind);
    if (length > 1 && at + 1 < out.captured().size())
        out.number(at_octets(in(kOptionPart, "length"), at + 1, 1), out.captured()[at + 1]);
    out.text(in(kOptionPart, "name"), name.key);
}

/// Whatever of an option has no member of its own.
inline void add_option_data(FieldList& out, std::size_t at, ip::Bytes data) {
    if (!data.empty()) out.octets(at_octets(in(kOptionPart, "data"), at, data.size()), data);
}

/// An option that is one number of two octets, or of four.
inline void add_value(FieldList& out, std::size_t at, ip::Bytes data) {
    if (data.size() != 2 && data.size() != 4) return add_option_data(out, at, data);
    out.number(at_octets(in(kOptionPart, "value"), at, data.size()),
               data.size() == 2 ? ip::load16(data.data()) : ip::load32(data.data()));
}

/// Octets from `at` to the end of the options, of which no sense can be made: as one last option.
inline void add_malformed_option(FieldList& out, std::size_t at, ip::Bytes octets, const FieldInfo& name) {
    if (octets.empty()) return;
    begin_option(out, at, octets.size(), octets[0], name);
    out.boolean(in(kOptionPart, "malformed"), true);
    out.note("this option cannot have this length");
    add_option_data(out, at + 2, ip::after(octets, 2));
    out.end_object();
}

/// A list of addresses, one after the other from octet `at`: of four octets, or of sixteen.
inline void add_addresses(FieldList& out, std::size_t at, ip::Bytes octets, std::size_t size) {
    const std::size_t count = octets.size() / size;
    out.begin_list(at_octets(in(kOptionPart, "addresses"), at, count * size));
    for (std::size_t i = 0; i < count; ++i) {
        const ip::Bytes address = octets.subspan(i * size, size);
        const Placed place = at_octets(in(kOptionPart, "address"), at + i * size, size);
        if (size == 4) {
            out.address(place, ip::Ipv4Address{ip::load32(address.data())});
        } else {
            out.ipv6_address(place, address);
        }
    }
    out.end_list();
}

}  // namespace glass::tools
