// LocalAddresses: which addresses a host has, and which may stand in what it receives: RFC 1122 section
// 3.2.1.3, RFC 9293 section 3.9.2.3, RFC 4291 section 2.
#pragma once

#include <vector>

#include "ip/address.h"

namespace glass::tcp {

struct LocalAddress {
    ip::Address address;
    std::uint8_t prefix_length = 0;  ///< of its network, for the broadcast address; 0: none is known
};

class LocalAddresses {
public:
    explicit LocalAddresses(std::vector<LocalAddress> addresses) : addresses_(std::move(addresses)) {}

    [[nodiscard]] bool has(const ip::Address& address) const;
    /// A group's, or everybody's on a network: nothing is answered that was sent there (MUST-57).
    [[nodiscard]] bool is_group(const ip::Address& address) const;
    /// No single other host sends from there: unspecified, a group's, loopback's, or our own (MUST-63; the
    /// LAND attack).
    [[nodiscard]] bool is_impossible_source(const ip::Address& address) const;
    /// Where to send from to `remote`: the address that has the longest prefix in common with it (RFC 6724
    /// rule 8). Null: no address of that version.
    [[nodiscard]] const ip::Address* source_for(const ip::Address& remote) const;

    [[nodiscard]] const std::vector<LocalAddress>& all() const { return addresses_; }

private:
    std::vector<LocalAddress> addresses_;
};

}  // namespace glass::tcp
