// Durations for people: three digits and a unit.
#pragma once

#include <string>

#include "ip/time.h"

namespace glass::tools {

/// "83 µs", "24.1 ms", "1.02 s", "12 min 5 s", "3 h 20 min"
[[nodiscard]] std::string duration_text(ip::Duration duration);

}  // namespace glass::tools
