#include "tcp/reno.h"

namespace glass::tcp {

void Reno::avoid_congestion(const AckedData& acked) {
    acked_ += std::min(acked.octets, cwnd_);
    if (acked_ < cwnd_) return;
    acked_ -= cwnd_;
    cwnd_ = std::min(cwnd_ + mss_, kLargest);
}

std::uint32_t Reno::reduced(std::uint32_t flight, ip::Time) {
    acked_ = 0;
    return std::max(flight / 2, 2 * mss_);  // equation (4)
}

}  // namespace glass::tcp
