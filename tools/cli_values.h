// Values of the command line: options whose words are numbers, switches, or whatever a function understands.
#pragma once

#include <cstdint>

#include "tools/cli_parts.h"
#include "tools/link_options.h"

namespace glass::tools {

/// An option whose word `parse` understands; `take` gets the value.
template <class Parse, class Take>
void add_parsed(CLI::App& command, const std::string& name, Parse parse, Take take, const std::string& type,
                const std::string& text) {
    command
        .add_option_function<std::string>(
            name,
            [name, parse, take](const std::string& word) {
                auto value = parse(word);
                if (!value) throw CLI::ValidationError(name, value.error());
                take(*value);
            },
            text)
        ->type_name(type);
}

[[nodiscard]] OptionValue<std::uint64_t> parse_whole(std::string_view word, std::uint64_t least,
                                                     std::uint64_t most);

/// Seconds, where no unit is said: "0.2", "200ms".
[[nodiscard]] OptionValue<ip::Duration> parse_seconds(const std::string& word);

template <class T>
void add_whole(CLI::App& command, const std::string& name, T& value, std::uint64_t least, std::uint64_t most,
               const std::string& text) {
    add_parsed(
        command, name, [least, most](const std::string& word) { return parse_whole(word, least, most); },
        [&value](std::uint64_t n) { value = static_cast<T>(n); }, "N", text);
}

/// on or off
void add_switch(CLI::App& command, const std::string& name, bool& value, const std::string& text);

/// Options that have no group yet get this one.
void group_rest(CLI::App& command, const std::string& group);

}  // namespace glass::tools
