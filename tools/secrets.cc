#include "tools/secrets.h"

#include <array>
#include <cerrno>
#include <sys/random.h>
#include <system_error>

namespace glass::tools {

void fill_random(std::span<std::uint8_t> out) {
    while (!out.empty()) {
        const ssize_t n = getrandom(out.data(), out.size(), 0);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw std::system_error(errno, std::generic_category(), "no random numbers");
        out = out.subspan(static_cast<std::size_t>(n));
    }
}

std::uint64_t random_number() {
    std::array<std::uint8_t, 8> octets{};
    fill_random(octets);
    return ip::load64(octets.data());
}

ip::SipKey random_key() {
    return {.low = random_number(), .high = random_number()};
}

}  // namespace glass::tools
