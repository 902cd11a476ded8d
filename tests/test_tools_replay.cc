// glass replay: a recorded end played against our stack: scripts, set-up, runs, comparison, and what is
// printed.
#include <algorithm>
#include <doctest/doctest.h>

#include "tests/talk_capture.h"
#include "tests/trace_builder.h"
#include "tests/view_checks.h"
#include "tools/command_replay.h"
#include "tools/replay_script.h"
#include "tools/replay_text.h"
#include "tools/sim_run.h"

namespace {

using namespace glass;
using namespace glass::tools;
using namespace std::chrono_literals;
using tcp::ACK, tcp::FIN, tcp::PSH, tcp::RST, tcp::SYN;
using tests::Said;
using views::contains;

RecordedTalk load(const std::string& path) {
    CaptureOptions options;
    options.file = path;
    auto talk = load_talk(options, "0");
    REQUIRE(talk.has_value());
    return std::move(*talk);
}

RecordedTalk talk_of(const std::vector<Said>& said) {
    const test::TemporaryFile file("pcap", tests::capture_of(said));
    return load(file.path());
}

struct Outcome {
    Replayed replayed;
    Comparison comparison;
};
Outcome play(const RecordedTalk& talk, unsigned side, std::uint64_t seed = 1) {
    auto replayed = replay(talk, side, seed);
    REQUIRE(replayed.has_value());
    Outcome out{.replayed = std::move(*replayed), .comparison = {}};
    out.comparison = compare_replay(talk, out.replayed);
    return out;
}

std::string text_of(const RecordedTalk& talk, const Outcome& outcome, std::size_t columns = 80,
                    bool fold = true) {
    std::string text;
    append_replay(talk, outcome.replayed, outcome.comparison, Style(false, columns), {.fold = fold}, text);
    return text;
}

std::uint64_t sum(const Comparison::Counts& counts) {
    std::uint64_t all = 0;
    for (const std::uint64_t count : counts) all += count;
    return all;
}

/// Milliseconds to Said's nanoseconds.
constexpr std::int64_t ms(double t) {
    return static_cast<std::int64_t>(t * 1e6);
}

/// Opens, asks, gets an answer, closes: 20 ms from the server.
std::vector<Said> short_talk() {
    return {{.by = '>', .flags = SYN, .seq = 100, .at = ms(0)},
            {.by = '<', .flags = SYN | ACK, .seq = 500, .ack = 101, .at = ms(20)},
            {.by = '>', .flags = ACK, .seq = 101, .ack = 501, .at = ms(20.1)},
            {.by = '>', .flags = PSH | ACK, .seq = 101, .ack = 501, .text = "question?", .at = ms(20.2)},
            {.by = '<', .flags = PSH | ACK, .seq = 501, .ack = 110, .text = "answer", .at = ms(40.2)},
            {.by = '>', .flags = FIN | ACK, .seq = 110, .ack = 507, .at = ms(40.3)},
            {.by = '<', .flags = FIN | ACK, .seq = 507, .ack = 111, .at = ms(60.3)},
            {.by = '>', .flags = ACK, .seq = 111, .ack = 508, .at = ms(60.4)}};
}

// ---- what the application did -----------------------------------------------------------------------------

std::string_view words(const ip::Buffer& octets) {
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

TEST_CASE("script: octets when they were first sent, in stream order, and the end") {
    auto said = short_talk();
    said.insert(said.begin() + 4,
                {.by = '>', .flags = ACK, .seq = 101, .ack = 501, .text = "question?", .at = ms(30)});
    const RecordedTalk talk = talk_of(said);
    const ReplayScript client = replay_script(talk, 0);
    CHECK(client.answers);
    CHECK(words(client.octets) == "question?");
    REQUIRE(client.steps.size() == 2);  // sent again is not given again
    CHECK(client.steps[0].kind == ReplayStep::Kind::send);
    CHECK(client.steps[0].end == 9);
    CHECK(client.steps[0].at == ip::Time(20200us));
    CHECK(client.steps[1].kind == ReplayStep::Kind::close);
    CHECK(client.steps[1].at == ip::Time(40300us));
    CHECK(words(replay_script(talk, 1).octets) == "answer");
}

TEST_CASE("script: a hole is filled where its octets come later; keep-alives and far numbers are no text") {
    const RecordedTalk talk =
        talk_of({{.by = '>', .flags = SYN, .seq = 100, .at = 0},
                 {.by = '<', .flags = SYN | ACK, .seq = 500, .ack = 101, .at = 1},
                 {.by = '>', .flags = ACK, .seq = 104, .ack = 501, .text = "def", .at = 2},
                 {.by = '>', .flags = ACK, .seq = 101, .ack = 501, .text = "abcdef", .at = 3},
                 {.by = '>', .flags = ACK, .seq = 106, .ack = 501, .text = "f", .at = 4},
                 {.by = '>', .flags = ACK, .seq = 0x50000000, .ack = 501, .text = "far", .at = 5},
                 {.by = '>', .flags = RST, .seq = 107, .at = 6}});
    const ReplayScript script = replay_script(talk, 0);
    REQUIRE(script.octets.size() == 6);
    CHECK(words(script.octets).substr(3) == "def");
    REQUIRE(script.steps.size() == 2);
    CHECK(script.steps[0].end == 6);
    CHECK(script.steps[1].kind == ReplayStep::Kind::abort);
}

TEST_CASE("script: who refuses has nobody listening") {
    const RecordedTalk talk = talk_of({{.by = '>', .flags = SYN, .seq = 100, .at = 0},
                                       {.by = '<', .flags = RST | ACK, .seq = 0, .ack = 101, .at = ms(1)}});
    CHECK_FALSE(replay_script(talk, 1).answers);
    const Outcome outcome = play(talk, 0);
    CHECK(outcome.comparison.same == 1);
    CHECK(sum(outcome.comparison.recorded_only) + sum(outcome.comparison.ours_only) == 0);
}

TEST_CASE("config: MSS, options and window are the recorded end's") {
    tcp::OptionWriter rich;
    REQUIRE(rich.add(tcp::MaximumSegmentSize{1000}));
    REQUIRE(rich.add(tcp::SackPermitted{}));
    REQUIRE(rich.add(tcp::WindowScale{7}));
    auto said = short_talk();
    said[0].options.assign(rich.octets().begin(), rich.octets().end());
    said[2].window = 2000;  // not scaled: the server has no such option
    const RecordedTalk talk = talk_of(said);
    const tcp::Config client = replay_config(talk, 0), server = replay_config(talk, 1);
    CHECK(client.mtu == 1040);
    CHECK(client.sack);
    CHECK(client.window_scale);
    CHECK_FALSE(client.timestamps);
    CHECK(server.mtu == 576);  // no MSS option: 536, RFC 9293 section 3.7.1
    CHECK_FALSE(server.sack);
    CHECK_FALSE(server.window_scale);
    CHECK(server.receive_capacity == 64 * 1024);
}

// ---- the whole --------------------------------------------------------------------------------------------

TEST_CASE("a short talk: each end's answers are the recorded ones") {
    const RecordedTalk talk = talk_of(short_talk());
    for (const unsigned side : {0u, 1u}) {
        CAPTURE(side);
        const Outcome outcome = play(talk, side);
        CAPTURE(text_of(talk, outcome));
        CHECK(outcome.replayed.completed);
        CHECK(outcome.comparison.recorded_answers == (side == 0 ? 3 : 5));
        CHECK(outcome.comparison.recorded_only[static_cast<std::size_t>(Difference::text)] == 0);
        CHECK(outcome.comparison.ours_only[static_cast<std::size_t>(Difference::text)] == 0);
        CHECK(outcome.comparison.recorded_only[static_cast<std::size_t>(Difference::control)] == 0);
        CHECK(outcome.comparison.ours_only[static_cast<std::size_t>(Difference::control)] == 0);
    }
}

/// A transfer of two of our hosts, recorded beside the one that answers: its times are its own.
RecordedTalk simulated(std::uint64_t octets, std::vector<std::uint64_t> lost, ip::Recorder::Vantage vantage) {
    const test::TemporaryFile file("pcapng");
    tcp::World world(7);
    const auto client = world.add_host(0x0a000001), server = world.add_host(0x0a000002);
    const ip::SimLinkOptions link{.delay = 10ms, .rate = 20'000'000, .loss = {.numbers = std::move(lost)}};
    const auto n = world.add_link({client}, {server}, link, {.delay = 10ms});
    auto writer = ip::CaptureWriter::create(
        file.path(), {.format = ip::CaptureWriter::Format::pcapng, .link = ip::LinkType::raw});
    REQUIRE(writer.has_value());
    world.record(n, std::move(*writer), vantage);
    const tcp::Endpoint at{ip::Address(ip::Ipv4Address{0x0a000002}), 80};
    const auto sent = std::make_shared<tcp::Tally>(), received = std::make_shared<tcp::Tally>();
    REQUIRE(world.listen(server, at, {},
                         [received] { return std::make_unique<tcp::BulkReceiver>(1, received); }));
    world.connect(world.now(), client, at, {}, std::make_unique<tcp::BulkSender>(octets, 1, sent));
    world.run_for(30s);
    REQUIRE(received->received == octets);
    REQUIRE(world.close_records().empty());
    return load(file.path());
}

TEST_CASE("two of our own hosts, recorded beside either: played again, every answer is the same") {
    struct Row {
        const char* name;
        std::uint64_t octets;
        std::vector<std::uint64_t> lost;
    };
    const Row rows[] = {{"nothing", 0, {}},
                        {"one segment", 1000, {}},
                        {"slow start", 100'000, {}},
                        {"a loss", 100'000, {20}},
                        {"three losses", 200'000, {20, 21, 60}}};
    for (const Row& row : rows) {
        for (const unsigned played : {0u, 1u}) {
            CAPTURE(row.name);
            CAPTURE(played);
            const RecordedTalk talk = simulated(
                row.octets, row.lost, played == 0 ? ip::Recorder::Vantage::b : ip::Recorder::Vantage::a);
            const Outcome outcome = play(talk, played);
            CAPTURE(text_of(talk, outcome));
            CHECK(outcome.comparison.same == outcome.comparison.recorded_answers);
            CHECK(outcome.comparison.same == outcome.comparison.our_answers);
            CHECK(outcome.comparison.same > 2);
            CHECK(contains(text_of(talk, outcome), ": no difference\n"));
        }
    }
}

TEST_CASE("the seed changes our numbers, and no answer") {
    const RecordedTalk talk = simulated(20'000, {}, ip::Recorder::Vantage::b);
    const Outcome a = play(talk, 0, 1), b = play(talk, 0, 2);
    CHECK(text_of(talk, a) == text_of(talk, b));
    const auto ours = [](const Outcome& o) {
        return std::ranges::find(o.replayed.all, 1u, [](const auto& s) { return s.segment.side; })
            ->segment.seq;
    };
    CHECK(ours(a) != ours(b));
}

TEST_CASE("an answer that the recording lacks, and one that we lack, show") {
    RecordedTalk talk = simulated(100'000, {}, ip::Recorder::Vantage::b);
    std::size_t victim = 0;
    for (std::size_t i = 0; i < talk.trace.segments.size() / 2; ++i)
        if (talk.trace.segments[i].side == 1 && !talk.trace.segments[i].has(SYN)) victim = i;
    REQUIRE(victim > 0);
    const TraceSegment lost = talk.trace.segments[victim];
    const RecordedSegment octets = talk.segments[victim];
    const auto at = static_cast<std::ptrdiff_t>(victim);
    talk.trace.segments.erase(talk.trace.segments.begin() + at);
    talk.segments.erase(talk.segments.begin() + at);
    Outcome outcome = play(talk, 0);
    CHECK(sum(outcome.comparison.recorded_only) == 0);
    CHECK(outcome.comparison.ours_only[static_cast<std::size_t>(Difference::acknowledgment)] == 1);
    CHECK(contains(text_of(talk, outcome), "0 only in the recording, 1 only ours"));
    CHECK_FALSE(contains(text_of(talk, outcome), "no difference\n"));

    for (int twice = 0; twice < 2; ++twice) {
        talk.trace.segments.insert(talk.trace.segments.begin() + at, lost);
        talk.segments.insert(talk.segments.begin() + at, octets);
    }
    outcome = play(talk, 0);
    CHECK(sum(outcome.comparison.ours_only) == 0);
    CHECK(outcome.comparison.recorded_only[static_cast<std::size_t>(Difference::acknowledgment)] == 1);
}

// ---- what is compared -------------------------------------------------------------------------------------

/// A recording by hand beside answers by hand: the server is ours.
Comparison compare(const std::vector<TraceSegment>& recorded, const std::vector<TraceSegment>& ours) {
    RecordedTalk talk;
    talk.trace.segments = recorded;
    Replayed replayed;
    for (const TraceSegment& segment : ours) replayed.all.push_back({.segment = segment, .octets = {}});
    return compare_replay(talk, replayed);
}

TraceSegment answer(std::uint16_t flags, std::uint32_t seq, std::uint32_t ack, std::uint32_t length = 0,
                    std::uint16_t window = 1000) {
    TraceSegment s;
    s.side = 1;
    s.flags = flags;
    s.relative_seq = seq;
    s.relative_ack = ack;
    s.length = length;
    s.window_on_wire = window;
    return s;
}

TEST_CASE("what makes two answers the same, or not") {
    struct Row {
        const char* name;
        TraceSegment recorded, ours;
        bool same;
    };
    const Row rows[] = {
        {"equal", answer(ACK, 1, 2), answer(ACK, 1, 2), true},
        {"PSH", answer(ACK, 1, 2, 9), answer(ACK | PSH, 1, 2, 9), true},
        {"window", answer(ACK, 1, 2, 0, 5), answer(ACK, 1, 2, 0, 6), true},
        {"window closed", answer(ACK, 1, 2, 0, 5), answer(ACK, 1, 2, 0, 0), false},
        {"acknowledgment", answer(ACK, 1, 2), answer(ACK, 1, 3), false},
        {"sequence", answer(ACK, 1, 2), answer(ACK, 2, 2), false},
        {"length", answer(ACK, 1, 2, 8), answer(ACK, 1, 2, 9), false},
        {"FIN", answer(ACK, 1, 2, 8), answer(ACK | FIN, 1, 2, 8), false},
        {"RST,ACK, whatever its number", answer(RST | ACK, 0, 2), answer(RST | ACK, 77, 2), true},
        {"RST", answer(RST, 5, 0), answer(RST, 6, 0), false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Comparison c = compare({row.recorded}, {row.ours});
        CHECK(c.same == row.same);
        CHECK(sum(c.recorded_only) == !row.same);
        CHECK(sum(c.ours_only) == !row.same);
    }
}

TEST_CASE("kinds of differences: control, new text, text again, acknowledgments") {
    const auto at = [](Difference d) { return static_cast<std::size_t>(d); };
    const Comparison c = compare({answer(SYN | ACK, 0, 1), answer(ACK, 1, 1, 100), answer(ACK, 1, 1, 100)},
                                 {answer(SYN | ACK, 0, 1), answer(ACK, 1, 5), answer(ACK | FIN, 1, 5)});
    CHECK(c.same == 1);
    CHECK(c.recorded_only[at(Difference::text)] == 1);
    CHECK(c.recorded_only[at(Difference::again)] == 1);
    CHECK(c.ours_only[at(Difference::acknowledgment)] == 1);
    CHECK(c.ours_only[at(Difference::control)] == 1);
}

TEST_CASE("segments larger than ours are compared as a network card cuts them") {
    const Comparison c =
        compare({answer(ACK | FIN | PSH, 1, 1, 2500)},
                {answer(ACK, 1, 1, 1000), answer(ACK, 1001, 1, 1000), answer(ACK | FIN, 2001, 1, 500)});
    CHECK(c.split);
    CHECK(c.same == 3);
    CHECK(c.recorded_answers == 3);
}

TEST_CASE("long runs of other answers are compared in time that grows with their number") {
    std::vector<TraceSegment> recorded, ours;
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        recorded.push_back(answer(ACK, 1, 2 * i));
        ours.push_back(answer(ACK, 1, 2 * i + 1));
    }
    const Comparison c = compare(recorded, ours);
    CHECK(c.same == 0);
    CHECK(c.rows.size() == 200'000);
}

// ---- what is printed --------------------------------------------------------------------------------------

TEST_CASE("the ladder fits its columns, and its lines stand one below the other") {
    const RecordedTalk talk = simulated(200'000, {20, 40}, ip::Recorder::Vantage::a);
    const Outcome outcome = play(talk, 0);  // recorded at the wrong end: there are differences
    for (const std::size_t columns : {60u, 80u, 120u}) {
        for (const bool fold : {false, true}) {
            CAPTURE(columns);
            const std::string text = text_of(talk, outcome, columns, fold);
            CHECK(views::is_printable(text));
            std::optional<std::size_t> first_line;
            for (const std::string_view line : views::lines_of(text)) {
                CHECK(display_columns(line) <= columns);
                const std::size_t at = line.find("│");
                if (at == std::string_view::npos) continue;
                const std::size_t column = display_columns(line.substr(0, at));
                CHECK(first_line.value_or(column) == column);
                first_line = column;
            }
            CHECK(contains(text, "more rows without a difference") == fold);
            CHECK(contains(text, "[1..1448]"));
            if (columns >= 80) CHECK_FALSE(contains(text.substr(0, text.find(" answers in")), "…]"));
        }
    }
}

TEST_CASE("JSON: a row a line with both answers, and a summary") {
    const test::TemporaryFile file("pcap", tests::capture_of(short_talk()));
    const tests::Printed printed = tests::printed([&] {
        ReplayCommand command;
        command.capture.file = file.path();
        command.json = true;
        return run_replay(command);
    });
    CHECK(printed.status == kAllRead);
    const auto lines = views::lines_of(printed.out);
    REQUIRE(lines.size() > 4);
    CHECK(lines[0].starts_with(R"({"schema":1,"type":"played","frame":1,"recorded":{"time":"0.000000000",)"));
    CHECK(lines.back().starts_with(R"({"type":"summary","stream":0,"played":"client","recorded":3,)"));
    CHECK(contains(printed.out, R"("type":"same","frame":5)"));
}

TEST_CASE("-w: the replay between the recorded endpoints, with sound checksums") {
    const test::TemporaryFile file("pcap", tests::capture_of(short_talk())), out("pcap");
    ReplayCommand command;
    command.capture.file = file.path();
    command.write_to = out.path();
    CHECK(tests::printed([&] { return run_replay(command); }).status == kAllRead);
    const RecordedTalk again = load(out.path());
    CHECK(again.trace.client == tests::client_endpoint());
    CHECK(again.trace.server == tests::server_endpoint());
    CHECK(again.trace.segments.size() >= 8);
    for (const RecordedSegment& segment : again.segments) CHECK_FALSE(segment.damaged);
    command.write_to = file.path();
    CHECK(tests::printed([&] { return run_replay(command); }).status == kCannotRead);
    command.write_to = "-";
    CHECK(tests::printed([&] { return run_replay(command); }).status == kCannotRead);
}

// ---- recordings that are no good --------------------------------------------------------------------------

TEST_CASE("what cannot be played, and why") {
    auto said = short_talk();
    said.erase(said.begin());
    const auto no_syn = replay(talk_of(said), 0, 1);
    REQUIRE_FALSE(no_syn.has_value());
    CHECK(contains(no_syn.error(), "first SYN"));
    const auto no_server = replay(talk_of({short_talk()[0]}), 1, 1);
    REQUIRE_FALSE(no_server.has_value());
    CHECK(contains(no_server.error(), "the server sent nothing"));
}

TEST_CASE("segments that nobody sent are survived, whatever their flags and numbers") {
    std::mt19937 random(11);
    for (int round = 0; round < 60; ++round) {
        std::vector<Said> said = short_talk();
        for (int i = 0; i < 30; ++i) {
            Said s{.by = random() % 2 ? '>' : '<',
                   .flags = static_cast<std::uint16_t>(random() % 256),
                   .seq = static_cast<std::uint32_t>(random() % 4 ? 90 + random() % 600 : random()),
                   .ack = static_cast<std::uint32_t>(random() % 4 ? 90 + random() % 600 : random()),
                   .text = std::string(random() % 50, 'x'),
                   .at = ms(random() % 100)};
            if (random() % 8 == 0) s.damaged = true;
            s.window = static_cast<std::uint16_t>(random() % 3 ? random() : 0);
            said.insert(said.begin() + 1 + static_cast<std::ptrdiff_t>(random() % said.size()), s);
        }
        const RecordedTalk talk = talk_of(said);
        for (const unsigned side : {0u, 1u}) {
            if (!replay(talk, side, 1)) continue;  // a second SYN made two connections of it
            const Outcome outcome = play(talk, side);
            CHECK(outcome.comparison.same + sum(outcome.comparison.recorded_only) ==
                  outcome.comparison.recorded_answers);
            CHECK(outcome.comparison.same + sum(outcome.comparison.ours_only) ==
                  outcome.comparison.our_answers);
            CHECK(views::is_printable(text_of(talk, outcome)));
        }
    }
}

}  // namespace
