// SocketTransport: byte streams over the kernel's TCP, for machines on which nothing else may be done, and to
// compare with.
#pragma once

#include <optional>
#include <vector>

#include "tools/live_loop.h"
#include "tools/transport.h"

namespace glass::tools {

class SocketTransport final : public Transport, private Task {
public:
    /// The loop outlives it. As many files may be open from now on as the system allows.
    explicit SocketTransport(LiveLoop& loop);
    ~SocketTransport() override;

    std::expected<tcp::Endpoint, std::string> listen(const tcp::Endpoint& local, Acceptor& acceptor) override;
    void stop_listening() override;
    std::expected<std::unique_ptr<Stream>, std::string> connect(const tcp::Endpoint& remote) override;

private:
    class Listener;

    void run(ip::Time now) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override { return resume_at_; }

    LiveLoop& loop_;
    std::vector<std::unique_ptr<Listener>> listeners_;
    std::optional<ip::Time> resume_at_;  ///< no descriptors were left: nobody is accepted until then
};

}  // namespace glass::tools
