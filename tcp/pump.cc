#include "tcp/pump.h"

#include <array>

#include "ip/offload.h"

namespace glass::tcp {

bool Pump::receive(ip::Time now) {
    std::array<ip::DevicePacket, kBatch> packets;
    const std::size_t n = device_.receive(packets, now);
    for (std::size_t i = 0; i < n; ++i) {
        host_.receive(packets[i], now);
        if (observer_) show(false, packets[i], now);
    }
    return n > 0;
}

bool Pump::send(ip::Time now) {
    const std::uint64_t lost_before = lost_;
    while (send_batch(now)) {
    }
    return lost_ == lost_before;
}

/// Many, as the device's code and the host's would push each other out of the cache; and no more than stays
/// there. The last one where its text is the host's.
bool Pump::send_batch(ip::Time now) {
    constexpr std::size_t kOctets = 32 * 1024;
    std::array<ip::DevicePacket, kBatch> packets;
    std::size_t n = 0;
    bool more = true;
    for (std::size_t octets = 0; more && n < kBatch && octets < kOctets;
         octets += packets[n++].octets.size()) {
        const auto packet = host_.poll(device_.offloads(), memory_[n], now);
        if (!packet) break;
        if (observer_) show(true, *packet, now);
        packets[n] = *packet;
        more = packet->text.empty();
    }
    if (n > 0) lost_ += n - device_.send(std::span(packets).first(n), now);
    return n > 0;
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
    return ip::earlier(device_.deadline(), host_.deadline());
}

}  // namespace glass::tcp
