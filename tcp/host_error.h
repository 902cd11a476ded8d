// HostError: why a host does not do what its application wants.
#pragma once

#include <cstdint>
#include <string_view>

namespace glass::tcp {

enum class HostError : std::uint8_t {
    no_address,            ///< not one of the host's, or none of that version
    address_in_use,        ///< another listener, or connection, has it
    no_free_port,          ///< every port to that remote endpoint is used
    too_many_connections,  ///< limits.connections
    illegal_remote,        ///< MUST-46
};
[[nodiscard]] std::string_view to_string(HostError error);

}  // namespace glass::tcp
