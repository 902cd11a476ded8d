// Secrets: random numbers that nobody can guess, from the operating system.
#pragma once

#include <cstdint>
#include <span>

#include "ip/siphash.h"

namespace glass::tools {

/// getrandom(2); throws std::system_error where there is none.
void fill_random(std::span<std::uint8_t> out);
[[nodiscard]] std::uint64_t random_number();
/// For a tcp::Host.
[[nodiscard]] ip::SipKey random_key();

}  // namespace glass::tools
