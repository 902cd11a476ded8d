// Describe TCP: the fields of a segment's header and options for every view, RFC 9293 section 3.1.
#pragma once

#include "tools/field.h"
#include "tools/packet.h"

namespace glass::tools {

inline constexpr FieldInfo kTcp[] = {
    {"stream", "Stream"},
    {"srcport", "Source Port", 0, 16},
    {"dstport", "Destination Port", 16, 16},
    {"seq_raw", "Sequence Number", 32, 32},
    {"seq", "Relative Sequence Number"},
    {"ack_raw", "Acknowledgment Number", 64, 32},
    {"ack", "Relative Acknowledgment Number"},
    {"hdr_len", "Data Offset", 96, 4},
    {"flags", "Flags", 100, 12, Show::everywhere, Radix::hex},
    {"flags.res", "Reserved", 100, 3, Show::people_only},
    {"flags.ae", "Accurate ECN", 103, 1, Show::people_only},
    {"flags.cwr", "Congestion Window Reduced", 104, 1, Show::people_only},
    {"flags.ece", "ECN-Echo", 105, 1, Show::people_only},
    {"flags.urg", "Urgent Pointer is significant", 106, 1, Show::people_only},
    {"flags.ack", "Acknowledgment Number is significant", 107, 1, Show::people_only},
    {"flags.push", "Push", 108, 1, Show::people_only},
    {"flags.reset", "Reset", 109, 1, Show::people_only},
    {"flags.syn", "Synchronize sequence numbers", 110, 1, Show::people_only},
    {"flags.fin", "No more data from sender", 111, 1, Show::people_only},
    {"flags_str", "Flags in words"},
    {"window_size_value", "Window", 112, 16},
    {"window_size", "Window, scaled"},
    {"checksum", "Checksum", 128, 16, Show::everywhere, Radix::hex},
    {"checksum_status", "Checksum Status"},
    {"urgent_pointer", "Urgent Pointer", 144, 16},
    {"options", "Options"},
    {"padding", "Padding", 0, 8, Show::people_only},
    {"len", "Segment Data Length"},
    {"analysis", "Analysis"},
    {"mark", "Mark"},
};

/// Adds the fields of kTcp. stream, seq, ack and window_size come from packet.tcp, and only for the header it
/// is about.
void describe_tcp(const Layer& layer, const Packet& packet, FieldList& out);

}  // namespace glass::tools
