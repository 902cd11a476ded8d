#include "tools/command_lab.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/capture_loop.h"
#include "tools/child.h"
#include "tools/own_namespace.h"
#include "tools/web_site.h"

namespace glass::tools {
namespace {

constexpr int kNoSuchCommand = 127;                       // as shells have it
constexpr ip::Duration kMercy = std::chrono::seconds(5);  // between "end" and the end

sigset_t block(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) sigaddset(&set, signal);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    return set;
}

// ---- inside: the init process of the namespace, which is also the server ----

/// What the process outside wants: the number of a signal that is for all in here.
class Orders final : public Watcher {
public:
    Orders(LiveLoop& loop, int descriptor) : loop_(loop), descriptor_(descriptor) {
        watch_ = loop_.watch(descriptor, EPOLLIN, *this);
    }
    ~Orders() override { loop_.forget(watch_); }
    void ready(std::uint32_t, ip::Time) override {
        std::uint8_t signal = 0;
        if (read(descriptor_, &signal, 1) == 1)
            kill(-1, signal);  // all but ourselves, as a terminal would
        else
            _exit(1);  // nobody is out there any more
    }

private:
    LiveLoop& loop_;
    int descriptor_;
    LiveLoop::WatchId watch_;
};

/// Children end: the command, and whoever lost their parent.
class Reaper final : public Watcher {
public:
    explicit Reaper(LiveLoop& loop) : loop_(loop) {
        const sigset_t set = block({SIGCHLD});
        file_ = ip::FileDescriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
        watch_ = loop_.watch(file_.get(), EPOLLIN, *this);
    }
    ~Reaper() override { loop_.forget(watch_); }
    void ready(std::uint32_t, ip::Time) override {
        signalfd_siginfo info{};
        while (read(file_.get(), &info, sizeof info) > 0) {
        }
        reap();
    }
    void reap() {
        int ended = 0;
        for (pid_t pid; (pid = waitpid(-1, &ended, WNOHANG)) > 0;)
            if (pid == command) status = shell_status(ended);
    }
    pid_t command = -1;
    std::optional<int> status;

private:
    LiveLoop& loop_;
    ip::FileDescriptor file_;
    LiveLoop::WatchId watch_;
};

std::vector<std::string> shell() {
    const char* name = std::getenv("SHELL");
    return {name != nullptr && *name != '\0' ? name : "/bin/sh"};
}

void welcome(const LabCommand& command, const std::string& offer, WebServer* server) {
    if (!command.words.empty()) return;
    std::string urls;
    if (server != nullptr)
        for (const std::string& url : server->urls())
            urls += (urls.empty() ? "" : " and ") + url + (command.server.page ? "live/" : "");
    fmt::print(stderr, "A network of its own{}{}. \"exit\" leaves it.\n",
               server == nullptr ? "" : fmt::format("; our own TCP serves {} at ", offer), urls);
}

int run_inside(LiveLoop& loop, const LabCommand& command, const std::string& offer, WebServer* server,
               int orders_from) {
    const Orders orders(loop, orders_from);
    Reaper reaper(loop);
    welcome(command, offer, server);
    const auto child = run_child(command.words.empty() ? shell() : command.words);
    if (!child) {
        complain(child.error());
        return kNoSuchCommand;
    }
    reaper.command = *child;
    reaper.reap();
    while (!reaper.status) loop.turn();
    return *reaper.status;
}

int be_inside(const LabCommand& command, int orders_from) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (const auto done = set_up_own_namespaces(); !done) {
        complain(done.error());
        return kCannotRead;
    }
    LiveLoop loop;
    // They are the command's, and those outside decide which of them are.
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
    if (!command.serves) return run_inside(loop, command, {}, nullptr, orders_from);
    WebSite site(loop, command.server);
    const auto server = site.open();
    if (!server) {
        complain(server.error());
        return kCannotRead;
    }
    const int status = run_inside(loop, command, site.text(), server->get(), orders_from);
    site.end();
    return (*server)->shut_down(std::chrono::milliseconds(200)) ? status : kCannotRead;
}

// ---- outside ----

/// Waits for the end of those inside, and hands signals on.
class Guard {
public:
    Guard() : set_(block({SIGINT, SIGTERM, SIGHUP, SIGCHLD})) {
        // Shells start what runs in the background with it ignored, and what is ignored never comes.
        std::signal(SIGINT, SIG_DFL);
    }

    int wait(pid_t inside, int orders_to) {
        const ip::FileDescriptor signals(signalfd(-1, &set_, SFD_CLOEXEC));
        for (bool told = false;;) {
            pollfd poll_for{.fd = signals.get(), .events = POLLIN, .revents = 0};
            const int limit = told ? static_cast<int>(kMercy / std::chrono::milliseconds(1)) : -1;
            const int n = poll(&poll_for, 1, limit);
            if (n == 0) kill(inside, SIGKILL);
            if (n > 0 && hand_on(signals.get(), orders_to) && std::exchange(told, true))
                kill(inside, SIGKILL);
            int status = 0;
            if (waitpid(inside, &status, n == 0 ? 0 : WNOHANG) == inside) return shell_status(status);
        }
    }

private:
    /// Whether it was a signal to hand on. What comes from the terminal the command has got, too.
    static bool hand_on(int signals, int orders_to) {
        signalfd_siginfo info{};
        if (read(signals, &info, sizeof info) != sizeof info) return false;
        if (info.ssi_signo == SIGCHLD || info.ssi_code == SI_KERNEL) return false;
        const auto signal = static_cast<std::uint8_t>(info.ssi_signo);
        return write(orders_to, &signal, 1) == 1;
    }

    sigset_t set_;
};

}  // namespace

int run_lab(const LabCommand& command) {
    std::fflush(nullptr);
    Guard guard;
    if (const auto entered = enter_own_namespaces(); !entered) {
        complain(entered.error());
        return kCannotRead;
    }
    std::array<int, 2> orders{};
    if (pipe2(orders.data(), O_CLOEXEC) != 0)
        throw std::system_error(errno, std::generic_category(), "no pipe");
    const pid_t inside = fork();
    if (inside < 0) throw std::system_error(errno, std::generic_category(), "no process");
    if (inside == 0) {
        close(orders[1]);
        int status = kCannotRead;
        try {
            status = be_inside(command, orders[0]);
        } catch (const std::exception& error) {
            complain(error.what());
        }
        std::fflush(nullptr);
        _exit(status);
    }
    close(orders[0]);
    return guard.wait(inside, orders[1]);
}

}  // namespace glass::tools
