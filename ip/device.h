// Device: what a host sends packets through and gets them from: a TUN interface, a capture being replayed, or
// one end of a simulated link.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ip/bytes.h"
#include "ip/checksum.h"
#include "ip/time.h"

namespace glass::ip {

/// A packet, and what sender and device have agreed to leave to each other.
struct DevicePacket {
    Bytes octets{};  ///< borrowed; from the first of the IP header on
    ChecksumState checksum = ChecksumState::complete;
    /// Not 0: a super-segment. Its text stands for segments of so many octets each, the last one may have
    /// fewer; ip/offload.h makes them. It may be larger than the MTU: as large as IP allows.
    std::uint16_t segment_size = 0;
    /// Where a device that offloads is to send it: what follows `octets`, where that was not copied there.
    /// Borrowed.
    Bytes text{};
};

/// Whole IP packets, without a link header, any number at a time. Nothing above it knows which kind it is.
class Device {
public:
    virtual ~Device() = default;
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    /// Octets of the largest packet that its link carries.
    [[nodiscard]] virtual std::uint32_t mtu() const = 0;
    /// Whether send() takes partial checksums and super-segments. Where not, receive() gives none either.
    [[nodiscard]] virtual bool offloads() const { return false; }

    /// Takes packets, in order, and returns how many: the rest may be offered again when deadline() comes, or
    /// be lost, as IP loses packets. They are borrowed for the call.
    virtual std::size_t send(std::span<const DevicePacket> packets, Time now) = 0;

    /// Fills `out` with packets that have come, and returns how many: 0, there are no more now. They are
    /// borrowed until the next call of receive().
    virtual std::size_t receive(std::span<DevicePacket> out, Time now) = 0;

    /// When to call receive() though nobody wakes the caller: simulated links know. Nothing: never.
    [[nodiscard]] virtual std::optional<Time> deadline() const { return std::nullopt; }

protected:
    Device() = default;
};

}  // namespace glass::ip
