// The two ends that the emulated link of a benchmark can have: the kernel's TCP in a network namespace of its
// own, behind a TUN device, or a connection of ours.
#pragma once

#include <arpa/inet.h>
#include <atomic>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include "ip/ipv4.h"
#include "tcp/connection.h"

namespace glass::bench {

/// One end of the link. Packets are IPv4's, from the first octet on.
class LinkEnd {
public:
    virtual ~LinkEnd() = default;
    virtual void take(ip::Bytes packet, ip::Time now) = 0;
    /// The next packet to send, if there is one.
    [[nodiscard]] virtual bool give(ip::Buffer& packet, ip::Time now) = 0;
    [[nodiscard]] virtual std::optional<ip::Time> deadline() const { return std::nullopt; }
    [[nodiscard]] virtual int descriptor() const { return -1; }
    /// Octets that its application has read.
    [[nodiscard]] virtual std::uint64_t received() const = 0;
    /// One line on how the sender fares.
    [[nodiscard]] virtual std::string figures() = 0;
};

inline constexpr std::uint16_t kPort = 5001;

inline int checked(int result, const char* what) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), what);
    return result;
}

inline sockaddr_in endpoint(const ip::Ipv4Address& address, std::uint16_t port = 0) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(port);
    out.sin_addr.s_addr = htonl(address.value);
    return out;
}

/// The namespace, and all in it, goes with the last descriptor and thread that is in it.
class KernelEnd : public LinkEnd {
public:
    /// Sends with that congestion control where one is named; else receives.
    KernelEnd(const ip::Ipv4Address& here, const ip::Ipv4Address& there, const std::string& congestion) {
        const int home = checked(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "/proc/self/ns/net");
        checked(unshare(CLONE_NEWNET), "unshare");
        open_device(here, there);
        const int type = SOCK_STREAM | SOCK_CLOEXEC;
        socket_ = checked(socket(AF_INET, type, 0), "socket");
        if (!congestion.empty()) {
            checked(setsockopt(socket_, IPPROTO_TCP, TCP_CONGESTION, congestion.data(),
                               static_cast<socklen_t>(congestion.size())),
                    ("congestion control " + congestion).c_str());
            application_ = std::thread([this, there] { send_for_ever(there); });
        } else {
            const sockaddr_in local = endpoint(here, kPort);
            checked(bind(socket_, reinterpret_cast<const sockaddr*>(&local), sizeof local), "bind");
            checked(listen(socket_, 1), "listen");
            application_ = std::thread([this] { receive_all(); });
        }
        checked(setns(home, CLONE_NEWNET), "setns");
        close(home);
    }
    ~KernelEnd() override {
        shutdown(socket_, SHUT_RDWR);
        if (const int s = accepted_.load(); s >= 0) shutdown(s, SHUT_RDWR);
        application_.join();
        close(socket_);
        close(device_);
    }
    KernelEnd(const KernelEnd&) = delete;

    void take(ip::Bytes packet, ip::Time) override {
        (void)!write(device_, packet.data(), packet.size());  // what the kernel does not take is lost
    }
    bool give(ip::Buffer& packet, ip::Time) override {
        packet.resize(2048);
        const ssize_t n = ::read(device_, packet.data(), packet.size());
        packet.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
        return n > 0;
    }
    int descriptor() const override { return device_; }
    std::uint64_t received() const override { return received_; }
    std::string figures() override {
        tcp_info info{};
        socklen_t size = sizeof info;
        if (getsockopt(socket_, IPPROTO_TCP, TCP_INFO, &info, &size) < 0) return "";
        return "cwnd " + std::to_string(info.tcpi_snd_cwnd) + " ssthresh " +
               std::to_string(info.tcpi_snd_ssthresh) + " srtt " + std::to_string(info.tcpi_rtt) +
               " us, out " + std::to_string(info.tcpi_unacked) + " lost " + std::to_string(info.tcpi_lost) +
               " state " + std::to_string(info.tcpi_ca_state) + " resent " +
               std::to_string(info.tcpi_total_retrans);
    }

private:
    void open_device(const ip::Ipv4Address& here, const ip::Ipv4Address& there) {
        device_ = checked(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), "/dev/net/tun");
        ifreq request{};
        std::snprintf(request.ifr_name, IFNAMSIZ, "bench0");
        request.ifr_flags = IFF_TUN | IFF_NO_PI;
        checked(ioctl(device_, TUNSETIFF, &request), "TUNSETIFF");
        const int control = checked(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
        const auto set = [&](unsigned long what, const sockaddr_in& address) {
            reinterpret_cast<sockaddr_in&>(request.ifr_addr) = address;
            checked(ioctl(control, what, &request), "address of the TUN device");
        };
        set(SIOCSIFADDR, endpoint(here));
        set(SIOCSIFDSTADDR, endpoint(there));
        request.ifr_flags = IFF_UP | IFF_RUNNING;
        checked(ioctl(control, SIOCSIFFLAGS, &request), "SIOCSIFFLAGS");
        close(control);
    }

