// HTTP stream: one connection's messages being put together from http::Exchange's events.
#pragma once

#include <array>
#include <map>
#include <memory>

#include "http/content_coding.h"
#include "http/exchange.h"
#include "tools/http_watch.h"
#include "tools/sha256.h"

namespace glass::tools {

/// Decoding takes 40 KiB and more for each message: of no more than kMost at a time, of all connections.
/// Whose decoding began first is given up for another.
class ContentDecoders {
public:
    static constexpr std::size_t kMost = 1024;

    /// Returns its number, from 1.
    std::uint64_t add(std::span<const http::Coding> codings) {
        if (decoders_.size() == kMost) decoders_.erase(decoders_.begin());
        decoders_.emplace(++last_, http::ContentDecoder(codings, http::Limits().inflated));
        return last_;
    }
    /// Null: given up.
    http::ContentDecoder* find(std::uint64_t number) {
        const auto it = decoders_.find(number);
        return it == decoders_.end() ? nullptr : &it->second;
    }
    void remove(std::uint64_t number) { decoders_.erase(number); }

    ip::Buffer content;  ///< what the last one decoded

private:
    std::map<std::uint64_t, http::ContentDecoder> decoders_;
    std::uint64_t last_ = 0;
};

class HttpStream : public tcp::Attachment {
public:
    HttpStream(const HttpWatch::Options& options, HttpTaker& taker, ContentDecoders& decoders,
               const tcp::Conversation& c, unsigned client);
    /// As if made anew for this connection: its memory is kept.
    void restart(const tcp::Conversation& c, unsigned client);

    void data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
              tcp::FrameRef frame);
    void gap(tcp::Conversation& c, unsigned side, std::uint64_t length);
    /// What came before these offsets, by side, was looked at before and is no HTTP.
    void start_at(std::array<std::uint64_t, 2> offsets);
    void end(tcp::Conversation& c, unsigned side, http::StreamEnd how);
    void over(tcp::Conversation& c);

    /// Who sends requests: index into Conversation::sides.
    [[nodiscard]] unsigned client() const { return client_; }
    /// Nothing more comes, either way.
    [[nodiscard]] bool ended() const { return directions_[0].ended && directions_[1].ended; }
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
        std::vector<Piece> pieces;
        HttpMessage message;
        bool open = false;  ///< `message` has begun and not ended
        bool ended = false;
        std::uint64_t decoder = 0;  ///< 0: its content is not encoded
        http::DecodeStatus decoded = http::DecodeStatus::ok;
        Sha256 hash;
    };
    static constexpr std::size_t kMaxRequests = 1024;

    http::Kind kind_of(unsigned side) const {
        return side == client_ ? http::Kind::request : http::Kind::response;
    }
    void drain(tcp::Conversation& c);
    void take(tcp::Conversation& c, Direction& direction, const http::Event& event);
    void begin(tcp::Conversation& c, Direction& direction, const http::Message& message);
    void pair(HttpMessage& response, const http::Message& message);
    void body(tcp::Conversation& c, Direction& direction, ip::Bytes octets);
    void deliver(tcp::Conversation& c, Direction& direction, ip::Bytes octets);
    void finish(tcp::Conversation& c, Direction& direction, const http::Event& event);
    std::string coding_error(const Direction& direction);
    void forget_pieces(Direction& direction, std::uint64_t offset);

    HttpWatch::Options options_;
    HttpTaker& taker_;
    ContentDecoders& decoders_;
    unsigned client_;
    http::Exchange exchange_;
    std::array<Direction, 2> directions_;              ///< by http::Kind
    std::map<std::uint64_t, tcp::FrameRef> requests_;  ///< what completed those not answered yet, by number
};

}  // namespace glass::tools
