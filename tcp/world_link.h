// World link: a simulated link with whoever watches it, and its record.
#pragma once

#include "tcp/world.h"

namespace glass::tcp {

/// Passes events on to several.
class Watchers final : public ip::SimObserver {
public:
    void add(ip::SimObserver* observer) {
        if (observer) observers_.push_back(observer);
    }
    void on_event(const ip::SimEvent& event) override {
        for (ip::SimObserver* observer : observers_) observer->on_event(event);
    }

private:
    std::vector<ip::SimObserver*> observers_;
};

struct World::LinkEntry {
    LinkEntry(const ip::SimLinkOptions& to_b, const ip::SimLinkOptions& to_a, std::uint64_t seed)
        : pair(to_b, to_a, seed, &watch_to_b, &watch_to_a) {}

    Watchers watch_to_b;
    Watchers watch_to_a;
    ip::SimLinkPair pair;
    std::unique_ptr<ip::Recorder> recorder;

    [[nodiscard]] ip::SimLink& direction(bool to_b) { return to_b ? pair.to_b : pair.to_a; }
};

/// Why the connection sent the segment that it sent last, and the state it is in: the comment of a record.
[[nodiscard]] std::string reason_for(const Connection& connection, const Segment& segment);

/// Destination address of an IP packet as it stands there; nothing where there is no whole address.
[[nodiscard]] std::optional<ip::Address> destination_of(ip::Bytes packet);

/// What a router on the way says of a packet that is too large: ICMP to its sender (RFC 1191 section 4, RFC
/// 8201 section 4), from the packet's destination, for want of a router. Empty: nothing may be said.
[[nodiscard]] ip::Buffer too_big_message(ip::Bytes packet, std::uint32_t mtu);

}  // namespace glass::tcp
