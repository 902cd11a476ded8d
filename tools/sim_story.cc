#include "tools/sim_story.h"

#include <utility>

#include "ip/datagram.h"

namespace glass::tools {

using Phase = tcp::LossRecovery::Phase;

SimIncident::Cause cause_of(const ResendFacts& facts) {
    using Cause = SimIncident::Cause;
    if (!facts.synchronized) return Cause::handshake;
    if (facts.timed_out) return facts.path_shrank ? Cause::black_hole : Cause::timeout;
    if (facts.found_smaller) return facts.by_timeout ? Cause::black_hole : Cause::too_big;
    if (facts.phase == Phase::loss) return Cause::after_timeout;
    if (facts.phase == Phase::open) return facts.snd_wnd == 0 ? Cause::window_probe : Cause::tail_loss_probe;
    if (!facts.sack) return facts.begins ? Cause::duplicate_acks : Cause::partial_ack;
    return facts.rack ? Cause::rack : Cause::sack;
}

void SimStory::on_link(bool data, const ip::SimEvent& event) {
    if (!data) return;
    if (!start_) start_ = event.at;
    if (event.kind != ip::SimEvent::Kind::sent) return settle(event);
    const auto datagram = ip::parse_datagram(event.packet.octets);
    if (!datagram || datagram->protocol != 6) return;
    const auto segment = tcp::parse_segment(datagram->payload);
    if (!segment) return;
    Flow& flow = flows_[segment->src_port];
    if (!flow.origin) flow.origin = segment->seq;
    const std::uint32_t start = segment->seq - *flow.origin;
    last_ = {event.packet.number, segment->src_port, start, start + segment->len()};
    if (segment->len() == 0) return;
    flow.copies.emplace(start, Copy{.end = last_.end, .number = event.packet.number, .sent = event.at});
    under_way_[event.packet.number] = {segment->src_port, start};
}

/// A duplicate's second copy changes nothing: the first one's fate is the packet's.
void SimStory::settle(const ip::SimEvent& event) {
    const bool dropped = event.kind == ip::SimEvent::Kind::dropped;
    if (!dropped && event.kind != ip::SimEvent::Kind::delivered) return;
    const auto sent = under_way_.find(event.packet.number);
    if (sent == under_way_.end()) return;
    const auto [begin, end] = flows_[sent->second.port].copies.equal_range(sent->second.start);
    for (auto copy = begin; copy != end; ++copy) {
        if (copy->second.number != event.packet.number) continue;
        copy->second.fate = dropped ? Fate::dropped : event.packet.corrupt ? Fate::damaged : Fate::arrived;
        copy->second.why = event.why;
        copy->second.settled = event.at;
    }
    under_way_.erase(sent);
}

void SimStory::on_trace(std::size_t number, const tcp::TracePoint& point, const tcp::Connection& sender) {
    Flow& flow = flows_[sender.local().port];
    const tcp::Tcb& tcb = sender.tcb();
    const bool timed_out = point.timeouts > flow.timeouts;
    const bool phase_begins = point.status.phase != flow.phase && point.status.phase != Phase::open;
    if (phase_begins || timed_out) flow.cwnd_before = flow.cwnd;
    if (point.status.path_mtu < flow.path_mtu) flow.shrank_by_timeout = timed_out;
    const SimIncident incident{.at = point.at - start_.value_or(point.at), .flow = number};
    const bool syn_again = point.sent && timed_out && last_.start == 0 && last_.end > 0;
    if (point.sent && (point.retransmitted > flow.retransmitted || syn_again)) {
        tell_again(incident, flow, point, tcb);
    } else if (!point.sent) {
        tell_window(incident, flow, point, tcb);
    }
    forget_acknowledged(flow, tcb);
    flow.phase = point.status.phase;
    flow.retransmitted = point.retransmitted;
    flow.timeouts = point.timeouts;
    flow.undone = tcb.recovery.undone();
    flow.cwnd = point.status.cwnd;
    flow.path_mtu = point.status.path_mtu;
    flow.reduced_until = tcb.ecn.reduced_until;
    flow.rto = point.status.rto;
}

void SimStory::forget_acknowledged(Flow& flow, const tcp::Tcb& tcb) {
    if (!flow.origin || !tcp::is_synchronized(tcb.state)) return;
    const std::uint32_t acknowledged = tcb.snd.una - *flow.origin;
    auto copy = flow.copies.begin();
    while (copy != flow.copies.end() && copy->second.end <= acknowledged) copy = flow.copies.erase(copy);
}

namespace {

bool is_too_big(const SimIncident& incident) {
    return incident.fate == SimIncident::Fate::dropped &&
           (incident.why == ip::Drop::too_big || incident.why == ip::Drop::black_hole);
}

}  // namespace

void SimStory::tell_again(SimIncident incident, Flow& flow, const tcp::TracePoint& point,
                          const tcp::Tcb& tcb) {
    const bool timed_out = point.timeouts > flow.timeouts;
    incident.packet = last_.number;
    incident.first = last_.start;
    incident.last = last_.end - 1;
    take_copy(incident, flow, point.at);
    incident.sacked = tcb.sent.sacked_segments();
    incident.rto = flow.rto;
    incident.mtu = point.status.path_mtu;
    incident.cause =
        cause_of({.synchronized = tcp::is_synchronized(tcb.state),
                  .timed_out = timed_out,
                  .path_shrank = point.status.path_mtu < flow.path_mtu,
                  .found_smaller = is_too_big(incident) && point.status.path_mtu < tcb.config->mtu,
                  .by_timeout = flow.shrank_by_timeout,
                  .phase = point.status.phase,
                  .begins = flow.cwnd_before.has_value(),
                  .sack = tcb.agreed.sack,
                  .rack = tcb.config->time_based_loss,
                  .snd_wnd = point.status.snd_wnd});
    if (incident.cause != Cause::handshake) incident.cwnd_before = std::exchange(flow.cwnd_before, {});
    incident.cwnd = point.status.cwnd;
    incident.ssthresh = point.status.ssthresh;
    say_(incident);
}

/// An ACK came: what it did to the window beside the usual.
void SimStory::tell_window(SimIncident incident, Flow& flow, const tcp::TracePoint& point,
                           const tcp::Tcb& tcb) {
    const bool marked = tcb.ecn.reduced_until && tcb.ecn.reduced_until != flow.reduced_until;
    const bool undone = tcb.recovery.undone() > flow.undone;
    if (!marked && !undone) return;
    incident.kind = undone ? SimIncident::Kind::undone : SimIncident::Kind::marked;
    ++(undone ? counts_.undone : counts_.marks);
    incident.cwnd_before = flow.cwnd;
    incident.cwnd = point.status.cwnd;
    incident.ssthresh = point.status.ssthresh;
    say_(incident);
}

void SimStory::take_copy(SimIncident& incident, const Flow& flow, ip::Time now) {
    const Copy* copy = copy_before(flow);
    if (!copy) {
        ++counts_.probes;
        return;
    }
    incident.fate = copy->fate;
    incident.before = copy->number;
    incident.why = copy->why;
    incident.sent_before = now - copy->sent;
    if (copy->fate != Fate::under_way) incident.settled_after = copy->settled - copy->sent;
    ++(copy->fate == Fate::dropped || copy->fate == Fate::damaged ? counts_.lost : counts_.needless);
}

/// The newest copy of the first octet that went out before the last packet. Few overlap.
const SimStory::Copy* SimStory::copy_before(const Flow& flow) const {
    constexpr int kLooked = 256;
    const Copy* best = nullptr;
    auto copy = flow.copies.upper_bound(last_.start);
    for (int looked = 0; copy != flow.copies.begin() && looked < kLooked; ++looked) {
        --copy;
        const bool has_it = last_.start < copy->second.end && copy->second.number < last_.number;
        if (has_it && (!best || best->number < copy->second.number)) best = &copy->second;
    }
    return best;
}

}  // namespace glass::tools
