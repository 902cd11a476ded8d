// Missing pages: what happens when a program looks at a mapped page of a file that has become shorter, or
// that cannot be read: the kernel raises SIGBUS (mmap(2)), which here becomes a page of zeros and a flag.
#include "ip/missing_pages.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>

namespace glass::ip {
namespace {

// A signal belongs to the process, and its handler gets nothing but the address: these are the process's own.
// Lock-free, for a handler may wait for nobody.
static_assert(std::atomic<std::uintptr_t>::is_always_lock_free);
constinit std::array<MissingPages::Watch, 64> watches;
std::once_flag installed;
std::uintptr_t page_size = 4096;
struct sigaction before {};

void set_range(MissingPages::Watch& watch, std::uintptr_t start, std::uintptr_t end) {
    watch.version.fetch_add(1);
    watch.start.store(start);
    watch.end.store(end);
    watch.missing.store(0);
    watch.version.fetch_add(1);
}

bool covers(const MissingPages::Watch& watch, std::uintptr_t address) {
    const std::uint32_t version = watch.version.load();
    // One that is just being changed is another thread's, which does not look at it meanwhile.
    const bool inside = watch.start.load() <= address && address < watch.end.load();
    return inside && version % 2 == 0 && watch.version.load() == version;
}

bool put_zeros(std::uintptr_t address) {
    void* const page = reinterpret_cast<void*>(address & ~(page_size - 1));
    return ::mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

void hand_on(int signal, siginfo_t* info, void* context) {
    if (before.sa_flags & SA_SIGINFO) return before.sa_sigaction(signal, info, context);
    if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) return before.sa_handler(signal);
    const bool sent = info->si_code <= 0;  // by a process
    if (sent && before.sa_handler == SIG_IGN) return;
    // Nobody handles it: the access is made again, and ends the program as it would have without us.
    std::signal(SIGBUS, SIG_DFL);
    if (sent) static_cast<void>(::raise(SIGBUS));
}

void on_bus_error(int signal, siginfo_t* info, void* context) {
    const int error = errno;
    const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
    for (MissingPages::Watch& watch : watches) {
        if (info->si_code != BUS_ADRERR || !covers(watch, address) || !put_zeros(address)) continue;
        const std::uintptr_t first = watch.missing.load();
        if (first == 0 || address < first) watch.missing.store(address);
        errno = error;
        return;
    }
    hand_on(signal, info, context);
    errno = error;
}

void install() {
    page_size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, &before);
}

}  // namespace

MissingPages::MissingPages(const void* start, std::size_t length) {
    std::call_once(installed, install);
    for (Watch& watch : watches) {
        if (watch.taken.exchange(true)) continue;
        const auto address = reinterpret_cast<std::uintptr_t>(start);
        set_range(watch, address, address + length);
        watch_ = &watch;
        return;
    }
}

MissingPages::~MissingPages() {
    if (!watch_) return;
    set_range(*watch_, 0, 0);
    watch_->taken.store(false);
}

}  // namespace glass::ip
