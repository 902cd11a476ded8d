#include "tools/live_stack.h"

#include <algorithm>
#include <fmt/format.h>
#include <net/if.h>

#include "ip/datagram.h"
#include "tools/live_addresses.h"
#include "tools/secrets.h"

namespace glass::tools {
namespace {

/// Packets that wait in the interface for us: what a few windows hold, though we were busy for a moment.
constexpr std::uint32_t kQueueLength = 10'000;

/// Somebody has made the interface, and keeps it.
bool is_there(const std::string& interface) {
    return !interface.empty() && if_nametoindex(interface.c_str()) != 0;
}

std::expected<std::vector<ip::Prefix>, std::string> choose_addresses(const LiveOptions& options) {
    if (!options.addresses.empty()) return options.addresses;
    if (!is_there(options.device)) return free_addresses();
    auto ours = addresses_opposite(options.device);
    if (!ours.empty()) return ours;
    return std::unexpected(fmt::format(
        "{0}: it has no address: give it one with \"ip address add 10.7.0.1/24 dev {0}\"", options.device));
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
    const bool exists = is_there(options.device);
    auto tun = ip::Tun::open({.name = options.device.empty() ? "glass%d" : options.device,
                              .exists = exists,
                              .offload = options.offload && !wire});
    if (!tun || exists) return tun;
    ip::InterfaceSettings settings;
    settings.mtu = options.mtu;
    settings.queue_length = kQueueLength;
    for (const ip::Prefix& one : addresses) settings.addresses.push_back(other_end(one));
    if (auto done = ip::configure_interface((*tun)->name(), settings); !done)
        return std::unexpected(done.error());
    return tun;
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
    if (ip::Recorder* peers = records_->peers())
        link_->watch(&peers->watch(ip::Recorder::Way::to_b), &peers->watch(ip::Recorder::Way::to_a));
    if (records_->ours() == nullptr) return;
    link_->record(*records_->ours(), [this](ip::Bytes packet) -> std::string {
        const tcp::Connection* connection = host_.find(host_.last_sender());
        const auto datagram = ip::parse_datagram(packet);
        if (connection == nullptr || !datagram) return {};
        return tcp::reason_for(*connection, tcp::read_segment(datagram->payload));
    });
}

std::expected<std::unique_ptr<LiveStack>, std::string> LiveStack::open(LiveLoop& loop,
                                                                       const LiveOptions& options,
                                                                       const LiveObservers& observers) {
    auto records = LiveRecords::open(loop, options, observers.complain);
    if (!records) return std::unexpected(records.error());
    auto addresses = choose_addresses(options);
    if (!addresses) return std::unexpected(addresses.error());
    const bool records_any = (*records)->ours() != nullptr || (*records)->peers() != nullptr;
    const bool links = options.link || records_any || observers.wants_link;
    auto tun = open_tun(options, links, *addresses);
    if (!tun) return std::unexpected(tun.error());
    std::unique_ptr<LiveStack> stack(new LiveStack(std::move(*tun), std::move(*addresses)));
    stack->records_ = std::move(*records);
    if (links) stack->put_link(options.link.value_or(LinkPlan{}), options, observers);
    stack->transport_ = std::make_unique<StackTransport>(loop, stack->device(), stack->tun_->descriptor(),
                                                         stack->host_, options.tcp, observers.packets);
    return stack;
}

}  // namespace glass::tools
