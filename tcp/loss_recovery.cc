#include "tcp/loss_recovery.h"

#include <utility>

namespace glass::tcp {

namespace {

/// A full-sized segment, with its FIN.
std::uint32_t largest(std::uint32_t mss) {
    return mss + 1;
}

}  // namespace

std::uint32_t LossRecovery::pipe(const Scoreboard& board, std::uint32_t mss) const {
    const std::uint64_t left = std::uint64_t{duplicates_} * mss;
    return board.pipe() - static_cast<std::uint32_t>(std::min<std::uint64_t>(left, board.pipe()));
}

/// Without SACK, RFC 6582 section 3.2: three duplicates mean that the first segment is lost, and in recovery
/// every partial acknowledgment means it of the next.
Judgment LossRecovery::count_duplicates(const AckReport& report, Scoreboard& board, std::uint32_t mss) {
    if (report.duplicate) {
        ++duplicates_;
        const bool counts = phase_ == Phase::open && duplicates_ == kDupThresh;
        // Step 1: duplicates that the last recovery's own retransmissions caused begin no other.
        if (!counts || (recover_set_ && report.una <= recover_)) return {};
    } else if (report.delivery.acknowledged > 0) {
        const std::uint32_t segments = report.delivery.acknowledged / mss;
        duplicates_ = phase_ == Phase::recovery ? duplicates_ - std::min(duplicates_, segments) : 0;
        if (phase_ != Phase::recovery) return {};
    } else {
        return {};
    }
    return board.judge_first(
        {.why = phase_ == Phase::recovery ? SendReason::partial_ack : SendReason::duplicate_acks,
         .largest = largest(mss)});
}

ip::Duration LossRecovery::reordering_window(const AckReport& report, const Scoreboard& board) const {
    return rack_.reordering_window({.srtt = report.srtt,
                                    .in_recovery = phase_ != Phase::open,
                                    .sacked_segments = board.sacked_segments()});
}

Judgment LossRecovery::detect(const AckReport& report, Scoreboard& board, std::uint32_t mss) {
    reordering_deadline_.reset();
    if (!sack_) return count_duplicates(report, board, mss);
    if (!time_based_) {
        return board.judge(
            [&](const Transmission&, std::uint32_t octets, std::uint32_t segments) {
                return segments >= kDupThresh || octets > (kDupThresh - 1) * mss;  // RFC 6675's IsLost()
            },
            [](const Transmission&) { return false; }, {.why = SendReason::sack, .largest = largest(mss)});
    }
    const ip::Duration window = reordering_window(report, board);
    const auto is_lost = [&](const Transmission& transmission) {
        const auto at = rack_.lost_at(transmission, window);
        if (at && *at > report.now) reordering_deadline_ = ip::earlier(reordering_deadline_, at);
        return at && *at <= report.now;
    };
    return board.judge([&](const Transmission& t, auto, auto) { return is_lost(t); }, is_lost,
                       {.why = SendReason::rack, .largest = largest(mss)});
}

/// In recovery cwnd says what may go out now, and ssthresh what the window is.
void LossRecovery::restore_window(CongestionControl& congestion) const {
    if (phase_ == Phase::recovery && !congestion.model_based())
        congestion.set_cwnd(std::max(congestion.cwnd(), congestion.ssthresh()));
}

void LossRecovery::enter_recovery(const AckReport& report, CongestionControl& congestion) {
    restore_window(congestion);
    phase_ = Phase::recovery;
    recover_ = lost_until_ = report.nxt;
    recover_set_ = true;
    reduced_at_ = report.now;
    prr_.begin(report.pipe_before);
    needless_.begin(report.una, report.nxt);
    congestion.congestion(flight(report), report.now);
}

/// What was found lost begins recovery. In it, only the loss of a retransmission is news: a second indication
/// of congestion (RFC 5681 section 4.3). What else is lost, and was sent after it began, counts at its end
/// where it is not repaired by then (RFC 6675 section 5, step 4).
void LossRecovery::react(const AckReport& report, const Judgment& found, CongestionControl& congestion) {
    if (found.octets == 0) return;
    if (phase_ == Phase::open || (found.again && *found.again > reduced_at_)) {
        enter_recovery(report, congestion);
    } else if (lost_until_ < found.end) {
        lost_until_ = found.end;
    }
}

void LossRecovery::leave(const AckReport& report, CongestionControl& congestion) {
    if (phase_ == Phase::recovery && !congestion.model_based()) congestion.set_cwnd(congestion.ssthresh());
    rack_.recovered();
    congestion.recovered();
    phase_ = Phase::open;
    duplicates_ = 0;
    if (report.una < lost_until_) {
        enter_recovery(report, congestion);
    } else {
        recover_ = report.una;
    }
}

/// What was sent again had not been lost. The window is what it was; after a timeout all that was out may
/// have left the network, and it is what is known to be there and a little more (RFC 4015 section 3.2).
void LossRecovery::take_back(const AckReport& report, Scoreboard& board, CongestionControl& congestion) {
    ++undone_;
    const bool burst = phase_ == Phase::loss;
    congestion.undo();
    if (phase_ == Phase::open) return;
    phase_ = Phase::open;
    duplicates_ = 0;
    recover_ = report.una;
    // Once a round trip: it takes as long as there are segments out.
    if (!forgiven_ || *forgiven_ <= report.una) {
        forgiven_ = report.nxt;
        board.forgive_lost();
    }
    const std::uint32_t more = std::min(report.delivery.acknowledged, congestion.initial_window());
    if (burst) congestion.set_cwnd(std::min(congestion.cwnd(), pipe(board, congestion.mss()) + more));
}

/// Without SACK a duplicate stands for a segment that nobody names.
std::uint32_t LossRecovery::delivered_by(const AckReport& report, std::uint32_t mss) const {
    return !sack_ && report.duplicate ? mss : report.delivery.octets;
}

void LossRecovery::reduce_rate(const AckReport& report, const Judgment& found, const Scoreboard& board,
                               CongestionControl& congestion) {
    const std::uint32_t mss = congestion.mss();
    congestion.set_cwnd(prr_.cwnd({.delivered = delivered_by(report, mss),
                                   .pipe = pipe(board, mss),
                                   .ssthresh = congestion.ssthresh(),
                                   .mss = mss,
                                   .safe = report.delivery.acknowledged > 0 && found.octets == 0}));
}

/// RFC 8985 section 7.4.2: a probe that repaired a loss hid it; the loss counts all the same.
void LossRecovery::check_probe(const AckReport& report, CongestionControl& congestion) {
    if (!probe_ || report.una < probe_->end) return;
    const bool repaired = probe_->again && !report.reported_twice && report.una > probe_->end;
    const bool undecided = probe_->again && !report.reported_twice && !repaired && !report.duplicate;
    if (undecided) return;
    probe_.reset();
    if (!repaired || phase_ != Phase::open) return;
    congestion.congestion(flight(report), report.now);
    congestion.set_cwnd(std::min(congestion.cwnd(), congestion.ssthresh()));
}

/// How much of the window is in use. Several ACKs may come before anything is sent in answer to the first of
/// them: what counts is the most that was out in this round trip or the last.
void LossRecovery::note_use(const AckReport& report) {
    if (!used_until_ || *used_until_ <= report.una) {
        used_until_ = report.nxt;
        used_before_ = std::exchange(used_, 0);
    }
    used_ = std::max(used_, report.pipe_before);
}

/// New data outside of fast recovery. RFC 7661's concern: a window that was not used says nothing about the
/// path.
void LossRecovery::grow(const AckReport& report, std::uint32_t octets, CongestionControl& congestion) {
    const std::uint64_t used = std::uint64_t{most_used()} + congestion.mss();
    const bool limited = used * (congestion.in_slow_start() ? 2 : 1) >= congestion.cwnd();
    if (phase_ == Phase::open && !limited) return;
    congestion.acknowledged({.octets = octets,
                             .now = report.now,
                             .rtt = report.rtt,
                             .srtt = report.srtt,
                             .una = report.una,
                             .nxt = report.nxt,
                             .after_timeout = phase_ == Phase::loss});
}

void LossRecovery::acknowledged(const AckReport& report, Scoreboard& board, CongestionControl& congestion) {
    const bool advanced = report.delivery.acknowledged > 0;
    const Phase before = phase_;
    note_use(report);
    if (advanced) timed_out_once_ = false;
    if (advanced && phase_ == Phase::open && report.una > recover_) recover_set_ = false;

    const bool by_time = advanced && needless_.answered(report.echoed);
    if (by_time || (report.reported_twice && needless_.duplicate(*report.reported_twice)))
        take_back(report, board, congestion);
    if (phase_ != Phase::open && advanced && report.una >= recover_) leave(report, congestion);

    if (report.reported_twice) rack_.duplicate_reported(report.una, report.nxt);
    check_probe(report, congestion);
    const Judgment found = detect(report, board, congestion.mss());
    react(report, found, congestion);
    if (congestion.model_based()) {
        congestion.measured({.rate = board.rate()->take(report.now),
                             .now = report.now,
                             .rtt = report.rtt,
                             .pipe = pipe(board, congestion.mss())});
    } else if (phase_ == Phase::recovery) {
        reduce_rate(report, found, board, congestion);
    } else if (advanced) {
        // What arrived during recovery was no growth, though the ACK that ends it acknowledges all of it.
        const std::uint32_t octets = before != Phase::recovery ? report.delivery.acknowledged
                                     : sack_                   ? report.delivery.octets
                                                               : 0;
        grow(report, octets, congestion);
    }
    prr_.arrived(delivered_by(report, congestion.mss()));
}

void LossRecovery::reordering_timeout(const AckReport& report, Scoreboard& board,
                                      CongestionControl& congestion) {
    prr_.passed();
    const Judgment found = detect(report, board, congestion.mss());
    react(report, found, congestion);
    if (phase_ == Phase::recovery && !congestion.model_based()) reduce_rate(report, found, board, congestion);
}

/// RFC 8985 section 6.3: what went out a moment ago is not lost yet. Without RACK all of it is.
void LossRecovery::retransmission_timeout(const AckReport& report, Scoreboard& board,
                                          CongestionControl& congestion) {
    restore_window(congestion);
    congestion.timeout(report.nxt - report.una, report.now, timed_out_once_);
    if (!timed_out_once_) needless_.begin(report.una, report.nxt);
    const ip::Duration window = reordering_window(report, board);
    board.mark_lost(
        [&](const Transmission& t) { return !time_based_ || rack_.is_overdue(t, window, report.now); },
        SendReason::timeout);
    timed_out_once_ = true;
    phase_ = Phase::loss;
    recover_ = lost_until_ = report.nxt;
    recover_set_ = true;
    reduced_at_ = report.now;
    duplicates_ = 0;
    probe_.reset();
    reordering_deadline_.reset();
}

std::uint32_t LossRecovery::room(const Scoreboard& board, const CongestionControl& congestion) const {
    const std::uint32_t in_network = pipe(board, congestion.mss());
    return congestion.cwnd() - std::min(congestion.cwnd(), in_network);
}

}  // namespace glass::tcp
