#include "tcp/pump.h"

#include <array>

#include "ip/offload.h"

namespace glass::tcp {

bool Pump::receive(ip::Time now) {
    constexpr std::size_t kBatch = 64;
    std::array<ip::DevicePacket, kBatch> packets;
    const std::size_t n = device_.receive(packets, now);
    for (std::size_t i = 0; i < n; ++i) {
        host_.receive(packets[i], now);
        if (observer_) show(false, packets[i], now);
    }
    return n > 0;
}

/// One at a time: the memory of the next is still in the cache.
bool Pump::send(ip::Time now) {
    const std::uint64_t lost_before = lost_;
    while (const auto packet = host_.poll(device_.offloads(), memory_, now)) {
        if (observer_) show(true, *packet, now);
        lost_ += 1 - device_.send({&*packet, 1}, now);
    }
    return lost_ == lost_before;
}

bool Pump::run(ip::Time now) {
    bool all_taken = send(now);
    while (receive(now)) all_taken &= send(now);
    return all_taken;
}

void Pump::show(bool sent, const ip::DevicePacket& packet, ip::Time now) const {
    ip::WirePackets wire(packet);
    while (const auto octets = wire.next()) observer_->on_packet(sent, *octets, host_, now);
}

std::optional<ip::Time> Pump::deadline() const {
    const auto one = device_.deadline(), other = host_.deadline();
    return one && other ? std::min(*one, *other) : one ? one : other;
}

}  // namespace glass::tcp
