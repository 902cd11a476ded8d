// What the tests of connections share: segments written down in a line each, and a sink that writes down in
// words what comes out.
#pragma once

#include <cstdint>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tcp/conversations.h"

namespace glass::tests {

inline constexpr std::uint32_t kClientAddress = 0x0a000001, kServerAddress = 0x0a000002;

/// The n-th client; its port is 40000 for the first 20,000 of them.
inline tcp::Endpoint client_endpoint(std::uint32_t n = 0) {
    return {ip::Address(ip::Ipv4Address{kClientAddress + (n / 20'000 << 8)}),
            static_cast<std::uint16_t>(40'000 + n % 20'000)};
}
inline tcp::Endpoint server_endpoint() {
    return {ip::Address(ip::Ipv4Address{kServerAddress}), 80};
}

/// A segment as a test writes it: `by('>')` sent by the client, `by('<')` by the server.
struct Said {
    char by = '>';
    std::uint16_t flags = 0;
    std::uint32_t seq = 0, ack = 0;
    std::string text{};
    std::optional<std::uint32_t> length{};  ///< of the text on the wire, where the snap length cut it
    bool damaged = false;
    std::uint32_t client = 0;  ///< which client
    std::int64_t at = 0;       ///< nanoseconds
    ip::Buffer options{};
    std::uint16_t window = 1000;

    tcp::Segment segment() const {
        tcp::Segment s;
        s.src_port = source().port;
        s.dst_port = destination().port;
        s.seq = tcp::Seq(seq);
        s.ack = tcp::Seq(ack);
        s.flags = flags;
        s.window = window;
        s.options = options;
        s.payload = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
        return s;
    }
    std::uint32_t wire_length() const { return length.value_or(static_cast<std::uint32_t>(text.size())); }
    tcp::Endpoint source() const { return by == '>' ? client_endpoint(client) : server_endpoint(); }
    tcp::Endpoint destination() const { return by == '>' ? server_endpoint() : client_endpoint(client); }
    tcp::CapturedSegment captured(std::uint64_t frame) const {
        return {.source = source(),
                .destination = destination(),
                .segment = segment(),
                .length = wire_length(),
                .damaged = damaged,
                .frame = {frame, ip::Time(ip::Duration(at))}};
    }
};

/// SYN, SYN with ACK, ACK: the client's octet 0 has number 101, the server's 501.
inline std::vector<Said> handshake(std::uint32_t client = 0) {
    return {{.by = '>', .flags = tcp::SYN, .seq = 100, .client = client},
            {.by = '<', .flags = tcp::SYN | tcp::ACK, .seq = 500, .ack = 101, .client = client},
            {.by = '>', .flags = tcp::ACK, .seq = 101, .ack = 501, .client = client}};
}

inline std::vector<Said> operator+(std::vector<Said> a, const std::vector<Said>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// All lines as one text, which doctest can show.
inline std::string text(const std::vector<std::string>& lines) {
    return fmt::format("{}", fmt::join(lines, "; "));
}

/// Writes a line for each event: "0> 5 abc #7" are octets of stream 0 at offset 5, sent by the side that was
/// seen first ('<': by the other), brought by frame 7. Then "0> gap 8+2", "0> end 10", "0 over".
struct TalkLog : tcp::ConversationSink {
    std::vector<std::string> lines;
    bool (*wanted)(const tcp::Conversation&) = nullptr;
    /// Of conversations that are over, in the order in which they ended.
    struct Over {
        std::uint32_t stream;
        unsigned client;
        tcp::Handshake handshake;
        tcp::SeenEnding ending;
        std::string history;
        std::uint64_t first, last;
        bool cut;
    };
    std::vector<Over> overs;

    static std::string who(const tcp::Conversation& c, unsigned side) {
        return fmt::format("{}{}", c.stream, side == 0 ? '>' : '<');
    }
    bool wants(const tcp::Conversation& c) override { return !wanted || wanted(c); }
    void on_data(tcp::Conversation& c, unsigned side, std::uint64_t offset, ip::Bytes octets,
                 std::uint64_t frame) override {
        const std::string_view text(reinterpret_cast<const char*>(octets.data()), octets.size());
        lines.push_back(fmt::format("{} {} {} #{}", who(c, side), offset, text, frame));
    }
    void on_gap(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length) override {
        lines.push_back(fmt::format("{} gap {}+{}", who(c, side), offset, length));
    }
    void on_conflict(tcp::Conversation& c, unsigned side, std::uint64_t offset, std::uint64_t length,
                     std::uint64_t kept, std::uint64_t other) override {
        lines.push_back(
            fmt::format("{} conflict {}+{} #{} not #{}", who(c, side), offset, length, kept, other));
    }
    void on_end(tcp::Conversation& c, unsigned side, std::uint64_t offset) override {
        lines.push_back(fmt::format("{} end {}", who(c, side), offset));
    }
    void on_over(tcp::Conversation& c) override {
        lines.push_back(fmt::format("{} over", c.stream));
        overs.push_back({c.stream, c.client(), c.handshake(), c.ending(), c.history.text(), c.first.number,
                         c.last.number, c.sides[0].cut || c.sides[1].cut});
    }
};

inline void feed(tcp::Conversations& conversations, const std::vector<Said>& talk,
                 std::uint64_t first_frame = 1) {
    for (const Said& said : talk) conversations.observe(said.captured(first_frame++));
}

/// All of it, from the first segment to the end of the capture.
inline TalkLog listen(const std::vector<Said>& talk, tcp::Conversations::Options options = {}) {
    TalkLog log;
    options.sink = &log;
    tcp::Conversations conversations(options);
    feed(conversations, talk);
    conversations.finish();
    return log;
}

}  // namespace glass::tests
