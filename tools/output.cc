#include "tools/output.h"

#include <cerrno>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace glass::tools {
namespace {

/// Somebody is reading along: a terminal, a pipe, a socket.
bool has_live_reader(int fd) {
    struct stat status {};
    return isatty(fd) != 0 ||
           (fstat(fd, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode)));
}

}  // namespace

Output::Output(int fd) : fd_(fd), threshold_(has_live_reader(fd) ? 1 : 64 << 10) {}

Output::~Output() {
    try {
        flush();
    } catch (const std::system_error&) {  // already on the way out with another error
    }
}

void Output::flush() {
    std::string_view left = text_.view();
    while (!left.empty()) {
        const ssize_t n = ::write(fd_, left.data(), left.size());
        if (n >= 0) {
            left.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno == EPIPE) {
            _exit(0);
        } else if (errno != EINTR) {
            text_.clear();
            throw std::system_error(errno, std::generic_category(), "cannot write the output");
        }
    }
    text_.clear();
}

}  // namespace glass::tools
