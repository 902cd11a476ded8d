#include "tcp/prr.h"

namespace glass::tcp {

void Prr::begin(std::uint32_t in_network) {
    recover_fs_ = std::max(in_network + unanswered_, 1u);
    delivered_ = unanswered_;
    out_ = 0;
}

std::uint32_t Prr::cwnd(const Ack& ack) {
    delivered_ += ack.delivered;
    std::int64_t quota = 0;
    if (ack.pipe > ack.ssthresh) {
        const std::uint64_t due = (delivered_ * ack.ssthresh + recover_fs_ - 1) / recover_fs_;
        quota = static_cast<std::int64_t>(due) - static_cast<std::int64_t>(out_);
    } else {
        // The slow start reduction bound where progress is safe, else packet conservation.
        const auto conserved = static_cast<std::int64_t>(delivered_) - static_cast<std::int64_t>(out_);
        std::int64_t limit = std::max<std::int64_t>(conserved, ack.delivered);
        if (ack.safe) limit += ack.mss;
        quota = std::min<std::int64_t>(std::int64_t{ack.ssthresh} - ack.pipe, limit);
    }
    if (out_ == 0) quota = std::max<std::int64_t>(quota, ack.mss);  // the fast retransmission itself
    return ack.pipe + static_cast<std::uint32_t>(std::clamp<std::int64_t>(quota, 0, 1 << 30));
}

}  // namespace glass::tcp
