#include "tools/socket_address.h"

#include <cstring>
#include <netinet/in.h>

namespace glass::tools {

SocketAddress socket_address(const tcp::Endpoint& endpoint) {
    SocketAddress address;
    if (endpoint.address.is_v4()) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(endpoint.port);
        in.sin_addr.s_addr = htonl(endpoint.address.v4().value);
        std::memcpy(&address.storage, &in, sizeof in);
        address.length = sizeof in;
        return address;
    }
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(endpoint.port);
    std::memcpy(&in.sin6_addr, endpoint.address.v6.octets.data(), 16);
    std::memcpy(&address.storage, &in, sizeof in);
    address.length = sizeof in;
    return address;
}

tcp::Endpoint endpoint_of(const SocketAddress& address) {
    if (address.storage.ss_family == AF_INET) {
        sockaddr_in in{};
        std::memcpy(&in, &address.storage, sizeof in);
        return {ip::Ipv4Address{ntohl(in.sin_addr.s_addr)}, ntohs(in.sin_port)};
    }
    if (address.storage.ss_family != AF_INET6) return {};
    sockaddr_in6 in{};
    std::memcpy(&in, &address.storage, sizeof in);
    ip::Ipv6Address v6;
    std::memcpy(v6.octets.data(), &in.sin6_addr, 16);
    return {v6, ntohs(in.sin6_port)};
}

tcp::Endpoint local_end(int socket) {
    SocketAddress address;
    return getsockname(socket, address.get(), &address.length) == 0 ? endpoint_of(address) : tcp::Endpoint{};
}

}  // namespace glass::tools
