// glass streams: verdicts, the JSON contract, gaps and their limits, and the order of output.
#include <algorithm>
#include <doctest/doctest.h>
#include <functional>
#include <string>
#include <vector>

#include "tcp/options.h"
#include "tests/talk_capture.h"
#include "tools/command_streams.h"
#include "tools/in_order.h"
#include "tools/stream_summary.h"
#include "tools/style.h"
#include "tools/view_streams.h"

namespace {

using namespace glass;
using tests::feed;
using tests::handshake;
using tests::Said;
using tests::operator+;
using tools::StreamCollector;
using tools::StreamSummary;
using tools::StreamVerdict;
using Talk = std::vector<Said>;

constexpr std::uint16_t SYN = tcp::SYN, ACK = tcp::ACK, FIN = tcp::FIN, RST = tcp::RST;
constexpr std::int64_t kMillisecond = 1'000'000;

std::vector<StreamSummary> summaries(const Talk& talk, bool hash = false) {
    std::vector<StreamSummary> all;
    StreamCollector collector({.hash = hash}, [&](StreamSummary&& s) { all.push_back(std::move(s)); });
    tcp::Conversations conversations({.limits = {}, .analyze = true, .sink = &collector});
    feed(conversations, talk);
    conversations.finish();
    return all;
}

Said cut(Said said, std::uint32_t length) {
    said.length = length;
    return said;
}

TEST_CASE("one word about a connection") {
    const Talk close = {{'>', FIN | ACK, 101, 501}, {'<', FIN | ACK, 501, 102}, {'>', ACK, 102, 502}};
    const Said ask = {'>', ACK, 101, 501, "ask"};
    struct Row {
        const char* name;
        Talk talk;
        StreamVerdict verdict;
    };
    const Row rows[] = {
        {"opened and closed, RFC 9293 3.5 and 3.6", handshake() + close, StreamVerdict::clean},
        {"open where the capture ends", handshake() + Talk{ask, {'<', ACK, 501, 104}}, StreamVerdict::clean},
        {"begun before the capture", {ask, {'<', ACK, 501, 104, "answer"}}, StreamVerdict::clean},
        {"reset after the handshake", handshake() + Talk{{'<', RST, 501}}, StreamVerdict::clean},
        {"sent again", handshake() + Talk{ask, ask, {'<', ACK, 501, 104}}, StreamVerdict::lossy},
        {"refused, 3.5.2 group 1", {{'>', SYN, 100}, {'<', RST | ACK, 0, 101}}, StreamVerdict::refused},
        {"no answer to the SYN", {{'>', SYN, 100}, {'>', SYN, 100}}, StreamVerdict::half_open},
        {"no ACK of the SYN,ACK", {{'>', SYN, 100}, {'<', SYN | ACK, 500, 101}}, StreamVerdict::half_open},
        {"one direction", {ask, {'>', ACK, 104, 600, "more"}}, StreamVerdict::one_sided},
        {"one direction, from its SYN,ACK on",
         {{'<', SYN | ACK, 500, 101}, {'<', ACK, 501, 104, "answer"}},
         StreamVerdict::one_sided},
        {"octets missing in the middle",
         handshake() + Talk{ask, {'>', ACK, 110, 501, "later"}, {'<', ACK, 501, 104}},
         StreamVerdict::cut_short},
        {"octets that were acknowledged but not captured", handshake() + Talk{ask, {'<', ACK, 501, 200}},
         StreamVerdict::cut_short},
        {"cut by the snap length", handshake() + Talk{cut(ask, 10), {'<', ACK, 501, 111}},
         StreamVerdict::cut_short},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto all = summaries(row.talk);
        REQUIRE(all.size() == 1);
        CHECK(to_string(all[0].verdict) == to_string(row.verdict));
    }
}

TEST_CASE("octets sent again, of all that were sent") {
    const Talk talk =
        handshake() +
        Talk{{'>', ACK, 101, 501, "abc"}, {'>', ACK, 101, 501, "abc"}, {'<', ACK, 501, 104, "defghi"}};
    const auto all = summaries(talk);
    CHECK(all[0].c2s.totals.retransmitted_octets == 3);
    CHECK(all[0].loss() == doctest::Approx(3.0 / 12));
    CHECK(all[0].c2s.octets == 3);  // once
}

TEST_CASE("a gap is listed once, however it was found, and no more of them than stated") {
    // Alternating octets: a gap before each, and after kMaxGaps of them only their number grows.
    Talk talk = handshake();
    const std::uint32_t count = tools::StreamDirection::kMaxGaps + 17;
    for (std::uint32_t i = 0; i < count; ++i) talk.push_back({'>', ACK, 102 + 2 * i, 501, "x"});
    const auto all = summaries(talk);
    REQUIRE(all.size() == 1);
    CHECK(all[0].c2s.gaps.size() == tools::StreamDirection::kMaxGaps);
    CHECK(all[0].c2s.more_gaps == 17);
    CHECK(all[0].c2s.missing == count);
    CHECK(all[0].c2s.octets == count);
    CHECK(all[0].c2s.gaps[0].offset == 0);
    CHECK(all[0].c2s.gaps[1].offset == 2);
    CHECK(all[0].s2c.gaps.empty());
    // Two gaps that touch are one.
    const auto touching =
        summaries(handshake() + Talk{cut({'>', ACK, 101, 501, "ab"}, 10), cut({'>', ACK, 111, 501, ""}, 10)});
    REQUIRE(touching[0].c2s.gaps.size() == 1);
    CHECK(touching[0].c2s.gaps[0].offset == 2);
    CHECK(touching[0].c2s.gaps[0].length == 18);
}

// ---- JSON ----

constexpr std::string_view kNoMarks =
    R"({"retransmission":0,"fast_retransmission":0,"spurious_retransmission":0,"out_of_order":0,"lost_segment":0,)"
    R"("ack_lost_segment":0,"duplicate_ack":0,"window_update":0,"window_full":0,"zero_window":0,"zero_window_probe":0,)"
    R"("zero_window_probe_ack":0,"keep_alive":0,"keep_alive_ack":0,"reused_ports":0})";

std::string with_marks(std::string json) {
    std::string lost(kNoMarks);
    lost.replace(lost.find("\"lost_segment\":0"), 16, "\"lost_segment\":1");
    for (std::size_t at; (at = json.find("NO_MARKS")) != std::string::npos;) json.replace(at, 8, kNoMarks);
    for (std::size_t at; (at = json.find("ONE_LOST")) != std::string::npos;) json.replace(at, 8, lost);
    return json;
}

std::string run_json(const Talk& talk, bool hash = true) {
    const ip::Buffer capture = tests::capture_of(talk);
    const test::TemporaryFile file("talk.pcap", capture);
    tools::StreamsOptions options;
    options.capture.file = file.path();
    options.capture.show_progress = false;
    options.json = true;
    options.hash = hash;
    const tests::Printed result = tests::printed([&] { return run_streams(options); });
    CHECK(result.status == 0);
    return result.out;
}

TEST_CASE("the object of the output contract") {
    tcp::OptionWriter writer;
    REQUIRE(writer.add(tcp::MaximumSegmentSize{1460}));
    REQUIRE(writer.add(tcp::SackPermitted{}));
    REQUIRE(writer.add(tcp::WindowScale{7}));
    Talk talk = handshake() +
                Talk{{'>', ACK, 101, 501, "ask"}, {'<', ACK, 501, 104, "abc"}, {'<', ACK, 514, 104, "xyz"}};
    talk[0].options.assign(writer.octets().begin(), writer.octets().end());
    for (std::size_t i = 0; i < talk.size(); ++i)
        talk[i].at = 1'700'000'000'000'000'000 + static_cast<std::int64_t>(i) * 10 * kMillisecond;
    talk.push_back({.by = '>', .flags = SYN, .seq = 1, .client = 1, .at = talk.back().at});
    // sha256sum of "ask", of "abcxyz", and of nothing.
    CHECK(
        run_json(talk) ==
        with_marks(
            R"({"schema":1,"stream":0,"client":{"addr":"10.0.0.1","port":40000},"server":{"addr":"10.0.0.2","port":80},)"
            R"("first_frame":1,"last_frame":6,"start":"1700000000.000000000","duration":0.05,"handshake":"complete","end":"open",)"
            R"("verdict":"cut short","history":"ShADdg",)"
            R"("c2s":{"packets":3,"payload_packets":1,"bytes":3,"sha256":"2f2fc7f2e9ce13b09b84f63d54d0b4a59f4dbd46aea41da67023817e2d0c5e59","gaps":[],"missing":0,"conflicting_bytes":0,"retransmitted_bytes":0,"analysis":NO_MARKS,"mss":1460,"wscale":7,"sack_permitted":true},)"
            R"("s2c":{"packets":3,"payload_packets":2,"bytes":6,"sha256":"f312795e322c87461a6f3c49e09897c59ca0d5a36245d2a00f08cbc66eee976d","gaps":[{"offset":3,"len":10}],"missing":10,"conflicting_bytes":0,"retransmitted_bytes":0,"analysis":ONE_LOST,"sack_permitted":false},)"
            R"("rtt_ms":{"handshake":20,"min":10,"mean":10,"max":10,"samples":2}})"
            "\n"
            R"({"stream":1,"client":{"addr":"10.0.0.1","port":40001},"server":{"addr":"10.0.0.2","port":80},)"
            R"("first_frame":7,"last_frame":7,"start":"1700000000.050000000","duration":0,"handshake":"partial","end":"open",)"
            R"("verdict":"half-open","history":"S",)"
            R"("c2s":{"packets":1,"payload_packets":0,"bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","gaps":[],"missing":0,"conflicting_bytes":0,"retransmitted_bytes":0,"analysis":NO_MARKS,"sack_permitted":false},)"
            R"("s2c":{"packets":0,"payload_packets":0,"bytes":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","gaps":[],"missing":0,"conflicting_bytes":0,"retransmitted_bytes":0,"analysis":NO_MARKS,"sack_permitted":false},)"
            R"("rtt_ms":{}})"
            "\n"));
}

