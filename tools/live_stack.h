// Live stack: our own host on a TUN interface, set up and ready: what the live commands run on.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ip/tun.h"
#include "tools/capture_loop.h"
#include "tools/link_device.h"
#include "tools/live_options.h"
#include "tools/live_records.h"
#include "tools/stack_transport.h"

namespace glass::tools {

/// Who looks on; null: nobody.
struct LiveObservers {
    tcp::PacketObserver* packets = nullptr;   ///< at the host
    ip::SimObserver* link_from_us = nullptr;  ///< on the simulated link, where there is one
    ip::SimObserver* link_to_us = nullptr;
    bool wants_link = false;  ///< there is one, though it does nothing at first
    LiveRecords::Say complain = tools::complain;
};

/// Destroyed, it leaves nothing behind: the interface goes with its addresses and routes.
class LiveStack {
public:
    /// The error is one line.
    [[nodiscard]] static std::expected<std::unique_ptr<LiveStack>, std::string> open(
        LiveLoop& loop, const LiveOptions& options, const LiveObservers& observers = {});
    ~LiveStack();

    [[nodiscard]] StackTransport& transport() { return *transport_; }
    [[nodiscard]] tcp::Host& host() { return host_; }
    /// What the host's packets go through.
    [[nodiscard]] ip::Device& device();
    [[nodiscard]] int descriptor() const { return tun_->descriptor(); }
    /// The simulated link; null: there is none.
    [[nodiscard]] LinkDevice* link() { return link_ ? &*link_ : nullptr; }
    [[nodiscard]] const std::string& interface() const { return tun_->name(); }
    /// Of our host.
    [[nodiscard]] const std::vector<ip::Prefix>& addresses() const { return addresses_; }

    /// The records are written to their end. Whether they are whole; else it has been said why not.
    [[nodiscard]] bool close_records() { return records_->close(); }

private:
    LiveStack(std::unique_ptr<ip::Tun> tun, std::vector<ip::Prefix> addresses);
    void put_link(const LinkPlan& plan, const LiveOptions& options, const LiveObservers& observers);

    std::unique_ptr<ip::Tun> tun_;
    std::vector<ip::Prefix> addresses_;
    std::unique_ptr<LiveRecords> records_;
    std::optional<LinkDevice> link_;
    tcp::Host host_;
    std::unique_ptr<StackTransport> transport_;
};

}  // namespace glass::tools
