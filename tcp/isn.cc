#include "tcp/isn.h"

#include <algorithm>
#include <array>

namespace glass::tcp {

namespace {

constexpr std::chrono::microseconds kTick{4};
constexpr std::uint64_t kIsnPurpose = 0;

void put(std::uint8_t* at, std::uint64_t value, std::size_t octets) {
    for (std::size_t i = 0; i < octets; ++i) at[i] = static_cast<std::uint8_t>(value >> 8 * (octets - 1 - i));
}

}  // namespace

std::uint64_t connection_secret(const ip::SipKey& secret, const Endpoint& local, const Endpoint& remote,
                                std::uint64_t purpose) {
    std::array<std::uint8_t, 46> message{};
    std::uint8_t* at = message.data();
    for (const Endpoint* end : {&local, &remote}) {
        put(at, end->address.version, 1);
        std::ranges::copy(end->address.v6.octets, at + 1);
        put(at + 17, end->port, 2);
        at += 19;
    }
    put(at, purpose, 8);
    return ip::siphash(secret, message);
}

Seq initial_sequence_number(const ip::SipKey& secret, const Endpoint& local, const Endpoint& remote,
                            ip::Time now) {
    const auto m = static_cast<std::uint32_t>(now.time_since_epoch() / kTick);
    return Seq(m + static_cast<std::uint32_t>(connection_secret(secret, local, remote, kIsnPurpose)));
}

}  // namespace glass::tcp
