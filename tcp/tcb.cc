#include "tcp/tcb.h"

#include "tcp/isn.h"
#include "tcp/segment_options.h"

namespace glass::tcp {

namespace {

constexpr std::uint64_t kTimestampPurpose = 1;
constexpr std::uint64_t kChallengePurpose = 2;

}  // namespace

Tcb::Tcb(const SharedConfig& c, const ip::SipKey& key, const Endpoint& here, const Endpoint& there)
    : config(c),
      secret(key),
      local(here),
      remote(there),
      out(c->send_capacity),
      in(c->receive_capacity),
      recovery(c->sack, c->time_based_loss),
      rto(c->rto),
      challenges(connection_secret(key, here, there, kChallengePurpose)) {
    path.mtu = path.search_high = c->known_path_mtu == 0 ? c->mtu : std::min(c->mtu, c->known_path_mtu);
    clock.offset = static_cast<std::uint32_t>(connection_secret(key, here, there, kTimestampPurpose));
}

std::uint32_t largest_segment(const Tcb& tcb) {
    constexpr std::uint32_t kIpv4Header = 20;
    constexpr std::uint32_t kIpv6Header = 40;
    return tcb.config->mtu - (tcb.local.address.is_v4() ? kIpv4Header : kIpv6Header);
}

std::uint32_t send_mss(const Tcb& tcb) {
    // A peer that says less than this gets more: options would leave no room for text (CVE-2019-11479).
    constexpr std::uint32_t kLeast = 88;
    const std::uint32_t ours =
        largest_segment(tcb) - Segment::kFixedLength - (tcb.config->mtu - tcb.path.mtu);
    return std::max(kLeast, std::min<std::uint32_t>(tcb.agreed.peer_mss, ours));
}

std::uint32_t effective_mss(const Tcb& tcb) {
    return send_mss(tcb) - (tcb.agreed.timestamps ? kTimestampOctets : 0);
}

std::uint32_t timestamp(const Tcb& tcb, ip::Time now) {
    const auto ticks = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    return tcb.clock.offset + static_cast<std::uint32_t>(ticks);
}

void start_transmission(Tcb& tcb) {
    const std::uint32_t segments = tcb.syn_timed_out ? 1 : tcb.config->initial_window;
    tcb.congestion = make_congestion_control(tcb.config->congestion, effective_mss(tcb), segments);
    if (tcb.congestion->model_based()) tcb.sent.measure_rate();
    tcb.recovery = LossRecovery(tcb.agreed.sack, tcb.config->time_based_loss);
    if (tcb.syn_timed_out) tcb.rto.after_lost_syn();
}

bool fin_acknowledged(const Tcb& tcb) {
    return tcb.fin_sent && tcb.snd.una == tcb.snd.nxt;
}

void end_connection(Tcb& tcb, Ending ending) {
    if (tcb.state == State::closed) return;
    tcb.state.set_state(State::closed);
    tcb.ending = ending;
    tcb.events |= kEnded;
    tcb.timers.stop_all();
    tcb.sent.clear();
    tcb.out.clear();
    if (tcb.in.has_hole()) tcb.in.drop_held();  // else it would forget that the peer had finished
    tcb.acks = {};
    tcb.timed_out = false;
    tcb.window_probe_due = tcb.tail_probe_due = tcb.keep_alive_due = tcb.syn_due = false;
}

void listen_again(Tcb& tcb) {
    ConnectionState state = tcb.state;
    state.set_state(State::listen);
    const std::optional<ResetReply> reset = tcb.reset;
    const ChallengeLimit challenges = tcb.challenges;
    tcb = Tcb(tcb.config, tcb.secret, tcb.local, tcb.remote);
    tcb.state = state;
    tcb.passive = true;
    tcb.reset = reset;
    tcb.challenges = challenges;
}

void enter_time_wait(Tcb& tcb, ip::Time now) {
    if (tcb.state != State::time_wait) {
        tcb.state.set_state(State::time_wait);
        tcb.timers.stop_all();
    }
    tcb.timers.start(Timer::time_wait, now + 2 * tcb.config->msl);
}

}  // namespace glass::tcp
