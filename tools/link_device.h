// LinkDevice: a device with a simulated link before it: what passes between host and device suffers what the
// link does to packets.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "ip/device.h"
#include "ip/recorder.h"
#include "ip/sim_link.h"
#include "tcp/world_link.h"
#include "tools/link_words.h"

namespace glass::tools {

/// A packet too large for the link is answered with ICMP, unless the link is silent about it. Whoever drives
/// it calls receive() at every deadline: that moves packets both ways. Takes no offload: what is lost or
/// recorded are packets as they would be on a wire.
class LinkDevice final : public ip::Device {
public:
    /// The device is borrowed.
    LinkDevice(ip::Device& device, const LinkPlan& plan, std::uint64_t seed);

    /// They see all that happens on the link from now on; null: nobody.
    void watch(ip::SimObserver* from_host, ip::SimObserver* to_host);
    /// All is recorded from now on: A is the host's end. `why` says why the packet is sent that the host has
    /// just made, for a comment.
    void record(ip::Recorder& recorder, std::function<std::string(ip::Bytes)> why);
    /// From now on the link is like that.
    void change(const LinkPlan& plan, ip::Time now);
    [[nodiscard]] const ip::SimLinkPair& link() const { return link_; }

    [[nodiscard]] std::uint32_t mtu() const override { return device_.mtu(); }
    std::size_t send(std::span<const ip::DevicePacket> packets, ip::Time now) override;
    std::size_t receive(std::span<ip::DevicePacket> out, ip::Time now) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override;

private:
    bool take_from_device(ip::Time now);
    void give_to_device(ip::Time now);

    ip::Device& device_;
    ip::Recorder* recorder_ = nullptr;
    std::function<std::string(ip::Bytes)> why_;
    tcp::Watchers watch_from_host_, watch_to_host_;
    ip::SimLinkPair link_;
    std::deque<ip::Buffer> answers_;     ///< ICMP for the host
    std::vector<ip::Buffer> delivered_;  ///< what receive() gave last
};

}  // namespace glass::tools
