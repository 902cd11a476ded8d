// The command line of the commands that run our own stack in virtual time.
#include <memory>

#include "tools/cli_values.h"
#include "tools/command_replay.h"
#include "tools/command_sim.h"
#include "tools/link_words.h"
#include "tools/sim_run.h"

namespace glass::tools {
namespace {

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

void add_link(CLI::App& c, LinkPlan& plan) {
    for (const LinkWord& word : link_words()) {
        const std::string name = "--" + std::string(word.word), help(word.help);
        const auto apply = [name, &word, &plan](const std::string& value) {
            if (const auto done = word.apply(value, plan); !done)
                throw CLI::ValidationError(name, done.error());
        };
        if (word.type.empty())
            c.add_flag_callback(
                name, [apply] { apply({}); }, help);
        else
            c.add_option_function<std::string>(name, apply, help)->type_name(std::string(word.type));
    }
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
    static_cast<LinkPlan&>(plan) = plain_link();
    for (ip::SimLinkOptions* way : {&plan.data, &plan.acks}) {
        way->delay = std::chrono::milliseconds(20);
        way->rate = 20'000'000;
    }
    plan.tcp.ecn = false;
    plan.tcp.send_capacity = plan.tcp.receive_capacity = 4 << 20;
}

void add_sim(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("sim", "a transfer between two hosts of our own stack over a simulated link");
    const auto o = std::make_shared<SimCommand>();
    set_defaults(o->plan);
    add_link(c, o->plan);
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

void add_sim_commands(CLI::App& app, Commands& commands) {
    add_sim(app, commands);
    add_replay(app, commands);
}

}  // namespace glass::tools
