// SimQueue: what waits for a simulated link's transmitter: drop-tail, RED, or CoDel; RFC 7567 section 4.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "ip/codel.h"
#include "ip/red.h"
#include "ip/sim_event.h"
#include "ip/sim_options.h"

namespace glass::ip {

class SimQueue {
public:
    /// `rate` in bits per second; `seed` for what RED draws. Precondition: why_impossible() has nothing
    /// against the options.
    SimQueue(const SimQueueOptions& options, std::uint64_t rate, std::uint64_t seed)
        : options_(options), seed_(seed), red_(options.red, rate), codel_(options.codel) {}

    /// What waits stays; a discipline begins anew.
    void change(const SimQueueOptions& options, std::uint64_t rate) {
        options_ = options;
        red_ = Red(options.red, rate);
        codel_ = Codel(options.codel);
    }

    /// Takes the packet, perhaps marked, or says why not: then it stays with the caller.
    [[nodiscard]] std::optional<Drop> push(SimPacket&& packet, Time now);

    /// Takes the packet at the head, perhaps marked. Where `drop` is set, CoDel dropped it: take the next one
    /// at the same `now`.
    struct Head {
        SimPacket packet;
        bool drop = false;
    };
    [[nodiscard]] std::optional<Head> pop(Time now);

    std::uint64_t packets() const { return waiting_.size(); }
    std::uint64_t octets() const { return octets_; }

private:
    bool has_room(std::uint64_t more) const;
    /// Marks the packet where that may be and can be.
    bool mark(SimPacket& packet) const;

    SimQueueOptions options_;
    std::uint64_t seed_;
    Red red_;
    Codel codel_;
    std::deque<SimPacket> waiting_;
    std::uint64_t octets_ = 0;
};

}  // namespace glass::ip
