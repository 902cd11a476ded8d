#include "tcp/hystart.h"

namespace glass::tcp {

void HyStart::next_round(Seq nxt) {
    window_end_ = nxt;
    last_round_ = this_round_;
    this_round_ = kNoRtt;
    samples_ = 0;
}

bool HyStart::acknowledged(const AckedData& acked) {
    if (!window_end_) window_end_ = acked.nxt;
    if (acked.rtt) {
        this_round_ = std::min(this_round_, *acked.rtt);
        ++samples_;
    }
    const bool enough = samples_ >= kSamples && last_round_ != kNoRtt && this_round_ != kNoRtt;
    if (css_rounds_ == 0) {
        if (enough &&
            this_round_ >= last_round_ + std::clamp(last_round_ / 8, kMinThreshold, kMaxThreshold)) {
            baseline_ = this_round_;
            css_rounds_ = 1;
        }
    } else if (enough && this_round_ < baseline_) {
        css_rounds_ = 0;  // it was no queue: back to slow start
        baseline_ = kNoRtt;
    }
    if (acked.una < *window_end_) return false;
    next_round(acked.nxt);
    return css_rounds_ > 0 && ++css_rounds_ > kCssRounds;
}

}  // namespace glass::tcp
