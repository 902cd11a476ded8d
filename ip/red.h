// RED: drops by chance as the average queue grows (Floyd and Jacobson, "Random early detection gateways for
// congestion avoidance", 1993), as RFC 7567 section 4.2 has it in view.
#pragma once

#include <cstdint>

#include "ip/random.h"
#include "ip/sim_options.h"

namespace glass::ip {

/// Judges each packet as it comes to the queue. In integers, so that every machine gets the same.
class Red {
public:
    enum class Verdict : std::uint8_t {
        pass,
        congested,  ///< drop it, or mark it
        drop,       ///< the average is above the upper threshold: drop it even where it could be marked
    };

    /// `rate` in bits per second: how fast packets would have left while the queue was empty.
    Red(const RedOptions& options, std::uint64_t rate) : options_(options), rate_(rate) {}

    /// A packet comes to a queue of `queued` octets.
    [[nodiscard]] Verdict judge(std::uint64_t queued, Time now, Random& random);
    /// The queue became empty.
    void emptied(Time now);

    /// The average queue, in octets.
    std::uint64_t average() const { return average_ >> kFraction; }

private:
    static constexpr unsigned kFraction = 16;  ///< binary digits of average_ after the point

    void average_in(std::uint64_t queued, Time now);
    void decay(std::uint64_t samples);
    /// The chance that the average alone gives.
    Ratio base_chance() const;
    bool spread_out(Ratio base, Random& random);

    RedOptions options_;
    std::uint64_t rate_;
    std::uint64_t average_ = 0;
    std::uint64_t passed_ = 0;  ///< since the last one that did not
    Time empty_since_{};
    bool empty_ = false;
};

}  // namespace glass::ip
