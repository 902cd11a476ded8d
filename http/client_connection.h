// ClientConnection: the client's end of a connection, without input or output of its own: RFC 9112 section 9,
// RFC 9110 section 10.1.1.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "http/body_writer.h"
#include "http/client_request.h"
#include "http/connection.h"
#include "http/content_coding.h"
#include "http/output_buffer.h"
#include "http/policy.h"
#include "http/response_taker.h"
#include "ip/bytes.h"
#include "ip/time.h"

namespace glass::http {

struct ClientOptions {
    Limits limits{};
    ip::Duration connect_time = std::chrono::seconds(30);
    ip::Duration response_time = std::chrono::seconds(60);  ///< from the request's last octet on
    ip::Duration stall_time = std::chrono::seconds(60);     ///< while a message is under way
    /// How long a body waits for 100 (Continue), which never comes from an old server.
    ip::Duration continue_time = std::chrono::seconds(1);
    /// GET and HEAD requests that may wait for responses at the same time: RFC 9112 section 9.3.2.
    std::size_t pipeline = 1;
    std::size_t piece = std::size_t{64} << 10;  ///< of a request's body, read at once
};

/// Requests go out, responses come in, in order. Whoever owns the byte stream
///
///   - says opened() when it is open, reads it while wants_input(), and hands everything to receive() and
///     receive_end(); a stream that cannot be opened has its end at once;
///   - after every call, and after anything a body source may wait for, sends what output() gives and says
///     sent();
///   - closes it once finished(), resets it once aborted();
///   - calls advance() at deadline(), which moves with almost every call.
///
/// Takers must outlive their requests; they may not call the connection. Memory: a piece of a body, and what
/// Limits says.
class ClientConnection {
public:
    ClientConnection(const ClientOptions& options, ip::Time now);
    /// Requests that have not ended are forgotten.
    ~ClientConnection();
    ClientConnection(const ClientConnection&) = delete;
    ClientConnection& operator=(const ClientConnection&) = delete;

    /// One more request, after those before it. Preconditions: nothing is why_not(); may_request().
    void request(ClientRequest request, ResponseTaker& taker, ip::Time now);
    /// False where another connection has to be made.
    [[nodiscard]] bool may_request() const { return phase_ <= Phase::open && !last_; }
    /// There will be no more requests: after the last response the connection is finished().
    void close() { last_ = true; }

    void opened(ip::Time now);
    [[nodiscard]] bool wants_input() const;
    void receive(ip::Bytes octets, ip::Time now);
    void receive_end(StreamEnd end, ip::Time now);
    /// The next octets to send; empty: none now. Borrowed until the next call.
    [[nodiscard]] ip::Bytes output(ip::Time now);
    void sent(std::size_t octets, ip::Time now);

    /// Nothing more will be sent or read.
    [[nodiscard]] bool finished() const { return phase_ >= Phase::finished || (last_ && requests_.empty()); }
    /// And the peer should see that something is wrong.
    [[nodiscard]] bool aborted() const { return phase_ == Phase::aborted; }

    [[nodiscard]] std::optional<ip::Time> deadline() const;
    void advance(ip::Time now);

    /// Requests whose responses have not ended.
    [[nodiscard]] std::size_t outstanding() const { return requests_.size(); }
    /// Octets of content of the response under way, as they came.
    [[nodiscard]] std::uint64_t octets() const { return octets_; }

private:
    enum class Phase : std::uint8_t { opening, open, finished, aborted };
    enum class Sending : std::uint8_t {
        nothing,  ///< yet
        waiting,  ///< the head is out; for 100
        body,
        done,
        stopped,  ///< a response came before its end
    };
    struct Exchange {
        ClientRequest request;
        ResponseTaker* taker;
        Sending sending = Sending::nothing;
        bool went_out = false;  ///< of its octets at least one

        [[nodiscard]] bool may_be_pipelined() const {
            return !request.body && (request.method == "GET" || request.method == "HEAD");
        }
    };

    void fill();
    bool start_next();
    bool may_start() const;
    void start_body();
    void sent_all();
    void look_who_waits(ip::Time now);
    bool awaits_answer() const;

    void drain();
    void take(const Event& event);
    void take_head(const Message& message);
    void take_content(ip::Bytes octets);
    void take_end(const Event& event);
    bool prepare_decoding(const Head& head);
    void maybe_stop_sending(const Message& message);
    void end_response(ResponseEnd end);
    void fail(Phase phase, ResponseEnd end);

    ClientOptions options_;
    MessageReader reader_;
    Phase phase_ = Phase::opening;
    bool last_ = false;              ///< close() was called
    std::deque<Exchange> requests_;  ///< the first one's response is awaited
    std::size_t sending_ = 0;        ///< index of the one that goes out, or is to go out next
    std::uint64_t started_ = 0;      ///< requests so far
    OutputBuffer out_;
    BodyWriter body_;
    // Of the response under way.
    bool answering_ = false;  ///< its head is there
    std::uint64_t octets_ = 0;
    std::optional<std::uint64_t> content_length_;
    std::optional<ContentDecoder> decoder_;
    ip::Buffer decoded_;
    ip::Time moved_;                          ///< when anything went out or came in, or began to be awaited
    bool paused_ = false;                     ///< it is not the server that is waited for
    std::optional<ip::Time> continue_until_;  ///< waiting for 100
};

}  // namespace glass::http
