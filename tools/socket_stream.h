// SocketStream: one connection of the kernel's.
#pragma once

#include <optional>

#include "tools/live_loop.h"
#include "tools/transport.h"

namespace glass::tools {

class SocketStream final : public Stream, private Watcher {
public:
    /// `socket`: non-blocking; connected (`open`), or about to be.
    SocketStream(LiveLoop& loop, ip::FileDescriptor socket, const tcp::Endpoint& remote, bool open);
    ~SocketStream() override;

    std::size_t read(std::span<std::uint8_t> out) override;
    std::size_t write(ip::Bytes octets) override;
    void close() override;
    void abort() override;
    [[nodiscard]] StreamStatus status() const override;
    [[nodiscard]] std::optional<StreamFacts> facts() const override;
    [[nodiscard]] const tcp::Endpoint& local() const override;
    [[nodiscard]] const tcp::Endpoint& remote() const override { return remote_; }

private:
    void ready(std::uint32_t events, ip::Time now) override;
    void fail(int error);
    void drop();

    LiveLoop& loop_;
    ip::FileDescriptor socket_;
    LiveLoop::WatchId watch_;
    tcp::Endpoint remote_;
    mutable std::optional<tcp::Endpoint> local_;  ///< once somebody asked
    tcp::Ending ending_ = tcp::Ending::none;
    // What is known to be of no use is not tried: a system call saved for each message.
    bool readable_ = false;
    bool writable_ = true;
    bool open_;
    bool end_is_near_ = false;    ///< a FIN, or an error, is behind what can be read
    bool peer_finished_ = false;  ///< read up to the FIN
    bool closed_ = false;         ///< by us
};

}  // namespace glass::tools
