// The command line of the commands that run our own stack.
#include <memory>

#include "tools/cli_parts.h"
#include "tools/command_replay.h"

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
    c.add_option("--seed", o->seed, "of our stack's sequence numbers and timestamps")->capture_default_str();
    c.add_flag("--all", o->all, "every row: do not fold what does not differ");
    c.add_flag("--json", o->json, "one JSON object a row");
    c.add_option("-w,--write", o->write_to, "write the replay into this capture file")->type_name("OUT");
    commands.push_back({&c, [o] { return run_replay(*o); }});
}

}  // namespace

void add_live_commands(CLI::App& app, Commands& commands) {
    add_replay(app, commands);
}

}  // namespace glass::tools
