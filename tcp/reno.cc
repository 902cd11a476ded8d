#include "tcp/reno.h"

namespace glass::tcp {

void Reno::avoid_congestion(const AckedData& acked) {
    const std::uint32_t window =
        std::max(cwnd_ - cwnd_ % mss_, mss_);  // of which only whole segments are out
    acked_ += std::min(acked.octets, window);
    if (acked_ < window) return;
    acked_ -= window;
    cwnd_ = std::min(cwnd_ + mss_, kLargest);
}

std::uint32_t Reno::reduced(std::uint32_t flight, ip::Time, Signal signal) {
    acked_ = 0;
    const std::uint32_t left = signal == Signal::mark ? flight - flight / 5 : flight / 2;  // equation (4)
    return std::max(left, 2 * mss_);
}

}  // namespace glass::tcp
