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
    /// with it, and last_receiver() is. The octets are borrowed for the call.
    virtual void on_packet(bool sent, ip::Bytes packet, const Host& host, ip::Time now) = 0;

protected:
    PacketObserver() = default;
};

/// Everything that the device has goes to the host, and everything that the host has to say to the device,
/// as long as that takes. For the loop that owns both: call it when the device is ready, when deadline()
/// comes, and after calls of the host.
class Pump {
public:
    /// All outlive the pump.
    Pump(ip::Device& device, Host& host, PacketObserver* observer = nullptr)
        : device_(device), host_(host), observer_(observer) {}

    /// False where the device would take no more for now: packets that were not sent are lost, as IP loses
    /// them.
    bool run(ip::Time now);
    /// The earlier one of the two.
    [[nodiscard]] std::optional<ip::Time> deadline() const;

    [[nodiscard]] std::uint64_t lost() const { return lost_; }  ///< packets that the device did not take

private:
    /// Packets handed over in one call of the device.
    static constexpr std::size_t kBatch = 64;

    bool receive(ip::Time now);
    bool send(ip::Time now);

    ip::Device& device_;
    Host& host_;
    PacketObserver* observer_;
    std::vector<ip::Buffer> batch_ = std::vector<ip::Buffer>(kBatch);
    std::uint64_t lost_ = 0;
    bool full_ = false;
};

}  // namespace glass::tcp
