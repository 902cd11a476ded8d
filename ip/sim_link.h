// SimLink: one direction of a simulated link, in virtual time. Packet, queue, transmitter, wire, packet.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "ip/sim_event.h"
#include "ip/sim_options.h"
#include "ip/sim_queue.h"

namespace glass::ip {

struct SimCounters {
    std::uint64_t sent = 0;
    std::uint64_t sent_octets = 0;
    std::uint64_t delivered = 0;  ///< copies counted
    std::uint64_t delivered_octets = 0;
    std::uint64_t duplicated = 0;
    std::uint64_t reordered = 0;
    std::uint64_t corrupted = 0;
    std::uint64_t marked = 0;  ///< that left the queue
    std::array<std::uint64_t, static_cast<std::size_t>(Drop::count_)> dropped{};

    std::uint64_t dropped_for(Drop why) const { return dropped[static_cast<std::size_t>(why)]; }
    std::uint64_t dropped_in_all() const;
};

/// Packets wait in the queue, are transmitted one after the other at the link's rate, and then propagate. The
/// same seed, packets and times give the same fates. What chance decides about the wire (loss, jitter, ...)
/// depends on the seed, the option and the packet's number alone: another option, or another time of sending,
/// does not change it. So do RED's draws. (Whether the link is bad, for BurstLoss, also depends on which
/// packets left the queue before.)
///
/// There are no ticks: virtual time costs nothing. `now` never goes back from call to call.
/// Memory: options.memory, and as much again for duplicates at the worst.
class SimLink {
public:
    /// Precondition: why_impossible() has nothing against the options. The observer outlives the link; it
    /// gets events in order of their times if receive() is called until nothing comes at every deadline.
    SimLink(SimLinkOptions options, std::uint64_t seed, SimObserver* observer = nullptr);

    /// Takes the packet and gives nothing, or why it was dropped at once. After Drop::too_big, and only then,
    /// the packet still is the caller's: to answer with ICMP (RFC 1191 section 4, RFC 8201).
    std::optional<Drop> send(Buffer&& packet, Time now);

    /// When to call receive() again, or nothing while the link is empty. Not all that is due brings a packet.
    [[nodiscard]] std::optional<Time> deadline() const;

    /// A packet that arrived at `now` or before; its `arrives` tells when. Call until there is none.
    [[nodiscard]] std::optional<SimPacket> receive(Time now);

    /// From now on; what is on the wire stays as it is. All but the queue, which keeps its own.
    /// Precondition: as that of the constructor.
    void change(SimLinkOptions options) { options_ = std::move(options); }
    const SimLinkOptions& options() const { return options_; }
    /// From now on the link is like that; what has departed arrives as it was going to, and what waits stays
    /// in the queue. Precondition as for the first options.
    void change(SimLinkOptions options, Time now);
    const SimCounters& counters() const { return counters_; }
    std::uint64_t queued_packets() const { return queue_.packets(); }
    std::uint64_t queued_octets() const { return queue_.octets(); }
    /// Packets that are somewhere on the link, copies counted.
    std::uint64_t packets_held() const;
    std::uint64_t octets_held() const { return held_octets_; }  ///< as options.memory counts them

private:
    using Place = std::pair<Time, std::uint64_t>;  ///< arrival, and order among equals
    /// A reordered packet that goes on when `overtaken_at` packets have arrived in order.
    struct Waiting {
        std::uint64_t overtaken_at;
        Place place;  ///< in late_, unless it was delivered meanwhile
    };

    std::optional<Drop> refuse(SimPacket& packet, Time now);
    void transmit_until(Time now);
    void start_next(Time now);
    Duration transmission_time(std::size_t octets);
    void depart(SimPacket packet, Time now);
    Duration jitter(std::uint64_t number) const;
    std::optional<Drop> lost(std::uint64_t number);
    void corrupt(SimPacket& packet);
    void place(SimPacket packet);
    SimPacket copy_of(const SimPacket& packet);
    void put_late(SimPacket packet);
    void let_overtaken_go(Time at);
    std::optional<Place> next_arrival() const;
    SimPacket take_next_arrival();
    bool by_chance(Ratio ratio, std::uint64_t purpose, std::uint64_t number) const;
    bool chosen(const Chosen& which, std::uint64_t purpose, std::uint64_t number) const;
    void drop(const SimPacket& packet, Drop why, Time at);
    void report(SimEvent::Kind kind, Time at, const SimPacket& packet, Drop why = {}) const;

    SimLinkOptions options_;
    std::uint64_t seed_;
    SimObserver* observer_;
    SimCounters counters_;
    SimQueue queue_;
    std::optional<SimPacket> transmitting_;
    Time transmitted_at_{};      ///< when transmitting_ will be
    std::uint64_t carried_ = 0;  ///< nanoseconds times rate that the last transmission was rounded down by
    bool bad_ = false;           ///< of BurstLoss
    Time last_in_order_ = Time::min();  ///< arrival of the last packet that keeps its place
    std::uint64_t in_order_ = 0;
    std::uint64_t placed_ = 0;
    std::deque<SimPacket> wire_;       ///< ascending by place
    std::map<Place, SimPacket> late_;  ///< reordered packets, and copies
    std::deque<Waiting> waiting_;      ///< ascending by overtaken_at
    std::uint64_t held_octets_ = 0;
};

/// Both directions between two ends, A and B. Their fates are independent of each other.
struct SimLinkPair {
    SimLinkPair(const SimLinkOptions& options_to_b, const SimLinkOptions& options_to_a, std::uint64_t seed,
                SimObserver* watches_to_b = nullptr, SimObserver* watches_to_a = nullptr);

    SimLink to_b;
    SimLink to_a;

    /// The earlier one of the two.
    [[nodiscard]] std::optional<Time> deadline() const;
};

}  // namespace glass::ip
