// StackTransport: byte streams over our own TCP, on whatever device.
#pragma once

#include <vector>

#include "tcp/pump.h"
#include "tools/crowd.h"
#include "tools/live_loop.h"
#include "tools/transport.h"

namespace glass::tools {

class StackTransport final : public Transport, private Task, private Watcher {
public:
    /// All are borrowed; `observer` may be null. `descriptor` becomes readable when the device has something;
    /// -1: only its deadline tells. `config`: of all connections.
    StackTransport(LiveLoop& loop, ip::Device& device, int descriptor, tcp::Host& host,
                   const tcp::Config& config, tcp::PacketObserver* observer = nullptr);
    ~StackTransport() override;

    std::expected<tcp::Endpoint, std::string> listen(const tcp::Endpoint& local, Acceptor& acceptor) override;
    void stop_listening() override;
    std::expected<std::unique_ptr<Stream>, std::string> connect(const tcp::Endpoint& remote) override;
    [[nodiscard]] std::size_t lingering() const override;
    void abandon() override { host_.abort_all(); }

    [[nodiscard]] tcp::Host& host() { return host_; }
    /// Packets that the device did not take.
    [[nodiscard]] std::uint64_t lost() const { return pump_.lost(); }

private:
    class StackStream;
    struct Listening {
        tcp::ListenerId id;
        Acceptor* acceptor;
    };

    void run(ip::Time now) override;
    void ready(std::uint32_t, ip::Time) override {}  // run() comes next
    [[nodiscard]] std::optional<ip::Time> deadline() const override { return pump_.deadline(); }
    bool tell(ip::Time now);
    void accept(tcp::ListenerId id, ip::Time now);
    [[nodiscard]] std::unique_ptr<StackStream> stream_for(tcp::ConnectionId id);

    LiveLoop& loop_;
    tcp::Host& host_;
    tcp::Config config_;
    tcp::Pump pump_;
    LiveLoop::WatchId watch_;
    std::vector<Listening> listening_;
    std::vector<StackStream*> streams_;  ///< by the index of the connection; null: nobody has it
    std::size_t open_streams_ = 0;
    Crowd crowd_;  ///< of connections, with those in TIME-WAIT
};

}  // namespace glass::tools
