// Lesson 10b: the retransmission timeout, RFC 6298. Nine short functions; what each must do is said in
// tcp/rtt_estimate.h and tcp/retransmission_timeout.h.
#include "lessons/todo.h"
#include "tcp/retransmission_timeout.h"
#include "tcp/tcb.h"

namespace glass::tcp {

// RttEstimate has srtt_, rttvar_ and known_: whether there was a measurement yet.

void RttEstimate::measured([[maybe_unused]] ip::Duration rtt) {
    glass::todo("10b timer: SRTT and RTTVAR after a measurement");
}

std::optional<ip::Duration> RttEstimate::rto([[maybe_unused]] ip::Duration floor) const {
    glass::todo("10b timer: the RTO that follows");
}

// RetransmissionTimeout has limits_, estimate_ and rto_: how long the timer runs when it is started.

void RetransmissionTimeout::measured([[maybe_unused]] ip::Duration rtt) {
    glass::todo("10b timer: a measurement ends the back-off");
}

void RetransmissionTimeout::back_off() {
    glass::todo("10b timer: the timer expired");
}

void RetransmissionTimeout::after_lost_syn() {
    glass::todo("10b timer: data begins to flow after a SYN was lost");
}

// Of an ACK: report.now, report.una (SEG.ACK), report.rtt, report.echoed (TSecr, where timestamps are in
// use), and report.delivery: what it took off the retransmission queue. timestamp(tcb, now) is the TSval of a
// segment sent now: milliseconds.

std::optional<ip::Duration> round_trip([[maybe_unused]] const Tcb& tcb,
                                       [[maybe_unused]] const AckReport& report) {
    glass::todo("10b timer: what an ACK measures");
}

// tcb.rto is your RetransmissionTimeout, tcb.rtt_round and tcb.retransmissions are explained in tcp/tcb.h.

void take_measurement([[maybe_unused]] Tcb& tcb, [[maybe_unused]] const AckReport& report) {
    glass::todo("10b timer: one measurement a round trip");
}

// tcb.timers.start(Timer::retransmission, when), stop() and runs(); tcb.sent is what is outstanding: empty()
// or not.

void start_retransmission_timer([[maybe_unused]] Tcb& tcb, [[maybe_unused]] ip::Time now) {
    glass::todo("10b timer: rule 5.1");
}

void restart_retransmission_timer([[maybe_unused]] Tcb& tcb, [[maybe_unused]] ip::Time now) {
    glass::todo("10b timer: rules 5.2 and 5.3");
}

}  // namespace glass::tcp
