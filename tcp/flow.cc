#include "tcp/flow.h"

#include <algorithm>
#include <tuple>

#include "ip/elapsed.h"
#include "tcp/options.h"

namespace glass::tcp {
namespace {

/// A SYN on known endpoints opens a new connection unless it repeats the old one's: another ISN says so, and
/// so does a connection that has ended.
bool opens_new_connection(const Flow& flow, unsigned side, const Segment& segment) {
    const FlowSide& sender = flow.sides[side];
    if (!segment.has(SYN) || segment.has(ACK) || !sender.seen) return false;
    const bool ended = flow.reset_seen || flow.sides[0].fin_seen || flow.sides[1].fin_seen;
    return segment.seq != sender.base || ended;
}

void note_numbers(FlowSide& sender, FlowSide& receiver, const Segment& segment) {
    if (!sender.seen) {
        sender.seen = true;
        sender.base = segment.has(SYN) ? segment.seq : segment.seq - 1;
    }
    if (!receiver.seen && segment.has(ACK)) {
        receiver.seen = true;
        receiver.base = segment.ack - 1;
    }
}

void note_syn(FlowSide& sender, const Segment& segment) {
    sender.syn_seen = true;
    sender.base = segment.seq;
    sender.shift.reset();
    if (const auto option = find_option<WindowScale>(segment.options))
        sender.shift = std::min(option->shift, WindowScale::kMax);  // RFC 7323 section 2.3
}

}  // namespace

FlowKey::FlowKey(const Endpoint& a, const Endpoint& b) {
    const auto rank = [](const Endpoint& e) {
        return std::tuple(e.address.high_word(), e.address.low_word(), e.address.version, e.port);
    };
    // The same order, in one comparison: 32 bits of address before 16 of port.
    const auto rank_v4 = [](const Endpoint& e) { return e.address.low_word() << 16 | e.port; };
    const bool both_v4 = a.address.is_v4() && b.address.is_v4();
    first_is_low_ = both_v4 ? rank_v4(a) <= rank_v4(b) : rank(a) <= rank(b);
    const Endpoint& low = first_is_low_ ? a : b;
    const Endpoint& high = first_is_low_ ? b : a;
    words_ = {low.address.high_word(), low.address.low_word(), high.address.high_word(),
              high.address.low_word(),
              std::uint64_t{low.address.version} << 40 | std::uint64_t{high.address.version} << 32 |
                  std::uint64_t{low.port} << 16 | high.port};
}

Sighting FlowTable::observe(const Endpoint& src, const Endpoint& dst, const Segment& segment, ip::Time now) {
    released_.clear();
    const FlowKey key(src, dst);
    const std::uint64_t evicted_before = flows_.evicted();
    const auto [flow, inserted] = flows_.find_or_insert(key);
    const std::uint32_t slot = flows_.newest_place();
    const unsigned known_side = inserted || key.first_is_low() == flow->low_spoke_first ? 0 : 1;
    const bool reused = !inserted && opens_new_connection(*flow, known_side, segment);
    if (reused || flows_.evicted() != evicted_before) released_.push_back(slot);  // it takes over
    if (inserted || reused) {
        *flow = Flow{};
        flow->stream = next_stream_++;
        flow->low_spoke_first = key.first_is_low();
        flow->held = true;
    }
    const unsigned side = reused ? 0 : known_side;
    const bool had_ended = flow->ended();
    FlowSide& sender = flow->sides[side];
    note_numbers(sender, flow->sides[1 - side], segment);
    if (segment.has(SYN)) note_syn(sender, segment);
    sender.fin_seen = sender.fin_seen || segment.has(FIN);
    flow->reset_seen = flow->reset_seen || segment.has(RST);
    flow->last = now;
    if (!had_ended && flow->ended()) note_end(*flow, slot);
    if (inserted) forget_idle(now);
    return {flow, side, inserted || reused, reused, slot};
}

void FlowTable::note_end(const Flow& flow, std::uint32_t slot) {
    if (!ended_.empty() && ended_.size() >= limits_.ended) forget_ended();  // never the one at hand
    ended_.push_back({slot, flow.stream});
}

void FlowTable::forget_ended() {
    const auto [slot, stream] = ended_.front();
    ended_.pop_front();
    const Flow& flow = flows_.at(slot);
    if (!flow.held || flow.stream != stream) return;  // forgotten before, or its ports have been reused
    flows_.erase(slot);
    released_.push_back(slot);
}

/// A few at a time, and only when there is a new one: their number cannot grow faster than that.
void FlowTable::forget_idle(ip::Time now) {
    for (int i = 0; i < 4 && flows_.size() > 1; ++i) {
        const std::uint32_t slot = flows_.oldest_place();
        if (ip::elapsed(flows_.at(slot).last, now) < limits_.idle) return;
        flows_.erase(slot);
        released_.push_back(slot);
    }
}

}  // namespace glass::tcp
