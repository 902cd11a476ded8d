// What is wrong with a header, in words.
#pragma once

#include <fmt/format.h>
#include <string>

#include "ip/protocol.h"

namespace glass::tools {

[[nodiscard]] inline std::string to_string(const ip::Fault& fault) {
    return fmt::format(fmt::runtime(fault.what), fault.a, fault.b);
}

}  // namespace glass::tools
