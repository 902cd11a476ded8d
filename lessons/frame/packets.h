// Packets for the capture that a failure leaves: a TCP conversation between 10.0.0.1, the client,
// and 10.0.0.2.
#pragma once

#include "lessons/frame/check.h"
#include "tcp/segment.h"

namespace glass::lesson {

inline constexpr std::uint16_t kClientPort = 49152, kServerPort = 80;
inline constexpr std::uint32_t kClientIss = 1000, kServerIss = 5000;

/// A segment in an IPv4 packet, from the client or to it; ports are filled in.
[[nodiscard]] ip::Buffer packet(bool from_client, tcp::Segment segment);

/// The three segments that open the conversation, a millisecond apart, from time 0.
void tape_handshake(Check& check);

}  // namespace glass::lesson
