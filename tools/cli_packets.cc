// The command line of the commands that look at packets, or at a file as a whole.
#include <memory>

#include "tools/cli_parts.h"

namespace glass::tools {
namespace {

/// Which of the flags that exclude each other was given.
struct ViewFlags {
    bool tree = false, bytes = false, json = false, box = false;
};

void add_decode(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("decode", "one line a packet, or all of it: --tree, --bytes, --json, --fields");
    const auto o = std::make_shared<DecodeOptions>();
    const auto flags = std::make_shared<ViewFlags>();
    add_capture(c, o->capture, true);
    add_view(c, o->view, true);
    CLI::Option_group& how = *c.add_option_group("views");
    how.add_flag("--tree", flags->tree, "every field of every header");
    how.add_flag("--bytes,--hex", flags->bytes, "every byte beside the field it belongs to");
    how.add_flag("--json", flags->json, "one JSON object a frame");
    how.add_option("--fields", o->fields, "columns, as tcp.seq_raw,ip.ttl: tab separated with a header row")
        ->type_name("LIST")
        ->check(CLI::Validator(why_empty, ""));
    how.require_option(0, 1);
    c.add_option("-w,--write", o->write_to, "write the frames to this file, too")->type_name("OUT");
    commands.push_back({&c, [o, flags] {
                            using View = DecodeOptions::View;
                            o->how = flags->tree          ? View::tree
                                     : flags->bytes       ? View::bytes
                                     : flags->json        ? View::json
                                     : !o->fields.empty() ? View::fields
                                                          : View::line;
                            return lacks_input(o->capture) ? kCannotRead : run_decode(*o);
                        }});
}

void add_show(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("show", "one packet in full: as a tree, byte by byte, or as the RFC draws it");
    const auto o = std::make_shared<ShowOptions>();
    const auto flags = std::make_shared<ViewFlags>();
    add_capture(c, o->capture, false);
    c.add_option("N", o->frames, "frame number, or a range as 7-9")->type_name("N[-M]")->required();
    add_view(c, o->view, false);
    CLI::Option_group& how = *c.add_option_group("views");
    how.add_flag("--tree", flags->tree, "every field of every header (default)");
    how.add_flag("--bytes,--hex", flags->bytes, "every byte beside the field it belongs to");
    how.add_flag("--box", flags->box, "the RFC's header diagrams, filled in");
    how.add_flag("--json", flags->json, "a JSON object");
    how.require_option(0, 1);
    commands.push_back({&c, [o, flags] {
                            using View = ShowOptions::View;
                            o->how = flags->bytes  ? View::bytes
                                     : flags->box  ? View::box
                                     : flags->json ? View::json
                                                   : View::tree;
                            return run_show(*o);
                        }});
}

void add_stats(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("stats", "protocols, talkers and problems of the whole file");
    const auto o = std::make_shared<StatsOptions>();
    add_capture(c, o->capture, true);
    add_view(c, o->view, false);
    c.add_flag("--json", o->json, "one JSON object");
    commands.push_back({&c, [o] { return lacks_input(o->capture) ? kCannotRead : run_stats(*o); }});
}

void add_check(CLI::App& app, Commands& commands) {
    CLI::App& c = *app.add_subcommand("check", "is the file sound, and what in it is not");
    const auto o = std::make_shared<CheckOptions>();
    add_capture(c, o->capture, false);
    add_view(c, o->view, false);
    c.add_flag("--json", o->json, "one JSON object");
    CLI::Option* salvage = c.add_flag("--salvage", o->salvage, "write every frame that can be read");
    CLI::Option* out = c.add_option("-w,--write", o->write_to, "where --salvage writes to")->type_name("OUT");
    salvage->needs(out);
    out->needs(salvage);
    commands.push_back({&c, [o] { return run_check(*o); }});
}

void add_cut(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("cut", "a part of a capture: filtered, sliced, anonymized, split by flow");
    const auto o = std::make_shared<CutOptions>();
    add_capture(c, o->capture, true);
    c.add_option("-w,--write", o->write_to, "where to: .pcap or .pcapng; - is standard output")
        ->type_name("OUT")
        ->required();
    c.add_option("--frames", o->frames, "only these frames, as 100-200")->type_name("N-M");
    c.add_option("--snaplen", o->snaplen, "keep only the first so many bytes of each frame")
        ->type_name("BYTES")
        ->check(CLI::Validator(why_not_positive, ""));
    c.add_option("--anon", o->anonymize_key, "replace addresses, the same key giving the same replacements")
        ->type_name("KEY")
        ->check(CLI::Validator(why_empty, ""));
    c.add_option("--by-flow", o->shards,
                 "split into N files, OUT-0.pcap and so on; a connection stays in one")
        ->type_name("N")
        ->check(CLI::Range(2, 1024));
    commands.push_back({&c, [o] { return lacks_input(o->capture) ? kCannotRead : run_cut(*o); }});
}

void add_explain(CLI::App& app, Commands& commands) {
    CLI::App& c =
        *app.add_subcommand("explain", "a label or field in five lines: dup-ack, tcp.window_size, ttl");
    const auto o = std::make_shared<ExplainOptions>();
    c.add_option("WORD", o->word, "what to explain; without it: all that can be");
    add_view(c, o->view, false);
    c.add_flag("--json", o->json, "one JSON object");
    commands.push_back({&c, [o] { return run_explain(*o); }});
}

}  // namespace

void add_packet_commands(CLI::App& app, Commands& commands) {
    add_decode(app, commands);
    add_show(app, commands);
    add_stats(app, commands);
    add_check(app, commands);
    add_cut(app, commands);
    add_explain(app, commands);
}

}  // namespace glass::tools
