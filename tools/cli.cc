#include "tools/cli.h"

#include <fmt/format.h>

#include "tools/cli_parts.h"
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
    Commands commands;
    add_packet_commands(app, commands);
    add_stream_commands(app, commands);
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
    for (const Command& command : commands)
        if (command.app->parsed()) return command.run();
    return kCannotRead;
}

}  // namespace glass::tools
