// Replay: a device that plays recorded packets at their times, and hands over what is sent in answer.
#pragma once

#include <vector>

#include "ip/device.h"

namespace glass::ip {

/// Who knows more of recorded packets than when they came.
class ReplayDirector {
public:
    virtual ~ReplayDirector() = default;
    /// The packet is due. Whether it makes sense to the host yet; if so, it is made fit for this run: numbers
    /// that depend on what the host chose. `number` counts from 0. Asked again after whatever the host sends.
    virtual bool prepare(std::size_t number, Buffer& packet, Time now) = 0;
    /// Its time is over: it is played now, ready or not.
    virtual void hurry(std::size_t number, Buffer& packet, Time now) = 0;
    /// The host sent a packet. Borrowed for the call.
    virtual void answered(Bytes packet, Time now) = 0;
};

/// Packets keep their order: while one waits, so do those behind it, and none for longer than its patience.
class Replay final : public Device {
public:
    struct Packet {
        Time at{};
        Buffer octets;
    };
    /// The director outlives the device. Times may not go back from packet to packet.
    Replay(std::vector<Packet> packets, std::uint32_t mtu, Duration patience, ReplayDirector& director)
        : packets_(std::move(packets)), mtu_(mtu), patience_(patience), director_(director) {}

    [[nodiscard]] std::uint32_t mtu() const override { return mtu_; }
    std::size_t send(std::span<const DevicePacket> packets, Time now) override;
    /// One at a time: the host's answer may decide whether the next one is ready.
    std::size_t receive(std::span<DevicePacket> out, Time now) override;
    [[nodiscard]] std::optional<Time> deadline() const override;

    [[nodiscard]] bool finished() const { return next_ == packets_.size(); }

private:
    std::vector<Packet> packets_;
    std::size_t next_ = 0;
    std::uint32_t mtu_;
    Duration patience_;
    ReplayDirector& director_;
    std::optional<Time> waits_since_;  ///< the next packet, which is not ready
};

}  // namespace glass::ip
