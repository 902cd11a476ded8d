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
    std::uint32_t reduced(std::uint32_t flight, ip::Time now, Signal signal) override;
    void timed_out() override;
    void undone() override { stage_ = before_; }

private:
    static constexpr double kC = 0.4;          ///< section 4.1.2
    static constexpr double kBeta = 0.7;       ///< section 4.6
    static constexpr double kMarkBeta = 0.85;  ///< RFC 8511 section 3

    /// A congestion avoidance stage, section 4.1.2. Windows in segments, as in the RFC.
    struct Stage {
        double w_max = 0;
        double w_est = 0;
        double cwnd_prior = 0;
        double k = 0;                   ///< seconds
        std::optional<ip::Time> epoch;  ///< t_epoch
    };

    void begin_epoch(ip::Time now);
    void leave_out_idle_time(const AckedData& acked);
    [[nodiscard]] double w_cubic(double seconds) const;
    void grow_by(double segments);

    Stage stage_;
    Stage before_;         ///< the last reduction: section 4.9
    double fraction_ = 0;  ///< of an octet: what cwnd_ has no room for
    ip::Time grown_at_{};  ///< when it grew last
    HyStart hystart_;
};

}  // namespace glass::tcp
