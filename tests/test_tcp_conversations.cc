// Conversations: connections as somebody sees them who only watches, from whatever the capture has of them.
#include <algorithm>
#include <doctest/doctest.h>
#include <map>
#include <string>
#include <vector>

#include "tcp/options.h"
#include "tests/tcp_talk.h"

namespace {

using namespace glass;
using tcp::Conversations;
using tcp::Ending;
using tcp::Handshake;
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

// ---- how it opened, how it ended, who opened it ----

TEST_CASE("handshake, ending and client") {
    struct Row {
        const char* name;
        Talk talk;
        unsigned client;  ///< 0: who was seen first
        Handshake handshake;
        Ending ending;
        const char* history;
    };
    const Talk ack_only = {{'>', ACK, 101, 501}};
    const Row rows[] = {
        {"RFC 9293 figure 6: three segments", handshake(), 0, Handshake::complete, Ending::open, "ShA"},
        {"nobody answers", {{'>', SYN, 100}, {'>', SYN, 100}}, 0, Handshake::partial, Ending::open, "S"},
        {"refused, 3.5.2 group 1",
         {{'>', SYN, 100}, {'<', RST | ACK, 0, 101}},
         0,
         Handshake::partial,
         Ending::reset,
         "Sr"},
        {"half-open: the last ACK is missing",
         {{'>', SYN, 100}, {'<', SYN | ACK, 500, 101}},
         0,
         Handshake::partial,
         Ending::open,
         "Sh"},
        {"an ACK of something before the SYN,ACK finishes nothing",
         {{'>', SYN, 100}, {'<', SYN | ACK, 500, 101}, {'>', ACK, 101, 500}},
         0,
         Handshake::partial,
         Ending::open,
         "ShA"},
        {"a RST that acknowledges the SYN,ACK finishes nothing",
         {{'>', SYN, 100}, {'<', SYN | ACK, 500, 101}, {'>', RST | ACK, 101, 501}},
         0,
         Handshake::partial,
         Ending::reset,
         "ShR"},
        {"figure 7: simultaneous open",
         {{'>', SYN, 100},
          {'<', SYN, 500},
          {'>', SYN | ACK, 100, 501},
          {'<', SYN | ACK, 500, 101},
          {'>', ACK, 101, 501},
          {'<', ACK, 501, 101}},
         0,
         Handshake::complete,
         Ending::open,
         "SsHhAa"},
        {"SYN,ACK first: it answers the other one's SYN",
         {{'<', SYN | ACK, 500, 101}, {'>', ACK, 101, 501}},
         1,
         Handshake::partial,
         Ending::open,
         "Ha"},
        {"SYN,ACK captured before the SYN",
         {{'<', SYN | ACK, 500, 101}, {'>', SYN, 100}, {'>', ACK, 101, 501}},
         1,
         Handshake::complete,
         Ending::open,
         "Hsa"},
        {"begun before the capture: who is seen first",
         {{'<', ACK, 501, 101, "x"}, {'>', ACK, 101, 502}},
         0,
         Handshake::none,
         Ending::open,
         "Da"},
        {"only what the client sent",
         {{'>', SYN, 100}, {'>', ACK, 101, 501}, {'>', ACK, 101, 501, "x"}},
         0,
         Handshake::partial,
         Ending::open,
         "SAD"},
        {"3.6 case 1: one side closes, the other may go on",
         handshake() + Talk{{'>', FIN | ACK, 101, 501}, {'<', ACK, 501, 102, "more"}}, 0, Handshake::complete,
         Ending::open, "ShAFd"},
        {"3.6: both close",
         handshake() + Talk{{'>', FIN | ACK, 101, 501}, {'<', FIN | ACK, 501, 102}, {'>', ACK, 102, 502}}, 0,
         Handshake::complete, Ending::fin, "ShAFf"},
        {"RST after both FINs is a RST",
         handshake() + Talk{{'>', FIN | ACK, 101, 501}, {'<', FIN | ACK, 501, 102}, {'>', RST, 102}}, 0,
         Handshake::complete, Ending::reset, "ShAFfR"},
        {"the same FIN twice closes one side only",
         handshake() + Talk{{'>', FIN | ACK, 101, 501}, {'>', FIN | ACK, 101, 501}}, 0, Handshake::complete,
         Ending::open, "ShAF"},
        {"SYN with FIN: nothing that TCP sends",
         {{'>', SYN | FIN, 100}},
         0,
         Handshake::partial,
         Ending::open,
         "I"},
        {"a checksum that is wrong", handshake() + Talk{{'>', ACK, 101, 501, "x", {}, true}}, 0,
         Handshake::complete, Ending::open, "ShADC"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const TalkLog log = listen(row.talk);
        REQUIRE(log.overs.size() == 1);
        CHECK(log.overs[0].client == row.client);
        CHECK(log.overs[0].handshake == row.handshake);
        CHECK(log.overs[0].ending == row.ending);
        CHECK(log.overs[0].history == row.history);
        CHECK(log.overs[0].first == 1);
        CHECK(log.overs[0].last == row.talk.size());
    }
}

TEST_CASE("what a SYN says of its sender") {
    tcp::OptionWriter writer;
    REQUIRE(writer.add(tcp::MaximumSegmentSize{1400}));
    REQUIRE(writer.add(tcp::WindowScale{3}));
    REQUIRE(writer.add(tcp::SackPermitted{}));
    const ip::Buffer options(writer.octets().begin(), writer.octets().end());
    TalkLog log;
    Conversations conversations({.limits = {}, .sink = &log});
    Said syn{.by = '>', .flags = SYN, .seq = 100, .options = options};
    const tcp::Conversation& c = *conversations.observe(syn.captured(1)).conversation;
    CHECK(c.sides[0].mss == 1400);
    CHECK(c.sides[0].shift == 3);
    CHECK(c.sides[0].sack_permitted);
    CHECK_FALSE(c.sides[1].mss);
    CHECK(c.sides[0].endpoint == tests::client_endpoint());
    CHECK(c.sides[1].endpoint == tests::server_endpoint());
}

// ---- octets in order ----

TEST_CASE("octets of both directions, from whatever there is of a connection") {
    struct Row {
        const char* name;
        Talk talk;
        const char* lines;
    };
    const Row rows[] = {
        {"request, answer, FINs",
         handshake() + Talk{{'>', ACK, 101, 501, "ask"},
                            {'<', ACK, 501, 104, "answer"},
                            {'>', FIN | ACK, 104, 507},
                            {'<', FIN | ACK, 507, 105}},
         "0> 0 ask #4; 0< 0 answer #5; 0> end 3; 0< end 6; 0 over"},
        {"across the wrap of sequence numbers, 3.4",
         {{'>', SYN, 0xfffffffe}, {'>', ACK, 0xffffffff, 501, "ab"}, {'>', ACK, 1, 501, "cd"}},
         "0> 0 ab #2; 0> 2 cd #3; 0 over"},
        {"SYN with octets, 3.10.7.2: they count from after the SYN",
         {{'>', SYN, 100, 0, "fast"}, {'<', SYN | ACK, 500, 105}, {'>', ACK, 105, 501, "er"}},
         "0> 0 fast #1; 0> 4 er #3; 0 over"},
        {"in the middle: the stream starts with the first octets seen",
         {{'>', ACK, 5000, 501}, {'>', ACK, 5000, 501, "mid"}, {'<', ACK, 9000, 5003, "dle"}},
         "0> 0 mid #2; 0< 0 dle #3; 0 over"},
        {"a FIN alone starts a stream of no octets", {{'>', FIN | ACK, 5000, 501}}, "0> end 0; 0 over"},
        {"one direction only",
         {{'<', SYN | ACK, 500, 101}, {'<', ACK, 501, 200, "on"}, {'<', ACK, 503, 200, "ly"}},
         "0> 0 on #2; 0> 2 ly #3; 0 over"},
        {"RST with text, 3.10.7: the text is kept",
         handshake() + Talk{{'<', ACK, 501, 101, "data "}, {'<', RST | ACK, 506, 101, "and reset"}},
         "0< 0 data  #4; 0< 5 and reset #5; 0 over"},
        {"octets before a RST that comes early are kept",
         handshake() + Talk{{'>', RST, 101}, {'<', ACK, 501, 101, "late"}}, "0< 0 late #5; 0 over"},
        {"what belongs before the FIN comes after it",
         handshake() +
             Talk{{'>', ACK, 101, 501, "ab"}, {'>', FIN | ACK, 105, 501}, {'>', ACK, 103, 501, "cd"}},
         "0> 0 ab #4; 0> 2 cd #6; 0> end 4; 0 over"},
        {"FIN with text that comes before its turn",
         handshake() + Talk{{'>', FIN | ACK, 103, 501, "cd"}, {'>', ACK, 101, 501, "ab"}},
         "0> 0 ab #5; 0> 2 cd #4; 0> end 4; 0 over"},
        {"beyond the FIN: its receiver would ignore it (3.10.7.4), who looks wants to know",
         handshake() + Talk{{'>', FIN | ACK, 101, 501, "ab"}, {'>', ACK, 104, 501, "cd"}},
         "0> 0 ab #4; 0> end 2; 0> gap 2+1; 0> 3 cd #5; 0 over"},
        {"half-close, 3.6 case 1: the other direction goes on",
         handshake() + Talk{{'>', FIN | ACK, 101, 501, "ab"},
                            {'<', ACK, 501, 104, "x"},
                            {'<', ACK, 502, 104, "y"},
                            {'<', FIN | ACK, 503, 104}},
         "0> 0 ab #4; 0> end 2; 0< 0 x #5; 0< 1 y #6; 0< end 2; 0 over"},
        {"a hole that nothing fills becomes a gap when the capture ends",
         handshake() + Talk{{'>', ACK, 101, 501, "ab"}, {'>', ACK, 106, 501, "fg"}},
         "0> 0 ab #4; 0> gap 2+3; 0> 5 fg #5; 0 over"},
        {"missing before the FIN", handshake() + Talk{{'>', ACK, 101, 501, "ab"}, {'>', FIN | ACK, 106, 501}},
         "0> 0 ab #4; 0> gap 2+3; 0> end 5; 0 over"},
        {"sent again: each octet once",
         handshake() + Talk{{'>', ACK, 101, 501, "abc"}, {'>', ACK, 102, 501, "bcd"}},
         "0> 0 abc #4; 0> 3 d #5; 0 over"},
        {"a keep-alive's octet is not one of the stream, RFC 9293 section 3.8.4",
         handshake() + Talk{{'>', ACK, 100, 501, "?"}, {'>', ACK, 101, 501, "ab"}}, "0> 0 ab #5; 0 over"},
        {"held octets that came twice and differ: the first copy wins, and it is said",
         handshake() +
             Talk{{'>', ACK, 103, 501, "cd"}, {'>', ACK, 103, 501, "cX"}, {'>', ACK, 101, 501, "ab"}},
         "0> conflict 3+1 #4 not #5; 0> 0 ab #6; 0> 2 cd #4; 0 over"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(text(listen(row.talk).lines) == row.lines);
    }
}

TEST_CASE("a capture out of order: what the SYN says of the stream's beginning counts") {
    struct Row {
        const char* name;
        Talk talk;
        const char* lines;
    };
    const Row rows[] = {
        {"FIN before the SYN,ACK, then the octets between them",
         {{'>', SYN, 100},
          {'<', FIN | ACK, 504, 101},
          {'<', SYN | ACK, 500, 101},
          {'<', ACK, 501, 101, "abc"}},
         "0< 0 abc #4; 0< end 3; 0 over"},
        {"FIN before the SYN,ACK, and nothing between them was captured",
         {{'>', SYN, 100}, {'<', FIN | ACK, 504, 101}, {'<', SYN | ACK, 500, 101}},
         "0< gap 0+3; 0< end 3; 0 over"},
        {"a SYN after a FIN of its sender begins another connection",
         {{'>', FIN | ACK, 104, 501}, {'>', SYN, 100}},
         "0> end 0; 0 over; 1 over"},
        {"octets before the SYN that precedes them",
         {{'>', ACK, 101, 501, "ab"}, {'>', SYN, 100}, {'>', ACK, 103, 501, "c"}},
         "0> 0 ab #1; 0> 2 c #3; 0 over"},
        {"octets of the server before its SYN,ACK",
         {{'<', ACK, 501, 101, "ab"}, {'<', SYN | ACK, 500, 101}, {'<', ACK, 503, 101, "c"}},
         "0> 0 ab #1; 0> 2 c #3; 0 over"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(text(listen(row.talk).lines) == row.lines);
    }
}

TEST_CASE("another SYN,ACK with another number, as after RFC 9293 figure 8: the stream starts after it") {
    const TalkLog log = listen({{'>', SYN, 100},
                                {'<', SYN | ACK, 300, 91},
                                {'<', SYN | ACK, 400, 101},
                                {'>', ACK, 101, 401},
                                {'<', ACK, 401, 101, "ab"}});
    CHECK(text(log.lines) == "0< 0 ab #5; 0 over");
}

TEST_CASE("cut by the snap length: what is cut off is a gap at once") {
    Talk talk = handshake() + Talk{{'>', ACK, 101, 501, "abcd"}};
    talk.back().length = 10;
    talk.push_back({'>', ACK, 111, 501, "klmn"});
    talk.back().length = 10;
    TalkLog log;
    Conversations conversations({.limits = {}, .sink = &log});
    feed(conversations, talk);
    const Lines so_far = {"0> 0 abcd #4", "0> gap 4+6", "0> 10 klmn #5", "0> gap 14+6"};
    CHECK(log.lines == so_far);
    conversations.finish();
    CHECK(log.lines.back() == "0 over");
    CHECK(log.lines.size() == so_far.size() + 1);
    CHECK(log.overs[0].cut);
}

TEST_CASE("cut by the snap length: the whole text, a FIN with it, and a copy that is longer") {
    Talk talk = handshake() + Talk{{'>', FIN | ACK, 101, 501, ""}};
    talk.back().length = 7;
    CHECK(text(listen(talk).lines) == "0> gap 0+7; 0> end 7; 0 over");

    talk = handshake() + Talk{{'>', ACK, 105, 501, "ef"}, {'>', ACK, 101, 501, "ab"}};
    talk[4].length = 4;  // out of order, then what precedes it, cut
    CHECK(text(listen(talk).lines) == "0> 0 ab #5; 0> gap 2+2; 0> 4 ef #4; 0 over");
}

// ---- wrong checksums ----

TEST_CASE(
    "RFC 9293 MUST-3: a segment whose checksum is wrong counts when its receiver took it, or nothing better "
    "comes") {
    const auto damaged = [](Said said) {
        said.damaged = true;
        return said;
    };
    struct Row {
        const char* name;
        Talk talk;
        const char* lines;
    };
    const Row rows[] = {
        {"a good copy wins",
         handshake() +
             Talk{damaged({'>', ACK, 101, 501, "xyz"}), {'>', ACK, 101, 501, "abc"}, {'<', ACK, 501, 104}},
         "0> 0 abc #5; 0 over"},
        {"acknowledged: the receiver took it",
         handshake() +
             Talk{damaged({'>', ACK, 101, 501, "abc"}), {'<', ACK, 501, 104}, {'>', ACK, 104, 501, "de"}},
         "0> 0 abc #4; 0> 3 de #6; 0 over"},
        {"acknowledged in part only: not yet",
         handshake() +
             Talk{damaged({'>', ACK, 101, 501, "abc"}), {'<', ACK, 501, 103}, {'>', ACK, 101, 501, "ABC"}},
         "0> 0 ABC #6; 0 over"},
        {"an ACK whose own checksum is wrong proves nothing",
         handshake() + Talk{damaged({'>', ACK, 101, 501, "abc"}),
                            damaged({'<', ACK, 501, 104}),
                            {'>', ACK, 101, 501, "ABC"}},
         "0> 0 ABC #6; 0 over"},
        {"nothing better came", handshake() + Talk{damaged({'>', ACK, 101, 501, "abc"})},
         "0> 0 abc #4; 0 over"},
        {"several, in any order, and a FIN",
         handshake() + Talk{damaged({'>', FIN | ACK, 104, 501, "de"}),
                            damaged({'>', ACK, 101, 501, "abc"}),
                            {'<', ACK, 501, 107}},
         "0> 0 abc #5; 0> 3 de #4; 0> end 5; 0 over"},
        {"its FIN does not count before it does",
         handshake() + Talk{damaged({'>', FIN | ACK, 101, 501, "abc"}),
                            {'>', ACK, 101, 501, "abcdef"},
                            {'>', FIN | ACK, 107, 501}},
         "0> 0 abcdef #5; 0> end 6; 0 over"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        CHECK(text(listen(row.talk).lines) == row.lines);
    }
}

TEST_CASE("no more segments with wrong checksums are kept than stated: of more, the oldest is taken") {
    Talk talk = handshake();
    const std::size_t most = tcp::ConversationSide::kMaxSuspects;
    for (std::size_t i = 0; i <= most; ++i)
        talk.push_back({'>', ACK, static_cast<std::uint32_t>(101 + i), 501, "x", {}, true});
    TalkLog log;
    Conversations conversations({.limits = {}, .sink = &log});
    feed(conversations, talk);
    CHECK(text(log.lines) == "0> 0 x #4");
    conversations.finish();
    CHECK(log.lines.size() == most + 2);
}

TEST_CASE(
    "segments with wrong checksums are kept within the budget, too, however many connections send them") {
    constexpr std::size_t kBudget = 64 << 10;
    TalkLog log;
    Conversations conversations({.limits = {}, .sink = &log, .max_buffered = kBudget});
    std::size_t said = 0;
    for (std::uint32_t client = 0; client < 200; ++client) {
        for (std::uint32_t i = 0; i < 10; ++i, said += 1000)
            conversations.observe(Said{.by = '>',
                                       .flags = ACK,
                                       .seq = 101 + i * 1000,
                                       .ack = 501,
                                       .text = std::string(1000, 'x'),
                                       .damaged = true,
                                       .client = client}
                                      .captured(client * 10 + i + 1));
    }
    std::size_t out = 0;
    for (const std::string& line : log.lines) out += static_cast<std::size_t>(std::ranges::count(line, 'x'));
    CHECK(said == 2'000'000);
    CHECK(out >= said - kBudget);  // what is not out is in memory
    conversations.finish();
}

// ---- many connections ----

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
