// RttEstimate: the round-trip time smoothed, and the retransmission timeout that follows from it, RFC 6298
// section 2. It is defined with the rest of that RFC, in tcp/retransmission_timeout.cc.
#pragma once

#include <optional>

#include "ip/time.h"

namespace glass::tcp {

/// Feed it one measurement a round trip (RFC 6298 section 3), and none of segments that were sent twice
/// (section 3, Karn's algorithm): both are the caller's matter.
class RttEstimate {
public:
    static constexpr ip::Duration kGranularity = std::chrono::milliseconds(1);  ///< G
    static constexpr ip::Duration kFloor = std::chrono::seconds(1);             ///< section 2.4

    /// Sections 2.2 and 2.3. Precondition: not negative.
    void measured(ip::Duration rtt);

    [[nodiscard]] constexpr bool known() const { return known_; }
    [[nodiscard]] constexpr ip::Duration srtt() const { return srtt_; }
    [[nodiscard]] constexpr ip::Duration rttvar() const { return rttvar_; }

    /// SRTT + max(G, 4*RTTVAR), and no less than `floor`. Nothing before the first measurement.
    [[nodiscard]] std::optional<ip::Duration> rto(ip::Duration floor = kFloor) const;

private:
    ip::Duration srtt_{}, rttvar_{};
    bool known_ = false;
};

}  // namespace glass::tcp
