// HTTP service: the connections of an HTTP server on a transport's streams.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "http/server_connection.h"
#include "ip/number_pool.h"
#include "tcp/timer_queue.h"
#include "tools/crowd.h"
#include "tools/live_loop.h"
#include "tools/transport.h"

namespace glass::tools {

/// Accepts whatever it listens to, moves octets between streams and http::ServerConnections, and keeps their
/// deadlines.
class HttpService final : public Acceptor, private Task {
public:
    static constexpr std::size_t kMostConnections = 1'000'000;

    /// Both outlive it; so does the transport whose streams it gets.
    HttpService(LiveLoop& loop, http::Server& server);
    ~HttpService() override;

    void accepted(std::unique_ptr<Stream> stream, ip::Time now) override;
    /// What is under way is brought to its end; idle connections are closed.
    void close(ip::Time now);
    /// Sources of content may have something now that had nothing before: event streams.
    void stir() { stirred_ = true; }

    [[nodiscard]] std::size_t connections() const { return open_; }
    [[nodiscard]] std::uint64_t accepted_so_far() const { return accepted_; }

private:
    class Connection;

    void run(ip::Time now) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override;
    void settle(std::uint32_t number, ip::Time now);
    void trim();

    LiveLoop& loop_;
    http::Server& server_;
    ip::NumberPool numbers_;
    std::vector<std::unique_ptr<Connection>> connections_;  ///< by number
    std::vector<std::uint32_t> again_;  ///< that were interrupted, for others to have a turn
    tcp::TimerQueue timers_;
    std::vector<std::uint8_t> memory_;  ///< what is being read
    std::size_t open_ = 0;
    Crowd crowd_;  ///< of open_
    std::uint64_t accepted_ = 0;
    bool stirred_ = false;
};

}  // namespace glass::tools
