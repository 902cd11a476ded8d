// Live addresses: which ones our stack takes where nobody says so.
#pragma once

#include <string>
#include <vector>

#include "ip/interface.h"

namespace glass::tools {

/// The other end's address in the same network: its first, or the second where `one` is the first.
[[nodiscard]] ip::Prefix other_end(const ip::Prefix& one);

/// For a new interface: 10.7.N.2/24 and fd07:0:0:N::2/64, with the first N that no interface has: several
/// commands may run at the same time. Without the latter where the kernel has no IPv6.
[[nodiscard]] std::vector<ip::Prefix> free_addresses();

/// Opposite those that the kernel has on this interface; link-local ones do not count. Empty: it has none.
[[nodiscard]] std::vector<ip::Prefix> addresses_opposite(const std::string& interface);

}  // namespace glass::tools
