#include "ip/sim_link.h"

#include <algorithm>
#include <numeric>

namespace glass::ip {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kPacketCost = 128;  // octets counted for a packet besides its own
constexpr std::uint64_t kSecond = 1'000'000'000;

/// Each has its own sequence of random numbers. The values are part of what a seed means: do not renumber.
enum Purpose : std::uint64_t {
    kLoss = 1,
    kBurstChange = 2,
    kBurstLoss = 3,
    kDuplicate = 4,
    kReorder = 5,
    kCorrupt = 6,
    kCorruptBits = 7,
    kJitter = 8,
    kQueue = 9,
};

bool listed(const Chosen& which, std::uint64_t number) {
    return !which.numbers.empty() && std::ranges::binary_search(which.numbers, number);
}

std::uint64_t cost(const SimPacket& packet) {
    return packet.octets.size() + kPacketCost;
}

/// The seed of one of several links under one seed.
std::uint64_t seed_of(std::uint64_t seed, std::uint64_t link) {
    return Random(seed, ~std::uint64_t{0}, link).next();
}

}  // namespace

std::uint64_t SimCounters::dropped_in_all() const {
    return std::accumulate(dropped.begin(), dropped.end(), std::uint64_t{0});
}

SimLink::SimLink(SimLinkOptions options, std::uint64_t seed, SimObserver* observer)
    : options_(std::move(options)),
      seed_(seed),
      observer_(observer),
      queue_(options_.queue, options_.rate, Random(seed, kQueue).next()) {}

void SimLink::change(SimLinkOptions options, Time now) {
    transmit_until(now);
    options_ = std::move(options);
    queue_.change(options_.queue, options_.rate);
}

// ---- into the queue ----

std::optional<Drop> SimLink::send(Buffer&& octets, Time now) {
    transmit_until(now);
    SimPacket packet{.octets = std::move(octets), .number = ++counters_.sent, .sent = now};
    counters_.sent_octets += packet.octets.size();
    report(SimEvent::Kind::sent, now, packet);
    const std::uint64_t costs = cost(packet);
    if (const auto why = refuse(packet, now)) {
        drop(packet, *why, now);
        if (*why == Drop::too_big) octets = std::move(packet.octets);
        return why;
    }
    held_octets_ += costs;
    if (!transmitting_) start_next(now);
    transmit_until(now);
    return std::nullopt;
}

/// Why the packet does not get into the queue; else it is in there.
std::optional<Drop> SimLink::refuse(SimPacket& packet, Time now) {
    const std::size_t mtu = options_.mtu == 0 ? kMaxSimPacket : options_.mtu;
    if (packet.octets.size() > mtu) return options_.silent_mtu ? Drop::black_hole : Drop::too_big;
    if (held_octets_ + cost(packet) > options_.memory) return Drop::memory;
    return queue_.push(std::move(packet), now);
}

// ---- through the transmitter ----

void SimLink::transmit_until(Time now) {
    while (transmitting_ && transmitted_at_ <= now) {
        SimPacket packet = *std::exchange(transmitting_, std::nullopt);
        const Time at = transmitted_at_;
        depart(std::move(packet), at);
        start_next(at);
    }
}

void SimLink::start_next(Time now) {
    // Idle until now: the remainder of an earlier busy period is none of this one.
    if (transmitted_at_ != now) carried_ = 0;
    while (auto head = queue_.pop(now)) {
        if (head->drop) {
            held_octets_ -= cost(head->packet);
            drop(head->packet, Drop::codel, now);
            continue;
        }
        transmitted_at_ = now + transmission_time(head->packet.octets.size());
        transmitting_ = std::move(head->packet);
        return;
    }
}

