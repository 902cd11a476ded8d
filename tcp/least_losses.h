// Least losses: the fewest packets that a link has to lose for a run still to fail, in the manner of
// ip/shrink.h.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ip/sim_link.h"

namespace glass::tcp {

struct LostPacket {
    bool to_b = false;         ///< on its way from A to B
    std::uint64_t number = 0;  ///< as the link counts, from 1 on
    std::string what{};        ///< "SYN 0x0000002a, 0 octets", as it was when it was seen to be lost

    bool operator==(const LostPacket& o) const { return to_b == o.to_b && number == o.number; }
};

/// A link as a run is to have it: options, and who has to watch both directions.
struct LossyLink {
    ip::SimLinkOptions to_b;
    ip::SimLinkOptions to_a;
    ip::SimObserver* watches_to_b = nullptr;
    ip::SimObserver* watches_to_a = nullptr;
};

struct LeastLosses {
    bool fails = false;  ///< with all the losses that the options make; else there is nothing to find
    std::vector<LostPacket> lost{};  ///< these alone make it fail
    std::size_t runs = 0;
    bool minimal = false;  ///< without any one of them it does not

    /// A line for each, "lost to B: packet 3 (ACK ...)"; "fails without any loss".
    [[nodiscard]] std::string text() const;
};

/// `fails` makes a world with such a link, runs it, and says whether what must not happen has happened; the
/// same for the same link. It is run with the losses that chance makes of `link`, then with fewer and fewer
/// of them, at most `most_runs` times. What chance does besides losing stays as it was.
[[nodiscard]] LeastLosses least_losses(const LossyLink& link,
                                       const std::function<bool(const LossyLink&)>& fails,
                                       std::size_t most_runs = 500);

}  // namespace glass::tcp
