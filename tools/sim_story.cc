#include "tools/sim_story.h"

#include <utility>

#include "ip/datagram.h"

namespace glass::tools {

using Phase = tcp::LossRecovery::Phase;

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
    const SimIncident incident{.at = point.at - start_.value_or(point.at), .flow = number};
    const bool syn_again = sender.last_reason() == tcp::SendReason::handshake;
    if (point.sent && (point.retransmitted > flow.retransmitted || syn_again)) {
        tell_again(incident, flow, point, sender);
    } else if (!point.sent) {
        tell_window(incident, flow, point, tcb);
    }
    forget_acknowledged(flow, tcb);
    flow.phase = point.status.phase;
    flow.retransmitted = point.retransmitted;
    flow.timeouts = point.timeouts;
    flow.undone = tcb.recovery.undone();
    flow.cwnd = point.status.cwnd;
    flow.reduced_until = tcb.ecn.reduced_until;
    flow.rto = point.status.rto;
}

void SimStory::forget_acknowledged(Flow& flow, const tcp::Tcb& tcb) {
    if (!flow.origin || !tcp::is_synchronized(tcb.state)) return;
    const std::uint32_t acknowledged = tcb.snd.una - *flow.origin;
    auto copy = flow.copies.begin();
    while (copy != flow.copies.end() && copy->second.end <= acknowledged) copy = flow.copies.erase(copy);
}

void SimStory::tell_again(SimIncident incident, Flow& flow, const tcp::TracePoint& point,
                          const tcp::Connection& sender) {
    incident.packet = last_.number;
    incident.first = last_.start;
    incident.last = last_.end - 1;
    take_copy(incident, flow, point.at);
    incident.sacked = sender.tcb().sent.sacked_segments();
    incident.rto = flow.rto;
    incident.mtu = point.status.path_mtu;
    incident.cause = sender.last_reason();
    if (incident.cause != tcp::SendReason::handshake)
        incident.cwnd_before = std::exchange(flow.cwnd_before, {});
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
