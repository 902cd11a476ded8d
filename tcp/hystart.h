// HyStart++: leaves slow start when round trips become longer, before anything is lost, RFC 9406 section 4.
#pragma once

#include <optional>

#include "tcp/congestion.h"

namespace glass::tcp {

class HyStart {
public:
    /// For each ACK in slow start. Returns whether slow start is over: ssthresh becomes cwnd.
    [[nodiscard]] bool acknowledged(const AckedData& acked);

    /// Conservative slow start: cwnd grows by a quarter only.
    [[nodiscard]] bool conservative() const { return css_rounds_ > 0; }
    void restart() { *this = {}; }

    static constexpr std::uint32_t kCssGrowthDivisor = 4;

private:
    static constexpr int kSamples = 8;    ///< N_RTT_SAMPLE
    static constexpr int kCssRounds = 5;  ///< CSS_ROUNDS
    static constexpr ip::Duration kMinThreshold = std::chrono::milliseconds(4);
    static constexpr ip::Duration kMaxThreshold = std::chrono::milliseconds(16);
    static constexpr ip::Duration kNoRtt = ip::Duration::max();

    void next_round(Seq nxt);

    std::optional<Seq> window_end_;
    ip::Duration last_round_ = kNoRtt;
    ip::Duration this_round_ = kNoRtt;
    ip::Duration baseline_ = kNoRtt;
    int samples_ = 0;
    int css_rounds_ = 0;  ///< 0: not in conservative slow start; else the round of it, from 1
};

}  // namespace glass::tcp
