#include "tools/ping.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "ip/icmpv6.h"
#include "tools/host_refusal.h"

namespace glass::tools {
namespace {

constexpr std::size_t kRemembered = 4096;  // requests whose answers may still come

double milliseconds(ip::Duration d) {
    return std::chrono::duration<double, std::milli>(d).count();
}

/// "0.083", "2.41", "24.1": three digits say enough.
std::string short_number(double ms) {
    return fmt::format("{:.{}f}", ms, ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0);
}

/// What an error says, in ping's words.
std::string_view words_of(const ip::IcmpHeader& message, bool v4) {
    if (v4) {
        if (message.type == ip::icmp_type::time_exceeded) return "Time to live exceeded";
        if (message.type != ip::icmp_type::destination_unreachable) return "Something is wrong with it";
        switch (message.code) {
            case ip::unreachable_code::net: return "Destination Net Unreachable";
            case ip::unreachable_code::host: return "Destination Host Unreachable";
            case ip::unreachable_code::protocol: return "Destination Protocol Unreachable";
            case ip::unreachable_code::fragmentation_needed: return "Fragmentation needed";
            default: return "Destination Unreachable";
        }
    }
    switch (message.type) {
        case ip::icmpv6_type::destination_unreachable: return "Destination unreachable";
        case ip::icmpv6_type::packet_too_big: return "Packet too big";
        case ip::icmpv6_type::time_exceeded: return "Time exceeded";
        default: return "Something is wrong with it";
    }
}

/// The echo request that an error quotes.
std::optional<ip::IcmpHeader> quoted_echo(ip::Bytes packet, bool v4) {
    std::size_t header = ip::Ipv6Header::kLength;
    if (v4) header = ip::read_ipv4(packet).header_length();
    const ip::Bytes message = ip::after(packet, header);
    if (message.size() < ip::IcmpHeader::kLength) return std::nullopt;
    const ip::IcmpHeader echo = ip::read_icmp(message);
    const auto request = v4 ? ip::icmp_type::echo_request : ip::icmpv6_type::echo_request;
    return echo.type == request ? std::optional(echo) : std::nullopt;
}

}  // namespace

Ping::Ping(tcp::Host& host, const PingPlan& plan, std::function<void(const std::string&)> say)
    : host_(host), plan_(plan), say_(std::move(say)), data_(plan.size), window_(kRemembered) {
    for (std::size_t i = 0; i < data_.size(); ++i) data_[i] = static_cast<std::uint8_t>(i);
    next_ = ip::Time{};
    host_.set_icmp_user(this);
}

Ping::~Ping() {
    host_.set_icmp_user(nullptr);
}

void Ping::send(ip::Time now) {
    const std::uint64_t number = ++sent_;
    const auto sequence = static_cast<std::uint16_t>(number);
    const auto from = host_.send_echo(plan_.to, {plan_.identifier, sequence, data_}, now);
    if (!from) {
        refusal_ = refusal_text(from.error(), plan_.to, to_string(plan_.to));
        over_ = true;
        return;
    }
    window_[sequence % kRemembered] = {.at = now, .number = number};
    if (number == 1) {
        first_at_ = now;
        say_(fmt::format("PING {} from {}: {} data bytes\n", to_string(plan_.to), to_string(*from),
                         plan_.size));
    }
    last_at_ = now;
    next_ = now + plan_.interval;
}

void Ping::run(ip::Time now) {
    if (over_) return;
    const bool all_sent = plan_.count != 0 && sent_ == plan_.count;
    if (!all_sent && next_ && now >= *next_) return send(now);
    if (all_sent && (received_ + errors_ >= sent_ || now >= last_at_ + plan_.wait)) over_ = true;
}

std::optional<ip::Time> Ping::deadline() const {
    if (over_) return std::nullopt;
    return plan_.count != 0 && sent_ == plan_.count ? last_at_ + plan_.wait : *next_;
}

Ping::Sent* Ping::sent_as(const ip::IcmpHeader& message) {
    Sent& sent = window_[message.sequence() % kRemembered];
    const bool ours = message.identifier() == plan_.identifier && sent.number != 0 &&
                      static_cast<std::uint16_t>(sent.number) == message.sequence();
    return ours ? &sent : nullptr;
}

void Ping::icmp_arrived(const ip::Datagram& datagram, const ip::IcmpHeader& message, ip::Time now) {
    const bool v4 = datagram.src.is_v4();
    const bool reply = message.type == (v4 ? ip::icmp_type::echo_reply : ip::icmpv6_type::echo_reply);
    reply ? reply_arrived(datagram, message, now) : error_arrived(datagram, message);
}

void Ping::reply_arrived(const ip::Datagram& datagram, const ip::IcmpHeader& message, ip::Time now) {
    Sent* sent = sent_as(message);
    if (sent == nullptr) return;
    const double ms = milliseconds(now - sent->at);
    const bool again = std::exchange(sent->answered, true);
    const bool same = std::ranges::equal(message.payload, data_);
    ++(again ? duplicates_ : received_);
    if (!again) {
        least_ = received_ == 1 ? ms : std::min(least_, ms);
        most_ = std::max(most_, ms);
        sum_ += ms;
        squares_ += ms * ms;
    }
    say_(fmt::format("{} bytes from {}: icmp_seq={} ttl={} time={} ms{}{}\n",
                     message.payload.size() + ip::IcmpHeader::kLength, to_string(datagram.src),
                     message.sequence(), datagram.hop_limit, short_number(ms), again ? " (DUP!)" : "",
                     same ? "" : " (other data than was sent!)"));
}

void Ping::error_arrived(const ip::Datagram& datagram, const ip::IcmpHeader& message) {
    const bool v4 = datagram.src.is_v4();
    const auto echo = quoted_echo(message.payload, v4);
    Sent* sent = echo ? sent_as(*echo) : nullptr;
    if (sent == nullptr || std::exchange(sent->answered, true)) return;
    ++errors_;
    say_(fmt::format("From {} icmp_seq={} {}\n", to_string(datagram.src), echo->sequence(),
                     words_of(message, v4)));
}

std::string Ping::statistics() const {
    const std::uint64_t lost = sent_ - received_;
    std::string text = fmt::format("\n--- {} ping statistics ---\n{} packets transmitted, {} received",
                                   to_string(plan_.to), sent_, received_);
    if (duplicates_ > 0) text += fmt::format(", +{} duplicates", duplicates_);
    if (errors_ > 0) text += fmt::format(", +{} errors", errors_);
    text += fmt::format(", {:.4g}% packet loss, time {:.0f} ms\n",
                        sent_ == 0 ? 0 : 100.0 * static_cast<double>(lost) / static_cast<double>(sent_),
                        milliseconds(last_at_ - first_at_));
    if (received_ == 0) return text;
    const double n = static_cast<double>(received_), mean = sum_ / n;
    const double deviation = std::sqrt(std::max(0.0, squares_ / n - mean * mean));
    return text + fmt::format("rtt min/avg/max/mdev = {}/{}/{}/{} ms\n", short_number(least_),
                              short_number(mean), short_number(most_), short_number(deviation));
}

}  // namespace glass::tools
