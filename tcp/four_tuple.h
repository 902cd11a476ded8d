// FourTuple: what tells connections apart, both their endpoints, RFC 9293 section 3.3.1.
#pragma once

#include <cstdint>

#include "ip/siphash.h"
#include "tcp/endpoint.h"

namespace glass::tcp {

struct FourTuple {
    Endpoint local;
    Endpoint remote;

    bool operator==(const FourTuple&) const = default;
};

/// Nobody who does not know the key can find tuples that fall on one place, or learn the key from places.
[[nodiscard]] std::uint64_t hash(const FourTuple& tuple, const ip::SipKey& key);

}  // namespace glass::tcp
