// glass sim: runs that can be had again, the story of each retransmission, and what is printed.
#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/capture_bytes.h"
#include "tests/talk_capture.h"
#include "tests/view_checks.h"
#include "tools/command_sim.h"
#include "tools/sim_plot.h"
#include "tools/sim_story_text.h"
#include "tools/sim_text.h"

namespace {

using namespace glass;
using namespace glass::tools;
using namespace std::chrono_literals;
using Cause = tcp::SendReason;
using Fate = SimIncident::Fate;
using Kind = SimIncident::Kind;
using views::contains;

/// A link of 20 Mbit/s and 40 ms that loses nothing.
SimPlan plan(std::uint64_t octets = 100'000) {
    SimPlan plan;
    for (ip::SimLinkOptions* way : {&plan.data, &plan.acks}) {
        way->delay = 20ms;
        way->rate = 20'000'000;
        way->queue.packets = 50;
    }
    plan.tcp.ecn = false;
    plan.tcp.send_capacity = plan.tcp.receive_capacity = 1 << 20;
    plan.octets = octets;
    return plan;
}

SimPlan dropping(std::vector<std::uint64_t> numbers, std::uint64_t octets = 100'000) {
    SimPlan p = plan(octets);
    p.data.loss.numbers = std::move(numbers);
    return p;
}

struct Told {
    SimRun run;
    std::vector<SimIncident> incidents;
    SimStory::Counts counts;
};
Told tell(const SimPlan& plan) {
    Told told;
    SimStory story([&](const SimIncident& incident) { told.incidents.push_back(incident); });
    auto run = run_sim(plan, "", &story);
    REQUIRE(run);
    told.run = std::move(*run);
    told.counts = story.counts();
    return told;
}

std::string text_of(const SimIncident& incident) {
    std::string text;
    append_incident(incident, text);
    return text;
}

// ---- series -----------------------------------------------------------------------------------------------

TEST_CASE("a series keeps few points, in order, from the first to about the last") {
    for (const std::size_t most : {2u, 10u, 1000u}) {
        SimSeries series(most);
        for (int i = 0; i < 12345; ++i) {
            series.add(i, 2 * i);
            REQUIRE(series.points().size() < most);
        }
        const auto& points = series.points();
        REQUIRE_FALSE(points.empty());
        CHECK(points.front().x == 0);
        for (std::size_t i = 0; i < points.size(); ++i) {
            CHECK(points[i].y == 2 * points[i].x);
            if (i > 1) CHECK(points[i].x - points[i - 1].x == points[1].x);  // evenly
        }
        if (most > 2) CHECK(points.back().x > 12345 / 2);
    }
    SimSeries few;
    for (int i = 0; i < 5; ++i) few.add(i, i);
    CHECK(few.points().size() == 5);
}

// ---- runs -------------------------------------------------------------------------------------------------

TEST_CASE("every octet arrives, and the figures agree") {
    const auto run = run_sim(plan(), "", nullptr);
    REQUIRE(run);
    REQUIRE(run->flows.size() == 1);
    const SimFlow& flow = run->flows[0];
    CHECK(run->over);
    CHECK(flow.exact(100'000));
    CHECK_FALSE(flow.exact(100'001));
    CHECK(all_arrived(plan(), *run));
    CHECK(flow.retransmitted == 0);
    CHECK(flow.timeouts == 0);
    // SYN, SYN ACK, slow start of 10, 20, 40 segments of 1448: three more round trips.
    CHECK(flow.duration() > 4 * 40ms);
    CHECK(flow.duration() < 5 * 40ms);
    CHECK(goodput(flow) == doctest::Approx(100'000 / std::chrono::duration<double>(flow.duration()).count()));
    CHECK(fairness(*run) == doctest::Approx(1));
    CHECK(run->data.dropped_in_all() == 0);
    CHECK_FALSE(flow.cwnd.points().empty());
}

/// All that chance decides, as text.
std::string transcript(std::uint64_t seed) {
    SimPlan p = plan(200'000);
    p.seed = seed;
    p.flows = 2;
    p.algorithms = {tcp::CongestionAlgorithm::cubic, tcp::CongestionAlgorithm::newreno};
    p.data.loss.chance = p.acks.loss.chance = {3, 100};
    p.data.reorder.chance = {2, 100};
    p.data.reorder_delay = 5ms;
    const Told told = tell(p);
    std::string text;
    for (const SimIncident& incident : told.incidents) append_incident(incident, text);
    append_sim(p, told.run, Style(), text);
    return text;
}

TEST_CASE("the same seed is the same run, another one is not") {
    const std::string once = transcript(5);
    CHECK(once == transcript(5));
    CHECK(once != transcript(6));
    CHECK(contains(once, " again\n"));
}

TEST_CASE("captures of the same seed are the same octets") {
    const test::TemporaryFile a("pcapng"), b("pcapng"), c("pcapng");
    SimPlan p = plan(20'000);
    p.data.loss.chance = {10, 100};
    REQUIRE(run_sim(p, a.path(), nullptr)->record_error.empty());
    REQUIRE(run_sim(p, b.path(), nullptr)->record_error.empty());
    p.seed = 2;
    REQUIRE(run_sim(p, c.path(), nullptr)->record_error.empty());
    CHECK(tests::content_of(a.path()).size() > 20'000);
    CHECK(tests::content_of(a.path()) == tests::content_of(b.path()));
    CHECK(tests::content_of(a.path()) != tests::content_of(c.path()));
    const auto run = run_sim(p, "/nonexistent/x.pcapng", nullptr);
    CHECK((!run || !run->record_error.empty()));
}

TEST_CASE("a run that cannot end is broken off, and has no rate") {
    SimPlan p = dropping({}, 1000);
    p.data.loss.chance = {1, 1};
    p.longest = 30s;
    const Told told = tell(p);
    CHECK_FALSE(told.run.over);
    CHECK_FALSE(all_arrived(p, told.run));
    CHECK(told.run.flows[0].duration() == 0s);
    CHECK(goodput(told.run.flows[0]) == 0);
    CHECK(fairness(told.run) == 0);
    std::string text;
    append_sim(p, told.run, Style(), text);
    CHECK(contains(text, "0 B arrived so far\n"));
    CHECK(contains(text, "broken off after 30.0 s\n"));
}

TEST_CASE("nothing to send is sent, all flows begin in their order, and many share one link") {
    SimPlan p = plan(0);
    CHECK(all_arrived(p, tell(p).run));
    p = plan(3000);
    p.flows = 40;
    p.stagger = 10ms;
    const Told told = tell(p);
    CHECK(all_arrived(p, told.run));
    for (std::size_t i = 0; i < told.run.flows.size(); ++i) {
        CHECK(told.run.flows[i].start == 10ms * i);
        CHECK(told.run.flows[i].sender->opened - told.run.start >= 10ms * i + 40ms);
    }
}

// ---- stories ----------------------------------------------------------------------------------------------
// Packet 1 is the SYN; the ACK of the SYN,ACK is packet 2, as it carries the first text.

struct Row {
    const char* name;
    SimPlan plan;
    Cause cause;  ///< of the first segment that goes out again
    Fate fate = Fate::dropped;
    std::uint64_t before = 0;  ///< the packet that it repeats
    const char* words;
};

SimPlan with(SimPlan plan, auto change) {
    change(plan);
    return plan;
}

TEST_CASE("the first retransmission of hand-made cases, and why") {
    const auto rack_off = [](SimPlan& p) { p.tcp.time_based_loss = false; };
    const auto sack_off = [](SimPlan& p) { p.tcp.sack = false; };
    const auto timestamps_off = [](SimPlan& p) { p.tcp.timestamps = false; };
    const auto small_mtu = [](SimPlan& p) { p.data.mtu = 1000; };
    const auto black_hole = [](SimPlan& p) { p.data.mtu = 1300, p.data.silent_mtu = true; };
    const auto damaged = [](SimPlan& p) { p.data.corrupt.numbers = {30}; };
    const auto late = [](SimPlan& p) {
        p.data.reorder.numbers = {30};
        p.data.reorder_delay = 100ms;
        p.data.reorder_distance = 0;
    };
    const Row rows[] = {
        {"one loss, SACK", dropping({30}), Cause::rack, Fate::dropped, 30, "RACK, RFC 8985"},
        {"by counting", with(dropping({30}), rack_off), Cause::sack, Fate::dropped, 30, "RFC 6675"},
        {"by duplicates", with(dropping({30}), sack_off), Cause::duplicate_acks, Fate::dropped, 30,
         "RFC 5681"},
        {"the last segment", dropping({8}, 10'000), Cause::tail_loss_probe, Fate::dropped, 8,
         "tail loss probe"},
        {"the last one, no SACK", with(dropping({8}, 10'000), sack_off), Cause::timeout, Fate::dropped, 8,
         "RFC 6298"},
        {"the SYN", dropping({1}), Cause::handshake, Fate::dropped, 1, "sends the SYN again"},
        {"all of a window", dropping({2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}), Cause::timeout, Fate::dropped,
         2, "RTO"},
        {"damaged", with(plan(), damaged), Cause::rack, Fate::damaged, 30, "its checksum told"},
        {"only late", with(plan(), late), Cause::rack, Fate::under_way, 30, "needless"},
        {"late, and no timestamps", with(with(plan(), late), timestamps_off), Cause::rack, Fate::under_way,
         30, "needless"},
        {"too big, and somebody says so", with(plan(), small_mtu), Cause::too_big, Fate::dropped, 2, "ICMP"},
        {"too big, and nobody says so", with(plan(), black_hole), Cause::timeout, Fate::dropped, 2,
         "silently"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Told told = tell(row.plan);
        CHECK(all_arrived(row.plan, told.run));
        const auto again = std::ranges::find(told.incidents, Kind::again, &SimIncident::kind);
        REQUIRE(again != told.incidents.end());
        CAPTURE(text_of(*again));
        CHECK(static_cast<int>(again->cause) == static_cast<int>(row.cause));
        CHECK(static_cast<int>(again->fate) == static_cast<int>(row.fate));
        CHECK(again->before == row.before);
        CHECK(again->packet > row.before);
        CHECK(contains(text_of(*again), row.words));
        CHECK((told.counts.lost > 0) == (row.fate != Fate::under_way));
        CHECK((told.counts.needless > 0) == (row.fate == Fate::under_way));
        CHECK(text_of(*again).ends_with('\n'));
    }
}

bool has_cause(const Told& told, Cause cause) {
    return std::ranges::any_of(told.incidents, [&](const SimIncident& i) { return i.cause == cause; });
}

TEST_CASE("what follows the first retransmission") {
    Told told = tell(with(dropping({30, 31}), [](SimPlan& p) { p.tcp.sack = false; }));
    REQUIRE(told.incidents.size() == 2);
    CHECK(told.incidents[1].cause == Cause::partial_ack);
    CHECK(told.incidents[0].cwnd_before);
    CHECK_FALSE(told.incidents[1].cwnd_before);  // one recovery

    told = tell(dropping({2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}));
    CHECK(has_cause(told, Cause::after_timeout));
    CHECK(told.incidents[0].cwnd_before > told.incidents[0].cwnd);

    told = tell(with(plan(), [](SimPlan& p) { p.data.mtu = 1300, p.data.silent_mtu = true; }));
    CHECK(has_cause(told, Cause::black_hole));

    told = tell(with(plan(300'000), [](SimPlan& p) {
        p.data.reorder.numbers = {30};
        p.data.reorder_delay = 30ms;
    }));
    CHECK(told.counts.undone == 1);  // timestamps tell that it was for nothing
    CHECK(contains(story_summary(told.counts), "1 sent again needlessly, 1 reductions taken back"));
}

TEST_CASE("what a story came to, in one line") {
    CHECK(story_summary({}) == "nothing was sent again\n");
    CHECK(story_summary({.lost = 3, .probes = 2, .marks = 1}) ==
          "3 sent again for what the link lost, 2 probes, 1 answers to marks\n");
}

TEST_CASE("marks are told, and nothing is sent again for them") {
    SimPlan p = plan(2'000'000);
    p.tcp.ecn = p.data.queue.ecn = true;
    p.data.queue.discipline = ip::SimQueueOptions::Discipline::codel;
    p.data.queue.packets = 1000;
    const Told told = tell(p);
    CHECK(told.run.data.marked > 0);
    CHECK(told.counts.marks > 0);
    CHECK(told.counts.marks <= told.run.data.marked);
    CHECK(told.incidents.size() == told.counts.marks);
    for (const SimIncident& incident : told.incidents) {
        CHECK(incident.kind == Kind::marked);
        CHECK(incident.cwnd < incident.cwnd_before);
        CHECK(contains(text_of(incident), "RFC 3168"));
    }
    CHECK(told.run.flows[0].retransmitted == 0);
}

TEST_CASE("every segment that goes out again is told once") {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        CAPTURE(seed);
        SimPlan p = plan(200'000);
        p.seed = seed;
        p.data.loss.chance = p.acks.loss.chance = {5, 100};
        p.data.reorder.chance = {1, 100};
        p.data.reorder_delay = 30ms;
        if (seed % 2) p.algorithms = {tcp::CongestionAlgorithm::bbr};
        const Told told = tell(p);
        CHECK(all_arrived(p, told.run));
        std::uint64_t again = 0, syns = 0;
        for (const SimIncident& i : told.incidents) {
            again += i.kind == Kind::again;
            syns += i.kind == Kind::again && i.last == 0;
        }
        CHECK(again - syns == told.run.flows[0].retransmitted);
        CHECK(again == told.counts.lost + told.counts.needless + told.counts.probes);
        CHECK(told.counts.lost <= told.run.data.dropped_in_all());
    }
}

// ---- what is printed --------------------------------------------------------------------------------------

TEST_CASE("the summary fits 80 columns and says what became of the packets") {
    SimPlan p = dropping({5, 6});
    p.flows = 2;
    std::string text;
    append_sim(p, tell(p).run, Style(), text);
    for (const std::string_view line : views::lines_of(text)) CHECK(display_columns(line) <= 80);
    CHECK(contains(text, "20 Mbit/s, RTT 40.0 ms, queue of 50 packets; seed 1\n"));
    CHECK(contains(text, "dropped: on the list 2\n"));
    CHECK(contains(text, "fairness (Jain) "));
    CHECK(contains(text, "all arrived\n"));
}

TEST_CASE("JSON: a schema in the first line, an object a line") {
    const tests::Printed printed = tests::printed([] {
        SimCommand command;
        command.plan = dropping({30});
        command.plan.flows = 2;
        command.json = command.explain = true;
        return run_sim_command(command);
    });
    CHECK(printed.status == kAllRead);
    const auto lines = views::lines_of(printed.out);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].starts_with(R"({"schema":1,"type":"retransmission","time":"0.)"));
    CHECK(contains(std::string(lines[0]), R"("cause":"rack","before":30,"fate":"dropped","drop":"listed")"));
    CHECK(lines[1].starts_with(R"({"type":"flow","flow":1,"cc":"cubic","bytes":100000,"exact":true,)"));
    CHECK(lines[2].starts_with(R"({"type":"flow","flow":2,)"));
    CHECK(lines[3].starts_with(R"({"type":"link","seed":1,"over":true,)"));
    CHECK(contains(std::string(lines[3]), R"("dropped":{"listed":1})"));
    for (const std::string_view line : lines) CHECK((line.front() == '{' && line.back() == '}'));
}

TEST_CASE("exit status: 1 where not every octet arrived, 2 for what cannot be") {
    const auto status_of = [](auto change) {
        SimCommand command;
        command.plan = plan(10'000);
        change(command);
        return tests::printed([&] { return run_sim_command(command); }).status;
    };
    CHECK(status_of([](SimCommand&) {}) == kAllRead);
    CHECK(status_of([](SimCommand& c) { c.plan.longest = 50ms; }) == kDamaged);
    CHECK(status_of([](SimCommand& c) { c.plan.acks.loss.chance = {1, 1}; }) == kDamaged);
    CHECK(status_of([](SimCommand& c) { c.plan.data.rate = 1; }) == kCannotRead);
    CHECK(status_of([](SimCommand& c) { c.plan.acks.queue = {.packets = 0, .octets = 10}; }) == kCannotRead);
    CHECK(status_of([](SimCommand& c) { c.flow = 2; }) == kCannotRead);
    CHECK(status_of([](SimCommand& c) { c.plot = "nothing"; }) == kCannotRead);
    CHECK(status_of([](SimCommand& c) { c.json = c.ladder = true; }) == kCannotRead);
    CHECK(status_of([](SimCommand& c) { c.svg = "x.svg"; }) == kCannotRead);
}

TEST_CASE("plots of the congestion window and the queue") {
    SimPlan p = plan(500'000);
    p.data.queue.packets = 20;
    p.flows = 7;
    const Told told = tell(p);
    const Plot one = plot_cwnd(told.run, 0);
    CHECK(one.series.size() == 3);  // in flight, ssthresh, cwnd
    const Plot all = plot_cwnd(told.run, std::nullopt);
    CHECK(all.series.size() == 5);
    CHECK(all.subtitle == "the first 5 of 7 flows");
    const Plot queue = plot_queue(told.run);
    REQUIRE(queue.series.size() == 2);
    CHECK(queue.subtitle ==
          fmt::format("{} packets found no room", told.run.data.dropped_for(ip::Drop::queue_full)));
    double most = 0;
    for (const auto& point : queue.series[0].points) most = std::max(most, point.y);
    CHECK(most > 20 * 1000);
    CHECK(most <= 20 * 1500);
}

}  // namespace
