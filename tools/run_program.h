// Other programs, run to their end: make, git, diff.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace glass::tools {

/// Its exit status, 127 where it cannot be started, 2 where a signal ended it. It shares our terminal. Throws
/// std::system_error where no process can be made.
int run_program(std::vector<std::string> words);

/// What it writes to standard output; nothing where it ends with another status than 0. Its messages are
/// lost.
[[nodiscard]] std::optional<std::string> output_of(std::vector<std::string> words);

}  // namespace glass::tools
