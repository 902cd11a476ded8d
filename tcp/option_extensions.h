// Options beyond RFC 9293, 7323 and 2018: signatures, user timeout, Multipath TCP, Fast Open, experiments.
#pragma once

#include "ip/bytes.h"
#include "tcp/option_octets.h"
#include "tcp/option_values.h"

namespace glass::tcp {

/// Reads the data of an option of any other kind. False, and `value` is as it was: not a length that this
/// kind has. A kind nobody knows is an UnknownOption.
[[nodiscard]] bool read_extension(std::uint8_t kind, ip::Bytes data, OptionValue& value);

/// Writes kind, room for a length, and data of such an option; of any other nothing.
void write_extension(const OptionValue& value, OptionOctets& out);

}  // namespace glass::tcp
