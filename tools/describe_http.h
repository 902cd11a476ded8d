// Describe HTTP: the start lines of the messages whose head a frame completed; RFC 9112 sections 3 and 4.
#pragma once

#include "tools/field.h"
#include "tools/packet.h"

namespace glass::tools {

inline constexpr FieldInfo kHttp[] = {
    {"request", "Request"}, {"response", "Response"}, {"method", "Method"},      {"uri", "Request Target"},
    {"version", "Version"}, {"host", "Host"},         {"status", "Status Code"}, {"reason", "Reason Phrase"},
};

/// The n-th HTTP layer of a packet is about the n-th of Packet::http. Its octets are those of the segment,
/// which may hold only the end of the head, or more than it: fields have no place.
void describe_http(const Layer& layer, const Packet& packet, FieldList& out);

}  // namespace glass::tools
