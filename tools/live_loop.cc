#include "tools/live_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <sys/epoll.h>
#include <system_error>
#include <unistd.h>

#include "tools/interrupt.h"

namespace glass::tools {
namespace {

constexpr ip::Duration kLongestWait = std::chrono::hours(1);

ip::Duration read_clock(clockid_t which) {
    timespec t{};
    clock_gettime(which, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

/// Both numbers of an id, as what epoll hands back.
std::uint64_t pack(LiveLoop::WatchId id) {
    return std::uint64_t{id.generation} << 32 | id.index;
}

/// Empties the pipe that signals write to: what counts is how many there were.
class SignalWatcher final : public Watcher {
public:
    void ready(std::uint32_t, ip::Time) override {
        std::array<char, 64> octets;
        while (read(descriptor, octets.data(), octets.size()) > 0) {
        }
    }
    int descriptor = -1;
};
SignalWatcher g_signal_watcher;  // the handlers are the whole program's, too

}  // namespace

LiveClock::LiveClock() : offset_(read_clock(CLOCK_REALTIME) - read_clock(CLOCK_MONOTONIC)) {}

ip::Time LiveClock::now() const {
    return ip::Time(read_clock(CLOCK_MONOTONIC) + offset_);
}

LiveLoop::LiveLoop() : now_(clock_.now()), epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    if (!epoll_) fail("no epoll");
    std::signal(SIGPIPE, SIG_IGN);
    g_signal_watcher.descriptor = catch_interrupts_by_descriptor();
    signals_ = watch(g_signal_watcher.descriptor, EPOLLIN, g_signal_watcher);
}

LiveLoop::~LiveLoop() = default;

LiveLoop::WatchId LiveLoop::watch(int descriptor, std::uint32_t events, Watcher& watcher) {
    WatchId id;
    if (free_.empty()) {
        id.index = static_cast<std::uint32_t>(watches_.size());
        watches_.emplace_back();
    } else {
        id.index = free_.back();
        free_.pop_back();
    }
    Watch& place = watches_[id.index];
    id.generation = place.generation;
    epoll_event event{.events = events, .data = {.u64 = pack(id)}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
        free_.push_back(id.index);
        fail("a descriptor cannot be watched");
    }
    place.descriptor = descriptor;
    place.watcher = &watcher;
    return id;
}

void LiveLoop::change(WatchId id, std::uint32_t events) {
    if (!names(id)) return;
    epoll_event event{.events = events, .data = {.u64 = pack(id)}};
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, watches_[id.index].descriptor, &event) != 0)
        fail("a descriptor cannot be watched");
}

void LiveLoop::forget(WatchId id) {
    if (!names(id)) return;
    epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, watches_[id.index].descriptor, nullptr);
    give_back(id);
}

void LiveLoop::closed(WatchId id) {
    if (names(id)) give_back(id);
}

void LiveLoop::give_back(WatchId id) {
    watches_[id.index] = {.generation = id.generation + 1};
    free_.push_back(id.index);
}

void LiveLoop::add(Task& task) {
    tasks_.push_back(&task);
}

void LiveLoop::remove(Task& task) {
    std::erase(tasks_, &task);
}

unsigned LiveLoop::interrupts() const {
    return tools::interrupts();
}

std::optional<ip::Time> LiveLoop::next_deadline() const {
    std::optional<ip::Time> first;
    for (const Task* task : tasks_) first = ip::earlier(first, task->deadline());
    return first;
}

void LiveLoop::wait(std::optional<ip::Time> until) {
    constexpr int kEvents = 256;
    std::array<epoll_event, kEvents> events;
    ip::Duration longest = kLongestWait;
    if (until) longest = std::clamp(*until - clock_.now(), ip::Duration::zero(), kLongestWait);
    const timespec timeout{.tv_sec = longest.count() / 1'000'000'000,
                           .tv_nsec = longest.count() % 1'000'000'000};
    // Nanoseconds: pacing and short round trips know shorter times than the milliseconds of epoll_wait(2).
    const int n = epoll_pwait2(epoll_.get(), events.data(), kEvents, &timeout, nullptr);
    if (n < 0 && errno != EINTR) fail("waiting failed");
    refresh();
    for (int i = 0; i < n; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        const auto index = static_cast<std::uint32_t>(event.data.u64);
        if (watches_[index].generation != event.data.u64 >> 32) continue;  // forgotten in this turn
        watches_[index].watcher->ready(event.events, now_);
    }
}

void LiveLoop::turn(std::optional<ip::Time> until) {
    wait(ip::earlier(until, next_deadline()));
    for (std::size_t i = 0; i < tasks_.size(); ++i) tasks_[i]->run(now_);
}

}  // namespace glass::tools
