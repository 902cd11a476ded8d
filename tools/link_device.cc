#include "tools/link_device.h"

#include <algorithm>
#include <array>

namespace glass::tools {
namespace {

constexpr int kBatches = 16;  // however fast packets come, what is due on the link is not late

ip::Buffer copy_of(ip::Bytes octets) {
    return {octets.begin(), octets.end()};
}

/// Puts a packet on the link. Gives what its sender is told, where it is too large.
ip::Buffer put(ip::SimLink& link, ip::Bytes packet, ip::Time now) {
    if (link.send(copy_of(packet), now) != ip::Drop::too_big) return {};
    return tcp::too_big_message(packet, link.options().mtu);
}

}  // namespace

LinkDevice::LinkDevice(ip::Device& device, const LinkPlan& plan, std::uint64_t seed)
    : device_(device), link_(plan.data, plan.acks, seed, &watch_from_host_, &watch_to_host_) {}

void LinkDevice::watch(ip::SimObserver* from_host, ip::SimObserver* to_host) {
    watch_from_host_.add(from_host);
    watch_to_host_.add(to_host);
}

void LinkDevice::record(ip::Recorder& recorder, std::function<std::string(ip::Bytes)> why) {
    watch(&recorder.watch(ip::Recorder::Way::to_b), &recorder.watch(ip::Recorder::Way::to_a));
    recorder_ = &recorder;
    why_ = std::move(why);
}

void LinkDevice::change(const LinkPlan& plan, ip::Time now) {
    link_.to_b.change(plan.data, now);
    link_.to_a.change(plan.acks, now);
}

std::size_t LinkDevice::send(std::span<const ip::DevicePacket> packets, ip::Time now) {
    for (const ip::DevicePacket& packet : packets) {
        if (recorder_ != nullptr && why_) recorder_->note(ip::Recorder::Way::to_b, why_(packet.octets));
        ip::Buffer answer = put(link_.to_b, packet.octets, now);
        if (!answer.empty()) answers_.push_back(std::move(answer));
    }
    give_to_device(now);
    return packets.size();
}

/// What the device has, onto the link. Returns whether there was anything.
bool LinkDevice::take_from_device(ip::Time now) {
    std::array<ip::DevicePacket, 64> packets;
    const std::size_t n = device_.receive(packets, now);
    for (const ip::DevicePacket& packet : std::span(packets).first(n)) {
        const ip::Buffer answer = put(link_.to_a, packet.octets, now);
        const ip::DevicePacket back{.octets = answer};
        if (!answer.empty()) device_.send({&back, 1}, now);
    }
    return n > 0;
}

void LinkDevice::give_to_device(ip::Time now) {
    while (const auto packet = link_.to_b.receive(now)) {
        const ip::DevicePacket out{.octets = packet->octets};
        device_.send({&out, 1}, now);  // what the device has no room for is lost
    }
}

std::size_t LinkDevice::receive(std::span<ip::DevicePacket> out, ip::Time now) {
    for (int batch = 0; batch < kBatches && take_from_device(now); ++batch) {
    }
    give_to_device(now);
    delivered_.clear();
    for (; delivered_.size() < out.size() && !answers_.empty(); answers_.pop_front())
        delivered_.push_back(std::move(answers_.front()));
    while (delivered_.size() < out.size()) {
        auto packet = link_.to_a.receive(now);
        if (!packet) break;
        delivered_.push_back(std::move(packet->octets));
    }
    for (std::size_t i = 0; i < delivered_.size(); ++i) out[i] = {.octets = delivered_[i]};
    return delivered_.size();
}

std::optional<ip::Time> LinkDevice::deadline() const {
    if (!answers_.empty()) return ip::Time{};
    return ip::earlier(link_.deadline(), device_.deadline());
}

}  // namespace glass::tools
