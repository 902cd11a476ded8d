// Ladders: what got lost, what is folded, and the text.
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>

#include "ip/elapsed.h"
#include "tests/trace_builder.h"
#include "tests/well_formed.h"
#include "tools/duration_text.h"
#include "tools/ladder_svg.h"
#include "tools/ladder_text.h"
#include "tools/path_delays.h"
#include "tools/remark_lines.h"

namespace {

using namespace glass;
using namespace glass::tools;
using namespace std::chrono_literals;
using tcp::ACK, tcp::FIN, tcp::PSH, tcp::RST, tcp::SYN;
using tests::TraceBuilder;

// ---- what got lost ----------------------------------------------------------------------------------------

tcp::SackBlock block(std::uint32_t left, std::uint32_t right) {
    return {tcp::Seq(left), tcp::Seq(right)};
}

TEST_CASE("RFC 5681 section 3.2: seen near the sender, duplicate ACKs prove a loss") {
    TraceBuilder b;
    b.handshake();
    for (std::uint32_t i = 0; i < 5; ++i) b.client(30 + i, ACK, 1 + 100 * i, 1, 100);  // frames 4 to 8
    for (int i = 0; i < 4; ++i) b.server(52 + i, ACK, 1, 101);                         // the first one is new
    b.client(56, ACK, 101, 1, 100).server(76, ACK, 1, 501);
    const TraceLosses losses = find_losses(b.trace());
    REQUIRE(losses.repeated.size() == 1);
    CHECK(losses.repeated.at(5).again.number == 13);
    CHECK(losses.repeated.at(5).certain);
    CHECK(losses.holes.empty());
}

TEST_CASE(
    "RFC 6298 section 5: after a time-out nobody knows what got lost, and each copy repeats the one before") {
    TraceBuilder b;
    b.handshake().client(30, ACK, 1, 1, 100).client(330, ACK, 1, 1, 100).client(930, ACK, 1, 1, 100);
    const TraceLosses losses = find_losses(b.trace());
    REQUIRE(losses.repeated.size() == 2);
    CHECK(losses.repeated.at(4).again.number == 5);
    CHECK(losses.repeated.at(5).again.number == 6);
    CHECK_FALSE(losses.repeated.at(4).certain);
}

TEST_CASE("seen near the receiver, what is missing leaves a hole") {
    TraceBuilder b;
    b.handshake().client(30, ACK, 1, 1, 100).client(31, ACK, 201, 1, 100);  // frame 5 comes after a hole
    SUBCASE("filled by a retransmission") {
        b.send(32, 1, ACK, 1, 101, 0, 65000, {block(201, 301)}).client(400, ACK, 101, 1, 100);
        const Hole hole = find_losses(b.trace()).holes.at(5);
        CHECK(hole.from == 101);
        CHECK(hole.length == 100);
        CHECK(hole.filled_by.number == 7);
        CHECK_FALSE(hole.reordered);
    }
    SUBCASE("filled by what was late") {
        b.client(31.5, ACK, 101, 1, 100);
        const TraceLosses losses = find_losses(b.trace());
        CHECK(losses.holes.at(5).reordered);
        CHECK(losses.fills.at(6) == 5);
    }
    SUBCASE("acknowledged all the same: the recorder missed it") {
        b.server(50, ACK, 1, 301);
        CHECK(find_losses(b.trace()).holes.at(5).acknowledged_by.number == 6);
    }
    SUBCASE("never filled") {
        const Hole hole = find_losses(b.trace()).holes.at(5);
        CHECK_FALSE(hole.filled_by);
        CHECK_FALSE(hole.acknowledged_by);
    }
}

TEST_CASE("RFC 9293 figure 7: a SYN repeated as SYN,ACK was not lost") {
    TraceBuilder b;
    b.client(0, SYN, 0, 0).server(1, SYN, 0, 0).client(2, SYN | ACK, 0, 1).server(3, SYN | ACK, 0, 1);
    CHECK(find_losses(b.trace()).repeated.empty());
}

TEST_CASE("path delays: each end's share of the round trip") {
    const PathDelays at_client = path_delays(TraceBuilder().handshake().trace());
    CHECK(at_client.to_client == 0ms);
    CHECK(at_client.to_server == 10ms);
    CHECK(at_client.round_trip() == 20ms);
    CHECK_FALSE(path_delays(TraceBuilder().client(0, SYN, 0, 0).client(1000, SYN, 0, 0).trace()).to_server);
}

// ---- rows -------------------------------------------------------------------------------------------------

StreamTrace download(std::uint32_t segments) {
    TraceBuilder b;
    b.handshake().client(21, PSH | ACK, 1, 1, 80).http("GET / HTTP/1.1");
    for (std::uint32_t i = 0; i < segments; ++i) {
        b.server(41 + i * 0.1, ACK, 1 + 1000 * i, 81, 1000);
        b.client(41.05 + i * 0.1, ACK, 81, 1001 + 1000 * i);
    }
    return b.trace();
}

std::vector<LadderRow> rows_of(const StreamTrace& trace, const LadderOptions& options = {}) {
    Ladder ladder(trace, options);
    std::vector<LadderRow> rows;
    while (auto row = ladder.next()) rows.push_back(std::move(*row));
    return rows;
}

TEST_CASE("runs of plain data are folded, and nothing else is") {
    const StreamTrace trace = download(50);
    const auto rows = rows_of(trace);
    REQUIRE(rows.size() == 4 + 3 + 1 + 2);
    const LadderRow& folded = rows[7];
    CHECK(folded.kind == LadderRow::Kind::folded);
    CHECK(folded.first_frame == 8);
    CHECK(folded.last_frame == 102);
    CHECK(folded.label == "47 segments [2001..49000]");
    CHECK(rows_of(trace, {.fold = false}).size() == trace.segments.size());
    CHECK(rows_of(download(3)).size() == 4 + 6);
}

TEST_CASE("only the frames that are asked for, with the states as they are") {
    const auto rows = rows_of(download(2), {.first_frame = 3, .last_frame = 4});
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].remarks.front() == Remark{Tone::state, "both ESTABLISHED"});
    CHECK(rows[1].remarks.front() == Remark{Tone::http, "GET / HTTP/1.1"});
}

