#include "tools/http_service.h"

#include <utility>

namespace glass::tools {
namespace {

constexpr std::size_t kPiece = 64 * 1024;  // read at once
/// Pieces that a connection reads or writes before others have their turn.
constexpr int kPiecesATurn = 16;

}  // namespace

class HttpService::Connection final : public StreamUser {
public:
    enum class After : std::uint8_t { waits, again, over };

    Connection(HttpService& service, std::uint32_t number, std::unique_ptr<Stream> stream, ip::Time now)
        : service_(service),
          number_(number),
          stream_(std::move(stream)),
          http_(service.server_, stream_->remote(), now) {
        stream_->set_user(this);
    }

    void happened(std::uint16_t events, ip::Time now) override {
        broken_ |= (events & tcp::kEnded) != 0;
        service_.settle(number_, now);
    }

    /// As much as can be done now.
    After drive(ip::Time now) {
        for (int i = 0; i < kPiecesATurn; ++i) {
            const bool wrote = write(now);
            if (http_.aborted()) {
                stream_->abort();
                return After::over;
            }
            if (http_.finished() && !std::exchange(closed_, true)) stream_->close();
            if (http_.done()) return After::over;
            const bool did = read(now);
            if (!did && !wrote) return After::waits;
        }
        return After::again;
    }
    void advance(ip::Time now) { http_.advance(now); }
    void close(ip::Time now) { http_.close(now); }
    [[nodiscard]] std::optional<ip::Time> deadline() const { return http_.deadline(); }

    bool listed_again = false;

private:
    /// Returns whether more may be written without waiting.
    bool write(ip::Time now) {
        const ip::Bytes octets = http_.output(now);
        if (octets.empty()) return false;
        const std::size_t n = stream_->write(octets);
        if (n > 0) http_.sent(n, now);
        return n == octets.size();
    }
    /// Returns whether anything came: octets, or the end.
    bool read(ip::Time now) {
        if (ended_ || (!broken_ && !http_.wants_input())) return false;
        const std::size_t n = http_.wants_input() ? stream_->read(service_.memory_) : 0;
        if (n > 0) {
            http_.receive(ip::Bytes(service_.memory_).first(n), now);
            return true;
        }
        const StreamStatus status = stream_->status();
        if (!broken_ && !status.peer_finished && status.ending == tcp::Ending::none) return false;
        ended_ = true;
        http_.receive_end(status.peer_finished ? http::StreamEnd::fin : http::StreamEnd::cut, now);
        return true;
    }

    HttpService& service_;
    std::uint32_t number_;
    std::unique_ptr<Stream> stream_;
    http::ServerConnection http_;
    bool closed_ = false;  ///< our direction
    bool ended_ = false;   ///< the peer's, and http knows
    bool broken_ = false;  ///< the stream is over
};

HttpService::HttpService(LiveLoop& loop, http::Server& server)
    : loop_(loop), server_(server), memory_(kPiece) {
    loop_.add(*this);
}

HttpService::~HttpService() {
    loop_.remove(*this);
}

void HttpService::accepted(std::unique_ptr<Stream> stream, ip::Time now) {
    ++accepted_;
    if (open_ >= kMostConnections) return stream->abort();
    const std::uint32_t number = numbers_.take();
    if (number == connections_.size()) connections_.emplace_back();
    ++open_;
    connections_[number] = std::make_unique<Connection>(*this, number, std::move(stream), now);
    settle(number, now);
}

/// Drives a connection, and puts it where it belongs then.
void HttpService::settle(std::uint32_t number, ip::Time now) {
    Connection& connection = *connections_[number];
    const auto after = connection.drive(now);
    if (after == Connection::After::over) {
        timers_.remove(number);
        connections_[number].reset();
        numbers_.give_back(number);
        --open_;
        return;
    }
    if (after == Connection::After::again && !std::exchange(connection.listed_again, true))
        again_.push_back(number);
    if (const auto at = connection.deadline()) timers_.set(number, *at);
}

/// After a crowd.
void HttpService::trim() {
    numbers_.trim();
    connections_.resize(numbers_.end());
    connections_.shrink_to_fit();
    std::erase_if(again_, [&](std::uint32_t number) { return number >= numbers_.end(); });
    timers_.trim();
    server_.trim();
}

void HttpService::close(ip::Time now) {
    for (std::uint32_t number = 0; number < connections_.size(); ++number) {
        if (!connections_[number]) continue;
        connections_[number]->close(now);
        settle(number, now);
    }
}

void HttpService::run(ip::Time now) {
    for (const std::uint32_t number : std::exchange(again_, {})) {
        if (!connections_[number] || !std::exchange(connections_[number]->listed_again, false)) continue;
        settle(number, now);
    }
    while (const auto number = timers_.take_due(now)) {
        connections_[*number]->advance(now);
        settle(*number, now);
    }
    if (std::exchange(stirred_, false)) {
        for (std::uint32_t number = 0; number < connections_.size(); ++number)
            if (connections_[number]) settle(number, now);
    }
    crowd_.count(open_, [this] { trim(); });
}

std::optional<ip::Time> HttpService::deadline() const {
    if (!again_.empty() || stirred_) return ip::Time{};
    return timers_.first();
}

}  // namespace glass::tools
