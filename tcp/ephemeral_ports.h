// EphemeralPorts: local ports of connections that are opened actively, which outsiders cannot predict: RFC
// 6056 section 3.3.4 (algorithm 4), with increments as in section 3.3.5.
#pragma once

#include <array>
#include <cstdint>

#include "ip/siphash.h"
#include "tcp/four_tuple.h"

namespace glass::tcp {

class EphemeralPorts {
public:
    /// Section 3.2: as many as can be.
    static constexpr std::uint16_t kFirst = 1024;
    static constexpr std::uint32_t kCount = 65536 - kFirst;

    explicit EphemeralPorts(const ip::SipKey& key) : key_(key) {}

    /// A port for a connection between these, which is not the last one for which `is_free(port)` is asked;
    /// 0: none is free.
    template <class IsFree>
    [[nodiscard]] std::uint16_t choose(const ip::Address& local, const Endpoint& remote, IsFree is_free) {
        const std::uint64_t f = hash({{local, 0}, remote}, key_);
        std::uint32_t& next = table_[f >> 32 & (kTable - 1)];  // G() is F()'s other half
        next += 1 + static_cast<std::uint32_t>(ip::siphash(key_, std::array{++chosen_})) % kSpread;
        for (std::uint32_t i = 0; i < kCount; ++i, ++next) {
            const auto port =
                static_cast<std::uint16_t>(kFirst + (static_cast<std::uint32_t>(f) + next) % kCount);
            if (is_free(port)) return port;
        }
        return 0;
    }

private:
    static constexpr std::size_t kTable = 256;
    static constexpr std::uint32_t kSpread = 500;  ///< N of algorithm 5

    ip::SipKey key_;
    std::array<std::uint32_t, kTable> table_{};
    std::uint64_t chosen_ = 0;
};

}  // namespace glass::tcp
