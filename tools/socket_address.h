// Socket addresses: endpoints as the kernel has them.
#pragma once

#include <sys/socket.h>

#include "tcp/endpoint.h"

namespace glass::tools {

struct SocketAddress {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;

    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

[[nodiscard]] SocketAddress socket_address(const tcp::Endpoint& endpoint);
/// 0.0.0.0:0 for what is neither IPv4 nor IPv6.
[[nodiscard]] tcp::Endpoint endpoint_of(const SocketAddress& address);
/// Of a socket, the same where it has none.
[[nodiscard]] tcp::Endpoint local_end(int socket);

}  // namespace glass::tools
