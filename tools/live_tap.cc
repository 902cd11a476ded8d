#include "tools/live_tap.h"

#include <algorithm>
#include <cstring>

namespace glass::tools {
namespace {

void keep(ip::Bytes packet, TapNote& note) {
    note.length = static_cast<std::uint32_t>(packet.size());
    note.kept = static_cast<std::uint16_t>(std::min(packet.size(), TapNote::kKept));
    if (note.kept > 0) std::memcpy(note.octets.data(), packet.data(), note.kept);
}

void take_facts(const tcp::Connection& connection, TapFacts& facts) {
    const tcp::Status status = connection.status();
    const tcp::Tcb& tcb = connection.tcb();
    facts = {.state = status.state,
             .full = true,
             .phase = status.phase,
             .reason = connection.last_reason(),
             .iss = tcb.snd.iss.value(),
             .irs = tcb.rcv.irs.value(),
             .cwnd = status.cwnd,
             .ssthresh = status.ssthresh,
             .flight = tcb.sent.pipe(),
             .snd_wnd = status.snd_wnd,
             .rcv_wnd = status.rcv_wnd,
             .resent = tcb.resent,
             .sacked = tcb.sent.sacked_segments(),
             .duplicates = tcb.duplicate_acks,
             .path_mtu = status.path_mtu,
             .rto = status.rto,
             .srtt = status.srtt};
}

}  // namespace

void LiveTap::on_packet(bool sent, ip::Bytes packet, const tcp::Host& host, ip::Time now) {
    TapNote& note = next_note();
    note.kind = sent ? TapNote::Kind::sent : TapNote::Kind::received;
    note.to_host = !sent;
    note.at = now;
    note.connection = sent ? host.last_sender() : host.last_receiver();
    note.facts.full = false;
    keep(packet, note);
    if (!note.connection) return;
    const tcp::Connection* connection = watched_ ? host.find(note.connection) : nullptr;
    if (connection)
        take_facts(*connection, note.facts);
    else
        note.facts.state = host.state(note.connection);
}

void LiveTap::note_link(const ip::SimEvent& event, bool to_host) {
    using Kind = ip::SimEvent::Kind;
    if (event.kind == Kind::departed) return;
    TapNote& note = next_note();
    note.kind = event.kind == Kind::sent        ? TapNote::Kind::entered
                : event.kind == Kind::delivered ? TapNote::Kind::delivered
                                                : TapNote::Kind::dropped;
    note.to_host = to_host;
    note.why = event.why;
    note.damaged = event.packet.corrupt;
    note.number = event.packet.number;
    note.queued = event.queued_octets;
    note.at = event.at;
    note.connection = {};
    note.kept = 0;
    note.length = static_cast<std::uint32_t>(event.packet.octets.size());
    if (event.kind == Kind::sent) keep(event.packet.octets, note);
}

}  // namespace glass::tools
