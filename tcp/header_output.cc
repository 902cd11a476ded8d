#include "tcp/header_output.h"

#include "tcp/negotiation.h"
#include "tcp/receive_window.h"

namespace glass::tcp {

namespace {

/// Where the urgent data ends, as an offset from this segment (MUST-62); 16 bits say as much as they can.
void add_urgent_pointer(Tcb& tcb, Segment& segment) {
    constexpr std::uint32_t kMost = 0xffff;
    if (!tcb.snd.urgent || tcb.snd.up <= segment.seq) return;
    segment.flags |= URG;
    segment.urgent_pointer = static_cast<std::uint16_t>(std::min(kMost, tcb.snd.up - segment.seq));
}

/// `complete`: nothing more has to be said about what arrived.
void note_acknowledgment(Tcb& tcb, bool complete) {
    tcb.acks.last_sent = tcb.rcv.nxt;
    if (!complete) return;
    tcb.acks.now = false;
    tcb.acks.octets = 0;
    tcb.acks.duplicate_block.reset();
    tcb.timers.stop(Timer::delayed_ack);
}

}  // namespace

Segment make_segment(Tcb& tcb, Seq seq, std::uint16_t flags, ip::Bytes text, ip::Time now) {
    Segment segment{.src_port = tcb.local.port,
                    .dst_port = tcb.remote.port,
                    .seq = seq,
                    .ack = tcb.rcv.nxt,
                    .flags = static_cast<std::uint16_t>(flags | ACK | (tcb.ecn.echo ? ECE : 0)),
                    .payload = text};
    const std::size_t size = tcb.segment_size > 0 ? tcb.segment_size : text.size();
    const std::size_t room = send_mss(tcb) - std::min<std::size_t>(send_mss(tcb), size);
    bool complete = true;
    segment.options = segment_options(tcb, room, now, complete);
    segment.window = offer_window(tcb, false);
    add_urgent_pointer(tcb, segment);
    note_acknowledgment(tcb, complete);
    return segment;
}

Segment make_syn(Tcb& tcb, ip::Time now) {
    const bool answers = tcb.state == State::syn_received;
    Segment segment{.src_port = tcb.local.port,
                    .dst_port = tcb.remote.port,
                    .seq = tcb.snd.iss,
                    .ack = answers ? tcb.rcv.nxt : Seq{},
                    .flags = static_cast<std::uint16_t>((answers ? SYN | ACK : SYN) | ecn_setup_flags(tcb))};
    segment.options = syn_options(tcb, now);
    segment.window = offer_window(tcb, true);
    if (answers) note_acknowledgment(tcb, true);
    return segment;
}

}  // namespace glass::tcp
