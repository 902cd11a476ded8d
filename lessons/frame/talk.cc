#include "lessons/frame/talk.h"

#include <chrono>
#include <cmath>
#include <cstdio>

#include "lessons/frame/packets.h"

namespace glass::lesson {

namespace {

using namespace std::chrono_literals;

constexpr ip::Time kStart{1h};
constexpr ip::Duration kOneWay = 50ms;
const tcp::Endpoint kEnds[] = {{ip::Address(ip::Ipv4Address{0x0a000001}), kClientPort},
                               {ip::Address(ip::Ipv4Address{0x0a000002}), kServerPort}};

ip::Time moment(double ms) {
    return kStart + std::chrono::nanoseconds(std::llround(ms * 1e6));
}
double ms_since_start(ip::Time time) {
    return std::chrono::duration<double, std::milli>(time - kStart).count();
}
std::string at(double ms) {
    char text[40];
    std::snprintf(text, sizeof text, "at %.3f ms ", ms);
    return text;
}

}  // namespace

tcp::Config plain_config() {
    return {.nagle = false,
            .sack = false,
            .timestamps = false,
            .window_scale = false,
            .time_based_loss = false,
            .ecn = false,
            .path_mtu_discovery = false,
            .delayed_ack = 0s,
            .r2 = 2h};
}

Talk::Talk(Check& check, const tcp::Config& config, Losses losses)
    : check_(check),
      losses_(std::move(losses)),
      ends_{tcp::Connection(config, ip::SipKey{1, 2}, kEnds[0], kEnds[1]),
            tcp::Connection(config, ip::SipKey{3, 4}, kEnds[1], kEnds[0])},
      now_(kStart) {
    (void)ends_[1].open_passive();
    (void)ends_[0].open_active(now_);
}

void Talk::writes(double when, std::string text) {
    agenda_.emplace(moment(when), std::move(text));
}

void Talk::run(double until) {
    for (std::size_t steps = 0; steps < kMostPackets && packets_ < kMostPackets; ++steps) {
        for (; !agenda_.empty() && agenda_.begin()->first <= now_; agenda_.erase(agenda_.begin()))
            text_ += agenda_.begin()->second;
        serve();
        const auto next = next_time();
        if (!next || *next > moment(until)) return;
        now_ = std::max(now_, *next);
        while (!under_way_.empty() && under_way_.begin()->first <= now_) {
            const auto packet = under_way_.extract(under_way_.begin());
            if (const auto segment = tcp::parse_segment(packet.mapped().octets))
                ends_[packet.mapped().to].receive(*segment, now_);
        }
    }
    endless = true;
}

void Talk::send_all(unsigned side) {
    while (packets_ < kMostPackets) {
        const auto segment = ends_[side].poll(now_);
        if (!segment) return;
        send(side, *segment);
    }
}

void Talk::serve() {
    if (written_ < text_.size() && is_synchronized(ends_[0].state())) {
        const auto* from = reinterpret_cast<const std::uint8_t*>(text_.data());
        written_ += ends_[0].send(ip::Bytes(from, text_.size()).subspan(written_)).value_or(0);
    }
    for (unsigned side = 0; side < 2; ++side) {
        send_all(side);
        std::uint8_t octets[4096];
        while (const std::size_t n = ends_[side].read(octets).value_or(0))
            arrived.append(reinterpret_cast<const char*>(octets), n);
        send_all(side);
    }
}

void Talk::send(unsigned side, const tcp::Segment& segment) {
    ++packets_;
    const bool counts = side == 1 || segment.has(tcp::SYN) || !segment.payload.empty();
    const std::size_t number = counts ? ++count_[side] : 0;
    const bool lost = counts && losses_(side == 0, number);
    if (side == 0 && counts) times.push_back(ms_since_start(now_));
    if (check_.tells()) tell(side, segment, counts, lost);
    if (lost) return;
    ip::Buffer octets;
    segment.serialize(octets, kEnds[side].address, kEnds[1 - side].address);
    under_way_.emplace(now_ + kOneWay, Packet{1 - side, std::move(octets)});
}

void Talk::tell(unsigned side, const tcp::Segment& segment, bool counts, bool lost) {
    const double ms = ms_since_start(now_);
    if (side == 0 && counts) {
        check_.step(at(ms) + "the client sends " +
                    (segment.has(tcp::SYN) ? std::string("a SYN")
                                           : show(segment.payload.size()) + " octets from " +
                                                 show(segment.seq - (ends_[0].tcb().snd.iss + 1)) + " on") +
                    (lost ? ": lost" : ""));
    } else if (lost) {
        check_.step(at(ms) + "the server sends an ACK: lost");
    }
    check_.frame({.microseconds = static_cast<std::uint64_t>(ms * 1000),
                  .packet = packet(side == 0, segment),
                  .comment = lost ? "lost" : ""});
}

std::optional<ip::Time> Talk::next_time() const {
    auto next = ip::earlier(ends_[0].deadline(), ends_[1].deadline());
    if (!under_way_.empty()) next = ip::earlier(next, under_way_.begin()->first);
    return agenda_.empty() ? next : ip::earlier(next, agenda_.begin()->first);
}

}  // namespace glass::lesson
