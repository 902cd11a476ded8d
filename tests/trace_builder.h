// Traces made by hand: a segment a call, judged as one from a file would be.
#pragma once

#include <random>
#include <string>

#include "tcp/analysis.h"
#include "tools/stream_trace.h"

namespace glass::tests {

using tools::StreamTrace;
using tools::TraceSegment;

class TraceBuilder {
public:
    static constexpr unsigned kClient = 0, kServer = 1;

    TraceBuilder() {
        trace_.client = {ip::Ipv4Address{0x0a000001}, 49152};
        trace_.server = {ip::Ipv4Address{0x0a000002}, 80};
    }

    /// `seq` and `ack` are relative, `at` is in milliseconds.
    TraceBuilder& send(double at, unsigned side, std::uint16_t flags, std::uint32_t seq, std::uint32_t ack,
                       std::uint32_t length = 0, std::uint16_t window = 65000,
                       std::vector<tcp::SackBlock> relative_sack = {}) {
        TraceSegment s;
        s.frame = {trace_.segments.size() + 1,
                   ip::Time(ip::Duration(static_cast<std::int64_t>(1e18 + at * 1e6)))};
        s.side = side;
        s.flags = flags;
        s.relative_seq = seq;
        s.seq = tcp::Seq(kIsn[side] + seq);
        s.relative_ack = flags & tcp::ACK ? ack : 0;
        s.ack = tcp::Seq(flags & tcp::ACK ? kIsn[1 - side] + ack : 0);
        s.length = length;
        s.window_on_wire = window;
        s.window = window;
        for (const tcp::SackBlock& block : relative_sack)
            s.sack.push_back({tcp::Seq(kIsn[1 - side] + block.left.value()),
                              tcp::Seq(kIsn[1 - side] + block.right.value())});
        tcp::Segment segment;
        segment.seq = s.seq;
        segment.ack = s.ack;
        segment.flags = flags;
        segment.window = window;
        analysis_.observe(side, segment, length, s.window, false, s.frame, s.finding);
        trace_.segments.push_back(std::move(s));
        return *this;
    }
    TraceBuilder& client(double at, std::uint16_t flags, std::uint32_t seq, std::uint32_t ack,
                         std::uint32_t length = 0, std::uint16_t window = 65000) {
        return send(at, kClient, flags, seq, ack, length, window);
    }
    TraceBuilder& server(double at, std::uint16_t flags, std::uint32_t seq, std::uint32_t ack,
                         std::uint32_t length = 0, std::uint16_t window = 65000) {
        return send(at, kServer, flags, seq, ack, length, window);
    }
    /// Three segments, recorded at the client, 20 ms from the server.
    TraceBuilder& handshake() {
        return client(0, tcp::SYN, 0, 0).server(20, tcp::SYN | tcp::ACK, 0, 1).client(20, tcp::ACK, 1, 1);
    }
    TraceBuilder& http(std::string line) {
        trace_.segments.back().http = std::move(line);
        return *this;
    }

    const StreamTrace& trace() const { return trace_; }

private:
    // Both wrap soon.
    static constexpr std::uint32_t kIsn[2] = {0xffffff00, 0xfffff000};

    StreamTrace trace_;
    tcp::Analysis analysis_;
};

/// Whatever a hostile file may hold: numbers, times and texts without sense, and stretches of plain data.
inline StreamTrace random_trace(std::mt19937_64& random, std::size_t segments) {
    const auto below = [&](std::uint64_t n) { return random() % n; };
    StreamTrace trace;
    trace.client = {ip::Ipv4Address{static_cast<std::uint32_t>(random())}, 1};
    trace.server = {ip::Ipv4Address{static_cast<std::uint32_t>(random())}, 65535};
    if (below(2)) {
        ip::Ipv6Address longest;
        longest.octets.fill(0xfd);
        trace.server.address = longest;
    }
    tcp::Analysis analysis;
    std::uint64_t time = random();
    std::uint32_t next[2] = {0, 0};
    for (std::size_t i = 0; i < segments; ++i) {
        TraceSegment s;
        const bool wild = below(8) == 0;
        time = below(50) == 0 ? random() : time + below(wild ? 1u << 30 : 1u << 16);
        s.frame = {i + 1, ip::Time(ip::Duration(static_cast<std::int64_t>(time)))};
        s.side = static_cast<unsigned>(below(2));
        s.flags = wild ? static_cast<std::uint16_t>(random() & tcp::kFlagBits) : std::uint16_t{tcp::ACK};
        s.length = wild ? static_cast<std::uint32_t>(random()) : below(2) ? 1000 : 0;
        s.relative_seq = wild ? static_cast<std::uint32_t>(random()) : next[s.side];
        s.relative_ack = wild ? static_cast<std::uint32_t>(random()) : next[1 - s.side];
        next[s.side] = s.relative_seq + s.length;
        s.seq = tcp::Seq(s.relative_seq);
        s.ack = tcp::Seq(s.relative_ack);
        s.window_on_wire = static_cast<std::uint16_t>(wild ? random() : 5000);
        if (below(2)) s.window = static_cast<std::uint32_t>(s.window_on_wire) << below(15);
        for (std::uint64_t n = wild ? below(5) : 0; n > 0; --n)
            s.sack.push_back({tcp::Seq(static_cast<std::uint32_t>(random())),
                              tcp::Seq(static_cast<std::uint32_t>(random()))});
        if (below(20) == 0)
            for (std::uint64_t n = below(300); n > 0; --n) s.http += static_cast<char>(random());
        tcp::Segment segment;
        segment.seq = s.seq;
        segment.ack = s.ack;
        segment.flags = s.flags;
        segment.window = s.window_on_wire;
        // Times that can be added up: what the analysis makes of others is its own tests' matter.
        const tcp::FrameRef seen{s.frame.number, s.frame.time};
        analysis.observe(s.side, segment, s.length, s.window, false, seen, s.finding);
        trace.segments.push_back(std::move(s));
    }
    return trace;
}

}  // namespace glass::tests
