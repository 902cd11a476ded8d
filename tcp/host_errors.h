// Host errors: the ICMP errors that a host sends: RFC 1122 section 3.2.2, RFC 4443 section 2.4. Never about
// errors, groups' packets or fragments but the first, and no more of them than a limit that outsiders cannot
// measure.
#pragma once

#include "tcp/host_core.h"

namespace glass::tcp {

/// IPv4; `pointer`: octets into the packet.
void send_parameter_problem(HostCore& host, const ip::Datagram& about, std::size_t pointer);
void send_ipv6_problem(HostCore& host, const ip::Datagram& about, const ip::Ipv6Problem& problem);
/// Both versions: over IPv6 it is a Parameter Problem (RFC 8200 section 4).
void send_protocol_unreachable(HostCore& host, const ip::Datagram& about);
void send_port_unreachable(HostCore& host, const ip::Datagram& about);
void send_reassembly_timeout(HostCore& host, const ip::GivenUp& given_up);
/// Those of RFC 8200 section 4.5.
void report_bad_fragment(HostCore& host, const ip::Datagram& fragment, ip::FragmentDrop why);

}  // namespace glass::tcp
