// Endpoint: an address and a port; RFC 9293 calls it a socket.
#pragma once

#include <compare>
#include <cstdint>

#include "ip/address.h"

namespace glass::tcp {

struct Endpoint {
    ip::Address address;
    std::uint16_t port = 0;

    auto operator<=>(const Endpoint&) const = default;
};

}  // namespace glass::tcp
