// Fragmenting: RFC 791 section 3.2 for IPv4, RFC 8200 section 4.5 for IPv6.
#pragma once

#include <cstdint>
#include <vector>

#include "ip/bytes.h"
#include "ip/error.h"

namespace glass::ip {

/// The packet in pieces of at most `mtu` octets each, headers included; itself alone where it fits. The
/// packet may be a fragment itself. Options with the copied flag stand in every piece, the others in the
/// first. Errors: those of parse_ipv4; bad_value: Don't Fragment is set; too_long: no eight octets fit beside
/// the header.
[[nodiscard]] Result<std::vector<Buffer>> fragment_ipv4(Bytes packet, std::size_t mtu);

/// The same for IPv6, which only senders do. `identification` must differ from that of other packets between
/// the same addresses still under way. Errors: those of parse_ipv6; bad_value: it carries a fragment header
/// already; too_long: all headers do not fit the first piece (RFC 7112), or no eight octets beside the
/// repeated ones.
[[nodiscard]] Result<std::vector<Buffer>> fragment_ipv6(Bytes packet, std::size_t mtu,
                                                        std::uint32_t identification);

}  // namespace glass::ip
