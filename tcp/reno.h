// Reno: a segment more each round trip, half of it after a loss, RFC 5681 section 3.1; a fifth less after
// a mark, RFC 8511 section 3.
#pragma once

#include "tcp/congestion.h"

namespace glass::tcp {

class Reno : public CongestionControl {
public:
    using CongestionControl::CongestionControl;
    [[nodiscard]] std::string_view name() const override { return "newreno"; }

protected:
    void avoid_congestion(const AckedData& acked) override;
    std::uint32_t reduced(std::uint32_t flight, ip::Time now, Signal signal) override;
    void timed_out() override { acked_ = 0; }

private:
    std::uint32_t acked_ = 0;  ///< octets, since cwnd grew last
};

}  // namespace glass::tcp
