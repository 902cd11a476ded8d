#include "tools/cli_values.h"

#include <charconv>

namespace glass::tools {

OptionValue<std::uint64_t> parse_whole(std::string_view word, std::uint64_t least, std::uint64_t most) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = !word.empty() && error == std::errc() && end == word.data() + word.size();
    if (whole && value >= least && value <= most) return value;
    return std::unexpected("takes a whole number from " + std::to_string(least) +
                           (most == UINT64_MAX ? " on" : " to " + std::to_string(most)) + ", not '" +
                           std::string(word.substr(0, 40)) + "'");
}

OptionValue<ip::Duration> parse_seconds(const std::string& word) {
    const bool bare = word.find_first_not_of("0123456789.") == std::string::npos;
    return parse_duration(bare ? word + "s" : word);
}

void add_switch(CLI::App& command, const std::string& name, bool& value, const std::string& text) {
    add_words<bool>(command, name, value, {{"on", true}, {"off", false}}, text);
}

void group_rest(CLI::App& command, const std::string& group) {
    for (CLI::Option* option : command.get_options())
        if (option->get_group() == "Options" && option != command.get_help_ptr()) option->group(group);
}

}  // namespace glass::tools
