// Host refusal: why our own stack does not begin to talk to an address, for people.
#pragma once

#include <string>

#include "ip/address.h"
#include "tcp/host_error.h"

namespace glass::tools {

/// One line that begins with `named`, which is `to` as the user knows it, and says what to try next.
[[nodiscard]] std::string refusal_text(tcp::HostError error, const ip::Address& to, const std::string& named);

}  // namespace glass::tools
