// Client stream: an HTTP client's connection on a transport's stream.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "http/client_connection.h"
#include "tools/live_loop.h"
#include "tools/transport.h"

namespace glass::tools {

/// Moves octets between the two, in the turns of the loop, and keeps the deadlines.
class ClientStream final : public StreamUser, private Task {
public:
    /// The loop outlives it, and so does the stream's transport.
    ClientStream(LiveLoop& loop, std::unique_ptr<Stream> stream, const http::ClientOptions& options);
    ~ClientStream() override;

    void happened(std::uint16_t events, ip::Time now) override;

    [[nodiscard]] http::ClientConnection& http() { return http_; }
    [[nodiscard]] const Stream& stream() const { return *stream_; }
    /// As much as can be done now: also after new requests, and when a taker is ready again.
    void drive(ip::Time now);
    /// RST.
    void abort() { stream_->abort(); }

    /// How long opening took; nothing: it is not open, and never was.
    [[nodiscard]] std::optional<ip::Duration> handshake() const { return handshake_; }
    /// Nothing more can happen.
    [[nodiscard]] bool over() const { return stream_->status().ending != tcp::Ending::none; }

private:
    void run(ip::Time now) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override;
    bool write(ip::Time now);
    bool read(ip::Time now);

    LiveLoop& loop_;
    std::unique_ptr<Stream> stream_;
    http::ClientConnection http_;
    ip::Time began_;
    std::optional<ip::Duration> handshake_;
    std::vector<std::uint8_t> memory_;  ///< what is being read
    bool again_ = false;                ///< it was interrupted, for others to have a turn
    bool closed_ = false;               ///< our direction
    bool ended_ = false;                ///< the peer's, and http_ knows
};

}  // namespace glass::tools
