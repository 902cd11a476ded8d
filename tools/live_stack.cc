#include "tools/live_stack.h"

#include <algorithm>
#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <unistd.h>

#include "ip/datagram.h"
#include "tools/output_file.h"
#include "tools/secrets.h"
#include "tools/socket_address.h"

namespace glass::tools {
namespace {

/// Packets that wait in the interface for us: what a few windows hold, though we were busy for a moment.
constexpr std::uint32_t kQueueLength = 10'000;

/// Of all interfaces.
std::vector<ip::Address> addresses_in_use() {
    std::vector<ip::Address> out;
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) != 0) return out;
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr) continue;
        const int family = one->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        SocketAddress address;
        std::memcpy(&address.storage, one->ifa_addr,
                    family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
        out.push_back(endpoint_of(address).address);
    }
    freeifaddrs(first);
    return out;
}

/// 10.7.N.2/24 and fd07:0:0:N::2/64.
std::vector<ip::Prefix> default_addresses(std::uint8_t n) {
    std::vector<ip::Prefix> out{{ip::Ipv4Address{0x0a070002u | std::uint32_t{n} << 8}, 24}};
    ip::Ipv6Address v6{{0xfd, 0x07}};
    v6.octets[7] = n;
    v6.octets[15] = 2;
    if (access("/proc/net/if_inet6", F_OK) == 0) out.push_back({v6, 64});  // the kernel may have no IPv6
    return out;
}

/// The first that no interface has: several commands may run at the same time.
std::vector<ip::Prefix> free_addresses() {
    const auto used = addresses_in_use();
    for (unsigned n = 0; n < 255; ++n) {
        auto ours = default_addresses(static_cast<std::uint8_t>(n));
        if (std::ranges::none_of(ours, [&](const ip::Prefix& one) {
                return std::ranges::find(used, kernel_side(one).address) != used.end();
            }))
            return ours;
    }
    return default_addresses(255);
}

tcp::HostConfig host_config(const std::vector<ip::Prefix>& addresses, const ip::Tun& tun) {
    tcp::HostConfig config;
    config.mtu = static_cast<std::uint16_t>(std::min<std::uint32_t>(tun.mtu(), 65535));
    for (const ip::Prefix& one : addresses) config.addresses.push_back({one.address, one.length});
    return config;
}

/// `wire`: packets are as a wire has them, where nobody leaves work to others.
std::expected<std::unique_ptr<ip::Tun>, std::string> open_tun(const LiveOptions& options, bool wire,
                                                              const std::vector<ip::Prefix>& addresses) {
    const bool exists = !options.device.empty() && if_nametoindex(options.device.c_str()) != 0;
    auto tun = ip::Tun::open({.name = options.device.empty() ? "glass%d" : options.device,
                              .exists = exists,
                              .offload = options.offload && !wire});
    if (!tun || exists) return tun;
    ip::InterfaceSettings settings;
    settings.mtu = options.mtu;
    settings.queue_length = kQueueLength;
    for (const ip::Prefix& one : addresses) settings.addresses.push_back(kernel_side(one));
    if (auto done = ip::configure_interface((*tun)->name(), settings); !done)
        return std::unexpected(done.error());
    return tun;
}

using Opened = std::expected<std::unique_ptr<ip::Recorder>, std::string>;

/// Null where there is no path.
Opened open_record(const std::string& path, ip::Recorder::Vantage vantage) {
    if (path.empty()) return nullptr;
    if (path == "-") return std::unexpected("a record on standard output would mix with what is printed");
    if (auto why = why_not_write("", path)) return std::unexpected(*why);
    auto writer = ip::CaptureWriter::create(path, {.format = ip::CaptureWriter::Format::pcapng});
    if (!writer) return std::unexpected(writer.error());
    return std::make_unique<ip::Recorder>(std::move(*writer), vantage);
}

}  // namespace

LiveStack::LiveStack(std::unique_ptr<ip::Tun> tun, std::vector<ip::Prefix> addresses)
    : tun_(std::move(tun)),
      addresses_(std::move(addresses)),
      host_(host_config(addresses_, *tun_), random_key()) {}

LiveStack::~LiveStack() = default;

ip::Device& LiveStack::device() {
    if (link_) return *link_;
    return *tun_;
}

void LiveStack::put_link(const LinkPlan& plan, const LiveOptions& options, const LiveObservers& observers) {
    link_.emplace(*tun_, plan, options.seed);
    link_->watch(observers.link_from_us, observers.link_to_us);
    if (peer_recorder_)
        link_->watch(&peer_recorder_->watch(ip::Recorder::Way::to_b),
                     &peer_recorder_->watch(ip::Recorder::Way::to_a));
    if (!recorder_) return;
    link_->record(*recorder_, [this](ip::Bytes packet) -> std::string {
        const tcp::Connection* connection = host_.find(host_.last_sender());
        const auto datagram = ip::parse_datagram(packet);
        if (connection == nullptr || !datagram) return {};
        return tcp::reason_for(*connection, tcp::read_segment(datagram->payload));
    });
}

std::expected<std::unique_ptr<LiveStack>, std::string> LiveStack::open(LiveLoop& loop,
                                                                       const LiveOptions& options,
                                                                       const LiveObservers& observers) {
    auto recorder = open_record(options.record_to, ip::Recorder::Vantage::a);
    if (!recorder) return std::unexpected(recorder.error());
    auto peer_recorder = open_record(options.record_peer_to, ip::Recorder::Vantage::b);
    if (!peer_recorder) return std::unexpected(peer_recorder.error());
    auto addresses = options.addresses.empty() ? free_addresses() : options.addresses;
    const bool links = options.link || *recorder || *peer_recorder || observers.wants_link;
    auto tun = open_tun(options, links, addresses);
    if (!tun) return std::unexpected(tun.error());
    std::unique_ptr<LiveStack> stack(new LiveStack(std::move(*tun), std::move(addresses)));
    stack->recorder_ = std::move(*recorder);
    stack->peer_recorder_ = std::move(*peer_recorder);
    if (links) stack->put_link(options.link.value_or(LinkPlan{}), options, observers);
    stack->transport_ = std::make_unique<StackTransport>(loop, stack->device(), stack->tun_->descriptor(),
                                                         stack->host_, options.tcp, observers.packets);
    return stack;
}

ip::Written LiveStack::close_records() {
    for (const auto& recorder : {recorder_.get(), peer_recorder_.get()}) {
        if (recorder == nullptr) continue;
        if (auto written = recorder->close(); !written) return written;
    }
    return {};
}

}  // namespace glass::tools
