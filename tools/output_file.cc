#include "tools/output_file.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace glass::tools {
namespace {

std::optional<struct stat> status_of(const std::string& path, int standard) {
    struct stat status {};
    const int failed = path == "-" ? fstat(standard, &status) : stat(path.c_str(), &status);
    return failed ? std::nullopt : std::optional(status);
}

/// An errno value, or 0.
int why_not_open(const std::string& path) {
    if (access(path.c_str(), W_OK) == 0) return 0;
    if (errno != ENOENT) return errno;
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    return access(folder.c_str(), W_OK | X_OK) == 0 ? 0 : errno;
}

}  // namespace

std::optional<std::string> why_not_write(const std::string& input, const std::string& output) {
    if (output == "-" && isatty(STDOUT_FILENO))
        return "a capture is nothing to read on a terminal: name a file with -w";
    if (const int why = output == "-" ? 0 : why_not_open(output))
        return fmt::format("{}: {}", output, std::strerror(why));
    const auto from = status_of(input, STDIN_FILENO), to = status_of(output, STDOUT_FILENO);
    if (!from || !to || !S_ISREG(from->st_mode)) return std::nullopt;
    if (from->st_dev != to->st_dev || from->st_ino != to->st_ino) return std::nullopt;
    return fmt::format("{}: is the file that is read; write to another one",
                       output == "-" ? "standard output" : output);
}

std::string shard_name(const std::string& output, unsigned shard) {
    const std::size_t slash = output.rfind('/'), dot = output.rfind('.');
    const bool has_ending =
        dot != std::string::npos && dot > 0 && (slash == std::string::npos || dot > slash + 1);
    const std::size_t at = has_ending ? dot : output.size();
    return fmt::format("{}-{}{}", output.substr(0, at), shard, output.substr(at));
}

}  // namespace glass::tools
