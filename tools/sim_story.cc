#include "tools/sim_story.h"

#include <fmt/format.h>

#include "ip/datagram.h"
#include "tools/duration_text.h"

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
    last_ = {event.packet.number, segment->src_port, segment->seq, segment->seq + segment->len()};
    if (segment->len() == 0) return;
    Flow& flow = flows_[segment->src_port];
    if (!flow.origin) flow.origin = segment->seq;
    flow.copies.emplace(segment->seq - *flow.origin,
                        Copy{.end = last_.end, .number = event.packet.number, .sent = event.at});
    under_way_[event.packet.number] = {segment->src_port, segment->seq};
}

/// A duplicate's second copy changes nothing: the first one's fate is the packet's.
void SimStory::settle(const ip::SimEvent& event) {
    const bool dropped = event.kind == ip::SimEvent::Kind::dropped;
    if (!dropped && event.kind != ip::SimEvent::Kind::delivered) return;
    const auto sent = under_way_.find(event.packet.number);
    if (sent == under_way_.end()) return;
    Flow& flow = flows_[sent->second.port];
    const auto [begin, end] = flow.copies.equal_range(sent->second.start - *flow.origin);
    for (auto copy = begin; copy != end; ++copy) {
        if (copy->second.number != event.packet.number) continue;
        const bool broken = !dropped && event.packet.corrupt;
        copy->second.fate = dropped || broken ? Fate::dropped : Fate::arrived;
        copy->second.why = dropped ? event.why : ip::Drop::count_;
        copy->second.settled = event.at;
    }
    under_way_.erase(sent);
}

void SimStory::on_trace(std::size_t number, const tcp::TracePoint& point, const tcp::Connection& sender) {
    Flow& flow = flows_[sender.local().port];
    const tcp::Tcb& tcb = sender.tcb();
    const bool phase_begins = point.status.phase != flow.phase && point.status.phase != Phase::open;
    if (phase_begins || point.timeouts > flow.timeouts) flow.cwnd_before = flow.cwnd;
    if (point.sent && point.retransmitted > flow.retransmitted) tell(number, flow, point, sender);
    if (flow.origin && tcp::is_synchronized(point.status.state)) {
        const std::uint32_t acknowledged = tcb.snd.una - *flow.origin;
        auto copy = flow.copies.begin();
        while (copy != flow.copies.end() && copy->first < acknowledged && copy->second.end <= tcb.snd.una)
            copy = flow.copies.erase(copy);
    }
    flow.phase = point.status.phase;
    flow.retransmitted = point.retransmitted;
    flow.timeouts = point.timeouts;
    flow.cwnd = point.status.cwnd;
    flow.rto = point.status.rto;
}

void SimStory::tell(std::size_t number, Flow& flow, const tcp::TracePoint& point,
                    const tcp::Connection& sender) {
    const Copy* before = copy_before(flow);
    std::string text = fmt::format("{} flow {}: #{} sends [{}..{}] again\n", time_text(point.at), number + 1,
                                   last_.number, last_.start - *flow.origin, last_.end - *flow.origin - 1);
    text += fmt::format("{:12}{}\n", "",
                        before ? fate_text(*before, point.at) : "its octets went out in other pieces before");
    if (!before) ++counts_.pieces;
    text += fmt::format("{:12}{}", "", reason_text(flow, point, sender, before));
    if (flow.cwnd_before)
        text += fmt::format("\n{:12}cwnd {} → {}, ssthresh {}", "", *flow.cwnd_before, point.status.cwnd,
                            point.status.ssthresh);
    flow.cwnd_before.reset();
    say_(text);
}

/// The copy of the same first octet that went out before the last packet.
const SimStory::Copy* SimStory::copy_before(const Flow& flow) const {
    const Copy* best = nullptr;
    const auto [begin, end] = flow.copies.equal_range(last_.start - *flow.origin);
    for (auto copy = begin; copy != end; ++copy)
        if (copy->second.number < last_.number && (!best || best->number < copy->second.number))
            best = &copy->second;
    return best;
}

std::string SimStory::fate_text(const Copy& copy, ip::Time now) {
    const std::string which =
        fmt::format("#{}, sent {} before,", copy.number, duration_text(now - copy.sent));
    switch (copy.fate) {
        case Fate::dropped:
            ++counts_.lost;
            if (copy.why == ip::Drop::count_) return which + " arrived damaged, and its checksum told";
            return fmt::format("{} was lost: {}", which, ip::to_string(copy.why));
        case Fate::arrived:
            ++counts_.needless;
            return fmt::format("{} had arrived after {}: needless", which,
                               duration_text(copy.settled - copy.sent));
        case Fate::under_way: ++counts_.needless; return which + " was still under way: needless";
    }
    return which;
}

std::string SimStory::reason_text(const Flow& flow, const tcp::TracePoint& point,
                                  const tcp::Connection& sender, const Copy* before) const {
    const tcp::Tcb& tcb = sender.tcb();
    if (point.timeouts > flow.timeouts)
        return fmt::format("the retransmission timer expired: RTO {} (RFC 6298 rule 5.4)",
                           duration_text(flow.rto));
    if (!tcp::is_synchronized(point.status.state)) return "the handshake is tried again";
    if (point.status.phase == Phase::loss)
        return "after the timeout, what was out then goes out again as the window opens (RFC 5681 section "
               "3.1)";
    if (point.status.phase == Phase::recovery) {
        if (!tcb.agreed.sack) return "fast retransmission by duplicate or partial ACKs (RFC 6582)";
        const std::string sacked = fmt::format("{} segments after it are SACKed", tcb.sent.sacked_segments());
        if (!tcb.config.time_based_loss) return sacked + " (RFC 6675)";
        const bool again = before && !flow.cwnd_before;
        return fmt::format("{}, sent later and delivered sooner (RACK, RFC 8985{})", sacked,
                           again ? "; recovery goes on" : "");
    }
    if (point.status.snd_wnd == 0) return "a probe of the closed window (RFC 9293 section 3.8.6.1)";
    return "a tail loss probe: no ACK came for two round trips (RFC 8985 section 7)";
}

std::string SimStory::time_text(ip::Time at) const {
    return fmt::format("{:9.6f} s", std::chrono::duration<double>(at - *start_).count());
}

}  // namespace glass::tools
