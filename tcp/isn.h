// Initial sequence numbers that outsiders cannot predict, RFC 6528 section 3 and RFC 9293 section 3.4.1.
#pragma once

#include "ip/siphash.h"
#include "ip/time.h"
#include "tcp/endpoint.h"
#include "tcp/seq.h"

namespace glass::tcp {

/// M + F(localip, localport, remoteip, remoteport, secretkey): M counts in 4 microseconds (MUST-8), F is
/// SipHash (MUST-9). The key is secret, random, and the same for all connections of a host.
[[nodiscard]] Seq initial_sequence_number(const ip::SipKey& secret, const Endpoint& local,
                                          const Endpoint& remote, ip::Time now);

/// Other secrets of a connection that its peer must not guess, one for each `purpose`.
[[nodiscard]] std::uint64_t connection_secret(const ip::SipKey& secret, const Endpoint& local,
                                              const Endpoint& remote, std::uint64_t purpose);

}  // namespace glass::tcp
