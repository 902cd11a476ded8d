#include "tools/sim_text.h"

#include <fmt/format.h>

#include "tools/duration_text.h"
#include "tools/sim_story_text.h"
#include "tools/view_streams.h"

namespace glass::tools {
namespace {

std::string rate_text(double bits) {
    if (bits >= 1e12) return fmt::format("{:.3g} Tbit/s", bits / 1e12);
    if (bits >= 1e9) return fmt::format("{:.3g} Gbit/s", bits / 1e9);
    if (bits >= 1e6) return fmt::format("{:.3g} Mbit/s", bits / 1e6);
    return fmt::format("{:.3g} kbit/s", bits / 1e3);
}

std::string link_text(const SimPlan& plan) {
    const ip::SimLinkOptions& way = plan.data;
    std::string text = way.rate > 0 ? rate_text(static_cast<double>(way.rate)) : "no limit of rate";
    text += fmt::format(", RTT {}", duration_text(way.delay + plan.acks.delay));
    if (way.rate > 0 && way.queue.packets > 0)
        text += fmt::format(", queue of {} packet{}", way.queue.packets, way.queue.packets == 1 ? "" : "s");
    if (way.rate > 0 && way.queue.octets > 0)
        text += fmt::format(", queue of {}", octets_text(way.queue.octets));
    return text + fmt::format("; seed {}", plan.seed);
}

/// Number, algorithm, octets, duration, rate, segments sent again, timeouts, round trip, end.
constexpr std::string_view kRow = "{:>4} {:<7}{:>8}{:>9}{:>13}{:>6}{:>5}{:>9}  {}";

/// What is no time long has no rate.
std::string goodput_text(const SimFlow& flow) {
    return flow.duration() > ip::Duration::zero() ? rate_text(goodput(flow) * 8) : "–";
}

std::string end_text(const SimPlan& plan, const SimFlow& flow) {
    if (flow.exact(plan.octets)) return "all arrived";
    if (flow.receiver->wrong > 0) return "WRONG octets arrived";
    if (!flow.sender->over) return fmt::format("{} arrived so far", octets_text(flow.receiver->received));
    return std::string(to_string(flow.sender->ending));
}

void append_flow(const SimPlan& plan, const SimFlow& flow, std::size_t number, const Style& style,
                 std::string& out) {
    const bool fine = flow.exact(plan.octets);
    out += fmt::format(kRow, number, name(flow.algorithm), octets_text(flow.receiver->received),
                       duration_text(flow.duration()), goodput_text(flow), flow.retransmitted, flow.timeouts,
                       flow.sender->open ? duration_text(flow.status.srtt) : "–", "");
    style.put(out, fine ? Ink::plain : Ink::bad, end_text(plan, flow));
    out += '\n';
}

/// "data: 7042 packets; lost: queue full 12, by chance 140; 3 reordered"
void append_way(std::string_view way, const ip::SimCounters& counters, std::string& out) {
    out += fmt::format("{}: {} packets", way, counters.sent);
    std::string drops;
    for (std::size_t i = 0; i < static_cast<std::size_t>(ip::Drop::count_); ++i)
        if (counters.dropped[i] > 0)
            drops += fmt::format("{}{} {}", drops.empty() ? "" : ", ",
                                 ip::to_string(static_cast<ip::Drop>(i)), counters.dropped[i]);
    if (!drops.empty()) out += "; dropped: " + drops;
    const std::pair<std::uint64_t, const char*> others[] = {{counters.reordered, "reordered"},
                                                            {counters.duplicated, "duplicated"},
                                                            {counters.corrupted, "damaged"},
                                                            {counters.marked, "marked"}};
    for (const auto& [count, what] : others)
        if (count > 0) out += fmt::format("; {} {}", count, what);
    out += '\n';
}

void write_way(std::string_view key, const ip::SimCounters& counters, JsonWriter& json) {
    json.key(key).begin_object().key("packets").number(counters.sent);
    json.key("delivered").number(counters.delivered).key("dropped").begin_object();
    for (std::size_t i = 0; i < static_cast<std::size_t>(ip::Drop::count_); ++i)
        if (counters.dropped[i] > 0) json.key(drop_key(static_cast<ip::Drop>(i))).number(counters.dropped[i]);
    json.end_object().key("reordered").number(counters.reordered);
    json.key("duplicated").number(counters.duplicated).key("damaged").number(counters.corrupted);
    json.key("marked").number(counters.marked).end_object();
}

double seconds(ip::Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

void append_sim(const SimPlan& plan, const SimRun& run, const Style& style, std::string& out) {
    style.put(out, Ink::strong, link_text(plan));
    out += '\n';
    style.put(
        out, Ink::dim,
        fmt::format(kRow, "flow", "control", "arrived", "time", "goodput", "again", "RTOs", "SRTT", "end"));
    out += '\n';
    for (std::size_t i = 0; i < run.flows.size(); ++i) append_flow(plan, run.flows[i], i + 1, style, out);
    append_way("data", run.data, out);
    append_way("ACKs", run.acks, out);
    if (run.flows.size() > 1) out += fmt::format("fairness (Jain) {:.3f}\n", fairness(run));
    const std::uint64_t too_big =
        run.data.dropped_for(ip::Drop::too_big) + run.data.dropped_for(ip::Drop::black_hole);
    if (too_big > 0 && !all_arrived(plan, run))
        out += "over IPv4 our hosts make no packet smaller than 552 octets because of a path's MTU\n";
    if (!run.over) out += fmt::format("broken off after {}\n", duration_text(run.end - run.start));
}

void write_sim_json(const SimPlan& plan, const SimRun& run, bool first, JsonWriter& json) {
    for (std::size_t i = 0; i < run.flows.size(); ++i) {
        const SimFlow& flow = run.flows[i];
        json.start_line();
        json.begin_object();
        if (first && i == 0) json.key("schema").number(std::uint64_t{1});
        json.key("type").text("flow").key("flow").number(std::uint64_t{i + 1});
        json.key("cc").text(name(flow.algorithm)).key("bytes").number(flow.receiver->received);
        json.key("exact").boolean(flow.exact(plan.octets)).key("start").text(seconds_text(flow.start));
        json.key("duration").number(seconds(flow.duration()));
        json.key("goodput_bps").number(goodput(flow) * 8);
        json.key("retransmitted").number(std::uint64_t{flow.retransmitted});
        json.key("timeouts").number(std::uint64_t{flow.timeouts});
        json.key("srtt_ms").number(seconds(flow.status.srtt) * 1e3).end_object();
        json.out().append('\n');
    }
    json.start_line();
    json.begin_object().key("type").text("link").key("seed").number(plan.seed);
    json.key("over").boolean(run.over).key("fairness").number(fairness(run));
    write_way("data", run.data, json);
    write_way("acks", run.acks, json);
    json.end_object();
    json.out().append('\n');
}

}  // namespace glass::tools
