#include "tools/run_program.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "ip/file_descriptor.h"

namespace glass::tools {
namespace {

/// `output`, where not negative, becomes its standard output, and its messages go nowhere.
pid_t start(std::vector<std::string>& words, int output) {
    std::fflush(stdout);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const pid_t child = fork();
    if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (child > 0) return child;
    if (output >= 0) {
        dup2(output, STDOUT_FILENO);
        dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDERR_FILENO);
    }
    execvp(arguments[0], arguments.data());
    fmt::print(stderr, "glass: {}: {}\n", words[0], std::strerror(errno));
    _exit(127);
}

int status_of(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}

}  // namespace

int run_program(std::vector<std::string> words) {
    return status_of(start(words, -1));
}

std::optional<std::string> output_of(std::vector<std::string> words) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    const ip::FileDescriptor read_end(ends[0]);
    ip::FileDescriptor write_end(ends[1]);
    const pid_t child = start(words, write_end.get());
    write_end.close();
    std::string text;
    char buffer[16384];
    for (ssize_t n; (n = read(read_end.get(), buffer, sizeof buffer)) > 0;)
        text.append(buffer, static_cast<std::size_t>(n));
    return status_of(child) == 0 ? std::optional(text) : std::nullopt;
}

}  // namespace glass::tools
