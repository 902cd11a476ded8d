// The retransmission timeout, RFC 6298: what is measured, how long the timer runs, and from when.
#pragma once

#include "tcp/rtt_estimate.h"

namespace glass::tcp {

struct AckReport;
struct Tcb;

/// The RTO with its back-off: how long the timer runs.
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
    void measured(ip::Duration rtt);

    /// Rule 5.5: the timer expired.
    void back_off();

    /// Rule 5.7: the timer expired for a SYN, and data begins to flow: three seconds, or the initial RTO
    /// where that is longer. What was measured since counts for more.
    void after_lost_syn();

    [[nodiscard]] ip::Duration rto() const { return rto_; }
    [[nodiscard]] const RttEstimate& estimate() const { return estimate_; }
    [[nodiscard]] ip::Duration srtt() const { return estimate_.known() ? estimate_.srtt() : limits_.initial; }
    [[nodiscard]] const Limits& limits() const { return limits_; }

private:
    Limits limits_;
    RttEstimate estimate_;
    ip::Duration rto_;
};

/// What an ACK measures: the time since the newest of what it delivers was sent, and nothing where one of
/// those was sent twice (Karn's algorithm, section 3). The timestamp that it echoes tells the copies apart:
/// then it is the echo's age (RFC 7323 section 4), unless that is more than the last copy's, by more than G.
[[nodiscard]] std::optional<ip::Duration> round_trip(const Tcb& tcb, const AckReport& report);

/// Takes report.rtt, where there is one: one measurement a round trip. A round trip lasts until more is
/// acknowledged than had been sent when it began (rtt_round, which this keeps). After a back-off, that is
/// while retransmissions are being counted, any measurement is taken.
void take_measurement(Tcb& tcb, const AckReport& report);

/// Rule 5.1: something is outstanding. A timer that runs is left alone.
void start_retransmission_timer(Tcb& tcb, ip::Time now);

/// Rules 5.2 and 5.3: new data was acknowledged.
void restart_retransmission_timer(Tcb& tcb, ip::Time now);

}  // namespace glass::tcp
