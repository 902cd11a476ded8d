// Describe DNS: the fields of a message for every view, RFC 1035 section 4.
#pragma once

#include "tools/field.h"
#include "tools/packet.h"

namespace glass::tools {

inline constexpr FieldInfo kDns[] = {
    {"id", "ID", 0, 16, Show::everywhere, Radix::hex},
    {"flags", "Flags", 16, 16, Show::everywhere, Radix::hex},
    {"response", "Response", 16, 1},
    {"opcode", "Opcode", 17, 4},
    {"flags.authoritative", "Authoritative Answer", 21, 1, Show::people_only},
    {"flags.truncated", "Truncation", 22, 1, Show::people_only},
    {"flags.recdesired", "Recursion Desired", 23, 1, Show::people_only},
    {"flags.recavail", "Recursion Available", 24, 1, Show::people_only},
    {"flags.z", "Reserved", 25, 1, Show::people_only},
    {"flags.authenticated", "Authentic Data", 26, 1, Show::people_only},
    {"flags.checkdisable", "Checking Disabled", 27, 1, Show::people_only},
    {"rcode", "Response Code", 28, 4},
    {"qdcount", "Questions", 32, 16},
    {"ancount", "Answers", 48, 16},
    {"nscount", "Authority Records", 64, 16},
    {"arcount", "Additional Records", 80, 16},
    {"queries", "Questions"},
    {"answers", "Answers"},
    {"authorities", "Authority"},
    {"additionals", "Additional"},
    {"error", "Error"},
};

/// Adds the fields of kDns: as much as could be read, and `error` where that is not all.
void describe_dns(const Layer& layer, const Packet& packet, FieldList& out);

}  // namespace glass::tools
