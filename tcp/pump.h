// Pump: moves packets between a device and a host, many at a time.
#pragma once

#include "ip/device.h"
#include "tcp/host.h"

namespace glass::tcp {

/// Sees every packet that passes, for whoever shows them.
class PacketObserver {
public:
    virtual ~PacketObserver() = default;
    /// `sent`: the host has just made it, and last_sender() is its connection; else the host has just dealt
    /// with it, and last_receiver() is. The octets are borrowed for the call, and as a wire has them: a
    /// super-segment comes as the packets that it stands for.
    virtual void on_packet(bool sent, ip::Bytes packet, const Host& host, ip::Time now) = 0;

protected:
    PacketObserver() = default;
};

/// For the loop that owns both. Who has applications to serve calls receive(), then the applications, then
/// send(): so an ACK tells also of what they have read, and one answers all that came together. As long as
/// receive() finds something there may be more.
class Pump {
public:
    /// All outlive the pump.
    Pump(ip::Device& device, Host& host, PacketObserver* observer = nullptr)
        : device_(device), host_(host), observer_(observer) {}

    /// A batch from the device to the host. Returns whether there was any.
    bool receive(ip::Time now);
    /// Everything that the host has to say, to the device. False where the device would take no more for now:
    /// packets that were not sent are lost, as IP loses packets.
    bool send(ip::Time now);
    /// Both, until there is nothing left to do.
    bool run(ip::Time now);

    /// When to do it though the device is not ready: when the earlier one of the two wants it.
    [[nodiscard]] std::optional<ip::Time> deadline() const;

    [[nodiscard]] std::uint64_t lost() const { return lost_; }  ///< packets that the device did not take

private:
    /// Packets handed over in one call of the device.
    static constexpr std::size_t kBatch = 64;

    /// Returns whether there was anything to send.
    bool send_batch(ip::Time now);
    void show(bool sent, const ip::DevicePacket& packet, ip::Time now) const;

    ip::Device& device_;
    Host& host_;
    PacketObserver* observer_;
    std::vector<ip::Buffer> memory_ = std::vector<ip::Buffer>(kBatch);  ///< of the packets that are sent
    std::uint64_t lost_ = 0;
};

}  // namespace glass::tcp
