// Resolve: the addresses of a host: written as such, or as the system knows the name.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "ip/address.h"

namespace glass::tools {

/// In the order in which to try them. Names are for the system's resolver, which may take its time; Glass has
/// none of its own. The error is one line.
[[nodiscard]] std::expected<std::vector<ip::Address>, std::string> resolve(const std::string& host);

}  // namespace glass::tools
