// Makes many short HTTP connections for a benchmark's capture, from few addresses and few ports, so that the
// same pair of endpoints comes back again and again: with a new initial sequence number, RFC 9293
// section 3.4.1.
//
// usage: short_http serve ADDRESS PORT                         until killed
//        short_http ask ADDRESS PORT CONNECTIONS FROM...       from these addresses; prints how many it made
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <string>
#include <string_view>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int kAtOnce = 64;
constexpr std::uint16_t kFirstPort = 20'000, kPorts = 4'000;  // of each client address
constexpr long kReset = 64;                                   // one connection in so many ends with a RST

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(1);
}

int checked(int result, const char* what) {
    if (result < 0) give_up(what);
    return result;
}

sockaddr_in endpoint(const char* address, int port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1) give_up(address);
    return to;
}

const sockaddr* raw(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

int open_socket() {
    const int s = checked(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), "socket"), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return s;
}

class Poller {
public:
    void watch(int fd, std::uint32_t what, std::uint64_t tag) const {
        epoll_event event{what, {.u64 = tag}};
        checked(epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }
    template <class Take>
    void wait(Take take) {
        const int n = epoll_wait(fd_, events_.data(), static_cast<int>(events_.size()), -1);
        for (int i = 0; i < n; ++i) take(events_[static_cast<std::size_t>(i)].data.u64);
    }

private:
    int fd_ = checked(epoll_create1(0), "epoll_create1");
    std::array<epoll_event, 256> events_{};
};

/// "GET /1234 HTTP/1.1": so many octets are asked for.
std::string answer(std::string_view request) {
    const std::size_t length =
        request.starts_with("GET /") ? std::strtoul(request.data() + 5, nullptr, 10) : 0;
    std::string text = "HTTP/1.1 200 OK\r\nServer: short\r\nContent-Type: text/plain\r\nContent-Length: " +
                       std::to_string(length) + "\r\nConnection: close\r\n\r\n";
    return text.append(std::min<std::size_t>(length, 1 << 16), 'x');
}

/// The server closes first: the TIME-WAIT state is its own, and the client's port is free again at once.
[[noreturn]] void serve(const char* address, int port) {
    const int listener = open_socket();
    const sockaddr_in here = endpoint(address, port);
    checked(bind(listener, raw(here), sizeof here), "bind");
    checked(listen(listener, 4096), "listen");
    Poller poller;
    poller.watch(listener, EPOLLIN, static_cast<std::uint64_t>(listener));
    for (;;) {
        poller.wait([&](std::uint64_t tag) {
            const int s = static_cast<int>(tag);
            if (s == listener) {
                for (int came; (came = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;)
                    poller.watch(came, EPOLLIN, static_cast<std::uint64_t>(came));
                return;
            }
            std::array<char, 2048> request{};
            const ssize_t n = recv(s, request.data(), request.size() - 1, 0);
            if (n < 0 && errno == EAGAIN) return;
            if (n > 0) {
                const std::string text = answer(request.data());
                send(s, text.data(), text.size(), MSG_NOSIGNAL);
            }
            close(s);
        });
    }
}

class Client {
public:
    Client(const sockaddr_in& server, std::vector<sockaddr_in> from, long goal)
        : server_(server), from_(std::move(from)), goal_(goal) {}

    /// How many connections there were.
    long run() {
        for (int i = 0; i < kAtOnce; ++i) start();
        while (open_ > 0)
            poller_.wait([&](std::uint64_t tag) {
                read(static_cast<int>(tag & 0xffffffff), static_cast<long>(tag >> 32));
            });
        return made_;
    }

private:
    /// The next connection, from the next address and port that may be used.
    void start() {
        while (made_ < goal_) {
            const int s = open_socket();
            sockaddr_in here = from_[static_cast<std::size_t>(turn_) % from_.size()];
            const long port = turn_++ / static_cast<long>(from_.size()) % kPorts;
            here.sin_port = htons(static_cast<std::uint16_t>(kFirstPort + port));
            const bool free = bind(s, raw(here), sizeof here) == 0 &&
                              (connect(s, raw(server_), sizeof server_) == 0 || errno == EINPROGRESS);
            if (free) return ask(s);
            close(s);
        }
    }
    void ask(int s) {
        const long number = made_++;
        ++open_;
        // Most answers are short: 1 to 4,096 octets, small ones as often as large ones.
        const long length = (number * 2654435761 % 4096) >> (number % 12);
        request_[static_cast<std::size_t>(s) % request_.size()] =
            "GET /" + std::to_string(length + 1) +
            " HTTP/1.1\r\nHost: server.example\r\nUser-Agent: short\r\nAccept: */*\r\n\r\n";
        poller_.watch(s, EPOLLIN | EPOLLOUT | EPOLLET,
                      static_cast<std::uint64_t>(number) << 32 | static_cast<std::uint64_t>(s));
    }
    void read(int s, long number) {
        std::string& request = request_[static_cast<std::size_t>(s) % request_.size()];
        if (!request.empty() && send(s, request.data(), request.size(), MSG_NOSIGNAL) > 0) request.clear();
        std::array<char, 8192> octets;
        ssize_t n;
        while ((n = recv(s, octets.data(), octets.size(), 0)) > 0) {
            if (number % kReset != 0) continue;
            const linger at_once{1, 0};
            setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
            n = 0;
            break;
        }
        if (n < 0 && (errno == EAGAIN || errno == ENOTCONN)) return;
        close(s);
        --open_;
        start();
    }

    sockaddr_in server_;
    std::vector<sockaddr_in> from_;
    long goal_, made_ = 0, turn_ = 0, open_ = 0;
    Poller poller_;
    std::array<std::string, 4 * kAtOnce> request_;  ///< not sent yet, by socket
};

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "serve" && argc == 4) serve(argv[2], std::atoi(argv[3]));
    if (what != "ask" || argc < 6) {
        std::fputs("usage: short_http serve ADDRESS PORT | ask ADDRESS PORT CONNECTIONS FROM...\n", stderr);
        return 2;
    }
    std::vector<sockaddr_in> from;
    for (int i = 5; i < argc; ++i) from.push_back(endpoint(argv[i], 0));
    Client client(endpoint(argv[2], std::atoi(argv[3])), std::move(from), std::atol(argv[4]));
    std::printf("%ld\n", client.run());
}
