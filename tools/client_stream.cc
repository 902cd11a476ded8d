#include "tools/client_stream.h"

#include <utility>

namespace glass::tools {
namespace {

constexpr std::size_t kPiece = 64 * 1024;  // read at once
/// Pieces that are read or written before the transport has its turn.
constexpr int kPiecesATurn = 16;

}  // namespace

ClientStream::ClientStream(LiveLoop& loop, std::unique_ptr<Stream> stream, const http::ClientOptions& options)
    : loop_(loop),
      stream_(std::move(stream)),
      http_(options, loop.now()),
      began_(loop.now()),
      memory_(kPiece) {
    stream_->set_user(this);
    loop_.add(*this);
}

ClientStream::~ClientStream() {
    loop_.remove(*this);
}

void ClientStream::happened(std::uint16_t, ip::Time now) {
    drive(now);
}

void ClientStream::drive(ip::Time now) {
    if (!handshake_ && stream_->status().open) {
        handshake_ = now - began_;
        http_.opened(now);
    }
    again_ = true;
    for (int i = 0; i < kPiecesATurn && again_; ++i) {
        again_ = write(now);
        if (http_.aborted() && !std::exchange(closed_, true)) stream_->abort();
        if (http_.finished() && !std::exchange(closed_, true)) stream_->close();
        again_ |= read(now);
    }
}

/// Returns whether more may be written without waiting.
bool ClientStream::write(ip::Time now) {
    const ip::Bytes octets = http_.output(now);
    if (octets.empty()) return false;
    const std::size_t n = stream_->write(octets);
    if (n > 0) http_.sent(n, now);
    return n == octets.size();
}

/// Returns whether anything came: octets, or the end. What comes after the last response is thrown away: it
/// would keep the FIN behind it from being seen.
bool ClientStream::read(ip::Time now) {
    const bool opens = !handshake_;  // a stream that never opens has its end, too
    if (ended_ || !(opens || http_.wants_input() || http_.finished())) return false;
    const std::size_t n = opens ? 0 : stream_->read(memory_);
    if (n > 0) {
        http_.receive(ip::Bytes(memory_).first(n), now);
        return true;
    }
    const StreamStatus status = stream_->status();
    if (!status.peer_finished && status.ending == tcp::Ending::none) return false;
    ended_ = true;
    http_.receive_end(status.peer_finished ? http::StreamEnd::fin : http::StreamEnd::cut, now);
    return true;
}

void ClientStream::run(ip::Time now) {
    if (const auto due = http_.deadline(); due && *due <= now) {
        http_.advance(now);
        again_ = true;
    }
    if (again_) drive(now);
}

std::optional<ip::Time> ClientStream::deadline() const {
    return again_ ? std::optional(ip::Time{}) : http_.deadline();
}

}  // namespace glass::tools
