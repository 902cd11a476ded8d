#include "tools/interrupt.h"

#include <csignal>

namespace glass::tools {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;  // a signal handler may touch nothing else

extern "C" void on_signal(int) {
    g_interrupted = 1;
}

}  // namespace

void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second time the default: the end
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
    return g_interrupted != 0;
}

}  // namespace glass::tools
