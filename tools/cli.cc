#include "tools/cli.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>

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

std::vector<std::string> commands_of(const CLI::App& parent) {
    std::vector<std::string> names;
    for (const CLI::App* command : parent.get_subcommands([](const CLI::App*) { return true; }))
        if (!command->get_name().empty()) names.push_back(command->get_name());
    return names;
}

/// `help`: "glass", or "glass lesson", which takes one of its own.
std::string no_such_command(std::string_view word, const CLI::App& parent, std::string_view help) {
    constexpr std::size_t kProgram = std::string_view("glass ").size();
    const auto near = nearest(word, commands_of(parent), 1);
    return fmt::format("there is no command '{}'{} ({} --help)",
                       fmt::format("{} {}", help, word).substr(kProgram),
                       near.empty() ? "" : fmt::format("; did you mean {}?", near[0]), help);
}

/// Of a command. CLI11 names every word after an option that it does not know, too, and takes a word that is
/// no command for an argument.
std::string usage_error_of(const CLI::App& command, const std::string& help, const CLI::ParseError& error) {
    const auto below = command.get_subcommands();
    if (!below.empty()) return usage_error_of(*below[0], help + " " + below[0]->get_name(), error);
    const auto words = command.remaining();
    if (!commands_of(command).empty() && !words.empty() && !words[0].starts_with('-'))
        return no_such_command(words[0], command, help);
    if (!commands_of(command).empty() && words.empty())
        return fmt::format("{} takes a command: {} ({} --help)", help, fmt::join(commands_of(command), ", "),
                           help);
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr)
        for (const std::string& word : words)
            if (word.size() > 1 && word.starts_with('-')) return no_such_option(word, command, help);
    return fmt::format("{} ({} --help)", error.what(), help);
}

std::string usage_error(const CLI::App& app, const CLI::ParseError& error, std::string_view first_word) {
    const auto chosen = app.get_subcommands();
    if (!chosen.empty()) return usage_error_of(*chosen[0], "glass " + chosen[0]->get_name(), error);
    if (first_word.starts_with('-')) return no_such_option(first_word, app, "glass");
    return no_such_command(first_word, app, "glass");
}

/// CLI11 says "--no-pager{false}".
class Formatter final : public CLI::Formatter {
    std::string make_option_name(const CLI::Option* option, bool positional) const override {
        constexpr std::string_view kNegates = "{false}";
        std::string name = CLI::Formatter::make_option_name(option, positional);
        for (std::size_t at; (at = name.find(kNegates)) != std::string::npos;)
            name.erase(at, kNegates.size());
        return name;
    }
};

}  // namespace

int run(int argc, char** argv) {
    CLI::App app(kIntro, "glass");
    app.footer(kOutro);
    app.formatter(std::make_shared<Formatter>());  // its commands inherit it
    const std::string version = std::string("glass ") + kVersion;
    app.set_version_flag("--version", version);
    app.require_subcommand(1);
    Commands commands;
    add_packet_commands(app, commands);
    add_stream_commands(app, commands);
    add_sim_commands(app, commands);
    add_live_commands(app, commands);
    add_lesson_commands(app, commands);
    for (const Command& command : commands)
        command.app->set_version_flag("--version", version)->group("");  // not in its help
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
