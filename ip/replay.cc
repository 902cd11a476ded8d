#include "ip/replay.h"

namespace glass::ip {

std::size_t Replay::send(std::span<const DevicePacket> packets, Time now) {
    for (const DevicePacket& packet : packets) director_.answered(packet.octets, now);
    return packets.size();
}

std::size_t Replay::receive(std::span<DevicePacket> out, Time now) {
    if (out.empty() || finished()) return 0;
    Packet& packet = packets_[next_];
    if (now < packet.at) return 0;
    if (!director_.prepare(next_, packet.octets, now)) {
        if (!waits_since_) waits_since_ = now;
        if (now < *waits_since_ + patience_) return 0;
        director_.hurry(next_, packet.octets, now);
    }
    waits_since_.reset();
    ++next_;
    out.front() = {.octets = packet.octets};
    return 1;
}

std::optional<Time> Replay::deadline() const {
    if (finished()) return std::nullopt;
    if (waits_since_) return *waits_since_ + patience_;
    return packets_[next_].at;
}

}  // namespace glass::ip
