#include "tools/byte_pipe.h"

#include <utility>

namespace glass::tools {

BytePipe::BytePipe(LiveLoop& loop, std::unique_ptr<Stream> stream, int in, int out)
    : loop_(loop), stream_(std::move(stream)), in_(loop, in, again_), out_(loop, out, again_) {
    stream_->set_user(this);
    loop_.add(*this);
}

BytePipe::~BytePipe() {
    loop_.remove(*this);
}

void BytePipe::happened(std::uint16_t, ip::Time) {
    again_ = true;
}

std::optional<ip::Time> BytePipe::deadline() const {
    return again_ && !over_ ? std::optional(ip::Time{}) : std::nullopt;
}

/// From the input into the stream. Returns whether anything moved.
bool BytePipe::move_out() {
    bool moved = false;
    if (to_stream_.empty() && !to_stream_.ended) {
        to_stream_.begin = 0;
        to_stream_.end = in_.read(to_stream_.octets);
        to_stream_.ended = in_.ended();
        moved = to_stream_.end != 0 || to_stream_.ended;
    }
    if (!to_stream_.empty()) {
        const std::size_t n = stream_->write(to_stream_.rest());
        to_stream_.begin += n;
        moved |= n > 0;
    }
    if (to_stream_.ended && !std::exchange(closed_, true)) stream_->close();
    return moved;
}

/// Returns whether anything was written.
bool BytePipe::write_out() {
    if (from_stream_.empty()) return false;
    const std::size_t n = out_.write(from_stream_.rest());
    from_stream_.begin += n;
    if (out_.unread()) {
        over_ = true;
        stream_->abort();
    }
    return n > 0;
}

/// From the stream to the output. Returns whether anything moved.
bool BytePipe::move_in() {
    bool moved = write_out();
    if (!from_stream_.empty() || from_stream_.ended || over_) return moved;
    const std::size_t n = stream_->read(from_stream_.octets);
    from_stream_.begin = 0;
    from_stream_.end = n;
    const StreamStatus status = stream_->status();
    if (n == 0 && (status.peer_finished || status.ending != tcp::Ending::none)) from_stream_.ended = true;
    return moved | (n > 0);
}

void BytePipe::run(ip::Time) {
    if (over_ || !again_) return;
    constexpr int kAtOnce = 16;
    for (int i = 0; i < kAtOnce && again_ && !over_; ++i) {
        again_ = stream_->status().open && move_out();
        again_ |= move_in();
    }
    const tcp::Ending ending = stream_->status().ending;
    const bool all_out = from_stream_.ended && from_stream_.empty();
    if (ending != tcp::Ending::none && (all_out || !stream_->status().open)) {
        ending_ = ending;
        over_ = true;
    }
}

}  // namespace glass::tools