/// Rounded down to the nanosecond; what is lost thereby is carried over, so that none is over a busy period.
Duration SimLink::transmission_time(std::size_t octets) {
    if (options_.rate == 0) return Duration::zero();
    const Wide total = (Wide{octets} + options_.overhead) * 8 * kSecond + carried_;
    carried_ = static_cast<std::uint64_t>(total % options_.rate);
    return Duration(static_cast<std::int64_t>(total / options_.rate));
}

// ---- onto the wire ----

void SimLink::depart(SimPacket packet, Time now) {
    counters_.marked += packet.marked;
    if (const auto why = lost(packet.number)) {
        held_octets_ -= cost(packet);
        return drop(packet, *why, now);
    }
    if (chosen(options_.corrupt, kCorrupt, packet.number)) corrupt(packet);
    packet.duplicated = chosen(options_.duplicate, kDuplicate, packet.number);
    packet.reordered = chosen(options_.reorder, kReorder, packet.number);
    packet.arrives = now + options_.delay + jitter(packet.number);
    if (packet.reordered)
        packet.arrives += options_.reorder_delay;
    else
        packet.arrives = last_in_order_ = std::max(packet.arrives, last_in_order_);
    packet.order = placed_++;
    report(SimEvent::Kind::departed, now, packet);
    place(std::move(packet));
}

Duration SimLink::jitter(std::uint64_t number) const {
    if (options_.jitter <= Duration::zero()) return Duration::zero();
    const auto most = static_cast<std::uint64_t>(options_.jitter.count());
    return Duration(static_cast<std::int64_t>(Random(seed_, kJitter, number).between(0, most)));
}

std::optional<Drop> SimLink::lost(std::uint64_t number) {
    const BurstLoss& burst = options_.burst_loss;
    if (!burst.to_bad.never()) {
        bad_ ^= by_chance(bad_ ? burst.to_good : burst.to_bad, kBurstChange, number);
        const Ratio loss = bad_ ? burst.loss_when_bad : burst.loss_when_good;
        if (by_chance(loss, kBurstLoss, number)) return Drop::burst_loss;
    }
    if (listed(options_.loss, number)) return Drop::listed;
    if (by_chance(options_.loss.chance, kLoss, number)) return Drop::loss;
    return std::nullopt;
}

