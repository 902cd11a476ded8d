#include "ip/tun.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "ip/interface.h"

namespace glass::ip {
namespace {

constexpr std::size_t kLargestPacket = 65535;
/// What a batch of receive() may take: enough for many packets, and not more than caches hold.
constexpr std::size_t kMemory = 4 * 65536;

constexpr const char* kClone = "/dev/net/tun";

std::string why_no_clone(int error) {
    const std::string_view helps = error == EACCES || error == EPERM
                                       ? "run it as root, or allow it in this container"
                                   : error == ENOENT || error == ENODEV || error == ENXIO
                                       ? "load the module with \"modprobe tun\", or give it to this container"
                                       : "";
    return fmt::format("cannot open {}: {}{}{}", kClone, std::strerror(error), helps.empty() ? "" : ": ",
                       helps);
}

std::string why_not_made(const TunOptions& options, int error) {
    const std::string& name = options.name;
    if (error == EPERM && options.exists)
        return fmt::format("{}: no right to open it: make it with \"ip tuntap add {} mode tun user NAME\"",
                           name, name);
    if (error == EPERM)
        return fmt::format(
            "cannot make the TUN interface {}: no right to do so (CAP_NET_ADMIN): run it as root", name);
    if (error == EBUSY && options.exists) return fmt::format("{}: another program has it open", name);
    if (error == EBUSY) return fmt::format("cannot make the TUN interface {}: the name is in use", name);
    if (error == EINVAL && options.exists) return fmt::format("{}: not a TUN interface", name);
    return fmt::format("cannot {} the TUN interface {}: {}", options.exists ? "open" : "make", name,
                       std::strerror(error));
}

}  // namespace

Tun::Tun(FileDescriptor file, std::string name)
    : file_(std::move(file)), name_(std::move(name)), memory_(kMemory) {}

std::expected<std::unique_ptr<Tun>, std::string> Tun::open(const TunOptions& options) {
    ifreq request{};
    if (options.name.empty() || options.name.size() >= sizeof request.ifr_name)
        return std::unexpected(fmt::format("\"{}\": the name of an interface has 1 to {} characters",
                                           options.name, sizeof request.ifr_name - 1));
    if (options.exists) {
        const auto state = interface_state(options.name);
        if (!state) return std::unexpected(state.error());
        if (!state->up)
            return std::unexpected(
                fmt::format("{0}: it is down: bring it up with \"ip link set {0} up\"", options.name));
    }
    FileDescriptor file(::open(kClone, O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!file) return std::unexpected(why_no_clone(errno));
    std::memcpy(request.ifr_name, options.name.data(), options.name.size());
    // IFF_TUN_EXCL: not an interface that is there already.
    request.ifr_flags = static_cast<short>(IFF_TUN | IFF_NO_PI | (options.exists ? 0 : IFF_TUN_EXCL));
    if (ioctl(file.get(), TUNSETIFF, &request) != 0) return std::unexpected(why_not_made(options, errno));
    return std::unique_ptr<Tun>(new Tun(std::move(file), request.ifr_name));
}

std::uint32_t Tun::mtu() const {
    return interface_state(name_).value_or(InterfaceState{}).mtu;
}

/// A packet that the kernel finds malformed is lost, as it would be with any receiver. The kernel has room,
/// or no memory: then the rest may be offered again.
std::size_t Tun::send(std::span<const DevicePacket> packets, Time) {
    for (std::size_t i = 0; i < packets.size(); ++i) {
        const Bytes octets = packets[i].octets;
        if (write(file_.get(), octets.data(), octets.size()) < 0 && errno != EINVAL) return i;
    }
    return packets.size();
}

std::size_t Tun::receive(std::span<DevicePacket> out, Time) {
    std::size_t n = 0, used = 0;
    for (; n < out.size() && memory_.size() - used >= kLargestPacket; ++n) {
        const ssize_t size = read(file_.get(), &memory_[used], kLargestPacket);
        if (size <= 0) break;
        out[n] = {.octets = Bytes(&memory_[used], static_cast<std::size_t>(size))};
        used += static_cast<std::size_t>(size);
    }
    return n;
}

}  // namespace glass::ip