TEST_CASE("JSON: more gaps than are listed, octets that differ, no hashes where none are wanted") {
    StreamSummary s;
    s.c2s.gaps = {{0, 5}};
    s.c2s.more_gaps = 3;
    s.c2s.missing = 99;
    s.s2c.conflicts = 7;
    tools::TextBuffer out;
    tools::JsonWriter json(out);
    write_stream_json(s, false, json);
    const std::string line(out.view());
    CHECK(line.find(R"("gaps":[{"offset":0,"len":5}],"missing":99,"more_gaps":3,"conflicting_bytes":0)") !=
          std::string::npos);
    CHECK(line.find(R"("conflicting_bytes":7)") != std::string::npos);
    CHECK(line.find("sha256") == std::string::npos);
    CHECK(line.find("schema") == std::string::npos);
    CHECK(line.ends_with("}\n"));
    CHECK(run_json(handshake(), false).find("sha256") == std::string::npos);
}

// ---- lines ----

std::string line_of(const StreamSummary& s) {
    tools::TextBuffer out;
    write_stream_line(s, tools::Style(), out);
    return std::string(out.view());
}

TEST_CASE("a line of 80 columns, whatever the figures are") {
    StreamSummary s;
    s.stream = 9999;
    s.c2s.sender = {ip::Address(ip::Ipv4Address{0xdfdfdfdf}), 65535};
    s.s2c.sender = s.c2s.sender;
    s.ending = tcp::SeenEnding::reset;
    s.c2s.octets = 9'999;
    s.s2c.octets = 99'950'000;
    s.c2s.totals.retransmitted_octets = 6'000'000;
    s.verdict = StreamVerdict::lossy;
    CHECK(line_of(s) == "9999 223.223.223.223:65535 → 223.223.223.223:65535 reset  9999  100M lossy 5.7 %\n");
    tools::TextBuffer heading;
    write_streams_heading(tools::Style(), heading);
    CHECK(heading.view() == "   N client                  server                end    sent recvd verdict\n");
    for (const std::uint64_t octets : {0ul, 999ul, 9'999ul, 10'000ul, 99'949ul, 99'951ul, 999'499ul,
                                       999'500ul, 9'994'999ul, 18'000'000'000'000'000ul}) {
        CAPTURE(octets);
        for (const std::uint64_t again : {std::uint64_t{0}, std::uint64_t{1}, octets, octets * 99}) {
            s.c2s.octets = s.s2c.octets = octets;
            s.c2s.totals.retransmitted_octets = again;
            CHECK(tools::display_columns(line_of(s)) <= 80 + 1);  // and the newline
        }
    }
}

