// IcmpUser: who gets the ICMP messages that are for no connection, RFC 1122 section 3.2.2.
#pragma once

#include "ip/datagram.h"
#include "ip/icmp.h"
#include "ip/time.h"

namespace glass::tcp {

/// RFC 792: the reply has the same.
struct EchoRequest {
    std::uint16_t identifier = 0;
    std::uint16_t sequence = 0;
    ip::Bytes data{};  ///< borrowed
};

class IcmpUser {
public:
    virtual ~IcmpUser() = default;
    /// Echo replies, and errors that are about no segment of ours. All is borrowed for the call.
    virtual void icmp_arrived(const ip::Datagram& datagram, const ip::IcmpHeader& message, ip::Time now) = 0;
};

}  // namespace glass::tcp
