// DNS data: what a resource record says, as text for people, in the presentation format of each type's RFC.
#pragma once

#include <cstdint>
#include <string>

#include "ip/bytes.h"
#include "ip/error.h"
#include "tools/dns.h"

namespace glass::tools {

enum class DnsType : std::uint16_t {
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    PTR = 12,
    MX = 15,
    TXT = 16,
    AAAA = 28,
    SRV = 33,
    DNAME = 39,
    OPT = 41,
    DS = 43,
    RRSIG = 46,
    DNSKEY = 48,
    SVCB = 64,
    HTTPS = 65,
    CAA = 257,
};

/// "AAAA"; "TYPE4711" where Glass knows no name (RFC 3597 section 5).
[[nodiscard]] std::string dns_type_name(std::uint16_t type);
/// "IN"; "CLASS4711".
[[nodiscard]] std::string dns_class_name(std::uint16_t rr_class);

/// What the record's data says. Keys, signatures and service parameters are only counted or named. bad_value:
/// a type that Glass does not read; any other error: the data is not what its type asks for.
[[nodiscard]] ip::Result<std::string> dns_data_text(ip::Bytes message, const DnsRecord& record);

}  // namespace glass::tools
