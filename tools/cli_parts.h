// Parts of the command line that several commands share.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tools/commands.h"

namespace glass::tools {

/// A command as it was registered, and what it does. Its options live in `run` until it is done.
struct Command {
    CLI::App* app;
    std::function<int()> run;
};
using Commands = std::vector<Command>;

/// Registers decode, show, stats, check, cut and explain.
void add_packet_commands(CLI::App& app, Commands& commands);
/// Registers streams, follow, http, ladder, why and plot.
void add_stream_commands(CLI::App& app, Commands& commands);
/// Registers lesson.
void add_lesson_commands(CLI::App& app, Commands& commands);
/// Registers sim and replay.
void add_sim_commands(CLI::App& app, Commands& commands);
/// Registers serve, ping, nc, lab and doctor.
void add_live_commands(CLI::App& app, Commands& commands);
/// Registers get.
void add_get_command(CLI::App& app, Commands& commands);

// Checks for CLI::Validator: why a word is no good, or nothing.

/// Whole numbers from 1 on.
[[nodiscard]] std::string why_not_positive(std::string& given);
[[nodiscard]] std::string why_empty(std::string& given);

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

/// FILE (or, with `live`, an interface), and which frames of it.
void add_capture(CLI::App& command, CaptureOptions& capture, bool live);
/// How it looks; `lines`: times and sequence numbers, too.
void add_view(CLI::App& command, ViewOptions& view, bool lines);

/// A command that reads a capture got neither file nor interface: says so.
[[nodiscard]] bool lacks_input(const CaptureOptions& capture);

}  // namespace glass::tools