TEST_CASE("labels") {
    TraceBuilder b;
    b.handshake()
        .client(30, PSH | ACK, 1, 1, 77)
        .server(50, ACK, 1, 78, 0, 0)
        .server(51, PSH | ACK, 1, 78, 1)
        .client(52, FIN | ACK, 78, 2)
        .server(53, RST | ACK, 2, 79)
        .client(54, 0, 78, 0);
    SegmentLabels labels;
    std::vector<std::string> texts;
    for (const TraceSegment& segment : b.trace().segments) texts.push_back(labels.label(segment));
    const char* expected[] = {"SYN seq 0 win 65000",
                              "SYN ACK seq 0 ack 1 win 65000",
                              "ACK 1",
                              "PSH 77 B [1..77]",
                              "ACK 78 win 0",
                              "PSH 1 B [1..1]",
                              "FIN seq 78 ack 2",
                              "RST seq 2 ack 79",
                              "(no flags) seq 78"};
    REQUIRE(texts.size() == std::size(expected));
    for (std::size_t i = 0; i < texts.size(); ++i) CHECK(texts[i] == expected[i]);
}

TEST_CASE("durations have three digits and a unit") {
    CHECK(duration_text(0ns) == "0 ns");
    CHECK(duration_text(83us) == "83 µs");
    CHECK(duration_text(999'700ns) == "1.00 ms");
    CHECK(duration_text(24'114us) == "24.1 ms");
    CHECK(duration_text(214ms) == "214 ms");
    CHECK(duration_text(1020ms) == "1.02 s");
    CHECK(duration_text(725s) == "12 min 5 s");
    CHECK(duration_text(12'000s) == "3 h 20 min");
    CHECK(duration_text(-214ms) == "-214 ms");
    CHECK(ip::elapsed(ip::Time(ip::Duration::min()), ip::Time(ip::Duration::max())) == ip::Duration::max());
    CHECK(duration_text(ip::Duration::min()).starts_with("-"));
}

// ---- text -------------------------------------------------------------------------------------------------

std::string text_of(const StreamTrace& trace, std::size_t columns, bool true_time = false, bool fold = true) {
    const Style style(false, columns);
    LadderText text(trace, style, {true_time, LadderText::line_for(trace)});
    Ladder ladder(trace, {.fold = fold});
    std::string out;
    text.append_head(out);
    while (const auto row = ladder.next()) text.append_row(*row, ladder.idle(), out);
    text.append_foot(ladder.states(), out);
    return out;
}

StreamTrace small_story() {
    TraceBuilder b;
    b.handshake().client(21, PSH | ACK, 1, 1, 80).http("GET /index.html HTTP/1.1");
    b.server(41, PSH | ACK, 1, 81, 500).http("HTTP/1.1 200 OK");
    b.server(241, PSH | ACK, 1, 81, 500).client(242, ACK, 81, 501);
    b.client(243, FIN | ACK, 81, 501).server(263, FIN | ACK, 501, 82).client(263, ACK, 82, 502);
    return b.trace();
}

TEST_CASE("a ladder on 80 columns") {
    CHECK(text_of(small_story(), 80) ==
          R"(stream 0: 10 segments in 263 ms, round trip 20.0 ms; recorded 0 ns from the
client, 10.0 ms from the server
  #      ms client                         server
            10.0.0.1:49152            10.0.0.2:80
  1   0.000 │ SYN seq 0 win 65000 ─────────────▶│  client SYN-SENT · no options
  2  20.000 │◀─── SYN ACK seq 0 ack 1 win 65000 │  server SYN-RECEIVED
            │                                   │  no options
  3  20.000 │ ACK 1 ───────────────────────────▶│  both ESTABLISHED
  4  21.000 │ PSH 80 B [1..80] ────────────────▶│  GET /index.html HTTP/1.1
  5  41.000 │?─────── PSH 500 B [1..500] ack 81 │  HTTP/1.1 200 OK
            │                                   │  no answer; sent again in #6
            ┊           200 ms later            ┊
  6 241.000 │◀────────────── PSH 500 B [1..500] │  repeats #5 after 200 ms
  7 242.000 │ ACK 501 ─────────────────────────▶│
  8 243.000 │ FIN seq 81 ack 501 ──────────────▶│  client FIN-WAIT-1
  9 263.000 │◀────────────── FIN seq 501 ack 82 │  server CLOSE-WAIT → LAST-ACK
 10 263.000 │ ACK 502 ─────────────────────────▶│  client TIME-WAIT
            │                                   │  server CLOSED
            at the end: client TIME-WAIT, server CLOSED
)");
}

TEST_CASE("with true time every line stands for the same time, and long silences are broken") {
    const std::string text = text_of(small_story(), 80, true);
    const auto line_of = [&](const char* what) {
        const auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(what));
        return std::count(text.begin(), end, '\n');
    };
    CHECK(text.find("a line is 5.00 ms") != std::string::npos);
    CHECK(line_of("SYN ACK seq") - line_of("SYN seq") == 4);  // 20 ms
    CHECK(line_of("PSH 500 B") - line_of("PSH 80 B") == 4);
    CHECK(text.find("≈ 200 ms ≈") != std::string::npos);
}

TEST_CASE("a narrow terminal has remarks between the lines, a wide one beside them") {
    CHECK(text_of(small_story(), 60).find("│  GET /index.html HTTP/1.1    ") != std::string::npos);
    CHECK(text_of(small_story(), 120).find("client TIME-WAIT · server CLOSED") != std::string::npos);
}

TEST_CASE("remarks are broken where they must be") {
    const std::vector<Remark> remarks = {
        {Tone::state, "both ESTABLISHED"}, {Tone::detail, "SACK 1..2"}, {Tone::http, std::string(500, 'x')}};
    const auto lines = remark_lines(remarks, 30);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].size() == 3);
    CHECK(lines[2][0].text.ends_with("…"));
    for (const auto& line : lines) {
        std::size_t used = 0;
        for (const Remark& piece : line) used += display_columns(piece.text);
        CHECK(used <= 30);
    }
    CHECK(cut_to("päckchen", 8) == "päckchen");
    CHECK(cut_to("päckchen", 4) == "päc…");
}

// ---- anything ---------------------------------------------------------------------------------------------

/// Every line fits, and ends where the text of a terminal may end.
void check_fits(const std::string& text, std::size_t columns) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text.find('\n', at);
        REQUIRE(end != std::string::npos);
        const std::string_view line = std::string_view(text).substr(at, end - at);
        CHECK_MESSAGE(display_columns(line) <= columns, line);
        CHECK_MESSAGE(line.find('\x1b') == std::string_view::npos, line);
        at = end + 1;
    }
}

TEST_CASE("whatever a file holds: every frame once, no line too wide, drawings well-formed") {
    std::mt19937_64 random(7);
    for (int round = 0; round < 60; ++round) {
        const StreamTrace trace = tests::random_trace(random, 1 + random() % 300);
        std::uint64_t next = 1;
        for (const LadderRow& row : rows_of(trace)) {
            if (row.kind == LadderRow::Kind::missing) continue;
            CHECK(row.first_frame == next);
            CHECK(row.last_frame >= row.first_frame);
            next = row.last_frame + 1;
        }
        CHECK(next == trace.segments.size() + 1);
        const std::size_t columns = 60 + random() % 80;
        check_fits(text_of(trace, columns, round % 2 == 0, round % 3 != 0), columns);
        const DrawnLadder drawn = draw_ladder(trace, {.fold = round % 3 != 0}, round % 2 == 0);
        CHECK(tests::why_not_well_formed(drawn.svg) == "");
        CHECK(drawn.left_out == 0);
    }
}

TEST_CASE("a drawing of a long connection is bounded, and says so") {
    const StreamTrace trace = download(3000);
    const DrawnLadder drawn = draw_ladder(trace, {.fold = false}, false);
    CHECK(drawn.rows == kMaxDrawnRows);
    CHECK(drawn.left_out == trace.segments.size() - kMaxDrawnRows);
    CHECK(drawn.last_frame == kMaxDrawnRows);
    CHECK(drawn.svg.find("rows more are not drawn") != std::string::npos);
    CHECK(drawn.svg.size() < 2'000'000);
}

TEST_CASE("every connection in captures/") {
    std::error_code none;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator("captures", none)) {
        const std::string name = entry.path().filename().string();
        if (name.find(".pcap") == std::string::npos) continue;
        for (std::uint32_t stream = 0; stream < 3; ++stream) {
            CaptureOptions options;
            options.file = entry.path().string();
            options.show_progress = false;
            const LoadedTrace loaded = load_trace(options, stream);
            CHECK_MESSAGE(loaded.trace.segments.empty() == (stream >= loaded.streams), name);
            if (loaded.trace.segments.empty()) break;
            ++files;
            check_fits(text_of(loaded.trace, 80), 80);
            CHECK_MESSAGE(tests::why_not_well_formed(draw_ladder(loaded.trace, {}, false).svg) == "", name);
        }
    }
    MESSAGE(files << " connections drawn");
}

TEST_CASE("a trace is loaded with its ends told apart") {
    if (!std::filesystem::exists("captures/one-sided.pcap")) return;
    CaptureOptions options;
    options.file = "captures/one-sided.pcap";  // SYN,ACK first: whom it goes to is the client
    options.show_progress = false;
    const StreamTrace trace = load_trace(options, 0).trace;
    REQUIRE(!trace.segments.empty());
    CHECK(trace.server.port == 80);
    for (const TraceSegment& segment : trace.segments) CHECK(segment.side == 1);
    CHECK(trace.segments[2].http == "HTTP/1.1 200 OK");
    CHECK(trace.segments[0].mss == 1460);
    CHECK(trace.segments[0].shift == 7);
    options.file = "captures/http-get.pcap";
    const LoadedTrace other = load_trace(options, 7);
    CHECK(other.trace.segments.empty());
    CHECK(other.streams == 1);
}

}  // namespace
