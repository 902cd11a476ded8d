// Conversations: connections as somebody sees them who only watches, from whatever the capture has of them.
#include <algorithm>
#include <doctest/doctest.h>
#include <string>
#include <vector>

#include "tcp/options.h"
#include "tests/tcp_talk.h"

namespace {

using namespace glass;
using tcp::Conversations;
using tcp::Handshake;
using tcp::SeenEnding;
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
        SeenEnding ending;
        const char* history;
    };
    const Talk ack_only = {{'>', ACK, 101, 501}};
    const Row rows[] = {
        {"RFC 9293 figure 6: three segments", handshake(), 0, Handshake::complete, SeenEnding::open, "ShA"},
        {"nobody answers", {{'>', SYN, 100}, {'>', SYN, 100}}, 0, Handshake::partial, SeenEnding::open, "S"},
        {"refused, 3.5.2 group 1",
         {{'>', SYN, 100}, {'<', RST | ACK, 0, 101}},
         0,
         Handshake::partial,
         SeenEnding::reset,
         "Sr"},
        {"half-open: the last ACK is missing",
         {{'>', SYN, 100}, {'<', SYN | ACK, 500, 101}},
         0,
         Handshake::partial,
         SeenEnding::open,
         "Sh"},
        {"an ACK of something before the SYN,ACK finishes nothing",
         {{'>', SYN, 100}, {'<', SYN | ACK, 500, 101}, {'>', ACK, 101, 500}},
         0,
         Handshake::partial,
         SeenEnding::open,
         "ShA"},
        {"a RST that acknowledges the SYN,ACK finishes nothing",
         {{'>', SYN, 100}, {'<', SYN | ACK, 500, 101}, {'>', RST | ACK, 101, 501}},
         0,
         Handshake::partial,
         SeenEnding::reset,
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
         SeenEnding::open,
         "SsHhAa"},
        {"SYN,ACK first: it answers the other one's SYN",
         {{'<', SYN | ACK, 500, 101}, {'>', ACK, 101, 501}},
         1,
         Handshake::partial,
         SeenEnding::open,
         "Ha"},
        {"SYN,ACK captured before the SYN",
         {{'<', SYN | ACK, 500, 101}, {'>', SYN, 100}, {'>', ACK, 101, 501}},
         1,
         Handshake::complete,
         SeenEnding::open,
         "Hsa"},
        {"begun before the capture: who is seen first",
         {{'<', ACK, 501, 101, "x"}, {'>', ACK, 101, 502}},
         0,
         Handshake::none,
         SeenEnding::open,
         "Da"},
        {"only what the client sent",
         {{'>', SYN, 100}, {'>', ACK, 101, 501}, {'>', ACK, 101, 501, "x"}},
         0,
         Handshake::partial,
         SeenEnding::open,
         "SAD"},
        {"3.6 case 1: one side closes, the other may go on",
         handshake() + Talk{{'>', FIN | ACK, 101, 501}, {'<', ACK, 501, 102, "more"}}, 0, Handshake::complete,
         SeenEnding::open, "ShAFd"},
        {"3.6: both close",
         handshake() + Talk{{'>', FIN | ACK, 101, 501}, {'<', FIN | ACK, 501, 102}, {'>', ACK, 102, 502}}, 0,
         Handshake::complete, SeenEnding::fin, "ShAFf"},
        {"RST after both FINs is a RST",
         handshake() + Talk{{'>', FIN | ACK, 101, 501}, {'<', FIN | ACK, 501, 102}, {'>', RST, 102}}, 0,
         Handshake::complete, SeenEnding::reset, "ShAFfR"},
        {"the same FIN twice closes one side only",
         handshake() + Talk{{'>', FIN | ACK, 101, 501}, {'>', FIN | ACK, 101, 501}}, 0, Handshake::complete,
         SeenEnding::open, "ShAF"},
        {"SYN with FIN: nothing that TCP sends",
         {{'>', SYN | FIN, 100}},
         0,
         Handshake::partial,
         SeenEnding::open,
         "I"},
        {"a checksum that is wrong", handshake() + Talk{{'>', ACK, 101, 501, "x", {}, true}}, 0,
         Handshake::complete, SeenEnding::open, "ShADC"},
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

TEST_CASE("a header that is none is not judged, and the next one is as if it had not been there") {
    Conversations conversations({.limits = {}, .analyze = true});
    const Talk talk = handshake() + Talk{{'<', ACK, 501, 101, "ab"}, {'>', ACK, 101, 503}};
    feed(conversations, talk);
    tcp::CapturedSegment again = talk.back().captured(6);
    again.segment.data_offset = 16;
    CHECK(conversations.observe(again).finding == nullptr);
    again.segment.data_offset = 20;
    const tcp::Finding* const finding = conversations.observe(again).finding;
    REQUIRE(finding != nullptr);
    CHECK(finding->marks.has(tcp::Mark::duplicate_ack));
    CHECK(finding->duplicate_acks == 1);
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
        {"first in the middle of a connection: sound octets go on where it ends",
         Talk{damaged({'>', ACK, 101, 501, "abc"}),
              damaged({'>', ACK, 104, 501, "de"}),
              {'>', ACK, 106, 501, "f"}},
         "0> 0 abc #1; 0> 3 de #2; 0> 5 f #3; 0 over"},
        {"first in the middle, and sound octets do not: where the stream begins is theirs to say",
         Talk{damaged({'>', ACK, 90, 501, "abc"}), {'>', ACK, 106, 501, "f"}}, "0> 0 f #2; 0 over"},
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

}  // namespace
