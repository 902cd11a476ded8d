#include "tools/cli_stack.h"

#include <algorithm>

#include "tools/sim_run.h"

namespace glass::tools {
namespace {

constexpr const char* kGroup = "Our own stack";

OptionValue<tcp::CongestionAlgorithm> parse_algorithm(const std::string& word) {
    if (const auto known = algorithm(word)) return *known;
    return std::unexpected("takes one of " + algorithm_names() + ", not '" + word + "'");
}

/// Words that say something: an empty text is a variable that is not set.
OptionValue<LinkPlan> parse_link_words(const std::string& text) {
    if (text.find_first_not_of(" \t\n") != std::string::npos) return parse_link(text);
    return std::unexpected("takes words as \"loss 2% rtt 40ms\", and got none");
}

}  // namespace

void add_stack(CLI::App& c, LiveOptions& options) {
    c.add_option("--device", options.device,
                 "the TUN interface's name (glass0); one that is there is used as it is")
        ->type_name("NAME")
        ->check(CLI::Validator(why_empty, ""));
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
        c, "--link", parse_link_words, [&options](const LinkPlan& plan) { options.link = plan; }, "TEXT",
        "a simulated link before the kernel: \"loss 2% rtt 40ms rate 20mbit\"");
    add_whole(c, "--seed", options.seed, 0, UINT64_MAX, "of the link's chances (1)");
    c.add_option("--record", options.record_to, "all packets, into this pcapng file, with comments")
        ->type_name("OUT");
    c.add_option("--record-peer", options.record_peer_to, "the same as seen from the link's other end")
        ->type_name("OUT");
    add_parsed(
        c, "--cc", parse_algorithm, [&options](tcp::CongestionAlgorithm a) { options.tcp.congestion = a; },
        "WORD", "cubic (default), newreno or bbr");
    group_rest(c, kGroup);
}

bool asks_for_stack(const CLI::App& command) {
    return std::ranges::any_of(command.get_options(), [](const CLI::Option* option) {
        return option->get_group() == kGroup && option->count() > 0;
    });
}

}  // namespace glass::tools
