// Fragmenting IPv6, which only senders do: RFC 8200 section 4.5.
#pragma once

#include <cstdint>
#include <vector>

#include "ip/bytes.h"
#include "ip/error.h"

namespace glass::ip {

/// The packet in pieces of at most `mtu` octets each, headers included; itself alone where it fits.
/// `identification` must differ from that of other packets between the same addresses still under way.
/// Errors: those of parse_ipv6; bad_value: it carries a fragment header already; too_long: all headers do not
/// fit the first piece (RFC 7112), or no eight octets beside the repeated ones.
[[nodiscard]] Result<std::vector<Buffer>> fragment_ipv6(Bytes packet, std::size_t mtu,
                                                        std::uint32_t identification);

}  // namespace glass::ip
