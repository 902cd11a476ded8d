// Number names: small tables that say what a number in a header stands for, looked up only where people read
// it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

#include "tools/field.h"
#include "tools/fixed_fields.h"

namespace glass::tools {

struct NumberName {
    std::uint32_t number;
    std::string_view name;
};

/// Empty for a number that is not in the table.
[[nodiscard]] constexpr std::string_view name_in(std::span<const NumberName> names, std::uint64_t number) {
    const auto found = std::ranges::find(names, number, &NumberName::number);
    return found == names.end() ? std::string_view{} : found->name;
}

/// Makes the name the note of the field just added.
inline void note_name(FieldList& out, std::span<const NumberName> names, std::uint64_t number) {
    if (!out.verbose()) return;
    if (const std::string_view name = name_in(names, number); !name.empty()) out.note("{}", name);
}

/// A field of which no more is to be said than the name of its number.
inline void add_named(const FixedFields& header, FieldList& out, Placed at,
                      std::span<const NumberName> names) {
    const std::uint64_t number = header.number(at);
    note_name(out, names, number);
}

}  // namespace glass::tools
