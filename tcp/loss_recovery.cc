#include "tcp/loss_recovery.h"

namespace glass::tcp {

std::uint32_t LossRecovery::pipe(const Scoreboard& board, std::uint32_t mss) const {
    const std::uint64_t left = std::uint64_t{duplicates_} * mss;
    return board.pipe() - static_cast<std::uint32_t>(std::min<std::uint64_t>(left, board.pipe()));
}

/// Without SACK, RFC 6582 section 3.2: three duplicates mean that the first segment is lost, and in recovery
/// every partial acknowledgment means it of the next.
std::uint32_t LossRecovery::count_duplicates(const AckReport& report, Scoreboard& board, std::uint32_t mss) {
    if (report.duplicate) {
        ++duplicates_;
        const bool counts = phase_ == Phase::open && duplicates_ == kDupThresh;
        // Step 1: duplicates that the last recovery's own retransmissions caused begin no other.
        if (!counts || (recover_set_ && report.una <= recover_)) return 0;
    } else if (report.delivery.acknowledged > 0) {
        const std::uint32_t segments = report.delivery.acknowledged / mss;
        duplicates_ = phase_ == Phase::recovery ? duplicates_ - std::min(duplicates_, segments) : 0;
        if (phase_ != Phase::recovery) return 0;
    } else {
        return 0;
    }
    if (board.empty() || board.first().lost) return 0;
    const std::uint32_t octets = board.first().size();
    board.mark_first_lost();
    return octets;
}

std::uint32_t LossRecovery::detect(const AckReport& report, Scoreboard& board, std::uint32_t mss) {
    reordering_deadline_.reset();
    if (!sack_) return count_duplicates(report, board, mss);
    if (!time_based_) {
        return board.judge(
            [&](const Transmission&, std::uint32_t octets, std::uint32_t segments) {
                return segments >= kDupThresh || octets > (kDupThresh - 1) * mss;  // RFC 6675's IsLost()
            },
            [](const Transmission&) { return false; });
    }
    const ip::Duration window = rack_.reordering_window({.srtt = report.srtt,
                                                         .in_recovery = phase_ != Phase::open,
                                                         .sacked_segments = board.sacked_segments()});
    const auto is_lost = [&](const Transmission& transmission) {
        const auto at = rack_.lost_at(transmission, window);
        if (at && *at > report.now) reordering_deadline_ = std::min(reordering_deadline_.value_or(*at), *at);
        return at && *at <= report.now;
    };
    return board.judge([&](const Transmission& t, auto, auto) { return is_lost(t); }, is_lost);
}

void LossRecovery::enter_recovery(const AckReport& report, CongestionControl& congestion) {
    phase_ = Phase::recovery;
    recover_ = report.nxt;
    recover_set_ = true;
    recover_fs_ = std::max(report.flight_before, 1u);
    prr_delivered_ = 0;
    prr_out_ = 0;
    congestion.congestion(report.flight_before, report.now);
}

void LossRecovery::leave(const AckReport& report, CongestionControl& congestion) {
    if (phase_ == Phase::recovery) congestion.set_cwnd(congestion.ssthresh());
    if (phase_ == Phase::recovery) rack_.recovered();
    phase_ = Phase::open;
    duplicates_ = 0;
    recover_ = report.una;
}

/// RFC 6937 section 3.1, with the slow start reduction bound; sections of RFC 9937 say when it may be used.
void LossRecovery::reduce_rate(const AckReport& report, std::uint32_t newly_lost, const Scoreboard& board,
                               CongestionControl& congestion) {
    const std::uint32_t mss = congestion.mss();
    std::uint32_t delivered = report.delivery.octets;
    if (!sack_ && report.duplicate) delivered = mss;
    prr_delivered_ += delivered;
    const std::uint32_t in_network = pipe(board, mss);
    const std::uint32_t ssthresh = congestion.ssthresh();
    std::int64_t quota = 0;
    if (in_network > ssthresh) {
        const std::uint64_t due = (std::uint64_t{prr_delivered_} * ssthresh + recover_fs_ - 1) / recover_fs_;
        quota = static_cast<std::int64_t>(due) - prr_out_;
    } else {
        std::int64_t limit = std::max<std::int64_t>(std::int64_t{prr_delivered_} - prr_out_, delivered);
        if (report.delivery.acknowledged > 0 && newly_lost == 0) limit += mss;
        quota = std::min<std::int64_t>(ssthresh - in_network, limit);
    }
    if (prr_out_ == 0) quota = std::max<std::int64_t>(quota, mss);  // the fast retransmission itself
    congestion.set_cwnd(in_network + static_cast<std::uint32_t>(std::max<std::int64_t>(quota, 0)));
}

/// RFC 8985 section 7.4.2: a probe that repaired a loss hid it; the loss counts all the same.
void LossRecovery::check_probe(const AckReport& report, CongestionControl& congestion) {
    if (!probe_ || report.una < probe_->end) return;
    const bool repaired = probe_->again && !report.reports_duplicate && report.una > probe_->end;
    const bool undecided = probe_->again && !report.reports_duplicate && !repaired && !report.duplicate;
    if (undecided) return;
    probe_.reset();
    if (!repaired || phase_ != Phase::open) return;
    congestion.congestion(report.flight_before, report.now);
    congestion.set_cwnd(std::min(congestion.cwnd(), congestion.ssthresh()));
}

void LossRecovery::acknowledged(const AckReport& report, Scoreboard& board, CongestionControl& congestion) {
    const std::uint32_t mss = congestion.mss();
    const bool advanced = report.delivery.acknowledged > 0;
    if (advanced) timed_out_once_ = false;
    if (advanced && phase_ == Phase::open && report.una > recover_) recover_set_ = false;
    const Phase before = phase_;
    if (phase_ != Phase::open && advanced && report.una >= recover_) leave(report, congestion);

    if (report.reports_duplicate) rack_.duplicate_reported(report.una, report.nxt);
    check_probe(report, congestion);
    const std::uint32_t newly_lost = detect(report, board, mss);
    if (newly_lost > 0 && phase_ == Phase::open) enter_recovery(report, congestion);
    if (phase_ == Phase::recovery) {
        reduce_rate(report, newly_lost, board, congestion);
        return;
    }
    // RFC 7661's concern: a window that was not used says nothing about the path.
    const std::uint64_t used = std::uint64_t{report.pipe_before} + mss;
    const bool limited = used * (congestion.in_slow_start() ? 2 : 1) >= congestion.cwnd();
    if (!advanced || before == Phase::recovery || (!limited && phase_ == Phase::open)) return;
    congestion.acknowledged({.octets = report.delivery.acknowledged,
                             .now = report.now,
                             .rtt = report.rtt,
                             .srtt = report.srtt,
                             .una = report.una,
                             .nxt = report.nxt});
}

void LossRecovery::reordering_timeout(const AckReport& report, Scoreboard& board,
                                      CongestionControl& congestion) {
    const std::uint32_t newly_lost = detect(report, board, congestion.mss());
    if (newly_lost > 0 && phase_ == Phase::open) enter_recovery(report, congestion);
    if (phase_ == Phase::recovery) reduce_rate(report, newly_lost, board, congestion);
}

void LossRecovery::retransmission_timeout(ip::Time now, Seq nxt, std::uint32_t flight, Scoreboard& board,
                                          CongestionControl& congestion) {
    congestion.timeout(flight, now, timed_out_once_);
    timed_out_once_ = true;
    phase_ = Phase::loss;
    recover_ = nxt;
    recover_set_ = true;
    duplicates_ = 0;
    probe_.reset();
    reordering_deadline_.reset();
    board.mark_all_lost();
}

std::uint32_t LossRecovery::room(const Scoreboard& board, const CongestionControl& congestion) const {
    const std::uint32_t in_network = pipe(board, congestion.mss());
    return congestion.cwnd() - std::min(congestion.cwnd(), in_network);
}

}  // namespace glass::tcp
