#include "tools/cli.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

#include "tools/commands.h"
#include "tools/nearest.h"

namespace glass::tools {
namespace {

constexpr const char* kVersion = "0.1.0";

constexpr const char* kIntro =
    "Glass: a TCP/IP stack you can see through.\n"
    "Reads pcap and pcapng files, plain, gzip or zstd; - is standard input.\n";
constexpr const char* kOutro =
    "\nTry:  glass decode FILE | glass show FILE 1 --bytes | glass stats FILE | glass explain window\n"
    "Exit status: 0 all read, 1 the file is damaged, 2 it cannot be read or the command line is wrong.";

/// Whole numbers from 1 on.
std::string why_not_positive(std::string& given) {
    const bool digits = !given.empty() && given.find_first_not_of("0123456789") == std::string::npos;
    const bool zero = given.find_first_not_of('0') == std::string::npos;
    return digits && !zero ? std::string() : "takes a whole number from 1 on, not '" + given + "'";
}
std::string why_empty(std::string& given) {
    return given.empty() ? "must not be empty" : std::string();
}

template <class T>
using Words = std::vector<std::pair<std::string, T>>;

/// An option that takes one of a few words, and says which.
template <class T>
void add_words(CLI::App& command, const std::string& name, T& value, const Words<T>& words,
               const std::string& text) {
    const auto take = [name, &value, words](const std::string& given) {
        std::string known;
        for (const auto& [word, meaning] : words) {
            if (word == given) {
                value = meaning;
                return;
            }
            known += (known.empty() ? "" : ", ") + word;
        }
        throw CLI::ValidationError(name, "takes one of " + known + ", not '" + given + "'");
    };
    command.add_option_function<std::string>(name, take, text)->type_name("WORD");
}

void add_capture(CLI::App& command, CaptureOptions& capture, bool live) {
    CLI::Option* file = command.add_option("FILE", capture.file, "capture file; - is standard input");
    if (live) {
        CLI::Option* interface =
            command.add_option("-i,--interface", capture.interface, "capture live from this interface")
                ->type_name("IFACE");
        file->excludes(interface);
    } else {
        file->required();
    }
    command.add_option("-f,--filter", capture.filter, "only frames that match this BPF expression")
        ->type_name("BPF");
    command.add_option("-n,--count", capture.count, "stop after so many frames")
        ->type_name("COUNT")
        ->check(CLI::Validator(why_not_positive, ""));
    command.add_flag("--verify,!--no-verify", capture.verify_checksums, "verify checksums (default)");
    command.add_flag("--progress,!--no-progress", capture.show_progress,
                     "show how far a long file is read (default)");
    command.add_option("--max-streams", capture.max_streams, "connections remembered at the most")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
        ->capture_default_str();
}

void add_view(CLI::App& command, ViewOptions& view, bool lines) {
    add_words<ColorChoice>(
        command, "--color", view.color,
        {{"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}},
        "auto, always or never");
    command.add_flag("--pager,!--no-pager", view.pager, "page long text on a terminal (default)");
    if (!lines) return;
    add_words<TimeStyle>(
        command, "--time", view.line.time,
        {{"rel", TimeStyle::relative}, {"abs", TimeStyle::absolute}, {"delta", TimeStyle::delta}},
        "rel, abs or delta");
    command.add_flag("--abs-seq", view.line.absolute_seq, "sequence numbers as they stand in the header");
}

/// The options of a run live here until it is done.
struct Everything {
    DecodeOptions decode;
    ShowOptions show;
    StatsOptions stats;
    CheckOptions check;
    CutOptions cut;
    ExplainOptions explain;
    bool tree = false, bytes = false, json = false, box = false;
};

void add_decode(CLI::App& app, Everything& all) {
    CLI::App& c =
        *app.add_subcommand("decode", "one line a packet, or all of it: --tree, --bytes, --json, --fields");
    add_capture(c, all.decode.capture, true);
    add_view(c, all.decode.view, true);
    CLI::Option_group& how = *c.add_option_group("views");
    how.add_flag("--tree", all.tree, "every field of every header");
    how.add_flag("--bytes,--hex", all.bytes, "every byte beside the field it belongs to");
    how.add_flag("--json", all.json, "one JSON object a frame");
    how.add_option("--fields", all.decode.fields,
                   "columns, as tcp.seq_raw,ip.ttl: tab separated with a header row")
        ->type_name("LIST")
        ->check(CLI::Validator(why_empty, ""));
    how.require_option(0, 1);
    c.add_option("-w,--write", all.decode.write_to, "write the frames to this file, too")->type_name("OUT");
}

void add_show(CLI::App& app, Everything& all) {
    CLI::App& c =
        *app.add_subcommand("show", "one packet in full: as a tree, byte by byte, or as the RFC draws it");
    add_capture(c, all.show.capture, false);
    c.add_option("N", all.show.frames, "frame number, or a range as 7-9")->type_name("N[-M]")->required();
    add_view(c, all.show.view, false);
    CLI::Option_group& how = *c.add_option_group("views");
    how.add_flag("--tree", all.tree, "every field of every header (default)");
    how.add_flag("--bytes,--hex", all.bytes, "every byte beside the field it belongs to");
    how.add_flag("--box", all.box, "the RFC's header diagrams, filled in");
    how.add_flag("--json", all.json, "a JSON object");
    how.require_option(0, 1);
}

void add_stats(CLI::App& app, Everything& all) {
    CLI::App& c = *app.add_subcommand("stats", "protocols, talkers and problems of the whole file");
    add_capture(c, all.stats.capture, true);
    add_view(c, all.stats.view, false);
    c.add_flag("--json", all.stats.json, "one JSON object");
}

void add_check(CLI::App& app, Everything& all) {
    CLI::App& c = *app.add_subcommand("check", "is the file sound, and what in it is not");
    add_capture(c, all.check.capture, false);
    add_view(c, all.check.view, false);
    c.add_flag("--json", all.check.json, "one JSON object");
    CLI::Option* salvage = c.add_flag("--salvage", all.check.salvage, "write every frame that can be read");
    CLI::Option* out =
        c.add_option("-w,--write", all.check.write_to, "where --salvage writes to")->type_name("OUT");
    salvage->needs(out);
    out->needs(salvage);
}

void add_cut(CLI::App& app, Everything& all) {
    CLI::App& c =
        *app.add_subcommand("cut", "a part of a capture: filtered, sliced, anonymized, split by flow");
    add_capture(c, all.cut.capture, true);
    c.add_option("-w,--write", all.cut.write_to, "where to: .pcap or .pcapng; - is standard output")
        ->type_name("OUT")
        ->required();
    c.add_option("--frames", all.cut.frames, "only these frames, as 100-200")->type_name("N-M");
    c.add_option("--snaplen", all.cut.snaplen, "keep only the first so many bytes of each frame")
        ->type_name("BYTES")
        ->check(CLI::Validator(why_not_positive, ""));
    c.add_option("--anon", all.cut.anonymize_key,
                 "replace addresses, the same key giving the same replacements")
        ->type_name("KEY")
        ->check(CLI::Validator(why_empty, ""))
        ->check([](const std::string& key) { return key.empty() ? "the key is empty" : ""; });
    c.add_option("--by-flow", all.cut.shards,
                 "split into N files, OUT-0.pcap and so on; a connection stays in one")
        ->type_name("N")
        ->check(CLI::Range(2, 1024));
}

void add_explain(CLI::App& app, Everything& all) {
    CLI::App& c =
        *app.add_subcommand("explain", "a label or field in five lines: dup-ack, tcp.window_size, ttl");
    c.add_option("WORD", all.explain.word, "what to explain; without it: all that can be");
    add_view(c, all.explain.view, false);
    c.add_flag("--json", all.explain.json, "one JSON object");
}

DecodeOptions::View decode_view(const Everything& all) {
    using View = DecodeOptions::View;
    return all.tree                     ? View::tree
           : all.bytes                  ? View::bytes
           : all.json                   ? View::json
           : !all.decode.fields.empty() ? View::fields
                                        : View::line;
}

ShowOptions::View show_view(const Everything& all) {
    using View = ShowOptions::View;
    return all.bytes ? View::bytes : all.box ? View::box : all.json ? View::json : View::tree;
}

/// A command that reads a capture got neither file nor interface.
bool lacks_input(const CaptureOptions& capture) {
    if (!capture.file.empty() || !capture.interface.empty()) return false;
    complain("which capture? Name a FILE (- is standard input) or an interface with -i");
    return true;
}

int dispatch(CLI::App& app, Everything& all) {
    all.decode.how = decode_view(all);
    all.show.how = show_view(all);
    if (app.got_subcommand("decode"))
        return lacks_input(all.decode.capture) ? kCannotRead : run_decode(all.decode);
    if (app.got_subcommand("show")) return run_show(all.show);
    if (app.got_subcommand("stats"))
        return lacks_input(all.stats.capture) ? kCannotRead : run_stats(all.stats);
    if (app.got_subcommand("check")) return run_check(all.check);
    if (app.got_subcommand("cut")) return lacks_input(all.cut.capture) ? kCannotRead : run_cut(all.cut);
    return run_explain(all.explain);
}

/// What is wrong with the command line. CLI11 takes a word that is no command for an argument, and misses a
/// command.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error, std::string_view first_word) {
    const auto chosen = app.get_subcommands();
    if (!chosen.empty()) return fmt::format("{} (glass {} --help)", error.what(), chosen[0]->get_name());
    if (first_word.starts_with('-')) return fmt::format("there is no option '{}' (glass --help)", first_word);
    std::vector<std::string> commands;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        commands.push_back(command->get_name());
    const auto near = nearest(first_word, commands, 1);
    return fmt::format("there is no command '{}'{} (glass --help)", first_word,
                       near.empty() ? "" : fmt::format("; did you mean {}?", near[0]));
}

}  // namespace

int run(int argc, char** argv) {
    CLI::App app(kIntro, "glass");
    app.footer(kOutro);
    app.set_version_flag("--version", std::string("glass ") + kVersion);
    app.require_subcommand(1);
    Everything all;
    add_decode(app, all);
    add_show(app, all);
    add_stats(app, all);
    add_check(app, all);
    add_cut(app, all);
    add_explain(app, all);
    if (argc == 1) {
        fmt::print("{}", app.help());
        return kCannotRead;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
        complain(usage_error(app, error, argv[1]));
        return kCannotRead;
    }
    return dispatch(app, all);
}

}  // namespace glass::tools
