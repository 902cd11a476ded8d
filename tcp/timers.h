// Timers: when a connection wants to be called again, one moment for each of its timers, RFC 9293
// section 3.8.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "ip/time.h"

namespace glass::tcp {

enum class Timer : std::uint8_t {
    retransmission,  ///< RFC 6298 section 5
    reordering,      ///< RFC 8985 section 6.2, step 5
    tail_loss,       ///< RFC 8985 section 7: the PTO
    persist,         ///< zero or silly windows: sections 3.8.6.1 and 3.8.6.2.1
    delayed_ack,     ///< section 3.8.6.3
    keep_alive,      ///< section 3.8.4
    user,            ///< R2 of section 3.8.3; the user timeout of section 3.10.8
    time_wait,       ///< 2 MSL
    pacing,          ///< when the pacer allows the next segment
};
inline constexpr std::size_t kTimerCount = 9;

class Timers {
public:
    void start(Timer timer, ip::Time at) { at_[index(timer)] = at; }
    void stop(Timer timer) { at_[index(timer)] = kOff; }
    void stop_all() { at_.fill(kOff); }
    [[nodiscard]] bool runs(Timer timer) const { return at_[index(timer)] != kOff; }

    /// Whether it has expired; then it is stopped.
    [[nodiscard]] bool expired(Timer timer, ip::Time now) {
        if (at_[index(timer)] > now) return false;
        stop(timer);
        return true;
    }

    /// When the first of them expires.
    [[nodiscard]] std::optional<ip::Time> next() const {
        const ip::Time first = *std::ranges::min_element(at_);
        return first == kOff ? std::nullopt : std::optional(first);
    }

private:
    static constexpr ip::Time kOff = ip::Time::max();
    static constexpr std::size_t index(Timer timer) { return static_cast<std::size_t>(timer); }

    std::array<ip::Time, kTimerCount> at_ = [] {
        std::array<ip::Time, kTimerCount> off{};
        off.fill(kOff);
        return off;
    }();
};

}  // namespace glass::tcp
