// ServerConnection: one connection of a server, without input or output of its own: RFC 9112, RFC 9110.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "http/connection.h"
#include "http/error.h"
#include "http/server.h"
#include "http/server_work.h"
#include "ip/bytes.h"
#include "ip/time.h"
#include "tcp/endpoint.h"

namespace glass::http {

/// Requests come in and responses go out, in order (RFC 9112 section 9.3.2). Whoever owns the byte stream
///
///   - reads it while wants_input(), and hands everything to receive() and receive_end();
///   - after every call, and after anything a source may wait for, sends what output() gives and says sent(),
///     until there is nothing to send, or nothing is taken;
///   - ends its direction (FIN) once finished(), and goes on reading: what comes is discarded;
///   - closes the stream and destroys the connection once done(); resets it once aborted();
///   - calls advance() at deadline(). It moves with almost every call; a timer that fires too early does no
///     harm.
///
/// A connection without a request takes a few hundred octets. `server` must outlive it.
class ServerConnection {
public:
    ServerConnection(Server& server, const tcp::Endpoint& peer, ip::Time now);
    ~ServerConnection();
    ServerConnection(const ServerConnection&) = delete;
    ServerConnection& operator=(const ServerConnection&) = delete;

    /// False while too much waits: to be sent, or to be answered.
    [[nodiscard]] bool wants_input() const;
    /// The next octets. All are taken; what is not read at once is copied.
    void receive(ip::Bytes octets, ip::Time now);
    /// The peer's FIN, or its reset.
    void receive_end(StreamEnd end, ip::Time now);

    /// The next octets to send; empty: none now. Borrowed until the next call. Reads a source where there is
    /// room.
    [[nodiscard]] ip::Bytes output(ip::Time now);
    /// So many of them were taken.
    void sent(std::size_t octets, ip::Time now);

    /// Nothing more will be sent: RFC 9112 section 9.6.
    [[nodiscard]] bool finished() const { return phase_ >= Phase::draining; }
    /// Nothing more will be received, either, or waited for.
    [[nodiscard]] bool done() const { return phase_ >= Phase::done; }
    /// The response cannot be completed: the peer must see that.
    [[nodiscard]] bool aborted() const { return phase_ == Phase::aborted; }

    [[nodiscard]] std::optional<ip::Time> deadline() const;
    void advance(ip::Time now);

    /// The server is to end: the request under way is answered, and no more.
    void close(ip::Time now);

    /// Responses that were begun.
    [[nodiscard]] std::uint32_t responses() const { return responses_; }

private:
    enum class Phase : std::uint8_t {
        open,
        closing,   ///< nothing more is read; what waits is sent
        draining,  ///< all is sent: finished()
        done,
        aborted,
    };
    /// What is being waited for, since when: it decides on the deadline.
    enum class Reading : std::uint8_t { idle, head, content };

    ServerWork& work();
    void release_work();
    bool may_read() const;
    ip::Bytes read(ip::Bytes octets, ip::Time now);
    void read_kept(ip::Time now);
    void take(const Event& event, ip::Time now);
    void take_head(const Message& message, ip::Time now);
    void take_content(ip::Bytes octets, ip::Time now);
    void take_end(const Event& event, ip::Time now);
    void take_fin(ip::Time now);
    void answer(const Request& request, ip::Time now);
    void respond_early(const Request& request, Response&& response, ip::Time now);
    void refuse(std::uint16_t status, std::string_view why, ip::Time now);
    void respond(Response&& response, ip::Time now);
    void end_response(ip::Time now);
    void note_for_log(const Head& head);
    void forget_request();
    void fill(ip::Time now);
    void settle(ip::Time now);
    void finish(Phase phase, ip::Time now);
    void count_buffer(std::size_t octets);

    Server& server_;
    std::unique_ptr<ServerWork> work_;  ///< while there is something to do
    tcp::Endpoint peer_;
    Phase phase_ = Phase::open;
    Reading reading_ = Reading::idle;
    bool fin_ = false;        ///< the peer's was seen
    bool ending_ = false;     ///< close() was called
    bool head_only_ = false;  ///< of the request being answered: HEAD
    bool old_ = false;        ///< HTTP/1.0
    bool keep_alive_ = true;  ///< as the request says
    bool answered_ = false;   ///< the request that is being read
    std::uint32_t responses_ = 0;
    std::size_t buffered_ = 0;               ///< what Server::buffered has of us
    std::uint64_t content_ = 0;              ///< octets of the request's content so far
    ip::Time since_;                         ///< when `reading_`, or draining, began
    std::optional<ip::Time> waiting_since_;  ///< output that waits, of which nothing was taken since
};

}  // namespace glass::http
