// Bulk data between the kernel's TCP and an end behind a TUN interface, in a network namespace that is gone
// with the process: how fast, and how much of a processor our end takes for it. tests/bench/tun compares.
//
// usage: tun_bench glass|null receive|send [NAME=VALUE...]
//   seconds=2      of measuring
//   mtu=1500       octets
//   offload=0      1: checksums and segments are left to the kernel
//   v6=0           1: over IPv6
//   capacity=1024  KiB of buffers and windows
//   queue=10000    packets that wait in the interface
#include <arpa/inet.h>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <time.h>
#include <unistd.h>

#include "ip/interface.h"
#include "ip/tun.h"
#include "tests/bench/tun_ends.h"

namespace {

using namespace glass;

std::map<std::string_view, double> values{{"seconds", 2}, {"mtu", 1500},      {"offload", 0},
                                          {"v6", 0},      {"capacity", 1024}, {"queue", 10000}};

std::uint32_t value(std::string_view name) {
    return static_cast<std::uint32_t>(values.at(name));
}

int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

ip::Address address(const char* text) {
    return *ip::parse_address(text);
}

ip::Time read_clock(clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return ip::Time(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

/// The kernel's end: connects, then sends or receives until the connection ends.
class Peer {
public:
    Peer(bool v6, bool sends)
        : socket_(checked(socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket")),
          thread_([this, v6, sends] { run(v6, sends); }) {}
    ~Peer() {
        shutdown(socket_, SHUT_RDWR);
        thread_.join();
        close(socket_);
    }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    [[nodiscard]] std::uint64_t received() const { return received_; }

private:
    void run(bool v6, bool sends) {
        (void)setsockopt(socket_, IPPROTO_TCP, TCP_CONGESTION, "cubic", 5);
        if (!connect_to(v6)) return std::perror("tun_bench: connect");
        std::vector<char> text(bench::kPiece);
        while (sends && ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) > 0) {
        }
        for (ssize_t n; (n = ::read(socket_, text.data(), text.size())) > 0;)
            received_ += static_cast<std::uint64_t>(n);
    }
    bool connect_to(bool v6) const {
        sockaddr_in6 six{};
        six.sin6_family = AF_INET6;
        six.sin6_port = htons(bench::kPort);
        inet_pton(AF_INET6, "fd07::2", &six.sin6_addr);
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(bench::kPort);
        inet_pton(AF_INET, "10.7.0.2", &four.sin_addr);
        return (v6 ? connect(socket_, reinterpret_cast<const sockaddr*>(&six), sizeof six)
                   : connect(socket_, reinterpret_cast<const sockaddr*>(&four), sizeof four)) == 0;
    }

    int socket_;
    std::atomic<std::uint64_t> received_{0};
    std::thread thread_;
};

std::unique_ptr<ip::Tun> make_device() {
    checked(unshare(CLONE_NEWNET), "unshare");
    auto device = ip::Tun::open({.name = "bench0", .offload = value("offload") != 0});
    if (!device) throw std::runtime_error(device.error());
    const auto done = ip::configure_interface(
        "bench0", {.mtu = value("mtu"),
                   .queue_length = value("queue"),
                   .addresses = {{address("10.7.0.1"), 24}, {address("fd07::1"), 64}}});
    if (!done) throw std::runtime_error(done.error());
    return std::move(*device);
}

void run(bool glass, bool sends) {
    const auto device = make_device();
    const std::uint32_t capacity = value("capacity") << 10;
    std::unique_ptr<bench::End> end;
    if (glass) {
        end = std::make_unique<bench::GlassEnd>(
            *device,
            std::vector<tcp::LocalAddress>{{.address = address("10.7.0.2"), .prefix_length = 24},
                                           {.address = address("fd07::2"), .prefix_length = 64}},
            capacity, sends);
    } else {
        end = std::make_unique<bench::NullEnd>(*device, address("10.7.0.2").v4(), capacity, sends);
    }
    Peer peer(value("v6") != 0, !sends);
    const auto octets = [&] { return sends ? peer.received() : end->received(); };
    const auto seconds = [](ip::Duration d) { return static_cast<double>(d.count()) * 1e-9; };

    ip::Time now = read_clock(CLOCK_MONOTONIC);
    ip::Time start = now + std::chrono::milliseconds(300);  // until windows have grown
    const ip::Time stop = start + std::chrono::milliseconds(static_cast<int>(values["seconds"] * 1000));
    std::uint64_t before = 0;
    ip::Time worked{};
    for (bool measures = false; now < stop; now = read_clock(CLOCK_MONOTONIC)) {
        if (!measures && now >= start) {
            measures = true;
            start = now;
            before = octets();
            worked = read_clock(CLOCK_THREAD_CPUTIME_ID);
        }
        if (end->turn(now)) continue;
        const ip::Duration left = std::min(end->deadline().value_or(stop), stop) - now;
        pollfd readable{.fd = device->descriptor(), .events = POLLIN, .revents = 0};
        const timespec timeout{.tv_sec = 0, .tv_nsec = std::clamp<long>(left.count(), 0, 100'000'000)};
        (void)ppoll(&readable, 1, &timeout, nullptr);
    }
    const double gigabits = static_cast<double>(octets() - before) * 8e-9;
    const double cpu = seconds(read_clock(CLOCK_THREAD_CPUTIME_ID) - worked);
    std::printf("%.3f Gbit/s, %.3f Gbit per CPU second; %s\n", gigabits / seconds(now - start),
                gigabits / cpu, end->figures().c_str());
}

int usage() {
    std::fprintf(stderr, "usage: tun_bench glass|null receive|send [NAME=VALUE...]\n");
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return usage();
    const std::string_view what = argv[1], way = argv[2];
    if ((what != "glass" && what != "null") || (way != "receive" && way != "send")) return usage();
    for (int i = 3; i < argc; ++i) {
        const std::string_view word = argv[i];
        const auto known = values.find(word.substr(0, word.find('=')));
        if (known == values.end() || !word.contains('=')) return usage();
        known->second = std::atof(argv[i] + word.find('=') + 1);
    }
    try {
        run(what == "glass", way == "send");
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tun_bench: %s\n", error.what());
        return 2;
    }
}
