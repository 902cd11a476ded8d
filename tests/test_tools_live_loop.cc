// The live loop: clock, deadlines, descriptors, and signals.
#include <csignal>
#include <doctest/doctest.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/live_loop.h"

using namespace glass;
using namespace std::chrono_literals;
using tools::LiveLoop;

namespace {

struct Pipe {
    Pipe() {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        out = ip::FileDescriptor(ends[0]);
        in = ip::FileDescriptor(ends[1]);
    }
    void fill() const { REQUIRE(write(in.get(), "x", 1) == 1); }
    ip::FileDescriptor out, in;
};

struct CountingWatcher final : tools::Watcher {
    void ready(std::uint32_t, ip::Time) override {
        ++times;
        if (forgets != nullptr) forgets->forget(whom);
    }
    int times = 0;
    LiveLoop* forgets = nullptr;
    LiveLoop::WatchId whom;
};

struct Alarm final : tools::Task {
    void run(ip::Time now) override {
        if (!at || now < *at) return;
        rang_at = now;
        at.reset();
    }
    std::optional<ip::Time> deadline() const override { return at; }
    std::optional<ip::Time> at, rang_at;
};

}  // namespace

TEST_CASE("the live clock goes on, and is after 2020") {
    const tools::LiveClock clock;
    const ip::Time first = clock.now();
    CHECK(first.time_since_epoch() > std::chrono::years(50));
    CHECK(clock.now() >= first);
}

TEST_CASE("a task runs at its deadline, not before, and the earliest comes first") {
    LiveLoop loop;
    Alarm early, late;
    early.at = loop.now() + 2ms;
    late.at = loop.now() + 5ms;
    const ip::Time first = *early.at, second = *late.at;
    loop.add(late);
    loop.add(early);
    while (early.at) loop.turn();
    CHECK(*early.rang_at >= first);
    CHECK((late.at.has_value() || *late.rang_at >= second));
    while (late.at) loop.turn();
    CHECK(*late.rang_at >= second);
    loop.remove(early);
    loop.remove(late);
    const ip::Time until = loop.now() + 1ms;
    loop.turn(until);
    CHECK(loop.now() >= until);
}

TEST_CASE("a descriptor's watcher is told, until it is forgotten") {
    LiveLoop loop;
    const Pipe pipe;
    CountingWatcher watcher;
    const auto id = loop.watch(pipe.out.get(), EPOLLIN, watcher);
    loop.turn(loop.now());
    CHECK(watcher.times == 0);
    pipe.fill();
    loop.turn(loop.now() + 1s);
    CHECK(watcher.times == 1);
    loop.forget(id);
    loop.turn(loop.now());
    CHECK(watcher.times == 1);
    loop.forget(id);  // names nothing any more
    CountingWatcher other;
    loop.watch(pipe.out.get(), EPOLLIN, other);
    loop.forget(id);
    loop.turn(loop.now() + 1s);
    CHECK(other.times == 1);
}

TEST_CASE("what one watcher forgets is not told in the same turn") {
    LiveLoop loop;
    const Pipe one, two;
    CountingWatcher first, second;
    first.forgets = second.forgets = &loop;
    second.whom = loop.watch(one.out.get(), EPOLLIN, first);
    first.whom = loop.watch(two.out.get(), EPOLLIN, second);
    one.fill();
    two.fill();
    loop.turn(loop.now() + 1s);
    CHECK(first.times + second.times == 1);
}

TEST_CASE("signals are counted, and wake the loop") {
    // In a process of its own: others here would take the signal for theirs.
    const pid_t child = fork();
    if (child == 0) {
        LiveLoop loop;
        const ip::Time start = loop.now();
        std::raise(SIGTERM);
        loop.turn(start + 10s);
        const bool one = loop.interrupts() == 1 && loop.now() < start + 9s;
        std::raise(SIGINT);
        loop.turn(start + 10s);
        _exit(one && loop.interrupts() == 2 ? 0 : 1);
    }
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}
