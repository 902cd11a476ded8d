#include "tools/resolve.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <memory>
#include <netdb.h>

#include "tools/socket_address.h"

namespace glass::tools {

std::expected<std::vector<ip::Address>, std::string> resolve(const std::string& host) {
    if (const auto address = ip::parse_address(host)) return std::vector{*address};
    if (host.find('%') != std::string::npos)
        return std::unexpected(fmt::format("{}: addresses with a zone are not supported", host));
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0)
        return std::unexpected(fmt::format("no address of {}: {}", host, gai_strerror(error)));
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, &freeaddrinfo);
    std::vector<ip::Address> addresses;
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        if (one->ai_family != AF_INET && one->ai_family != AF_INET6) continue;
        SocketAddress address;
        std::memcpy(&address.storage, one->ai_addr, std::min<std::size_t>(one->ai_addrlen, address.length));
        const ip::Address of = endpoint_of(address).address;
        if (std::ranges::find(addresses, of) == addresses.end()) addresses.push_back(of);
    }
    if (addresses.empty()) return std::unexpected(fmt::format("no address of {}", host));
    return addresses;
}

}  // namespace glass::tools
