#include "tools/cli.h"

#include <fmt/format.h>

#include "tools/cli_parts.h"
#include "tools/nearest.h"

namespace glass::tools {
namespace {

constexpr const char* kVersion = "0.1.0";

constexpr const char* kIntro =
    "Glass: a TCP/IP stack you can see through.\n"
    "Reads pcap and pcapng files, plain, gzip or zstd; - is standard input.\n"
    "Runs its own stack on this machine's network; glass doctor says what works here.\n";
constexpr const char* kOutro =
    "\nTry:  glass decode FILE | glass show FILE 1 --bytes | glass explain window | glass sim --loss 2%\n"
    "Exit status: 0 all read, 1 the file is damaged, 2 it cannot be read or the command line is wrong.";

/// The long ones: "--json". CLI11 keeps a group of them as a command without a name.
std::vector<std::string> options_of(const CLI::App& command) {
    std::vector<std::string> options;
    for (const CLI::Option* option : command.get_options())
        for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
    for (const CLI::App* group :
         command.get_subcommands([](const CLI::App* a) { return a->get_name().empty(); }))
        for (std::string& name : options_of(*group)) options.push_back(std::move(name));
    return options;
}

std::string no_such_option(std::string_view word, const CLI::App& command, std::string_view help) {
    word = word.substr(0, word.find('='));
    const auto near = nearest(word, options_of(command), 1);
    return fmt::format("there is no option '{}'{} ({} --help)", word,
                       near.empty() ? "" : fmt::format("; did you mean {}?", near[0]), help);
}

/// Of a command. CLI11 names every word after an option that it does not know, too.
std::string usage_error_of(const CLI::App& command, const CLI::ParseError& error) {
    const std::string help = "glass " + command.get_name();
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)
        for (const std::string& word : command.remaining())
            if (word.size() > 1 && word.starts_with('-')) return no_such_option(word, command, help);
    return fmt::format("{} ({} --help)", error.what(), help);
}

/// What is wrong with the command line. CLI11 takes a word that is no command for an argument, and misses a
/// command.
std::string usage_error(const CLI::App& app, const CLI::ParseError& error, std::string_view first_word) {
    const auto chosen = app.get_subcommands();
    if (!chosen.empty()) return usage_error_of(*chosen[0], error);
    if (first_word.starts_with('-')) return no_such_option(first_word, app, "glass");
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
    add_sim_commands(app, commands);
    add_live_commands(app, commands);
    add_lesson_commands(app, commands);
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
