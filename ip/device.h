// Device: what a host sends packets through and gets them from: a TUN interface, a capture being replayed, or
// one end of a simulated link.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ip/bytes.h"
#include "ip/time.h"

namespace glass::ip {

/// Whole IP packets, without a link header, any number at a time. Nothing above it knows which kind it is.
class Device {
public:
    virtual ~Device() = default;
    Device(const Device&) = delete;
    Device& operator=(const Device&) = delete;

    /// Octets of the largest packet it takes.
    [[nodiscard]] virtual std::uint32_t mtu() const = 0;

    /// Takes packets, in order, and returns how many: the rest may be offered again when deadline() comes, or
    /// be lost, as IP loses packets. They are borrowed for the call.
    virtual std::size_t send(std::span<const Bytes> packets, Time now) = 0;

    /// Fills `out` with packets that have come, and returns how many: 0, there are no more now. They are
    /// borrowed until the next call of receive().
    virtual std::size_t receive(std::span<Bytes> out, Time now) = 0;

    /// When to call receive() though nobody wakes the caller: simulated links know. Nothing: never.
    [[nodiscard]] virtual std::optional<Time> deadline() const { return std::nullopt; }

protected:
    Device() = default;
};

}  // namespace glass::ip
