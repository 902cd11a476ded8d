#include "tools/socket_transport.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include "tools/segment_text.h"
#include "tools/socket_address.h"
#include "tools/socket_stream.h"

namespace glass::tools {
namespace {

constexpr ip::Duration kPause = std::chrono::milliseconds(100);

void allow_many_descriptors() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

ip::FileDescriptor new_socket(const tcp::Endpoint& endpoint) {
    const int family = endpoint.address.is_v4() ? AF_INET : AF_INET6;
    return ip::FileDescriptor(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

void set(int socket, int level, int option) {
    const int on = 1;
    setsockopt(socket, level, option, &on, sizeof on);
}

std::string why_not_listen(const tcp::Endpoint& local, int error) {
    const std::string where = endpoint_text(local);
    switch (error) {
        case EADDRINUSE:
            return fmt::format("{} is in use by another program: choose another port (ss -ltn lists them)",
                               where);
        case EACCES:
            return fmt::format("ports below 1024 are root's: {} cannot be had; choose a greater one", where);
        case EADDRNOTAVAIL:
            return fmt::format("{} is no address of this machine (ip address lists them)", where);
        default: return fmt::format("{}: {}", where, std::strerror(error));
    }
}

}  // namespace

class SocketTransport::Listener final : private Watcher {
public:
    Listener(SocketTransport& transport, ip::FileDescriptor socket, Acceptor& acceptor)
        : transport_(transport), socket_(std::move(socket)), acceptor_(acceptor) {
        watch_ = transport_.loop_.watch(socket_.get(), EPOLLIN, *this);
    }
    ~Listener() override { transport_.loop_.forget(watch_); }

    void pause() { transport_.loop_.change(watch_, 0); }
    void resume() { transport_.loop_.change(watch_, EPOLLIN); }

private:
    /// As many as there are, but not so many that those who are there already have to wait.
    void ready(std::uint32_t, ip::Time now) override {
        constexpr int kAtOnce = 64;
        for (int i = 0; i < kAtOnce; ++i) {
            SocketAddress peer;
            ip::FileDescriptor socket(
                accept4(socket_.get(), peer.get(), &peer.length, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (!socket && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)) {
                for (const auto& listener : transport_.listeners_) listener->pause();
                transport_.resume_at_ = now + kPause;
                return;
            }
            if (!socket && errno == EAGAIN) return;
            if (!socket) continue;  // a connection that has gone meanwhile
            acceptor_.accepted(
                std::make_unique<SocketStream>(transport_.loop_, std::move(socket), endpoint_of(peer), true),
                now);
        }
    }

    SocketTransport& transport_;
    ip::FileDescriptor socket_;
    Acceptor& acceptor_;
    LiveLoop::WatchId watch_;
};

SocketTransport::SocketTransport(LiveLoop& loop) : loop_(loop) {
    allow_many_descriptors();
    loop_.add(*this);
}

SocketTransport::~SocketTransport() {
    loop_.remove(*this);
}

std::expected<tcp::Endpoint, std::string> SocketTransport::listen(const tcp::Endpoint& local,
                                                                  Acceptor& acceptor) {
    ip::FileDescriptor socket = new_socket(local);
    if (!socket) return std::unexpected(why_not_listen(local, errno));
    set(socket.get(), SOL_SOCKET, SO_REUSEADDR);
    // Those that are accepted have it from the listener.
    set(socket.get(), IPPROTO_TCP, TCP_NODELAY);
    if (!local.address.is_v4()) set(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY);
    const SocketAddress address = socket_address(local);
    constexpr int kBacklog = 4096;  // the system has a limit of its own
    if (bind(socket.get(), address.get(), address.length) != 0 || ::listen(socket.get(), kBacklog) != 0)
        return std::unexpected(why_not_listen(local, errno));
    const tcp::Endpoint where = local_end(socket.get());
    listeners_.push_back(std::make_unique<Listener>(*this, std::move(socket), acceptor));
    return where;
}

void SocketTransport::stop_listening() {
    listeners_.clear();
    resume_at_.reset();
}

std::expected<std::unique_ptr<Stream>, std::string> SocketTransport::connect(const tcp::Endpoint& remote) {
    ip::FileDescriptor socket = new_socket(remote);
    if (!socket) return std::unexpected(fmt::format("{}: {}", endpoint_text(remote), std::strerror(errno)));
    set(socket.get(), IPPROTO_TCP, TCP_NODELAY);
    const SocketAddress address = socket_address(remote);
    if (::connect(socket.get(), address.get(), address.length) != 0 && errno != EINPROGRESS) {
        if (errno == ENETUNREACH || errno == EHOSTUNREACH)
            return std::unexpected(failure_text(tcp::Ending::unreachable, remote));
        return std::unexpected(fmt::format("{}: {}", endpoint_text(remote), std::strerror(errno)));
    }
    return std::make_unique<SocketStream>(loop_, std::move(socket), remote, false);
}

void SocketTransport::run(ip::Time now) {
    if (!resume_at_ || now < *resume_at_) return;
    resume_at_.reset();
    for (const auto& listener : listeners_) listener->resume();
}

}  // namespace glass::tools
