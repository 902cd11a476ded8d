// Pacer: spreads segments over the round trip, so many octets a second, draft-ietf-ccwg-bbr section 4.6.2.
#pragma once

#include <algorithm>
#include <cstdint>

#include "ip/time.h"

namespace glass::tcp {

/// Octets that go out in that time at `rate` octets a second.
constexpr std::uint64_t octets_in(std::uint64_t rate, ip::Duration time) {
    constexpr std::uint64_t kNanoseconds = 1'000'000'000;
    return rate * static_cast<std::uint64_t>(time.count()) / kNanoseconds;
}

class Pacer {
public:
    /// Whoever is called late may catch up so much: a busy machine is late by as much, again and again.
    static constexpr ip::Duration kCredit = std::chrono::milliseconds(5);
    /// What may go out in one piece.
    static constexpr ip::Duration kTogether = std::chrono::milliseconds(1);
    /// However slow the path seems: a segment a second tells more than none.
    static constexpr ip::Duration kLongest = std::chrono::seconds(1);

    [[nodiscard]] bool allows(ip::Time now) const { return next_ <= now; }
    /// When it allows the next segment.
    [[nodiscard]] ip::Time next() const { return next_; }

    /// Octets went out, where `rate` octets a second may.
    void sent(std::uint32_t octets, std::uint64_t rate, ip::Time now) {
        constexpr std::uint64_t kNanoseconds = 1'000'000'000;
        const auto lasts =
            static_cast<std::int64_t>(octets * kNanoseconds / std::max<std::uint64_t>(rate, 1));
        next_ = std::min(std::max(next_, now - kCredit) + ip::Duration(lasts), now + kLongest);
    }

private:
    ip::Time next_{};
};

}  // namespace glass::tcp
