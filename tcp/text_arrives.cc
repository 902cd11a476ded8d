#include "tcp/text_arrives.h"

#include "tcp/state_machine.h"
#include "tcp/stream_offset.h"

namespace glass::tcp {

namespace {

bool takes_text(State state) {
    return state == State::established || state == State::fin_wait_1 || state == State::fin_wait_2;
}

/// What of the text lies in the window: the left side is the reassembler's matter.
ip::Bytes in_receive_window(const Tcb& tcb, const Segment& segment) {
    const std::int64_t before = distance(segment.seq, tcb.rcv.nxt);
    const std::int64_t most = before + std::int64_t{tcb.rcv.wnd};
    return ip::first(segment.payload, static_cast<std::size_t>(std::max<std::int64_t>(most, 0)));
}

/// RCV.NXT and the window follow what is in order now.
void advance_rcv_nxt(Tcb& tcb) {
    const auto in_order = static_cast<std::uint32_t>(tcb.in.next()) + (tcb.in.ended() ? 1 : 0);
    const Seq next = tcb.rcv.irs + 1 + in_order;
    const std::uint32_t octets = next - tcb.rcv.nxt;
    tcb.rcv.nxt = next;
    tcb.rcv.wnd -= std::min(tcb.rcv.wnd, octets);
}

/// RFC 2883: text of which all, or the beginning, had come already.
void note_duplicate(Tcb& tcb, const Segment& segment, std::size_t size) {
    if (!tcb.agreed.sack || segment.seq >= tcb.rcv.nxt || size == 0) return;
    const Seq end = segment.seq + static_cast<std::uint32_t>(size);
    tcb.acks.duplicate_block = SackBlock{.left = segment.seq, .right = end < tcb.rcv.nxt ? end : tcb.rcv.nxt};
    acknowledge_now(tcb);
}

/// Section 3.8.6.3: at once where segments are missing or were, and for every second full-sized segment; else
/// after a while (MUST-40).
void schedule_ack(Tcb& tcb, std::uint32_t octets, bool out_of_order, ip::Time now) {
    constexpr std::uint16_t kMostDuplicates = 64;
    const std::uint32_t announced = largest_segment(tcb) - Segment::kFixedLength;
    tcb.acks.octets += octets;
    tcb.acks.largest = std::max(tcb.acks.largest, std::min(octets, announced));  // it may be a super-segment
    if (out_of_order && !tcb.agreed.sack && tcb.acks.now && tcb.acks.duplicates < kMostDuplicates)
        ++tcb.acks.duplicates;  // each counts for the peer's fast retransmission
    const bool second = tcb.acks.octets >= 2 * tcb.acks.largest;
    if (out_of_order || second || tcb.config->delayed_ack <= ip::Duration::zero()) {
        acknowledge_now(tcb);
    } else if (!tcb.timers.runs(Timer::delayed_ack)) {
        tcb.timers.start(Timer::delayed_ack, now + tcb.config->delayed_ack);
    }
}

/// SHLD-3: nobody will read it any more. The peer is told that it is lost.
void reset_unread(Tcb& tcb) {
    tcb.reset = ResetReply{.seq = tcb.snd.nxt, .ack = tcb.rcv.nxt, .flags = RST | ACK};
    end_connection(tcb, Ending::aborted);
}

}  // namespace

void check_urgent(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (!segment.has(URG) || !takes_text(tcb.state)) return;
    const Seq up = segment.seq + segment.urgent_pointer;
    const Seq read = tcb.rcv.irs + 1 + static_cast<std::uint32_t>(tcb.in.read_so_far());
    if (up <= read || (tcb.rcv.urgent && up <= tcb.rcv.up)) return;
    tcb.rcv.up = up;
    tcb.rcv.urgent = true;
    tcb.events |= kUrgent;
}

bool take_text(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (segment.payload.empty() || !takes_text(tcb.state)) return true;
    const ip::Bytes text = in_receive_window(tcb, segment);
    if (tcb.released && segment.seq + static_cast<std::uint32_t>(text.size()) > tcb.rcv.nxt) {
        reset_unread(tcb);
        return false;
    }
    note_duplicate(tcb, segment, text.size());
    const bool had_hole = tcb.in.has_hole();
    const PlacedOctets placed = place_octets(segment.seq, text, tcb.rcv.irs + 1, tcb.in.next());
    const std::size_t unread = tcb.in.size();
    tcb.in.insert(placed.offset, placed.octets);
    advance_rcv_nxt(tcb);
    if (tcb.in.size() > unread) tcb.events |= kReadable;
    const bool out_of_order = had_hole || tcb.in.has_hole();
    schedule_ack(tcb, static_cast<std::uint32_t>(text.size()), out_of_order, arrival.now);
    return true;
}

void check_fin(Tcb& tcb, const Arrival& arrival) {
    const Segment& segment = arrival.segment;
    if (!takes_text(tcb.state)) return;
    // Its text may have filled the hole before a FIN that came earlier: then it has nothing new to say.
    if (segment.has(FIN) && !tcb.in.ended()) {
        const Seq fin = segment.seq + static_cast<std::uint32_t>(segment.payload.size());
        if (!in_window(fin, tcb.rcv.nxt, std::max(1u, tcb.rcv.wnd))) return;
        const std::int64_t offset = stream_offset(fin, tcb.rcv.irs + 1, tcb.in.next());
        if (!tcb.in.finish_at(static_cast<std::uint64_t>(offset))) return;
        acknowledge_now(tcb);
    }
    if (!tcb.in.ended()) return;
    acknowledge_now(tcb);
    advance_rcv_nxt(tcb);
    fin_arrives(tcb, arrival.now);
}

}  // namespace glass::tcp
