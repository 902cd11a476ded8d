// CUBIC: a window that is a cubic function of the time since the last loss, RFC 9438; slow start as RFC 9406.
#pragma once

#include "tcp/congestion.h"
#include "tcp/hystart.h"

namespace glass::tcp {

class Cubic : public CongestionControl {
public:
    using CongestionControl::CongestionControl;
    [[nodiscard]] std::string_view name() const override { return "cubic"; }

protected:
    void slow_start(const AckedData& acked) override;
    void avoid_congestion(const AckedData& acked) override;
    std::uint32_t reduced(std::uint32_t flight, ip::Time now) override;
    void timed_out() override;

private:
    static constexpr double kC = 0.4;     ///< section 4.1.2
    static constexpr double kBeta = 0.7;  ///< section 4.6

    void begin_epoch(ip::Time now);
    [[nodiscard]] double w_cubic(double seconds) const;
    void grow_by(double segments);

    // Windows in segments, as in the RFC.
    double w_max_ = 0;
    double w_est_ = 0;
    double cwnd_prior_ = 0;
    double k_ = 0;         ///< seconds
    double fraction_ = 0;  ///< of an octet: what cwnd_ has no room for
    std::optional<ip::Time> epoch_;
    HyStart hystart_;
};

}  // namespace glass::tcp
