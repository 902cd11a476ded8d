// Live loop: one thread that waits for whatever happens next: a file descriptor, a deadline or Ctrl-C. The
// only clock of the live commands.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ip/file_descriptor.h"
#include "ip/time.h"

namespace glass::tools {

/// Nanoseconds since 1970 that never go back: the time of day when it was made, and what has passed since.
class LiveClock {
public:
    LiveClock();
    [[nodiscard]] ip::Time now() const;

private:
    ip::Duration offset_;  ///< of CLOCK_MONOTONIC
};

/// Told when its file descriptor is ready.
class Watcher {
public:
    virtual ~Watcher() = default;
    /// `events`: EPOLLIN, ...
    virtual void ready(std::uint32_t events, ip::Time now) = 0;
};

/// Something that has work to do after what happened, or at its deadline.
class Task {
public:
    virtual ~Task() = default;
    /// Once in every turn of the loop, after all watchers were told: does what there is to do by now.
    virtual void run(ip::Time now) = 0;
    /// When to run again though nothing happens; nothing: never. Asked after all tasks have run.
    [[nodiscard]] virtual std::optional<ip::Time> deadline() const = 0;
};

/// Everything else registers with it, and outlives its registration. While it lives, SIGINT, SIGTERM and
/// SIGHUP are counted, and SIGPIPE is ignored; the third signal ends the program at once.
class LiveLoop {
public:
    LiveLoop();
    ~LiveLoop();
    LiveLoop(const LiveLoop&) = delete;
    LiveLoop& operator=(const LiveLoop&) = delete;

    /// Names a file descriptor that is watched; used again only long after it was forgotten.
    struct WatchId {
        std::uint32_t index = 0xffffffff;
        std::uint32_t generation = 0;
        explicit operator bool() const { return index != 0xffffffff; }
    };
    /// `events` as in epoll_ctl(2), EPOLLET if wanted. The descriptor stays the caller's.
    WatchId watch(int descriptor, std::uint32_t events, Watcher& watcher);
    void change(WatchId id, std::uint32_t events);
    /// Before the descriptor is closed. After it the watcher is told no more, not even what has happened
    /// already. An id that names nothing is left alone.
    void forget(WatchId id);
    /// In place of forget(), after the descriptor was closed: the kernel has forgotten it by itself.
    void closed(WatchId id);

    /// Tasks run in the order in which they came.
    void add(Task& task);
    void remove(Task& task);

    /// The time of this turn.
    [[nodiscard]] ip::Time now() const { return now_; }
    /// For who has worked long in a turn: the time it is now.
    ip::Time refresh() { return now_ = clock_.now(); }
    /// Waits until something happens, or `until` comes, and runs everything once.
    void turn(std::optional<ip::Time> until = std::nullopt);

    /// How often somebody wanted it to end: 1, in good order; 2, at once.
    [[nodiscard]] unsigned interrupts() const;

private:
    struct Watch {
        int descriptor = -1;
        std::uint32_t generation = 0;
        Watcher* watcher = nullptr;
    };

    void give_back(WatchId id);
    [[nodiscard]] bool names(WatchId id) const {
        return id.index < watches_.size() && watches_[id.index].generation == id.generation;
    }
    [[nodiscard]] std::optional<ip::Time> next_deadline() const;
    void wait(std::optional<ip::Time> until);

    LiveClock clock_;
    ip::Time now_;
    ip::FileDescriptor epoll_;
    WatchId signals_;
    std::vector<Watch> watches_;
    std::vector<std::uint32_t> free_;
    std::vector<Task*> tasks_;
};

}  // namespace glass::tools
