// Transport: what carries byte streams, whoever does the TCP: our own stack on a device
// (tools/stack_transport.h), or the kernel's sockets (tools/socket_transport.h). The calls are those of RFC
// 9293 section 3.9.1.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "ip/bytes.h"
#include "ip/time.h"
#include "tcp/connection.h"
#include "tcp/endpoint.h"
#include "tcp/handle.h"

namespace glass::tools {

struct StreamStatus {
    bool open = false;                       ///< it was, or still is: neither half-open nor failed to open
    bool peer_finished = false;              ///< its FIN has come, and all that came before it was read
    tcp::Ending ending = tcp::Ending::none;  ///< else it is over; what came before may still be read
};

/// What a connection's TCP knows of it.
struct StreamFacts {
    ip::Duration srtt{}, rto{};
    std::uint32_t cwnd = 0;    ///< octets
    std::uint32_t resent = 0;  ///< segments that we sent again
    /// Segments that came while others before them were missing; nothing: it does not count them.
    std::optional<std::uint32_t> early{};
};

/// Who uses a stream: told what happens.
class StreamUser {
public:
    virtual ~StreamUser() = default;
    /// Bits of tcp::Event: kOpened, kReadable, kWritable, kFinished, kEnded; others may come. Each is told
    /// once, not again while it lasts: read until there is nothing, write until less is taken. May destroy
    /// the stream, others, and itself.
    virtual void happened(std::uint16_t events, ip::Time now) = 0;
};

/// One connection. Destroyed, it is closed in both directions, and TCP brings what was written to its end
/// (unless octets come that nobody will read: those are answered with RST).
class Stream {
public:
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// Takes the place of the one before. Told of what happens from now on only: look once what there is.
    void set_user(StreamUser* user) { user_ = user; }

    /// How many octets were read: 0, none now, or never more: status() tells.
    virtual std::size_t read(std::span<std::uint8_t> out) = 0;
    /// How many of the octets were taken. What is taken goes out by itself.
    virtual std::size_t write(ip::Bytes octets) = 0;
    /// FIN, after what was written. Reading goes on.
    virtual void close() = 0;
    /// RST; what was not acknowledged is lost.
    virtual void abort() = 0;
    [[nodiscard]] virtual StreamStatus status() const = 0;
    [[nodiscard]] virtual const tcp::Endpoint& local() const = 0;
    [[nodiscard]] virtual const tcp::Endpoint& remote() const = 0;
    /// Nothing where it is not open any more.
    [[nodiscard]] virtual std::optional<StreamFacts> facts() const = 0;
    /// Of our own host; none where the kernel does the TCP.
    [[nodiscard]] virtual tcp::ConnectionId connection() const { return {}; }

protected:
    Stream() = default;
    void tell(std::uint16_t events, ip::Time now) {
        if (user_ != nullptr) user_->happened(events, now);
    }

private:
    StreamUser* user_ = nullptr;
};

/// Gets the connections of a listener.
class Acceptor {
public:
    virtual ~Acceptor() = default;
    /// An open connection. Octets may have come already: read at once.
    virtual void accepted(std::unique_ptr<Stream> stream, ip::Time now) = 0;
};

/// It and its loop outlive its streams; users and acceptors outlive it, or their streams.
class Transport {
public:
    virtual ~Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;

    /// Gives where: with port 0, a free one was chosen. An unspecified address stands for all of its version.
    /// The error is one line: what, and what to do about it.
    virtual std::expected<tcp::Endpoint, std::string> listen(const tcp::Endpoint& local,
                                                             Acceptor& acceptor) = 0;
    /// At all endpoints; what nobody accepted is reset. Not from within accepted().
    virtual void stop_listening() = 0;
    /// kOpened tells when it is open, kEnded when that failed.
    virtual std::expected<std::unique_ptr<Stream>, std::string> connect(const tcp::Endpoint& remote) = 0;

    /// Connections whose streams are gone, but which need this program to come to their end. (The kernel's
    /// need no one.)
    [[nodiscard]] virtual std::size_t lingering() const { return 0; }
    /// The end, whatever is left: peers are told by a reset, at the next turn of the loop. Then nothing can
    /// be done with it any more.
    virtual void abandon() {}

protected:
    Transport() = default;
};

/// Why there is no connection any more, in one line that begins with the endpoint: refused, no answer, ...
[[nodiscard]] std::string failure_text(tcp::Ending ending, const tcp::Endpoint& remote);

}  // namespace glass::tools
