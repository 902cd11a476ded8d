// SYN cookies: an ISN that remembers what the SYN said, so that the host need not: RFC 4987 section 3.6.
#pragma once

#include <optional>

#include "ip/siphash.h"
#include "ip/time.h"
#include "tcp/cookie_facts.h"
#include "tcp/four_tuple.h"
#include "tcp/segment.h"

namespace glass::tcp {

///  5 bits   3 bits             24 bits
/// +-------+-------+-----------------------------------+
/// | time  |  MSS  |   MAC of all that, and the SYN    |   + a number that only we know for the connection
/// +-------+-------+-----------------------------------+
/// What else the SYN offered is in the lowest six bits of the timestamp that goes out with it, and comes
/// back: window scale (4 bits), SACK, ECN. Without timestamps none of that is offered.
class SynCookies {
public:
    /// A cookie is good for one to two of these.
    static constexpr ip::Duration kPeriod = std::chrono::seconds(64);

    explicit SynCookies(const ip::SipKey& key) : key_(key) {}

    /// The ISS of the SYN,ACK that answers `syn`.
    [[nodiscard]] Seq iss_for(const FourTuple& tuple, const Segment& syn, ip::Time now) const;
    /// The timestamp to send with it, at most 64 ticks older than `tsval`.
    [[nodiscard]] static std::uint32_t timestamp_for(const Segment& syn, std::uint32_t tsval);

    /// What the SYN said, if `ack` acknowledges a cookie of ours that is not too old.
    [[nodiscard]] std::optional<CookieFacts> check(const FourTuple& tuple, const Segment& ack,
                                                   ip::Time now) const;

private:
    [[nodiscard]] std::uint32_t mac(const FourTuple& tuple, Seq irs, std::uint64_t period,
                                    std::uint32_t mss_index) const;

    ip::SipKey key_;
};

}  // namespace glass::tcp
