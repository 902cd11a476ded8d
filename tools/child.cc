#include "tools/child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ip/file_descriptor.h"
#include "tools/own_namespace.h"

namespace glass::tools {
namespace {

/// As for a program that a shell starts.
void restore_signals() {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGCHLD}) std::signal(signal, SIG_DFL);
}

[[noreturn]] void execute(const std::vector<std::string>& words, int report) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    restore_signals();
    keep_rights();
    execvp(arguments[0], arguments.data());
    const int error = errno;
    const ssize_t told = write(report, &error, sizeof error);
    _exit(told == sizeof error ? 127 : 126);
}

}  // namespace

std::expected<pid_t, std::string> run_child(const std::vector<std::string>& words) {
    // Closed by a successful exec; else the reason comes out of it.
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(std::strerror(errno));
    const ip::FileDescriptor out(ends[0]);
    ip::FileDescriptor in(ends[1]);
    const pid_t child = fork();
    if (child < 0) return std::unexpected(fmt::format("cannot start {}: {}", words[0], std::strerror(errno)));
    if (child == 0) execute(words, in.get());
    in.close();
    int error = 0;
    if (read(out.get(), &error, sizeof error) != sizeof error) return child;
    waitpid(child, nullptr, 0);
    return std::unexpected(fmt::format("cannot run {}: {}", words[0], std::strerror(error)));
}

int shell_status(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace glass::tools
