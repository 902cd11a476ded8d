// Host segment: a segment to its connection, or to the listener that makes one: RFC 9293 sections 3.10.7.1
// and 3.10.7.4.
#pragma once

#include "tcp/host_core.h"

namespace glass::tcp {

/// A datagram that carries TCP, whole and to one of the host's addresses.
struct TcpDatagram {
    FourTuple tuple;  ///< seen from here; the ports are still to be read
    ip::Ecn ecn = ip::Ecn::not_ect;
    ip::Bytes payload;  ///< borrowed
    ip::ChecksumState checksum = ip::ChecksumState::complete;
};

void segment_arrives_at_host(HostCore& host, TcpDatagram& datagram);

/// CLOSED, section 3.10.7.1.
void arrives_nowhere(HostCore& host, const FourTuple& tuple, const Segment& segment);

}  // namespace glass::tcp
