// The command line of the commands that follow TCP connections.
#include <memory>

#include "tools/cli_parts.h"
#include "tools/command_follow.h"
#include "tools/command_http.h"
#include "tools/command_ladder.h"
#include "tools/command_plot.h"
#include "tools/command_streams.h"
#include "tools/command_why.h"

namespace glass::tools {
namespace {

/// How much may wait behind holes, and for how many connections.
void add_limits(CLI::App& command, CaptureOptions& capture) {
    command
        .add_option("--max-buffer", capture.tcp.max_buffered, "bytes that may wait for missing ones, in all")
        ->type_name("BYTES")
        ->transform(CLI::AsSizeValue(false))
        ->capture_default_str();
}

void add_overlap(CLI::App& command, CaptureOptions& capture) {
    using tcp::OverlapPolicy;
    add_words<OverlapPolicy>(command, "--overlap", capture.tcp.policy,
                             {{"first", OverlapPolicy::first},
                              {"last", OverlapPolicy::last},
                              {"bsd", OverlapPolicy::bsd},
                              {"linux", OverlapPolicy::linux}},
                             "who wins where segments overlap and differ: first, last, bsd or linux");
}

void add_streams(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("streams", "TCP connections: how opened, how closed, what went wrong");
    const auto o = std::make_shared<StreamsOptions>();
    add_capture(c, o->capture, true);
    add_view(c, o->view, false);
    add_limits(c, o->capture);
    add_overlap(c, o->capture);
    c.add_flag("--json", o->json, "one JSON object a connection");
    c.add_flag("--hash,!--no-hash", o->hash, "with --json: SHA-256 of the bytes (default)");
    c.add_flag("--long", o->details,
               "a second line: handshake, RTT, bytes again and missing, Zeek's history");
    commands.push_back({&c, [o] { return lacks_input(o->capture) ? kCannotRead : run_streams(*o); }});
}

struct FollowFlags {
    bool client = false, server = false, raw = false, hex = false, json = false;
};

void add_follow(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("follow", "the ordered bytes of one connection, or of all");
    const auto o = std::make_shared<FollowOptions>();
    const auto flags = std::make_shared<FollowFlags>();
    add_capture(c, o->capture, false);
    c.add_option("N", o->stream, "the connection's number, as glass streams lists it")->type_name("N");
    add_view(c, o->view, false);
    add_limits(c, o->capture);
    add_overlap(c, o->capture);
    CLI::Option_group& side = *c.add_option_group("direction");
    side.add_flag("--client", flags->client, "only what the client sent");
    side.add_flag("--server", flags->server, "only what the server sent");
    side.require_option(0, 1);
    CLI::Option_group& how = *c.add_option_group("views");
    how.add_flag("--raw", flags->raw, "exactly the bytes");
    how.add_flag("--hex", flags->hex, "a hex dump");
    how.add_flag("--json", flags->json, "one JSON object a piece");
    how.require_option(0, 1);
    c.add_flag("--all", o->all, "every connection, each direction into a file of its own");
    c.add_option("-o,--output", o->directory, "the folder for --all")->type_name("DIR");
    c.add_flag("--fill", o->fill, "with --raw: zeros where bytes are missing");
    c.add_flag("--strict", o->strict, "exit status 3 where bytes are missing");
    commands.push_back(
        {&c, [o, flags] {
             using View = FollowOptions::View;
             using Side = FollowOptions::Side;
             o->how = flags->raw ? View::raw : flags->hex ? View::hex : flags->json ? View::json : View::text;
             o->side = flags->client ? Side::client : flags->server ? Side::server : Side::both;
             return run_follow(*o);
         }});
}

void add_http(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("http", "HTTP messages on any port, paired, with timing");
    const auto o = std::make_shared<HttpOptions>();
    add_capture(c, o->capture, true);
    add_view(c, o->view, false);
    add_limits(c, o->capture);
    add_overlap(c, o->capture);
    c.add_flag("--headers", o->headers, "start line and fields of every message");
    c.add_flag("--body", o->body, "content, decoded, as text");
    c.add_option("--export", o->directory, "write content, decoded, into files of this folder")
        ->type_name("DIR");
    c.add_flag("--json", o->json, "one JSON object a message");
    c.add_flag("--hash,!--no-hash", o->hash, "with --json: SHA-256 of the content (default)");
    commands.push_back({&c, [o] { return lacks_input(o->capture) ? kCannotRead : run_http(*o); }});
}

void add_stream(CLI::App& command, std::string& stream) {
    command.add_option("N", stream, "the connection's number, as glass streams lists it")->required();
}

void add_ladder(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("ladder", "one connection as a sequence diagram: text, or --svg");
    const auto o = std::make_shared<LadderCommand>();
    add_capture(c, o->capture, false);
    add_stream(c, o->stream);
    add_view(c, o->view, false);
    c.add_flag("--scale", o->true_time, "time to scale: every line stands for the same time");
    c.add_flag("--all", o->all, "every segment: do not fold runs of plain data into one row");
    c.add_option("--frames", o->frames, "only these frames, as 100-200")->type_name("N-M");
    c.add_option("--svg", o->svg, "draw into this SVG file; - is standard output")->type_name("OUT");
    commands.push_back({&c, [o] { return run_ladder(*o); }});
}

void add_plot(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("plot", "one connection over time: seq, rtt, flight, window, throughput");
    const auto o = std::make_shared<PlotCommand>();
    add_capture(c, o->capture, false);
    add_stream(c, o->stream);
    c.add_option("KIND", o->kind, "what to plot: seq, rtt, flight, window or throughput");
    add_view(c, o->view, false);
    add_words<PlotSide>(c, "--side", o->side, {{"client", PlotSide::client}, {"server", PlotSide::server}},
                        "whose data: client or server (default: who sent more)");
    c.add_option("--svg", o->svg, "draw into this SVG file; - is standard output")->type_name("OUT");
    commands.push_back({&c, [o] { return run_plot(*o); }});
}

void add_why(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("why", "what is special about one packet, with the frames that prove it");
    const auto o = std::make_shared<WhyOptions>();
    c.add_option("FILE", o->capture.file, "capture file")->required();
    c.add_option("N", o->frame, "frame number")->type_name("N")->required();
    add_view(c, o->view, false);
    c.add_flag("--verify,!--no-verify", o->capture.verify_checksums, "verify checksums (default)");
    c.add_flag("--json", o->json, "one JSON object");
    commands.push_back({&c, [o] { return run_why(*o); }});
}

}  // namespace

void add_stream_commands(CLI::App& app, Commands& commands) {
    add_streams(app, commands);
    add_follow(app, commands);
    add_http(app, commands);
    add_ladder(app, commands);
    add_plot(app, commands);
    add_why(app, commands);
}

}  // namespace glass::tools
