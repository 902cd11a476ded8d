// Host ICMP: echo is answered, errors go to the connection they are about: RFC 1122 section 3.2.2, RFC 4443,
// RFC 5927.
#pragma once

#include <expected>

#include "tcp/host_core.h"
#include "tcp/host_error.h"

namespace glass::tcp {

/// From the address nearest to the other, which is returned.
std::expected<ip::Address, HostError> send_echo(HostCore& host, const ip::Address& to,
                                                const EchoRequest& echo);

void icmp_arrives_at_host(HostCore& host, const ip::Datagram& datagram);
/// Nobody listens: port unreachable (RFC 1122 section 4.1.3.1).
void udp_arrives_at_host(HostCore& host, const ip::Datagram& datagram);

}  // namespace glass::tcp
