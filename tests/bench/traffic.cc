// Makes many small packets for a benchmark's capture: TCP and UDP questions, and a server that sends them
// back.
//
// usage: traffic serve PORT                        until killed
//        traffic tcp ADDRESS PORT MESSAGES         over new connections every so often, 64 at a time
//        traffic udp ADDRESS PORT MESSAGES         from 64 ports
#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/tcp.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int kFlows = 64;
constexpr int kRounds = 200;  // questions on one TCP connection
constexpr int kBatch = 64;    // datagrams in one system call

[[noreturn]] void give_up(const char* what) {
    std::perror(what);
    std::exit(1);
}

int checked(int result, const char* what) {
    if (result < 0) give_up(what);
    return result;
}

sockaddr_in endpoint(const char* address, const char* port) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1) give_up(address);
    return to;
}

int open_socket(int type) {
    const int s = checked(socket(AF_INET, type, 0), "socket"), on = 1;
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (type == SOCK_STREAM) setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{0, 100'000};
    if (type == SOCK_DGRAM) setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return s;
}

/// A batch of datagrams with room for each: what sendmmsg(2) and recvmmsg(2) take.
struct Batch {
    std::array<std::array<char, 64>, kBatch> octets{};
    std::array<iovec, kBatch> pieces{};
    std::array<sockaddr_in, kBatch> peers{};
    std::array<mmsghdr, kBatch> messages{};

    void prepare() {
        for (std::size_t i = 0; i < kBatch; ++i) {
            pieces[i] = {octets[i].data(), octets[i].size()};
            messages[i] = {};
            messages[i].msg_hdr.msg_iov = &pieces[i];
            messages[i].msg_hdr.msg_iovlen = 1;
            messages[i].msg_hdr.msg_name = &peers[i];
            messages[i].msg_hdr.msg_namelen = sizeof peers[i];
        }
    }
};

void echo_datagrams(int s, Batch& batch) {
    batch.prepare();
    const int n = recvmmsg(s, batch.messages.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (n <= 0) return;
    for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i)
        batch.pieces[i].iov_len = batch.messages[i].msg_len;
    sendmmsg(s, batch.messages.data(), static_cast<unsigned>(n), 0);
}

/// Sends back what came; false where the peer is done.
bool echo_stream(int s) {
    std::array<char, 4096> octets;
    const ssize_t n = recv(s, octets.data(), octets.size(), 0);
    return n > 0 && send(s, octets.data(), static_cast<std::size_t>(n), MSG_NOSIGNAL) == n;
}

[[noreturn]] void serve(const char* port) {
    const sockaddr_in any = endpoint("0.0.0.0", port);
    const int udp = open_socket(SOCK_DGRAM), listener = open_socket(SOCK_STREAM);
    for (const int s : {udp, listener})
        checked(bind(s, reinterpret_cast<const sockaddr*>(&any), sizeof any), "bind");
    checked(listen(listener, 4 * kFlows), "listen");
    std::vector<pollfd> watched{{udp, POLLIN, 0}, {listener, POLLIN, 0}};
    Batch batch;
    for (;;) {
        checked(poll(watched.data(), watched.size(), -1), "poll");
        if (watched[0].revents) echo_datagrams(udp, batch);
        for (std::size_t i = watched.size(); i-- > 2;) {
            if (!watched[i].revents || echo_stream(watched[i].fd)) continue;
            close(watched[i].fd);
            watched[i] = watched.back();
            watched.pop_back();
        }
        if (watched[1].revents)
            watched.push_back({checked(accept(listener, nullptr, nullptr), "accept"), POLLIN, 0});
    }
}

/// The length of question `n`: 1 to 64 octets, in no order.
std::size_t question_length(long n) {
    return static_cast<std::size_t>(n * 37 % 64) + 1;
}

void ask_over_tcp(const sockaddr_in& to, long messages) {
    const std::array<char, 64> question{"GET /"};
    std::array<char, 64> answer;
    for (long asked = 0; asked < messages;) {
        std::array<int, kFlows> flows;
        for (int& s : flows) {
            s = open_socket(SOCK_STREAM);
            checked(connect(s, reinterpret_cast<const sockaddr*>(&to), sizeof to), "connect");
        }
        for (int round = 0; round < kRounds; ++round) {
            const std::size_t length = question_length(asked / kFlows);
            for (const int s : flows)
                checked(static_cast<int>(send(s, question.data(), length, MSG_NOSIGNAL)), "send");
            for (const int s : flows)
                checked(static_cast<int>(recv(s, answer.data(), length, MSG_WAITALL)), "recv");
            asked += kFlows;
        }
        for (const int s : flows) close(s);
    }
}

void ask_over_udp(const sockaddr_in& to, long messages) {
    std::array<int, kFlows> flows;
    for (int& s : flows) s = open_socket(SOCK_DGRAM);
    Batch batch;
    for (long asked = 0, turn = 0; asked < messages; asked += kBatch, ++turn) {
        const int s = flows[static_cast<std::size_t>(turn % kFlows)];
        batch.prepare();
        for (std::size_t i = 0; i < kBatch; ++i) {
            batch.peers[i] = to;
            batch.pieces[i].iov_len = question_length(asked + static_cast<long>(i));
        }
        checked(sendmmsg(s, batch.messages.data(), kBatch, 0), "sendmmsg");
        // Answers may be lost: wait for what comes, with the socket's patience.
        for (int answers = 0, n; answers < kBatch; answers += n) {
            batch.prepare();
            n = recvmmsg(s, batch.messages.data(), kBatch, MSG_WAITFORONE, nullptr);
            if (n <= 0) break;
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "";
    if (what == "serve" && argc == 3) serve(argv[2]);
    if (argc != 5 || (what != "tcp" && what != "udp")) {
        std::fputs("usage: traffic serve PORT | tcp ADDRESS PORT MESSAGES | udp ADDRESS PORT MESSAGES\n",
                   stderr);
        return 2;
    }
    (what == "tcp" ? ask_over_tcp : ask_over_udp)(endpoint(argv[2], argv[3]), std::atol(argv[4]));
}
