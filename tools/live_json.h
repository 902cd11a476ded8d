// Live JSON: what the live page's script reads: connections, segments, the state diagram, annotated packets.
//
// Times are whole microseconds since `epoch`; keys are short, as many of them go over a slow link.
#pragma once

#include "tools/json.h"
#include "tools/live_track.h"

namespace glass::tools {

/// {"states": [names], "moves": [[from, to, event]]}, by numbers: the table of tcp/state.
void write_state_table(JsonWriter& json);

/// One connection: "c" its number, "peer", "local", "text", "opened" by "us" or "peer", "state" and
/// "peer_state" as numbers, "over", "events" where it carries some; "out" and "in": segments, octets,
/// repeated, lost.
void write_track(const LiveTrack& track, JsonWriter& json);

/// One segment: "n" number, "us" sent by our host, "s" sent, "f" fate, "a" when that was settled, "w" why it
/// was lost, "g" the one it repeats, "fl" flags, "len" octets of text, "l" label, "m" remarks [[tone, text]],
/// "b" what went before: our segments and octets, then the other end's.
void write_row(const LiveRow& row, ip::Time epoch, JsonWriter& json);

/// [at, by us, from, to]
void write_move(const LiveMove& move, ip::Time epoch, JsonWriter& json);

/// [at, cwnd, ssthresh, flight, snd_wnd, queued, rto, srtt]: octets and microseconds; null: none yet.
void write_sample(const LiveSample& sample, ip::Time epoch, JsonWriter& json);

/// A segment's packet: {"c", "n", "length", "hex", "layers": [{"title", "spec", "at", "end", "fields":
/// [...]}]}; a field has depth "d", "bit" and "width" from the packet's start, "label", "value", "note", and
/// the "word" that explains it.
void write_packet(const LiveTrack& track, const LiveRow& row, JsonWriter& json);

}  // namespace glass::tools
