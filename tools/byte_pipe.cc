#include "tools/byte_pipe.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace glass::tools {
namespace {

bool is_kind(int descriptor, mode_t kind) {
    struct stat status {};
    return fstat(descriptor, &status) == 0 && (status.st_mode & S_IFMT) == kind;
}

/// Others have the same pipe or terminal open, and may not expect it not to block: it is opened once more.
ip::FileDescriptor open_again(int descriptor) {
    if (!is_kind(descriptor, S_IFIFO) && !is_kind(descriptor, S_IFCHR)) return {};
    const std::string path = fmt::format("/proc/self/fd/{}", descriptor);
    return ip::FileDescriptor(open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
}

}  // namespace

BytePipe::Side::Side(LiveLoop& loop, int d, std::uint32_t events, bool& wakes)
    : descriptor(d), is_ready(false), loop_(loop), events_(events), wakes_(wakes) {
    always_ = is_kind(d, S_IFREG) || is_kind(d, S_IFDIR) || is_kind(d, S_IFBLK);
    // The null device is none for epoll, either.
    if (!always_) try {
            watch_ = loop_.watch(d, events_ | EPOLLONESHOT, *this);
        } catch (const std::system_error& error) {
            if (error.code().value() != EPERM) throw;
            always_ = true;
        }
    is_ready = always_;
}

BytePipe::Side::~Side() {
    stop();
}

void BytePipe::Side::ready(std::uint32_t, ip::Time) {
    is_ready = wakes_ = true;
}

void BytePipe::Side::wait() {
    if (always_) return;
    is_ready = false;
    loop_.change(watch_, events_ | EPOLLONESHOT);
}

void BytePipe::Side::stop() {
    loop_.forget(watch_);
    watch_ = {};
    is_ready = false;
}

BytePipe::BytePipe(LiveLoop& loop, std::unique_ptr<Stream> stream, int in, int out)
    : loop_(loop),
      stream_(std::move(stream)),
      out_file_(open_again(out)),
      in_(loop, in, EPOLLIN, again_),
      out_(loop, out_file_ ? out_file_.get() : out, EPOLLOUT, again_) {
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
    if (to_stream_.empty() && !to_stream_.ended && in_.is_ready) {
        const ssize_t n = read(in_.descriptor, to_stream_.octets.data(), to_stream_.octets.size());
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            throw std::system_error(errno, std::generic_category(), "cannot read standard input");
        if (n >= 0) {
            to_stream_.begin = 0;
            to_stream_.end = static_cast<std::size_t>(n);
            to_stream_.ended = n == 0;
            moved = true;
        }
        to_stream_.ended ? in_.stop() : in_.wait();
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
    if (from_stream_.empty() || !out_.is_ready) return false;
    ip::Bytes rest = from_stream_.rest();
    // So much goes without waiting into a pipe that has room at all.
    if (!out_file_ && is_kind(out_.descriptor, S_IFIFO)) rest = ip::first(rest, PIPE_BUF);
    ssize_t n = is_kind(out_.descriptor, S_IFSOCK)
                    ? send(out_.descriptor, rest.data(), rest.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                    : ::write(out_.descriptor, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) return true;
    if (n < 0 && errno == EPIPE) {  // nobody reads: as with any filter, that is the end
        over_ = true;
        stream_->abort();
        return false;
    }
    if (n < 0 && errno != EAGAIN)
        throw std::system_error(errno, std::generic_category(), "cannot write standard output");
    n = std::max<ssize_t>(n, 0);
    if (static_cast<std::size_t>(n) < rest.size() || !out_file_) out_.wait();
    from_stream_.begin += static_cast<std::size_t>(n);
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
