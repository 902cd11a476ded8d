#include "tools/progress.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace glass::tools {

using std::chrono::steady_clock;

Progress::Progress(bool wanted)
    : active_(wanted && isatty(STDERR_FILENO) != 0 && isatty(STDOUT_FILENO) == 0),
      next_(steady_clock::now() + std::chrono::seconds(1)) {}

Progress::~Progress() {
    if (drawn_) fmt::print(stderr, "\r\x1b[K");
}

void Progress::draw(std::uint64_t frames, std::uint64_t position, std::optional<std::uint64_t> size) {
    const auto now = steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    drawn_ = true;
    const double megabytes = static_cast<double>(position) / 1e6;
    if (size && *size > 0)
        fmt::print(stderr, "\r\x1b[K{} frames, {:.0f} of {:.0f} MB, {} %", frames, megabytes,
                   static_cast<double>(*size) / 1e6, 100 * position / *size);
    else
        fmt::print(stderr, "\r\x1b[K{} frames, {:.0f} MB", frames, megabytes);
    std::fflush(stderr);
}

}  // namespace glass::tools
