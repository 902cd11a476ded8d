// Conversations: many of them, and the limits: floods, reused ports, who is forgotten when, and that each is
// over once.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <string>
#include <vector>

#include "tests/tcp_talk.h"

namespace {

using namespace glass;
using tcp::Conversations;
using tests::feed;
using tests::handshake;
using tests::listen;
using tests::Said;
using tests::TalkLog;
using tests::operator+;
using tests::text;
using Lines = std::vector<std::string>;
using Talk = std::vector<Said>;

constexpr std::uint16_t SYN = tcp::SYN, ACK = tcp::ACK, FIN = tcp::FIN, RST = tcp::RST;

TEST_CASE("port reuse with a new ISN: two connections, and the first is over when the second begins") {
    const Talk first =
        handshake() +
        Talk{{'>', ACK, 101, 501, "one"}, {'>', FIN | ACK, 104, 501}, {'<', FIN | ACK, 501, 105}};
    const Talk second = {{'>', SYN, 7000}, {'<', SYN | ACK, 9000, 7001}, {'>', ACK, 7001, 9001, "two"}};
    CHECK(text(listen(first + second).lines) ==
          "0> 0 one #4; 0> end 3; 0< end 0; 0 over; 1> 0 two #9; 1 over");
    // The first has not ended: another ISN alone makes another connection, 3.4.3.
    CHECK(text(listen(handshake() + second).lines) == "0 over; 1> 0 two #6; 1 over");
}

TEST_CASE("port reuse: what was waiting behind a hole comes out before the new connection begins") {
    const Talk talk =
        handshake() + Talk{{'>', ACK, 105, 501, "ef"}, {'>', SYN, 7000}, {'>', ACK, 7001, 1, "new"}};
    CHECK(text(listen(talk).lines) == "0> gap 0+4; 0> 4 ef #4; 0 over; 1> 0 new #6; 1 over");
}

TEST_CASE("over the budget, the oldest hole is given up first") {
    const std::string big(20'000, 'x');
    TalkLog log;
    Conversations conversations({.limits = {}, .sink = &log, .max_buffered = 50'000});
    for (std::uint32_t client : {2u, 0u, 1u})
        conversations.observe(
            Said{.by = '>', .flags = SYN, .seq = 100, .client = client}.captured(client + 1));
    std::uint64_t frame = 10;
    std::vector<std::string> gaps;
    for (std::uint32_t client :
         {2u, 0u, 1u})  // streams 0, 1, 2: the hole of the first one seen is the oldest
        conversations.observe(
            Said{.by = '>', .flags = ACK, .seq = 111, .ack = 1, .text = big, .client = client}.captured(
                frame++));
    for (const std::string& line : log.lines)
        if (line.find("gap") != std::string::npos) gaps.push_back(line);
    CHECK(gaps == Lines{"0> gap 0+10"});
    conversations.observe(
        Said{.by = '>', .flags = ACK, .seq = 101, .ack = 1, .text = "0123456789", .client = 0}.captured(20));
    CHECK(log.lines[log.lines.size() - 2] ==
          "1> 0 0123456789 #20");  // this one's hole was still open, and closes
    CHECK(log.lines.back().starts_with("1> 10 xxx"));
}

/// Counts what comes, for floods.
struct Counter : tcp::ConversationSink {
    std::map<std::uint32_t, int> overs;
    std::size_t alive = 0, most_alive = 0;
    std::uint64_t octets = 0;
    struct Alive : tcp::Attachment {
        explicit Alive(std::size_t& count) : alive(count) { ++alive; }
        ~Alive() override { --alive; }
        std::size_t& alive;
    };
    bool wants(const tcp::Conversation&) override { return true; }
    void on_data(tcp::Conversation&, unsigned, std::uint64_t, ip::Bytes data, std::uint64_t) override {
        octets += data.size();
    }
    void on_gap(tcp::Conversation&, unsigned, std::uint64_t, std::uint64_t) override {}
    void on_over(tcp::Conversation& c) override { ++overs[c.stream]; }
};

TEST_CASE("a flood of a million SYNs keeps within the limits, and every connection is over exactly once") {
    constexpr std::uint32_t kSources = 1'000'000;
    Counter counter;
    Conversations conversations({.limits = {.open = 1000}, .sink = &counter});
    for (std::uint32_t i = 0; i < kSources; ++i) {
        const auto seen =
            conversations.observe(Said{.by = '>', .flags = SYN, .seq = i, .client = i}.captured(i + 1));
        if (!seen.conversation->attachment)  // lives as long as its conversation
            seen.conversation->attachment = std::make_unique<Counter::Alive>(counter.alive);
        counter.most_alive = std::max(counter.most_alive, counter.alive);
    }
    CHECK(counter.most_alive == 1000);
    CHECK(conversations.flows().count() == kSources);
    CHECK(counter.overs.size() == kSources - 1000);
    conversations.finish();
    CHECK(counter.alive == 0);
    CHECK(counter.overs.size() == kSources);
    CHECK(std::ranges::all_of(counter.overs, [](const auto& over) { return over.second == 1; }));
}

TEST_CASE("a connection that has ended is over when so many others have ended after it") {
    TalkLog log;
    Conversations conversations({.limits = {.ended = 3}, .sink = &log});
    std::uint64_t frame = 1;
    for (std::uint32_t client = 0; client < 5; ++client) {
        const Talk talk = {{.by = '>', .flags = SYN, .seq = 100, .client = client},
                           {.by = '<', .flags = RST | ACK, .seq = 0, .ack = 101, .client = client}};
        feed(conversations, talk, frame);
        frame += 2;
    }
    CHECK(text(log.lines) == "0 over; 1 over");
    // Those that are remembered take late segments; of those that are not, they begin another one.
    CHECK_FALSE(conversations.observe(Said{.by = '>', .flags = ACK, .seq = 101, .client = 2}.captured(100))
                    .sighting.new_flow);
    CHECK(conversations.observe(Said{.by = '>', .flags = ACK, .seq = 101, .client = 0}.captured(101))
              .sighting.new_flow);
    conversations.finish();
    CHECK(text(log.lines) == "0 over; 1 over; 2 over; 3 over; 4 over; 5 over");
}

TEST_CASE("a connection that has ended twice, as by FINs and then a RST, counts once") {
    TalkLog log;
    Conversations conversations({.limits = {.ended = 1}, .sink = &log});
    feed(conversations,
         handshake() +
             Talk{{'>', FIN | ACK, 101, 501}, {'<', FIN | ACK, 501, 102}, {'>', RST, 102}, {'<', RST, 502}});
    CHECK(std::ranges::count(log.lines, "0 over") == 0);
    conversations.finish();
    CHECK(std::ranges::count(log.lines, "0 over") == 1);
}

TEST_CASE("a slot whose connection had ended, and that another one has now, is not given up for the first") {
    TalkLog log;
    Conversations conversations({.limits = {.ended = 2}, .sink = &log});
    const auto refused = [&](std::uint32_t client, std::uint32_t isn) {
        feed(conversations, {{.by = '>', .flags = SYN, .seq = isn, .client = client},
                             {.by = '<', .flags = RST | ACK, .ack = isn + 1, .client = client}});
    };
    refused(0, 100);  // stream 0
    conversations.observe(
        Said{.by = '>', .flags = SYN, .seq = 9000, .client = 0}.captured(3));  // 1: the same ports
    refused(1, 100), refused(2, 100);                                          // 2, 3
    CHECK(text(log.lines) == "0 over");  // stream 1 is open, though stream 0 was the longest ended
    conversations.finish();
    CHECK(text(log.lines) == "0 over; 1 over; 2 over; 3 over");
}

TEST_CASE("limits as small as can be: the segment at hand keeps its connection") {
    for (const tcp::FlowTable::Limits limits :
         {tcp::FlowTable::Limits{.open = 1}, {.ended = 0}, {.open = 1, .ended = 0}}) {
        CAPTURE(limits.open);
        CAPTURE(limits.ended);
        TalkLog log;
        Conversations conversations({.limits = limits, .sink = &log});
        feed(conversations,
             {{'>', SYN, 100}, {'<', RST | ACK, 0, 101, "no"}, {'>', SYN, 900, 0, "", {}, false, 1}});
        conversations.finish();
        CHECK(text(log.lines) == "0< 0 no #2; 0 over; 1 over");
    }
}

TEST_CASE("idle for too long by the capture's clock: over, and a new one should it speak again") {
    constexpr std::int64_t kSecond = 1'000'000'000;
    TalkLog log;
    Conversations conversations({.limits = {.idle = std::chrono::seconds(10)}, .sink = &log});
    const auto speak = [&](std::uint32_t client, std::int64_t at) {
        return conversations
            .observe(Said{.by = '>', .flags = ACK, .seq = 101, .client = client, .at = at}.captured(1))
            .sighting;
    };
    speak(0, 0);
    speak(1, 5 * kSecond);
    speak(2, 9 * kSecond);
    CHECK(log.lines.empty());
    speak(3, 12 * kSecond);
    CHECK(text(log.lines) == "0 over");
    CHECK_FALSE(speak(1, 14 * kSecond).new_flow);
    CHECK(speak(0, 21 * kSecond).new_flow);  // and 2 is idle by now
    CHECK(text(log.lines) == "0 over; 2 over");
    conversations.finish();
    CHECK(log.lines.size() == 5);
}

TEST_CASE("hostile times overflow nothing, and lose no connection twice") {
    constexpr std::int64_t kLow = INT64_MIN, kHigh = INT64_MAX;
    const std::int64_t times[] = {0, kHigh, kLow, -1, kHigh, kLow + 1, 0, kLow, kHigh - 1, 1};
    Counter counter;
    Conversations conversations({.limits = {}, .analyze = true, .sink = &counter});
    std::uint32_t streams = 0;
    for (std::uint32_t i = 0; i < 1000; ++i) {
        const Said said{.by = '>',
                        .flags = static_cast<std::uint16_t>(i % 3 ? ACK : SYN),
                        .seq = i,
                        .client = i % 37,
                        .at = times[i % 10]};
        streams += conversations.observe(said.captured(i + 1)).sighting.new_flow;
    }
    conversations.finish();
    CHECK(streams == conversations.flows().count());
    CHECK(counter.overs.size() == streams);
    CHECK(std::ranges::all_of(counter.overs, [](const auto& over) { return over.second == 1; }));
}

TEST_CASE("when the capture ends, all are over in the order of their numbers, whichever spoke last") {
    Talk talk;
    for (std::uint32_t client : {5u, 3u, 4u, 1u, 5u, 3u})
        talk.push_back({.by = '>', .flags = ACK, .seq = 1, .text = "x", .client = client});
    CHECK(text(listen(talk).lines) ==
          "0> 0 x #1; 1> 0 x #2; 2> 0 x #3; 3> 0 x #4; 0 over; 1 over; 2 over; 3 over");
}

TEST_CASE("what nobody wants is not put in order, but is over, too") {
    TalkLog log;
    log.wanted = [](const tcp::Conversation& c) { return c.stream == 1; };
    Conversations conversations({.limits = {}, .sink = &log});
    feed(conversations, {{'>', ACK, 1, 1, "no"},
                         {'>', ACK, 1, 1, "yes", {}, false, 1},
                         {'>', ACK, 9, 1, "hole", {}, false, 0}});
    conversations.finish();
    CHECK(text(log.lines) == "1> 0 yes #2; 0 over; 1 over");
}

TEST_CASE("every octet once, whatever the order of segments and of the two directions") {
    // A talk of 40 octets each way, shuffled by a fixed rule; each order gives the same streams.
    const std::string letters = "abcdefghijklmnopqrstuvwxyz0123456789+-*/";
    for (std::uint32_t round = 1; round < 200; ++round) {
        Talk talk;
        for (std::uint32_t i = 0; i < 40; i += 2)
            for (char by : {'>', '<'})
                talk.push_back({.by = by,
                                .flags = ACK,
                                .seq = (by == '>' ? 101u : 501u) + i,
                                .ack = 1,
                                .text = letters.substr(i, 3)});
        std::uint64_t state = round;
        for (std::size_t i = talk.size(); i > 1; --i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            std::swap(talk[i - 1], talk[(state >> 33) % i]);
        }
        const TalkLog log = listen(Talk{{'>', SYN, 100}, {'<', SYN | ACK, 500, 101}} + talk);
        std::string out[2];
        for (const std::string& line : log.lines) {
            REQUIRE(line.find("gap") == std::string::npos);
            if (line == "0 over") continue;
            const std::size_t at = line.find(' ', 3) + 1;
            out[line[1] == '<'] += line.substr(at, line.rfind(" #") - at);
        }
        REQUIRE(out[0] == letters);
        REQUIRE(out[1] == letters);
    }
}

}  // namespace
