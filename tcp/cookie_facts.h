// CookieFacts: what a SYN cookie, or the timestamp sent with it, kept of a SYN, RFC 4987 section 3.6.
#pragma once

#include <cstdint>
#include <optional>

namespace glass::tcp {

/// What the SYN offered; whether our side does it too is the Config's matter, as ever.
struct CookieFacts {
    std::optional<std::uint16_t> mss{};          ///< octets; none: MUST-15's default
    bool sack = false;                           ///< RFC 2018
    bool timestamps = false;                     ///< RFC 7323; the ACK has to carry one then
    std::optional<std::uint8_t> window_scale{};  ///< its Shift.cnt
    bool ecn = false;                            ///< an ECN-setup SYN, RFC 3168
};

}  // namespace glass::tcp
