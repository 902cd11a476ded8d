// RetransmissionTimeout: the RTO with its back-off, RFC 6298 sections 2 and 5.
#pragma once

#include "tcp/rtt_estimate.h"

namespace glass::tcp {

/// When the timer runs and stops (rules 5.1 to 5.3) is decided where segments are sent and acknowledged; here
/// is how long it runs.
class RetransmissionTimeout {
public:
    struct Limits {
        ip::Duration initial = std::chrono::seconds(1);   ///< section 2.1
        ip::Duration floor = RttEstimate::kFloor;         ///< section 2.4
        ip::Duration ceiling = std::chrono::seconds(60);  ///< section 2.5

        bool operator==(const Limits&) const = default;
    };

    explicit RetransmissionTimeout(const Limits& limits) : limits_(limits), rto_(limits.initial) {}

    /// A measurement, never of a segment sent twice unless timestamps tell which (Karn's algorithm,
    /// section 3). It ends the back-off.
    void measured(ip::Duration rtt) {
        estimate_.measured(rtt);
        rto_ = std::min(limits_.ceiling, *estimate_.rto(limits_.floor));
    }

    /// Rule 5.5: the timer expired.
    void back_off() { rto_ = std::min(limits_.ceiling, rto_ * 2); }

    /// Rule 5.7: the timer expired for a SYN; called when data begins to flow.
    void after_lost_syn() {
        constexpr ip::Duration kAfterLostSyn = std::chrono::seconds(3);
        if (!estimate_.known()) rto_ = std::max(kAfterLostSyn, limits_.initial);
    }

    [[nodiscard]] ip::Duration rto() const { return rto_; }
    [[nodiscard]] const RttEstimate& estimate() const { return estimate_; }
    [[nodiscard]] ip::Duration srtt() const { return estimate_.known() ? estimate_.srtt() : limits_.initial; }
    [[nodiscard]] const Limits& limits() const { return limits_; }

private:
    Limits limits_;
    RttEstimate estimate_;
    ip::Duration rto_;
};

}  // namespace glass::tcp
