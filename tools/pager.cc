#include "tools/pager.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace glass::tools {
namespace {

std::string pager_command() {
    for (const char* name : {"GLASS_PAGER", "PAGER"})
        if (const char* value = std::getenv(name)) return value;
    return "less";
}

/// The first word of the command is a program that the shell finds: else everything would go into nothing.
bool can_run(const std::string& command) {
    const std::string program = command.substr(0, command.find(' '));
    return std::system(("command -v -- '" + program + "' >/dev/null 2>&1").c_str()) == 0;
}

[[noreturn]] void run_pager(const std::string& command, int input) {
    dup2(input, STDIN_FILENO);
    close(input);
    setenv("LESS", "FRX", 0);  // a screenful just stays; colours pass; the screen is not cleared
    execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
    _exit(127);
}

}  // namespace

Pager::Pager(bool wanted) {
    if (!wanted || isatty(STDOUT_FILENO) == 0) return;
    const std::string command = pager_command();
    int ends[2];
    if (command.empty() || command == "cat" || !can_run(command) || pipe(ends) != 0) return;
    child_ = fork();
    if (child_ == 0) {
        close(ends[1]);
        run_pager(command, ends[0]);
    }
    close(ends[0]);
    if (child_ > 0) dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    if (child_ > 0) std::signal(SIGINT, SIG_IGN);  // Ctrl-C belongs to the pager now
}

Pager::~Pager() {
    if (child_ <= 0) return;
    close(STDOUT_FILENO);
    while (waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace glass::tools
