#include "tools/cli_stack.h"

#include "tools/sim_run.h"

namespace glass::tools {
namespace {

OptionValue<tcp::CongestionAlgorithm> parse_algorithm(const std::string& word) {
    if (const auto known = algorithm(word)) return *known;
    return std::unexpected("takes one of " + algorithm_names() + ", not '" + word + "'");
}

}  // namespace

void add_stack(CLI::App& c, LiveOptions& options) {
    c.add_option("--device", options.device,
                 "the TUN interface's name (glass0); one that is there is used as it is")
        ->type_name("NAME");
    c.add_option_function<std::vector<std::string>>(
         "--address",
         [&options](const std::vector<std::string>& words) {
             for (const std::string& word : words) {
                 const auto prefix = parse_prefix(word);
                 if (!prefix) throw CLI::ValidationError("--address", prefix.error());
                 options.addresses.push_back(*prefix);
             }
         },
         "of our stack; may be given more than once (10.7.0.2/24 and fd07::2/64)")
        ->type_name("ADDR")
        ->allow_extra_args(false);
    add_whole(c, "--mtu", options.mtu, 1280, 65535, "of the interface, bytes (1500)");
    c.add_flag_callback(
        "--no-offload", [&options] { options.offload = false; },
        "every segment by itself, with its checksum");
    add_parsed(
        c, "--link", [](const std::string& text) { return parse_link(text); },
        [&options](const LinkPlan& plan) { options.link = plan; }, "TEXT",
        "a simulated link before the kernel: \"loss 2% rtt 40ms rate 20mbit\"");
    add_whole(c, "--seed", options.seed, 0, UINT64_MAX, "of the link's chances (1)");
    c.add_option("--record", options.record_to, "all packets, into this pcapng file, with comments")
        ->type_name("OUT");
    c.add_option("--record-peer", options.record_peer_to, "the same as seen from the link's other end")
        ->type_name("OUT");
    add_parsed(
        c, "--cc", parse_algorithm, [&options](tcp::CongestionAlgorithm a) { options.tcp.congestion = a; },
        "WORD", "cubic (default), newreno or bbr");
    group_rest(c, "Our own stack");
}

}  // namespace glass::tools
