// What the tests of simulated links share: packets with a number inside, and a log of everything that
// happens.
#pragma once

#include <doctest/doctest.h>
#include <set>
#include <string>
#include <vector>

#include "ip/ipv4.h"
#include "ip/sim_link.h"

namespace glass::test {

using namespace std::chrono_literals;

inline ip::Time at(ip::Duration since_start) {
    return ip::Time(since_start);
}

/// `length` octets, the same one all over.
inline ip::Buffer octets_of(std::size_t length, std::uint8_t octet = 'x') {
    return ip::Buffer(length, octet);
}

/// An IPv4 packet of `length` octets with a right checksum and these ECN bits.
inline ip::Buffer ipv4_packet(std::size_t length, std::uint8_t ecn) {
    const ip::Buffer payload(length - ip::Ipv4Header::kMinLength, 'p');
    ip::Ipv4Header header;
    header.tos = ecn;
    header.protocol = 253;  // for experiments, RFC 3692
    header.src = {0x0a000001};
    header.dst = {0x0a000002};
    header.payload = payload;
    ip::Buffer out;
    header.serialize(out);
    return out;
}

struct Happened {
    ip::SimEvent::Kind kind;
    std::uint64_t number = 0;
    ip::Duration at{};
    ip::Drop why{};
    bool copy = false;

    bool operator==(const Happened&) const = default;
};

/// Keeps every event.
struct Log final : ip::SimObserver {
    std::vector<Happened> events;
    void on_event(const ip::SimEvent& e) override {
        events.push_back({e.kind, e.packet.number, e.at.time_since_epoch(), e.why, e.packet.copy});
    }
    /// Numbers of the packets this happened to, in the order it did.
    std::vector<std::uint64_t> numbers(ip::SimEvent::Kind kind) const {
        std::vector<std::uint64_t> out;
        for (const Happened& h : events)
            if (h.kind == kind) out.push_back(h.number);
        return out;
    }
};

/// Everything that comes out up to then, taken at each deadline.
inline std::vector<ip::SimPacket> drain(ip::SimLink& link, ip::Time until = ip::Time::max()) {
    std::vector<ip::SimPacket> out;
    for (auto due = link.deadline(); due && *due <= until; due = link.deadline()) {
        while (auto packet = link.receive(*due)) {
            CHECK(packet->arrives == *due);
            out.push_back(std::move(*packet));
        }
    }
    return out;
}

inline std::vector<std::uint64_t> numbers_of(const std::vector<ip::SimPacket>& packets) {
    std::vector<std::uint64_t> out;
    for (const ip::SimPacket& p : packets) out.push_back(p.number);
    return out;
}

/// What happened to packets 1 to `n`, of `length` octets, sent every `gap`.
inline std::vector<Happened> fates(const ip::SimLinkOptions& options, std::uint64_t seed, int n = 2000,
                                   ip::Duration gap = 1ms, std::size_t length = 100) {
    REQUIRE(ip::why_impossible(options) == "");
    Log log;
    ip::SimLink link(options, seed, &log);
    for (int i = 0; i < n; ++i) {
        drain(link, at(i * gap));
        link.send(octets_of(length), at(i * gap));
    }
    drain(link);
    CHECK(link.packets_held() == 0);
    CHECK(link.octets_held() == 0);
    return log.events;
}

inline std::set<std::uint64_t> numbers_where(const std::vector<Happened>& events, ip::SimEvent::Kind kind) {
    std::set<std::uint64_t> out;
    for (const Happened& h : events)
        if (h.kind == kind) out.insert(h.number);
    return out;
}

inline ip::Chosen list(std::vector<std::uint64_t> numbers) {
    return {.numbers = std::move(numbers)};
}

}  // namespace glass::test