    void send_for_ever(const ip::Ipv4Address& there) const {
        const sockaddr_in to = endpoint(there, kPort);
        if (connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0) return;
        const std::string text(64 * 1024, 'x');
        while (::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) > 0) {
        }
    }

    void receive_all() {
        const int s = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        if (s < 0) return;
        accepted_ = s;
        std::string text(256 * 1024, '\0');
        for (ssize_t n; (n = ::read(s, text.data(), text.size())) > 0;)
            received_ += static_cast<std::uint64_t>(n);
        accepted_ = -1;
        close(s);
    }

    int device_ = -1;
    int socket_ = -1;
    std::atomic<int> accepted_{-1};
    std::atomic<std::uint64_t> received_{0};
    std::thread application_;
};

class GlassEnd : public LinkEnd {
public:
    GlassEnd(const tcp::Config& config, const ip::Ipv4Address& here, const ip::Ipv4Address& there, bool sends,
             ip::Time now)
        : here_(here),
          there_(there),
          sends_(sends),
          connection_(config, {1, here.value}, {ip::Address(here), sends ? std::uint16_t{40'000} : kPort},
                      {ip::Address(there), sends ? kPort : std::uint16_t{40'000}}) {
        // A passive OPEN waits for one peer, and the kernel chooses its port: see take().
        if (sends) (void)connection_.open_active(now);
        config_ = config;
    }

    void take(ip::Bytes packet, ip::Time now) override {
        const auto header = ip::parse_ipv4(packet);
        if (!header ||
            !tcp::segment_checksum_ok(header->payload, ip::Address(header->src), ip::Address(header->dst)))
            return;
        const auto segment = tcp::parse_segment(header->payload);
        if (!segment) return;
        if (!sends_ && connection_.state() == tcp::State::closed) {
            connection_ = tcp::Connection(config_, {1, here_.value}, {ip::Address(here_), kPort},
                                          {ip::Address(there_), segment->src_port});
            (void)connection_.open_passive();
        }
        connection_.receive(*segment, now);
        while (const std::size_t n = connection_.read(text_).value_or(0)) received_ += n;
    }

    bool give(ip::Buffer& packet, ip::Time now) override {
        while (sends_ && connection_.status().send_room >= text_.size())
            if (connection_.send(text_).value_or(0) == 0) break;
        const auto segment = connection_.poll(now);
        if (!segment) return false;
        octets_.clear();
        segment->serialize(octets_, ip::Address(here_), ip::Address(there_));
        packet.clear();
        ip::Ipv4Header{.dont_fragment = true, .protocol = 6, .src = here_, .dst = there_, .payload = octets_}
            .serialize(packet);
        return true;
    }

    std::optional<ip::Time> deadline() const override { return connection_.deadline(); }
    std::uint64_t received() const override { return received_; }
    std::string figures() override {
        const tcp::Status s = connection_.status();
        const std::uint32_t mss = std::max(s.mss, 1u);
        return "cwnd " + std::to_string(s.cwnd / mss) + " ssthresh " + std::to_string(s.ssthresh / mss) +
               " srtt " + std::to_string(s.srtt.count() / 1000) + " us, out " +
               std::to_string(s.unacknowledged / mss) + " pipe " +
               std::to_string(connection_.tcb().sent.pipe() / mss) + " state " +
               std::to_string(static_cast<int>(s.phase)) + " resent " +
               std::to_string(connection_.tcb().resent) + " timeouts " +
               std::to_string(connection_.tcb().timeouts);
    }

private:
    ip::Ipv4Address here_, there_;
    bool sends_;
    tcp::Config config_;
    tcp::Connection connection_;
    std::uint64_t received_ = 0;
    ip::Buffer octets_;
    std::array<std::uint8_t, 16 * 1024> text_{};
};

}  // namespace glass::bench
