#include "tcp/pump.h"

#include <array>

namespace glass::tcp {

bool Pump::run(ip::Time now) {
    full_ = false;
    while (receive(now) || send(now)) {
    }
    return !full_;
}

std::optional<ip::Time> Pump::deadline() const {
    const auto one = device_.deadline(), other = host_.deadline();
    return one && other ? std::min(*one, *other) : one ? one : other;
}

/// A batch in. Returns whether there was any.
bool Pump::receive(ip::Time now) {
    std::array<ip::DevicePacket, kBatch> packets;
    const std::size_t n = device_.receive(packets, now);
    for (std::size_t i = 0; i < n; ++i) {
        host_.receive(packets[i].octets, now);
        if (observer_) observer_->on_packet(false, packets[i].octets, host_, now);
    }
    return n > 0;
}

/// A batch out. Returns whether there was any. The host's packet lives until the next one only: each is
/// copied into a buffer that keeps its memory.
bool Pump::send(ip::Time now) {
    std::array<ip::DevicePacket, kBatch> packets;
    std::size_t n = 0;
    for (; n < kBatch; ++n) {
        const auto packet = host_.poll(now);
        if (!packet) break;
        if (observer_) observer_->on_packet(true, *packet, host_, now);
        batch_[n].assign(packet->begin(), packet->end());
        packets[n] = {.octets = batch_[n]};
    }
    if (n == 0) return false;
    const std::size_t taken = device_.send(std::span(packets).first(n), now);
    lost_ += n - taken;
    full_ |= taken < n;
    return true;
}

}  // namespace glass::tcp