TEST_CASE("octets for people: three digits, rounded as people do") {
    struct Row {
        std::uint64_t octets;
        const char* text;
    };
    const Row rows[] = {{0, "0 B"},           {9'999, "9999 B"},          {10'000, "10.0 kB"},
                        {99'949, "99.9 kB"},  {99'950, "100 kB"},         {999'499, "999 kB"},
                        {999'500, "1.00 MB"}, {1'234'567'890, "1.23 GB"}, {UINT64_MAX, "18.4 EB"}};
    for (const Row& row : rows) CHECK(tools::octets_text(row.octets) == row.text);
}

TEST_CASE("the second line: what else there is to say") {
    const auto all = summaries(handshake() + Talk{{'>', ACK, 101, 501, "abc"},
                                                  {'>', ACK, 101, 501, "abc"},
                                                  {'>', ACK, 109, 501, "ijk"}});
    tools::TextBuffer out;
    write_stream_details(all[0], tools::Style(), out);
    CHECK(out.view() == "     handshake complete, RTT 0 ns, 3 B again, 5 B missing, ShADTG\n");
}

// ---- order ----

struct Ordered {
    std::vector<std::uint64_t> out;
    tools::InOrder<std::uint64_t, std::function<void(std::uint64_t&&)>> in_order{
        [this](std::uint64_t&& number) { out.push_back(number); }};
    void add(std::uint64_t number) { in_order.add(number, std::uint64_t{number}); }
};

TEST_CASE("in order of their numbers, whatever the order in which they end") {
    Ordered o;
    for (std::uint64_t number : {2, 0, 3}) o.add(number);
    CHECK(o.out == std::vector<std::uint64_t>{0});
    o.add(1);
    CHECK(o.out == std::vector<std::uint64_t>{0, 1, 2, 3});
    o.add(6), o.add(5);
    o.in_order.finish();  // 4 never came
    CHECK(o.out == std::vector<std::uint64_t>{0, 1, 2, 3, 5, 6});
}

TEST_CASE("one that is late is passed over once too many wait for it, and comes when it comes") {
    Ordered o;
    const std::uint64_t most = decltype(o.in_order)::kMaxWaiting;
    for (std::uint64_t number = 1; number <= most; ++number) o.add(number);
    CHECK(o.out.empty());
    o.add(most + 1);
    REQUIRE(o.out.size() == most + 1);
    CHECK(o.out.front() == 1);
    CHECK(o.out.back() == most + 1);
    o.add(0);
    CHECK(o.out.back() == 0);
    o.add(most + 2);
    CHECK(o.out.back() == most + 2);
    o.in_order.finish();
    CHECK(o.out.size() == most + 3);
}

}  // namespace