/// Flips bits, none of them twice.
void SimLink::corrupt(SimPacket& packet) {
    const std::uint64_t bits = packet.octets.size() * 8;
    if (bits == 0) return;
    Random random(seed_, kCorruptBits, packet.number);
    std::vector<std::uint64_t> flipped;
    while (flipped.size() < std::min<std::uint64_t>(bits, options_.corrupt_bits)) {
        const std::uint64_t bit = random.below(bits);
        if (std::ranges::find(flipped, bit) != flipped.end()) continue;
        packet.octets[bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
        flipped.push_back(bit);
    }
    packet.corrupt = true;
    ++counters_.corrupted;
}

void SimLink::place(SimPacket packet) {
    std::optional<SimPacket> copy;
    if (packet.duplicated) copy = copy_of(packet);
    if (packet.reordered) {
        put_late(std::move(packet));
    } else {
        const Time arrives = packet.arrives;
        wire_.push_back(std::move(packet));
        ++in_order_;
        let_overtaken_go(arrives);
    }
    if (copy) late_.emplace(Place(copy->arrives, copy->order), std::move(*copy));
}

SimPacket SimLink::copy_of(const SimPacket& packet) {
    SimPacket copy = packet;
    copy.copy = true;
    copy.arrives += options_.duplicate_delay;
    copy.order = placed_++;
    held_octets_ += cost(copy);
    ++counters_.duplicated;
    return copy;
}

void SimLink::put_late(SimPacket packet) {
    ++counters_.reordered;
    const Place place(packet.arrives, packet.order);
    late_.emplace(place, std::move(packet));
    if (options_.reorder_distance == 0) return;
    // Those that nothing overtook in time are gone: forget them, or they would add up.
    while (!waiting_.empty() && !late_.contains(waiting_.front().place)) waiting_.pop_front();
    waiting_.push_back({in_order_ + options_.reorder_distance, place});
}

/// Reordered packets that were overtaken often enough arrive right after the one that did it last.
void SimLink::let_overtaken_go(Time at) {
    for (; !waiting_.empty() && waiting_.front().overtaken_at <= in_order_; waiting_.pop_front()) {
        const Place place = waiting_.front().place;
        if (place.first <= at) continue;
        auto node = late_.extract(place);
        if (node.empty()) continue;
        node.mapped().arrives = at;
        node.mapped().order = placed_++;
        node.key() = Place(at, node.mapped().order);
        late_.insert(std::move(node));
    }
}

// ---- off the wire ----

std::optional<Time> SimLink::deadline() const {
    const std::optional<Place> arrival = next_arrival();
    if (!transmitting_) return arrival ? std::optional(arrival->first) : std::nullopt;
    return arrival ? std::min(arrival->first, transmitted_at_) : transmitted_at_;
}

std::optional<SimPacket> SimLink::receive(Time now) {
    for (;;) {
        const std::optional<Time> due = deadline();
        if (!due || *due > now) return std::nullopt;
        if (transmitting_ && transmitted_at_ == *due) {
            transmit_until(*due);
            continue;
        }
        SimPacket packet = take_next_arrival();
        held_octets_ -= cost(packet);
        ++counters_.delivered;
        counters_.delivered_octets += packet.octets.size();
        report(SimEvent::Kind::delivered, packet.arrives, packet);
        return packet;
    }
}

std::optional<SimLink::Place> SimLink::next_arrival() const {
    std::optional<Place> next;
    if (!wire_.empty()) next = Place(wire_.front().arrives, wire_.front().order);
    if (!late_.empty() && (!next || late_.begin()->first < *next)) next = late_.begin()->first;
    return next;
}

/// Precondition: there is one.
SimPacket SimLink::take_next_arrival() {
    if (late_.empty() ||
        (!wire_.empty() && Place(wire_.front().arrives, wire_.front().order) < late_.begin()->first)) {
        SimPacket packet = std::move(wire_.front());
        wire_.pop_front();
        return packet;
    }
    return std::move(late_.extract(late_.begin()).mapped());
}

// ---- the rest ----

std::uint64_t SimLink::packets_held() const {
    return queue_.packets() + (transmitting_ ? 1 : 0) + wire_.size() + late_.size();
}

bool SimLink::by_chance(Ratio ratio, std::uint64_t purpose, std::uint64_t number) const {
    return !ratio.never() && Random(seed_, purpose, number).chance(ratio);
}

bool SimLink::chosen(const Chosen& which, std::uint64_t purpose, std::uint64_t number) const {
    return listed(which, number) || by_chance(which.chance, purpose, number);
}

void SimLink::drop(const SimPacket& packet, Drop why, Time at) {
    ++counters_.dropped[static_cast<std::size_t>(why)];
    report(SimEvent::Kind::dropped, at, packet, why);
}

void SimLink::report(SimEvent::Kind kind, Time at, const SimPacket& packet, Drop why) const {
    if (observer_ == nullptr) return;
    observer_->on_event({.kind = kind,
                         .at = at,
                         .packet = packet,
                         .why = why,
                         .queued_packets = queue_.packets(),
                         .queued_octets = queue_.octets()});
}

SimLinkPair::SimLinkPair(const SimLinkOptions& options_to_b, const SimLinkOptions& options_to_a,
                         std::uint64_t seed, SimObserver* watches_to_b, SimObserver* watches_to_a)
    : to_b(options_to_b, seed_of(seed, 0), watches_to_b),
      to_a(options_to_a, seed_of(seed, 1), watches_to_a) {}

std::optional<Time> SimLinkPair::deadline() const {
    return earlier(to_b.deadline(), to_a.deadline());
}

}  // namespace glass::ip
