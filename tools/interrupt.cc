#include "tools/interrupt.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace glass::tools {
namespace {

// A signal handler may touch nothing else.
volatile std::sig_atomic_t g_interrupts = 0;
volatile std::sig_atomic_t g_caught_at_most = 1;
volatile std::sig_atomic_t g_wake = -1;  // the end of a pipe to write to

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};

extern "C" void on_signal(int signal) {
    const int saved = errno;
    g_interrupts = g_interrupts + 1;
    // A full pipe wakes its reader as well.
    if (g_wake >= 0) [[maybe_unused]]
        const auto written = write(static_cast<int>(g_wake), "", 1);
    if (g_interrupts >= g_caught_at_most) std::signal(signal, SIG_DFL);  // the next one is the end
    errno = saved;
}

bool is_ignored(int signal) {
    struct sigaction action {};
    return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void catch_signal(int signal) {
    struct sigaction action {};
    action.sa_handler = on_signal;
    sigaction(signal, &action, nullptr);
}

}  // namespace

void catch_interrupts() {
    catch_signal(SIGINT);
    catch_signal(SIGTERM);
}

bool interrupted() {
    return g_interrupts != 0;
}

int catch_interrupts_by_descriptor() {
    static int ends[2] = {-1, -1};
    if (ends[0] < 0 && pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        throw std::system_error(errno, std::generic_category(), "no pipe");
    g_wake = ends[1];
    g_caught_at_most = 2;
    for (const int signal : kSignals)
        if (signal != SIGHUP || !is_ignored(signal)) catch_signal(signal);  // nohup
    return ends[0];
}

unsigned interrupts() {
    return static_cast<unsigned>(g_interrupts);
}

}  // namespace glass::tools
