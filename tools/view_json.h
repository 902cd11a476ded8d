// The JSON view: one object a frame, as the output contract has it.
#pragma once

#include "tools/field.h"
#include "tools/json.h"
#include "tools/packet.h"

namespace glass::tools {

/// Version of the contract, in the first object of an output.
inline constexpr std::uint64_t kJsonSchema = 1;

/// Appends one line, newline included. `fields` is scratch memory for JSON. `first`: this is the first line
/// of an output, which tells the version of the contract.
void write_json_line(const Packet& packet, FieldList& fields, JsonWriter& out, bool first);

/// A list or an object, from its begin to its end.
void write_json_value(std::span<const Field> fields, JsonWriter& out);

/// The index after the field at `i`, and after all that it holds if it begins a list or an object.
[[nodiscard]] std::size_t end_of_nested(std::span<const Field> fields, std::size_t i);

/// Seconds since 1970 with nine digits, as "1413745931.455999000"; before 1970 with a minus.
char* write_seconds(char* out, ip::Time time);
inline constexpr std::size_t kMaxSecondsText = 24;

}  // namespace glass::tools
