#include "tools/host_refusal.h"

#include <fmt/format.h>

namespace glass::tools {
namespace {

constexpr const char* kKernel = "the kernel is 10.7.0.1 or fd07::1 where no --address says otherwise";

/// Of those that nobody can have who is not our stack itself.
std::string why_impossible(const ip::Address& to) {
    if (to.is_v4() ? to.v4().is_loopback() : to.v6.is_loopback())
        return fmt::format(
            "that is the kernel's loopback, and our stack is behind an interface of its own: {}", kKernel);
    if (to.is_v4() ? to.v4().value >> 24 == 0 : to.v6.is_unspecified())
        return "that is nobody's address: name the one of a host";
    if (to.is_v4() ? to.v4().value >> 28 >= 0xe : to.v6.is_multicast())
        return "that is not one host's address: name the one of a host";
    if (!to.is_v4() && to.v6.is_v4_mapped()) return "write it as an IPv4 address";
    return fmt::format("that is our own stack, or everybody on its network: {}", kKernel);
}

}  // namespace

std::string refusal_text(tcp::HostError error, const ip::Address& to, const std::string& named) {
    if (error == tcp::HostError::no_address)
        return fmt::format("{}: our stack has no IPv{} address: give it one with --address", named,
                           to.is_v4() ? 4 : 6);
    if (error == tcp::HostError::illegal_remote) return fmt::format("{}: {}", named, why_impossible(to));
    return fmt::format("{}: {}", named, tcp::to_string(error));
}

}  // namespace glass::tools
