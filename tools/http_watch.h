// HTTP watch: the HTTP messages on the connections of a capture, on any port, recognised by their octets;
// with the frames that began and completed each. RFC 9110, RFC 9112.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/connection.h"
#include "tcp/conversations.h"

namespace glass::tools {

class ContentDecoders;

/// Everything about one message but its body.
struct HttpMessage {
    http::Kind kind = http::Kind::request;
    std::uint32_t stream = 0;
    std::uint64_t number = 0;       ///< of its kind on its connection, from 0
    tcp::FrameRef start;            ///< carried its first octet
    tcp::FrameRef head;             ///< completed its head
    tcp::FrameRef completed;        ///< completed the message, or was the last there is of it
    std::string method, uri, host;  ///< request; host: of the target, or the Host field
    std::string version;            ///< as sent
    std::uint16_t status = 0;       ///< response
    std::string reason;             ///< response
    std::vector<std::pair<std::string, std::string>> fields, trailers;
    http::Framing framing = http::Framing::none;
    std::optional<std::uint64_t> content_length;
    std::uint64_t wire_octets =
        0;                     ///< of what follows the head, chunk lines included, before content decoding
    std::uint64_t octets = 0;  ///< of the content, decoded
    std::string sha256;        ///< of the content, decoded; empty unless asked for
    bool complete = false;
    std::string error;  ///< why it is not complete, or its content could not be decoded
    std::string odd;    ///< what RFC 9112 forbids, and was let pass
    std::optional<std::uint64_t> request_number;  ///< response: of the request that it answers
    std::optional<tcp::FrameRef> request;         ///< what completed that

    bool is_request() const { return kind == http::Kind::request; }
    /// The first field of this name, compared without case; empty where there is none.
    [[nodiscard]] std::string_view field(std::string_view name) const;
    /// "GET /index.html HTTP/1.1", "HTTP/1.1 200 OK".
    [[nodiscard]] std::string start_line() const;
};

/// Who is told. Messages are the watch's; they change until on_message().
class HttpTaker {
public:
    virtual ~HttpTaker() = default;
    virtual void on_head(tcp::Conversation&, const HttpMessage&) {}
    /// Content, decoded.
    virtual void on_body(tcp::Conversation&, const HttpMessage&, ip::Bytes /*octets*/) {}
    /// It has ended, however.
    virtual void on_message(tcp::Conversation&, HttpMessage&&) {}
    virtual void on_over(tcp::Conversation&) {}
};

inline constexpr std::array<std::string_view, 2> kLineFields = {"Content-Type", "Location"};

/// Connections on which nothing looks like HTTP are not put in order further than it takes to tell.
class HttpWatch : public tcp::ConversationSink {
public:
    struct Options {
        bool bodies = true;  ///< decode content; else on_body() is never called, and octets is 0
        bool hash = false;
        /// Keep all fields of each head; else only those that a line about it shows: kLineFields.
        bool all_fields = true;
    };
    HttpWatch(const Options& options, HttpTaker& taker);
    ~HttpWatch() override;

    void on_data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                 std::uint64_t frame) override;
    void on_gap(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) override;
    void on_end(tcp::Conversation& c, unsigned side, std::uint64_t offset) override;
    void on_over(tcp::Conversation& c) override;

private:
    void begin(tcp::Conversation& c, unsigned client, unsigned side, std::uint64_t offset);
    void forget(tcp::Conversation& c);

    static constexpr std::size_t kMostSpare = 64;

    Options options_;
    HttpTaker& taker_;
    std::unique_ptr<ContentDecoders> decoders_;
    std::vector<std::unique_ptr<tcp::Attachment>> spare_;  ///< streams that are over: each takes 4 KiB
};

}  // namespace glass::tools
