// Server: what all connections of a server share: the handler, the options, Date, and memory that is lent to
// those that have something to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/access_log.h"
#include "http/handler.h"
#include "http/policy.h"
#include "ip/time.h"

namespace glass::http {

struct ServerOptions {
    /// Of requests. `limits.body` is what a handler may be given of one request; more is answered with 413.
    Limits limits{.start_line = std::size_t{16} << 10, .head = std::size_t{32} << 10, .fields = 128};
    /// From a request's first octet to the end of its head: absolute, so that nobody holds a connection with
    /// a field now and then.
    ip::Duration head_time = std::chrono::seconds(20);
    /// A connection without a request.
    ip::Duration idle_time = std::chrono::seconds(120);
    /// Content must come this fast on the whole, after a time of grace.
    ip::Duration body_grace = std::chrono::seconds(20);
    std::uint64_t body_rate = 500;  ///< octets a second
    /// Output that waits, of which nothing is taken.
    ip::Duration stall_time = std::chrono::seconds(120);
    /// After the last octet: how long to wait for the peer's FIN (RFC 9112 section 9.6).
    ip::Duration drain_time = std::chrono::seconds(5);
    /// Content that no handler wants is read up to so many octets, so that the connection persists.
    std::uint64_t discard = std::uint64_t{256} << 10;
    std::size_t piece = std::size_t{64} << 10;  ///< of content, read from a source at once
    /// What all output buffers together may take up before pieces become small.
    std::size_t buffers = std::size_t{64} << 20;
    std::string name = "glass";                    ///< the Server field; empty: none
    std::function<void(const AccessRecord&)> log;  ///< for each response, at its end; empty: none
};

struct ServerWork;

class Server {
public:
    /// `handler` is borrowed.
    explicit Server(Handler& handler, ServerOptions options = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] const ServerOptions& options() const { return options_; }
    [[nodiscard]] Handler& handler() { return handler_; }

    /// The Date and Server fields, of this second.
    [[nodiscard]] std::string_view date_fields(ip::Time now);

    /// Lends what a connection needs while there is something to do.
    [[nodiscard]] std::unique_ptr<ServerWork> lend();
    void take_back(std::unique_ptr<ServerWork> work);
    /// After many connections have gone: what is kept for the next ones is freed.
    void trim();
    /// The output buffer of a connection has become so much larger, or smaller.
    void count_buffer(std::ptrdiff_t octets) { buffered_ += static_cast<std::size_t>(octets); }
    /// Octets in all output buffers that are lent.
    [[nodiscard]] std::size_t buffered() const { return buffered_; }

private:
    Handler& handler_;
    ServerOptions options_;
    std::string date_fields_;
    std::int64_t date_second_ = -1;
    std::vector<std::unique_ptr<ServerWork>> free_;
    std::size_t buffered_ = 0;
};

}  // namespace glass::http
