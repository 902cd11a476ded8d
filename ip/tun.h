// Tun: a network interface of Linux whose other end is this program: what the kernel sends through it is read
// here, and what is written here the kernel receives.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "ip/device.h"
#include "ip/file_descriptor.h"

namespace glass::ip {

struct TunOptions {
    std::string name = "glass%d";  ///< of the interface; the kernel puts a number for %d
    /// Somebody has made the interface for this user, set it up and keeps it ("ip tuntap add NAME mode tun
    /// user USER"): it is opened, which takes no privilege. Else it is made, which takes CAP_NET_ADMIN in the
    /// network namespace.
    bool exists = false;
    /// Checksums are left out and segments go as super-segments, both ways: between two programs on one
    /// machine nobody needs them. Not where something behind the device wants packets as a wire has them.
    bool offload = true;
};

/// An interface that was made here is gone with the descriptor, with its addresses and routes, and so also
/// after SIGKILL: nothing is left behind. It begins without addresses and down: see ip/interface.h.
class Tun final : public Device {
public:
    /// The error is one line that says what failed and what helps.
    [[nodiscard]] static std::expected<std::unique_ptr<Tun>, std::string> open(
        const TunOptions& options = {});

    [[nodiscard]] const std::string& name() const { return name_; }
    /// Does not block; readable when receive() has something: for a loop that waits for other things, too.
    [[nodiscard]] int descriptor() const { return file_.get(); }

    /// As the interface has it now; 0 where it is gone.
    [[nodiscard]] std::uint32_t mtu() const override;
    [[nodiscard]] bool offloads() const override { return offload_; }
    std::size_t send(std::span<const DevicePacket> packets, Time now) override;
    /// As many as are there and fit into the memory for them. An interface that is down gives none.
    std::size_t receive(std::span<DevicePacket> out, Time now) override;

private:
    Tun(FileDescriptor file, std::string name, bool offload);

    FileDescriptor file_;
    std::string name_;
    bool offload_;
    Buffer memory_;  ///< for received packets, one behind the other
};

}  // namespace glass::ip
