// Ping: echo requests at an interval, and the statistics of what came back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tcp/host.h"
#include "tools/live_loop.h"

namespace glass::tools {

struct PingPlan {
    ip::Address to{};
    std::uint64_t count = 0;  ///< 0: no end
    ip::Duration interval{};
    std::size_t size = 0;  ///< octets of data
    ip::Duration wait{};   ///< for answers to the last one
    std::uint16_t identifier = 0;
};

/// Without input or output of its own: lines are handed to `say`.
class Ping final : public Task, private tcp::IcmpUser {
public:
    /// The host is borrowed; what it has to send must be fetched after every run().
    Ping(tcp::Host& host, const PingPlan& plan, std::function<void(const std::string&)> say);
    ~Ping() override;

    void run(ip::Time now) override;
    [[nodiscard]] std::optional<ip::Time> deadline() const override;
    /// All that were to be sent are answered, or waited for long enough.
    [[nodiscard]] bool over() const { return over_; }
    /// Why nothing can be sent there; empty: it can.
    [[nodiscard]] const std::string& refusal() const { return refusal_; }

    /// Two or three lines, as ping ends.
    [[nodiscard]] std::string statistics() const;
    [[nodiscard]] std::uint64_t received() const { return received_; }

private:
    /// Of one request. Sequence numbers have 16 bits: that many places are enough.
    struct Sent {
        ip::Time at{};
        std::uint64_t number = 0;  ///< 0: none
        bool answered = false;
    };

    void icmp_arrived(const ip::Datagram& datagram, const ip::IcmpHeader& message, ip::Time now) override;
    void reply_arrived(const ip::Datagram& datagram, const ip::IcmpHeader& message, ip::Time now);
    void error_arrived(const ip::Datagram& datagram, const ip::IcmpHeader& message);
    void send(ip::Time now);
    [[nodiscard]] Sent* sent_as(const ip::IcmpHeader& message);

    tcp::Host& host_;
    PingPlan plan_;
    std::function<void(const std::string&)> say_;
    std::string refusal_;
    std::vector<std::uint8_t> data_;
    std::vector<Sent> window_;  ///< by sequence number, the last few
    std::uint64_t sent_ = 0, received_ = 0, duplicates_ = 0, errors_ = 0;
    std::optional<ip::Time> next_;
    ip::Time first_at_{}, last_at_{};
    double sum_ = 0, squares_ = 0;  ///< of round trips, in milliseconds
    double least_ = 0, most_ = 0;
    bool over_ = false;
};

}  // namespace glass::tools
