// Two connections, a pipe between them that loses, delays and duplicates, and one virtual clock.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tcp/connection.h"

namespace glass::tests {

inline const tcp::Endpoint kClientEnd{ip::Address(ip::Ipv4Address{0x0a000001}), 40000};
inline const tcp::Endpoint kServerEnd{ip::Address(ip::Ipv4Address{0x0a000002}), 80};
inline constexpr ip::SipKey kSecrets[] = {{1, 2}, {3, 4}};

/// What the pipe does with a packet: one arrival after each of these delays; none: lost.
using Fate = std::vector<ip::Duration>;
/// Asked for each packet, counted from 0 in the order of sending; `side`: the sender's.
using Pipe = std::function<Fate(std::uint64_t number, unsigned side)>;

inline Pipe perfect_pipe(ip::Duration delay = std::chrono::milliseconds(10)) {
    return [delay](std::uint64_t, unsigned) { return Fate{delay}; };
}

/// An application that sends `out`, reads all it can, and closes when it has sent all; and what it saw.
struct Application {
    std::string out;
    std::size_t sent = 0;
    std::string in;
    bool closes = true;
    bool reads = true;
    bool waits_for_peer = false;  ///< closes only after the peer has
};

/// Side 0 opens actively, side 1 passively.
class TcpPair {
public:
    TcpPair(const tcp::Config& config, Pipe pipe) : TcpPair(config, config, std::move(pipe)) {}
    TcpPair(const tcp::Config& a, const tcp::Config& b, Pipe pipe)
        : ends_{tcp::Connection(a, kSecrets[0], kClientEnd, kServerEnd),
                tcp::Connection(b, kSecrets[1], kServerEnd, kClientEnd)},
          pipe_(std::move(pipe)) {}

    tcp::Connection& end(unsigned side) { return ends_[side]; }
    Application& app(unsigned side) { return apps_[side]; }
    ip::Time now() const { return now_; }
    std::uint64_t packets() const { return packets_; }
    /// The longest time in which nothing happened, while there was something left to do.
    ip::Duration longest_silence() const { return longest_silence_; }
    /// Told of every segment when it is sent.
    std::function<void(unsigned side, const tcp::Segment&, ip::Time)> watch{};
    /// When whoever wants to be called at that time is called: a machine may have other things to do.
    std::function<ip::Time(ip::Time)> late{};

    /// Before open(): ISNs follow the clock.
    void wait(ip::Duration time) { now_ += time; }
    void open() {
        (void)ends_[1].open_passive();
        (void)ends_[0].open_active(now_);
    }

    bool over() { return ends_[0].state() == tcp::State::closed && ends_[1].state() == tcp::State::closed; }

    /// Runs until both are closed, nothing is left to happen, or so much time has passed. False for that, and
    /// where a connection asks to be called in the past.
    bool run(ip::Duration longest) {
        const ip::Time until = now_ + longest;
        for (std::uint64_t steps = 0; steps < 10'000'000; ++steps) {
            serve(0);
            serve(1);
            const auto next = next_time();
            if (!next) return true;
            if (*next > until) return false;
            if (*next < now_) return false;
            if (!finished()) longest_silence_ = std::max(longest_silence_, *next - now_);
            now_ = late ? std::max(*next, late(*next)) : *next;
            deliver();
        }
        return false;
    }

private:
    struct Packet {
        unsigned to;
        ip::Buffer octets;
    };

    /// Only TIME-WAIT is left.
    bool finished() const {
        return std::ranges::all_of(ends_, [](const tcp::Connection& end) {
            return end.state() == tcp::State::time_wait || end.state() == tcp::State::closed;
        });
    }

    const tcp::Endpoint& address(unsigned side) const { return side == 0 ? kClientEnd : kServerEnd; }

    void serve(unsigned side) {
        tcp::Connection& end = ends_[side];
        Application& app = apps_[side];
        // Segments first, as a host would: an application acts on what its last call has led to.
        for (bool again = true; again;) {
            transmit(side);
            again = act(end, app);
        }
    }

    /// What the application does. Returns whether it did anything.
    bool act(tcp::Connection& end, Application& app) {
        bool did = false;
        if (app.sent < app.out.size()) {
            const auto* from = reinterpret_cast<const std::uint8_t*>(app.out.data());
            const auto taken = end.send(ip::Bytes(from, app.out.size()).subspan(app.sent));
            app.sent += taken.value_or(0);
            did = taken.value_or(0) > 0;
        }
        std::uint8_t octets[4096];
        while (app.reads) {
            const std::size_t n = end.read(octets).value_or(0);
            app.in.append(reinterpret_cast<const char*>(octets), n);
            did |= n > 0;
            if (n == 0) break;
        }
        const bool may_close = !app.waits_for_peer || end.status().peer_finished;
        if (app.closes && may_close && app.sent == app.out.size() && is_synchronized(end.state()))
            did |= end.close().has_value();
        return did;
    }

    void transmit(unsigned side) {
        while (const auto segment = ends_[side].poll(now_)) {
            if (watch) watch(side, *segment, now_);
            ip::Buffer octets;
            segment->serialize(octets, address(side).address, address(1 - side).address);
            for (const ip::Duration delay : pipe_(packets_, side))
                under_way_.emplace(now_ + delay, Packet{1 - side, octets});
            ++packets_;
        }
    }

    std::optional<ip::Time> next_time() const {
        const auto next = ip::earlier(ends_[0].deadline(), ends_[1].deadline());
        return under_way_.empty() ? next : ip::earlier(next, under_way_.begin()->first);
    }

    void deliver() {
        while (!under_way_.empty() && under_way_.begin()->first <= now_) {
            const auto packet = under_way_.extract(under_way_.begin());
            const auto& [to, octets] = packet.mapped();
            if (const auto segment = tcp::parse_segment(octets)) ends_[to].receive(*segment, now_);
        }
    }

    tcp::Connection ends_[2];
    Application apps_[2];
    Pipe pipe_;
    ip::Time now_{std::chrono::hours(1)};
    ip::Duration longest_silence_{};
    std::uint64_t packets_ = 0;
    std::multimap<ip::Time, Packet> under_way_;
};

/// Octets that all differ from their neighbours, and from those of another seed.
inline std::string some_octets(std::size_t n, std::uint64_t seed) {
    std::string out(n, '\0');
    for (char& c : out) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        c = static_cast<char>(seed >> 56);
    }
    return out;
}

}  // namespace glass::tests
