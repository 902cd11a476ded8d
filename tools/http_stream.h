// HTTP stream: one connection's messages being put together from http::Exchange's events.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>

#include "http/content_coding.h"
#include "http/exchange.h"
#include "tools/http_watch.h"
#include "tools/sha256.h"

namespace glass::tools {

class HttpStream : public tcp::Attachment {
public:
    HttpStream(const HttpWatch::Options& options, HttpTaker& taker, const tcp::Conversation& c, unsigned client);

    void data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets, tcp::FrameRef frame);
    void gap(tcp::Conversation& c, unsigned side, std::uint64_t length);
    void end(tcp::Conversation& c, unsigned side, http::StreamEnd how);
    void over(tcp::Conversation& c);

    /// Both directions have spoken, and neither is HTTP.
    [[nodiscard]] bool hopeless() const {
        return exchange_.reader(http::Kind::request).recognized() == http::Recognition::no &&
               exchange_.reader(http::Kind::response).recognized() == http::Recognition::no;
    }
    /// Nothing of HTTP has been seen.
    [[nodiscard]] bool unrecognized() const { return exchange_.recognized() != http::Recognition::yes; }

private:
    /// Frames that brought octets which no event has covered yet.
    struct Piece {
        std::uint64_t end;  ///< stream offset after them
        tcp::FrameRef frame;
    };
    struct Direction {
        std::deque<Piece> pieces;
        HttpMessage message;
        bool open = false;  ///< `message` has begun and not ended
        bool ended = false;
        std::unique_ptr<http::ContentDecoder> decoder;
        http::DecodeStatus decoded = http::DecodeStatus::ok;
        Sha256 hash;
    };
    static constexpr std::size_t kMaxRequests = 1024;

    http::Kind kind_of(unsigned side) const { return side == client_ ? http::Kind::request : http::Kind::response; }
    void drain(tcp::Conversation& c);
    void take(tcp::Conversation& c, Direction& direction, const http::Event& event);
    void begin(tcp::Conversation& c, Direction& direction, const http::Message& message);
    void pair(HttpMessage& response, const http::Message& message);
    void body(tcp::Conversation& c, Direction& direction, ip::Bytes octets);
    void deliver(tcp::Conversation& c, Direction& direction, ip::Bytes octets);
    void finish(tcp::Conversation& c, Direction& direction, const http::Event& event);
    void forget_pieces(Direction& direction, std::uint64_t offset);

    HttpWatch::Options options_;
    HttpTaker& taker_;
    unsigned client_;
    http::Exchange exchange_;
    std::array<Direction, 2> directions_;  ///< by http::Kind
    std::map<std::uint64_t, tcp::FrameRef> requests_;  ///< what completed those not answered yet, by number
    ip::Buffer content_;
};

}  // namespace glass::tools
