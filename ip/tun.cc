#include "ip/tun.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include "ip/interface.h"
#include "ip/offload.h"

namespace glass::ip {
namespace {

constexpr std::size_t kLargestPacket = 65535;
/// What a batch of receive() may take: enough for many packets, and not more than caches hold.
constexpr std::size_t kMemory = 4 * 65536;

constexpr const char* kClone = "/dev/net/tun";

/// What the kernel takes for one: dev_valid_name().
bool is_name(const std::string& name) {
    constexpr std::string_view kOdd = " \t\n\v\f\r/:";
    return !name.empty() && name.size() < IFNAMSIZ && name != "." && name != ".." &&
           name.find_first_of(kOdd) == std::string::npos;
}

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

/// With it each packet has a VirtioNetHeader before it. What the kernel may leave out then: not UDP's
/// cutting, as nobody here wants its datagrams in one piece. Without, an interface that exists forgets what
/// somebody else wanted.
bool set_offload(int file, bool on) {
    const int header = VirtioNetHeader::kLength;
    if (on && ioctl(file, TUNSETVNETHDRSZ, &header) != 0) return false;
    return ioctl(file, TUNSETOFFLOAD, on ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0) == 0;
}

iovec part(Bytes octets) {
    return {.iov_base = const_cast<std::uint8_t*>(octets.data()), .iov_len = octets.size()};
}

}  // namespace

Tun::Tun(FileDescriptor file, std::string name, bool offload)
    : file_(std::move(file)), name_(std::move(name)), offload_(offload), memory_(kMemory) {}

std::expected<std::unique_ptr<Tun>, std::string> Tun::open(const TunOptions& options) {
    ifreq request{};
    if (!is_name(options.name))
        return std::unexpected(fmt::format(
            "\"{}\": the name of an interface has 1 to {} characters, and no blank, / or :", options.name,
            IFNAMSIZ - 1));
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
    request.ifr_flags = static_cast<short>(IFF_TUN | IFF_NO_PI | (options.exists ? 0 : IFF_TUN_EXCL) |
                                           (options.offload ? IFF_VNET_HDR : 0));
    if (ioctl(file.get(), TUNSETIFF, &request) != 0) return std::unexpected(why_not_made(options, errno));
    if (!set_offload(file.get(), options.offload))
        return std::unexpected(
            fmt::format("{}: cannot set its offload: {}", request.ifr_name, std::strerror(errno)));
    return std::unique_ptr<Tun>(new Tun(std::move(file), request.ifr_name, options.offload));
}

std::uint32_t Tun::mtu() const {
    return interface_state(name_).value_or(InterfaceState{}).mtu;
}

/// A packet that the kernel finds malformed is lost, as it would be with any receiver. Where it has no memory
/// the rest may be offered again.
std::size_t Tun::send(std::span<const DevicePacket> packets, Time) {
    std::array<std::uint8_t, VirtioNetHeader::kLength> header;
    for (std::size_t i = 0; i < packets.size(); ++i) {
        if (offload_) virtio_header(packets[i]).write(header.data());
        const iovec parts[] = {part(header), part(packets[i].octets), part(packets[i].text)};
        const auto written = offload_ ? writev(file_.get(), parts, 3) : writev(file_.get(), parts + 1, 1);
        if (written < 0 && errno != EINVAL) return i;
    }
    return packets.size();
}

std::size_t Tun::receive(std::span<DevicePacket> out, Time) {
    const std::size_t header = offload_ ? VirtioNetHeader::kLength : 0;
    std::size_t n = 0;
    for (std::span<std::uint8_t> room = memory_; n < out.size() && room.size() >= header + kLargestPacket;
         ++n) {
        const ssize_t size = read(file_.get(), room.data(), header + kLargestPacket);
        if (size <= static_cast<ssize_t>(header)) break;
        const std::span<std::uint8_t> octets = room.first(static_cast<std::size_t>(size)).subspan(header);
        out[n] = offload_ ? received_packet(VirtioNetHeader::read(room.first(header)), octets)
                          : DevicePacket{.octets = octets};
        room = room.subspan(static_cast<std::size_t>(size));
    }
    return n;
}

}  // namespace glass::ip
