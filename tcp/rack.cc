#include "tcp/rack.h"

namespace glass::tcp {

namespace {

bool sent_after(ip::Time a, Seq a_end, ip::Time b, Seq b_end) {
    return a > b || (a == b && a_end > b_end);
}

}  // namespace

void Rack::delivered(const Transmission& t, ip::Time now) {
    const ip::Duration rtt = now - t.sent_at;
    if (!t.retransmitted) {
        min_rtt_ = known_ ? std::min(min_rtt_, rtt) : rtt;
    } else if (!known_ || rtt < min_rtt_) {
        return;  // the answer to the first copy, not to the one sent so recently
    }
    if (!known_ || fack_ < t.end) fack_ = t.end;
    if (fack_before_ && t.end < *fack_before_ && !t.retransmitted) reordering_seen_ = true;
    if (!known_ || sent_after(t.sent_at, t.end, xmit_ts_, end_seq_)) {
        xmit_ts_ = t.sent_at;
        end_seq_ = t.end;
        rtt_ = rtt;
    }
    known_ = true;
}

void Rack::duplicate_reported(Seq una, Seq nxt) {
    if (dsack_round_ && una < *dsack_round_) return;
    dsack_round_ = nxt;
    if (window_multiplier_ < 64) ++window_multiplier_;
    window_persist_ = kPersist;
}

void Rack::recovered() {
    if (--window_persist_ > 0) return;
    window_persist_ = kPersist;
    window_multiplier_ = 1;
}

ip::Duration Rack::reordering_window(const Context& context) const {
    constexpr std::uint32_t kDupThresh = 3;
    if (!reordering_seen_ && (context.in_recovery || context.sacked_segments >= kDupThresh)) return {};
    return std::min(window_multiplier_ * min_rtt_ / 4, context.srtt);
}

std::optional<ip::Time> Rack::lost_at(const Transmission& t, ip::Duration window) const {
    if (!known_ || !sent_after(xmit_ts_, end_seq_, t.sent_at, t.end)) return std::nullopt;
    return t.sent_at + rtt_ + window;
}

}  // namespace glass::tcp
