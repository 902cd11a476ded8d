#include "tools/socket_stream.h"

#include <cerrno>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "tools/socket_address.h"

namespace glass::tools {
namespace {

constexpr std::uint32_t kInterest = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

tcp::Ending ending_of(int error, bool open) {
    switch (error) {
        case ECONNREFUSED: return tcp::Ending::refused;
        case ETIMEDOUT: return tcp::Ending::timed_out;
        case EHOSTUNREACH:
        case ENETUNREACH: return open ? tcp::Ending::timed_out : tcp::Ending::unreachable;
        default: return tcp::Ending::reset;
    }
}

int pending_error(int socket) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

}  // namespace

SocketStream::SocketStream(LiveLoop& loop, ip::FileDescriptor socket, const tcp::Endpoint& remote, bool open)
    : loop_(loop), socket_(std::move(socket)), remote_(remote), writable_(open), open_(open) {
    watch_ = loop_.watch(socket_.get(), kInterest, *this);
}

SocketStream::~SocketStream() {
    socket_.close();
    loop_.closed(watch_);
}

std::size_t SocketStream::read(std::span<std::uint8_t> out) {
    if (!readable_ || out.empty()) return 0;
    const ssize_t n = recv(socket_.get(), out.data(), out.size(), 0);
    if (n > 0) {
        // Less than was asked for: that was all, unless something follows that brings no further event.
        if (static_cast<std::size_t>(n) < out.size() && !end_is_near_) readable_ = false;
        return static_cast<std::size_t>(n);
    }
    if (n < 0 && errno == EINTR) return read(out);
    readable_ = false;
    if (n < 0 && errno == EAGAIN) return 0;
    if (n < 0) fail(errno);
    if (ending_ != tcp::Ending::none) drop();
    if (n == 0) peer_finished_ = ending_ == tcp::Ending::none;
    return 0;
}

std::size_t SocketStream::write(ip::Bytes octets) {
    if (!writable_ || closed_ || octets.empty()) return 0;
    const ssize_t n = send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) return write(octets);
    if (n < 0 && errno != EAGAIN) fail(errno);
    if (n < static_cast<ssize_t>(octets.size())) writable_ = false;
    return n < 0 ? 0 : static_cast<std::size_t>(n);
}

void SocketStream::close() {
    if (closed_ || !socket_) return;
    closed_ = true;
    shutdown(socket_.get(), SHUT_WR);
}

void SocketStream::abort() {
    if (!socket_) return;
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ending_ = tcp::Ending::aborted;
    drop();
}

/// What came before it can still be read.
void SocketStream::fail(int error) {
    if (ending_ == tcp::Ending::none) ending_ = ending_of(error, open_);
    readable_ = end_is_near_ = true;
    writable_ = false;
}

void SocketStream::drop() {
    socket_.close();
    loop_.closed(watch_);
    readable_ = writable_ = false;
}

StreamStatus SocketStream::status() const {
    const bool over = closed_ && peer_finished_ && ending_ == tcp::Ending::none;
    return {.open = open_, .peer_finished = peer_finished_, .ending = over ? tcp::Ending::closed : ending_};
}

std::optional<StreamFacts> SocketStream::facts() const {
    tcp_info info{};
    socklen_t length = sizeof info;
    if (!socket_ || getsockopt(socket_.get(), IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return {};
    return StreamFacts{.srtt = std::chrono::microseconds(info.tcpi_rtt),
                       .rto = std::chrono::microseconds(info.tcpi_rto),
                       .cwnd = info.tcpi_snd_cwnd * info.tcpi_snd_mss,
                       .resent = info.tcpi_total_retrans,
                       .early = info.tcpi_rcv_ooopack};
}

const tcp::Endpoint& SocketStream::local() const {
    if (!local_) local_ = local_end(socket_.get());
    return *local_;
}

void SocketStream::ready(std::uint32_t events, ip::Time now) {
    std::uint16_t told = 0;
    if ((events & EPOLLERR) != 0) {
        fail(pending_error(socket_.get()));
        told |= tcp::kEnded;
    } else if (!open_ && (events & EPOLLOUT) != 0) {
        open_ = true;
        told |= tcp::kOpened;
    }
    if ((events & (EPOLLRDHUP | EPOLLHUP)) != 0) end_is_near_ = true;
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0 && open_) {
        readable_ = true;
        told |= tcp::kReadable;
    }
    if ((events & EPOLLRDHUP) != 0) told |= tcp::kFinished;
    if ((events & EPOLLOUT) != 0 && !writable_ && ending_ == tcp::Ending::none) {
        writable_ = true;
        told |= tcp::kWritable;
    }
    if (told != 0) tell(told, now);
}

}  // namespace glass::tools
