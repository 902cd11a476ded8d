// A TUN interface with our host behind it, at 10.7.0.2 and fd07::2, that gives back whatever comes to port 7.
//
// usage: tun_echo NAME MTU OFFLOAD [exists]
//   OFFLOAD  0 or 1; exists: somebody made the interface and set it up
// Says "ready" when it is, and ends when its standard input does.
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <string_view>
#include <time.h>
#include <unistd.h>
#include <vector>

#include "ip/interface.h"
#include "ip/tun.h"
#include "tcp/pump.h"

namespace {

using namespace glass;

ip::Address address(const char* text) {
    return *ip::parse_address(text);
}

ip::Time now() {
    timespec t{};
    clock_gettime(CLOCK_MONOTONIC, &t);
    return ip::Time(std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec));
}

class Echo {
public:
    explicit Echo(ip::Tun& device)
        : device_(device),
          host_({.addresses = {{.address = address("10.7.0.2"), .prefix_length = 24},
                               {.address = address("fd07::2"), .prefix_length = 64}},
                 .mtu = static_cast<std::uint16_t>(device.mtu())},
                {1, 2}),
          pump_(device, host_) {
        const tcp::Config config{.mtu = static_cast<std::uint16_t>(device.mtu())};
        for (const char* any : {"0.0.0.0", "::"})
            listeners_.push_back(*host_.listen({address(any), 7}, 8, config));
    }

    void run() {
        for (;;) {
            const bool any = pump_.receive(now());
            serve();
            pump_.send(now());
            if (any) continue;
            const ip::Duration left = std::clamp<ip::Duration>(
                host_.deadline().value_or(ip::Time::max()) - now(), {}, std::chrono::seconds(1));
            pollfd ready[] = {{.fd = device_.descriptor(), .events = POLLIN, .revents = 0},
                              {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0}};
            const timespec timeout{.tv_sec = 0, .tv_nsec = std::min<long>(left.count(), 999'999'999)};
            (void)ppoll(ready, 2, &timeout, nullptr);
            if (ready[1].revents != 0) return;
        }
    }

private:
    void serve() {
        for (const tcp::ListenerId listener : listeners_)
            while (const auto id = host_.accept(listener)) open_.push_back(*id);
        std::erase_if(open_, [this](tcp::ConnectionId id) { return !echo(id); });
    }
    /// Returns whether there is more to come.
    bool echo(tcp::ConnectionId id) {
        for (;;) {
            const auto status = host_.status(id);
            if (!status || status->ending != tcp::Ending::none) break;
            if (status->unread == 0 && status->peer_finished) break;
            const std::size_t n =
                host_.read(id, std::span(memory_).first(std::min(memory_.size(), status->send_room)))
                    .value_or(0);
            if (n == 0) return true;
            (void)host_.send(id, ip::Bytes(memory_).first(n));
        }
        host_.release(id);
        return false;
    }

    ip::Tun& device_;
    tcp::Host host_;
    tcp::Pump pump_;
    std::vector<tcp::ListenerId> listeners_;
    std::vector<tcp::ConnectionId> open_;
    ip::Buffer memory_ = ip::Buffer(64 * 1024);
};

int fail(const std::string& why) {
    std::fprintf(stderr, "tun_echo: %s\n", why.c_str());
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) return fail("usage: tun_echo NAME MTU OFFLOAD [exists]");
    const bool exists = argc > 4;
    const auto device =
        ip::Tun::open({.name = argv[1], .exists = exists, .offload = std::atoi(argv[3]) != 0});
    if (!device) return fail(device.error());
    if (!exists) {
        const auto done = ip::configure_interface(
            (*device)->name(), {.mtu = static_cast<std::uint32_t>(std::atoi(argv[2])),
                                .queue_length = 2000,
                                .addresses = {{address("10.7.0.1"), 24}, {address("fd07::1"), 64}},
                                .routes = {{address("10.8.0.9"), 16}, {address("fd08::9"), 48}}});
        if (!done) return fail(done.error());
    }
    std::puts("ready");
    std::fflush(stdout);
    Echo(**device).run();
}
