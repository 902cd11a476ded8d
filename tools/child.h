// Child: a program that is run, and dies with us.
#pragma once

#include <expected>
#include <string>
#include <sys/types.h>
#include <vector>

namespace glass::tools {

/// Runs it with our standard files, rights and working directory. The error is one line: it could not be
/// executed.
[[nodiscard]] std::expected<pid_t, std::string> run_child(const std::vector<std::string>& words);

/// The exit status that a shell gives for this one of waitpid(2).
[[nodiscard]] int shell_status(int status);

}  // namespace glass::tools
