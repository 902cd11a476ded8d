// The command line of the commands that run our own stack.
#include <charconv>
#include <memory>

#include "tools/cli_parts.h"
#include "tools/command_replay.h"
#include "tools/command_sim.h"
#include "tools/link_options.h"
#include "tools/sim_run.h"

namespace glass::tools {
namespace {

/// An option whose word `parse` understands; `take` gets the value.
template <class Parse, class Take>
void add_parsed(CLI::App& command, const std::string& name, Parse parse, Take take, const std::string& type,
                const std::string& text) {
    command
        .add_option_function<std::string>(
            name,
            [name, parse, take](const std::string& word) {
                auto value = parse(word);
                if (!value) throw CLI::ValidationError(name, value.error());
                take(*value);
            },
            text)
        ->type_name(type);
}

void add_switch(CLI::App& command, const std::string& name, bool& value, const std::string& text) {
    add_words<bool>(command, name, value, {{"on", true}, {"off", false}}, text);
}

OptionValue<std::uint64_t> parse_whole(std::string_view word, std::uint64_t least, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = !word.empty() && error == std::errc() && end == word.data() + word.size();
    if (whole && value >= least && value <= most) return value;
    return std::unexpected("takes a whole number from " + std::to_string(least) +
                           (most == UINT64_MAX ? " on" : " to " + std::to_string(most)) + ", not '" +
                           std::string(word.substr(0, 40)) + "'");
}

template <class T>
void add_whole(CLI::App& command, const std::string& name, T& value, std::uint64_t least, std::uint64_t most,
               const std::string& text) {
    add_parsed(
        command, name, [least, most](const std::string& word) { return parse_whole(word, least, most); },
        [&value](std::uint64_t n) { value = static_cast<T>(n); }, "N", text);
}

/// Options that have no group yet get this one.
void group_rest(CLI::App& command, const std::string& group) {
    for (CLI::Option* option : command.get_options())
        if (option->get_group() == "Options" && option != command.get_help_ptr()) option->group(group);
}

void add_replay(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand(
        "replay", "one end of a recorded connection against our own stack: what would it have answered?");
    const auto o = std::make_shared<ReplayCommand>();
    c.add_option("FILE", o->capture.file, "capture file")->required();
    c.add_option("N", o->stream, "the connection's number, as glass streams lists it")
        ->type_name("N")
        ->capture_default_str();
    add_view(c, o->view, false);
    c.add_option("-f,--filter", o->capture.filter, "only frames that match this BPF expression")
        ->type_name("BPF");
    add_words<PlayedEnd>(c, "--play", o->plays,
                         {{"client", PlayedEnd::client}, {"server", PlayedEnd::server}},
                         "which end is played: client (default) or server");
    add_whole(c, "--seed", o->seed, 0, UINT64_MAX, "of our stack's sequence numbers and timestamps (1)");
    c.add_flag("--all", o->all, "every row: do not fold what does not differ");
    c.add_flag("--json", o->json, "one JSON object a row");
    c.add_option("-w,--write", o->write_to, "write the replay into this capture file")->type_name("OUT");
    c.footer(
        "\nTry:  glass replay FILE 0 | glass replay FILE 0 --play server --all\n"
        "Other answers are no error.\n"
        "Exit status: 0 all read, 1 the file is damaged, 2 it cannot be replayed, or wrong usage.");
    commands.push_back({&c, [o] { return run_replay(*o); }});
}

/// Both ways, unless an option for the ACKs' way says otherwise.
void add_link(CLI::App& c, SimPlan& plan, std::optional<ip::Ratio>& ack_loss) {
    const auto both = [&plan](auto change) {
        change(plan.data);
        change(plan.acks);
    };
    add_parsed(
        c, "--rtt", parse_duration, [both](ip::Duration d) { both([d](auto& way) { way.delay = d / 2; }); },
        "TIME", "round trip of the empty link (40ms)");
    add_parsed(
        c, "--rate", parse_rate, [both](std::uint64_t r) { both([r](auto& way) { way.rate = r; }); }, "RATE",
        "bits a second (20mbit)");
    add_parsed(
        c, "--queue", parse_queue_size,
        [both](QueueSize q) {
            both([q](auto& way) { way.queue.packets = q.packets, way.queue.octets = q.octets; });
        },
        "SIZE", "what waits at most: packets (50), or bytes (64kB)");
    add_parsed(
        c, "--loss", parse_probability,
        [both](ip::Ratio r) { both([r](auto& way) { way.loss.chance = r; }); }, "SHARE",
        "packets lost, both ways: 2%");
    add_parsed(
        c, "--ack-loss", parse_probability, [&ack_loss](ip::Ratio r) { ack_loss = r; }, "SHARE",
        "the same on the ACKs' way, where it differs");
    add_parsed(
        c, "--drop", parse_packet_numbers,
        [&plan](std::vector<std::uint64_t> list) { plan.data.loss.numbers = std::move(list); }, "LIST",
        "these packets of the data's way: 3,7,10-12");
    add_parsed(
        c, "--burst", parse_probability,
        [both](ip::Ratio r) { both([r](auto& way) {
                                  way.burst_loss = {.to_bad = r, .to_good = {1, 5}};
                              }); },
        "SHARE", "how often a burst of losses begins, of 5 packets on average");
    add_parsed(
        c, "--reorder", parse_probability,
        [both](ip::Ratio r) { both([r](auto& way) { way.reorder.chance = r; }); }, "SHARE",
        "packets that others overtake");
    add_parsed(
        c, "--reorder-by", parse_duration,
        [both](ip::Duration d) { both([d](auto& way) { way.reorder_delay = d; }); }, "TIME",
        "how late those are (5ms)");
    add_parsed(
        c, "--duplicate", parse_probability,
        [both](ip::Ratio r) { both([r](auto& way) { way.duplicate.chance = r; }); }, "SHARE",
        "packets that arrive twice");
    add_parsed(
        c, "--corrupt", parse_probability,
        [both](ip::Ratio r) { both([r](auto& way) { way.corrupt.chance = r; }); }, "SHARE",
        "packets in which a bit is flipped");
    add_parsed(
        c, "--jitter", parse_duration, [both](ip::Duration d) { both([d](auto& way) { way.jitter = d; }); },
        "TIME", "at most so much more delay");
    add_parsed(
        c, "--mtu", parse_octets,
        [both](std::uint64_t n) {
            both([n](auto& way) {
                way.mtu = static_cast<std::uint32_t>(std::min<std::uint64_t>(n, UINT32_MAX));
            });
        },
        "BYTES", "largest packet of the link; the hosts' is 1500");
    c.add_flag_callback(
        "--black-hole", [both] { both([](auto& way) { way.silent_mtu = true; }); },
        "too large packets vanish without an ICMP message");
    using Discipline = ip::SimQueueOptions::Discipline;
    add_words<Discipline>(
        c, "--aqm", plan.data.queue.discipline,
        {{"drop-tail", Discipline::drop_tail}, {"red", Discipline::red}, {"codel", Discipline::codel}},
        "queue of the data's way: drop-tail, red or codel");
}

OptionValue<std::uint32_t> parse_buffer(const std::string& word) {
    constexpr std::uint32_t kLeast = 2048, kMost = 1u << 29;
    const auto octets = parse_octets(word);
    if (!octets) return std::unexpected(octets.error());
    if (*octets < kLeast || *octets > kMost)
        return std::unexpected("takes from 2048 bytes to 512MiB, not '" + word + "'");
    return static_cast<std::uint32_t>(*octets);
}

void add_transfer(CLI::App& c, SimPlan& plan) {
    c.add_option_function<std::vector<std::string>>(
         "--cc",
         [&plan](const std::vector<std::string>& words) {
             plan.algorithms.clear();
             for (const std::string& word : words) {
                 const auto known = algorithm(word);
                 if (!known)
                     throw CLI::ValidationError("--cc",
                                                "takes one of " + algorithm_names() + ", not '" + word + "'");
                 plan.algorithms.push_back(*known);
             }
         },
         "cubic (default), newreno or bbr; of several, a,b, flows take turns")
        ->delimiter(',')
        ->type_name("WORDS");
    add_parsed(
        c, "--bytes", parse_octets, [&plan](std::uint64_t n) { plan.octets = n; }, "BYTES",
        "what each flow sends (10MB)");
    add_whole(c, "--flows", plan.flows, 1, SimPlan::kMostFlows, "transfers at the same time (1)");
    add_parsed(
        c, "--stagger", parse_duration, [&plan](ip::Duration d) { plan.stagger = d; }, "TIME",
        "between the starts of two flows (0)");
    add_parsed(
        c, "--time", parse_duration, [&plan](ip::Duration d) { plan.longest = d; }, "TIME",
        "break off after so much virtual time (10min)");
    add_switch(c, "--sack", plan.tcp.sack, "selective acknowledgments, RFC 2018 (on)");
    add_switch(c, "--rack", plan.tcp.time_based_loss, "loss detection by time, RFC 8985 (on); off: RFC 6675");
    add_switch(c, "--timestamps", plan.tcp.timestamps, "RFC 7323 (on)");
    add_switch(c, "--window-scale", plan.tcp.window_scale, "RFC 7323 (on)");
    add_switch(c, "--nagle", plan.tcp.nagle, "RFC 9293 section 3.7.4 (on)");
    c.add_option_function<std::string>(
         "--ecn",
         [&plan](const std::string& word) {
             if (word != "on" && word != "off") throw CLI::ValidationError("--ecn", "takes on or off");
             plan.tcp.ecn = plan.data.queue.ecn = word == "on";
         },
         "RFC 3168: red and codel mark instead of dropping (off)")
        ->type_name("WORD");
    add_parsed(
        c, "--buffer", parse_buffer,
        [&plan](std::uint32_t n) { plan.tcp.send_capacity = plan.tcp.receive_capacity = n; }, "BYTES",
        "send and receive buffer of each connection (4MB)");
}

void set_defaults(SimPlan& plan) {
    for (ip::SimLinkOptions* way : {&plan.data, &plan.acks}) {
        way->delay = std::chrono::milliseconds(20);
        way->rate = 20'000'000;
        way->queue.packets = 50;
        way->reorder_delay = std::chrono::milliseconds(5);
    }
    plan.tcp.ecn = false;
    plan.tcp.send_capacity = plan.tcp.receive_capacity = 4 << 20;
}

void add_sim(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("sim", "a transfer between two hosts of our own stack over a simulated link");
    const auto o = std::make_shared<SimCommand>();
    set_defaults(o->plan);
    add_link(c, o->plan, o->ack_loss);
    group_rest(c, "Link");
    add_transfer(c, o->plan);
    add_whole(c, "--seed", o->plan.seed, 0, UINT64_MAX, "of all chance: the same seed is the same run (1)");
    group_rest(c, "Transfer");
    c.add_flag("--explain", o->explain, "tell why each segment was sent again");
    c.add_flag("--ladder", o->ladder, "the sequence diagram of a flow");
    c.add_option("--plot", o->plot, "cwnd, queue, seq, rtt, flight, window or throughput")->type_name("KIND");
    add_whole(c, "--flow", o->flow, 1, SimPlan::kMostFlows, "the flow that is drawn (1)");
    c.add_option("--svg", o->svg, "draw into this SVG file; - is standard output")->type_name("OUT");
    c.add_option("-w,--write", o->write_to, "write the traffic into this capture file, with comments")
        ->type_name("OUT");
    c.add_flag("--json", o->json, "one JSON object a flow, and one for the link");
    add_view(c, o->view, false);
    group_rest(c, "Output");
    c.footer(
        "\nTry:  glass sim --loss 2% --bytes 1MB --explain | glass sim --flows 2 --cc cubic,bbr --plot cwnd\n"
        "Exit status: 0 every octet arrived, 1 not, 2 the link is impossible or the command line is wrong.");
    commands.push_back({&c, [o] { return run_sim_command(*o); }});
}

}  // namespace

void add_live_commands(CLI::App& app, Commands& commands) {
    add_sim(app, commands);
    add_replay(app, commands);
}

}  // namespace glass::tools
