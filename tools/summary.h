// Summary: what a packet says, in a few words, for one line.
#pragma once

#include "tools/packet.h"
#include "tools/text_buffer.h"

namespace glass::tools {

/// Appends "SYN ACK  seq 0 ack 1  win 28960  mss 1460 ws 7 sack", "echo request id 7 seq 1  56 B", "who
/// has 10.0.0.1?".
void write_summary(const Packet& packet, bool absolute_seq, TextBuffer& out);

/// Appends what is odd about the packet, each part after two spaces: faults, wrong checksums, missing octets,
/// tunnels.
void write_remarks(const Packet& packet, TextBuffer& out);

}  // namespace glass::tools
