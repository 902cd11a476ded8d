#include "tools/lesson_child.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

#include "ip/file_descriptor.h"
#include "tools/lesson_crash.h"
#include "tools/lesson_records.h"

namespace glass::tools {
namespace {

constexpr std::size_t kMostRecords = std::size_t{4} << 20;
constexpr std::size_t kMostPrinted = std::size_t{64} << 10;
constexpr std::chrono::minutes kWallTime{10};
constexpr rlim_t kCpuSeconds = 300;
constexpr int kMostEndless = 2;  ///< then the rest is not waited for

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
    ip::FileDescriptor read, write;
    Pipe() {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) fail("pipe");
        read = ip::FileDescriptor(ends[0]);
        write = ip::FileDescriptor(ends[1]);
    }
};

/// The page in which the child keeps its story, so that it outlives the child.
class StoryPage {
public:
    StoryPage() : fd_(memfd_create("story", 0)) {
        if (!fd_ || ftruncate(fd_.get(), kStorySize) != 0) fail("memfd");
        text_ = static_cast<const char*>(mmap(nullptr, kStorySize, PROT_READ, MAP_SHARED, fd_.get(), 0));
        if (text_ == MAP_FAILED) fail("mmap");
    }
    ~StoryPage() { munmap(const_cast<char*>(text_), kStorySize); }
    StoryPage(const StoryPage&) = delete;
    StoryPage& operator=(const StoryPage&) = delete;

    int fd() const { return fd_.get(); }
    std::string text() const { return {text_, strnlen(text_, kStorySize)}; }

private:
    ip::FileDescriptor fd_;
    const char* text_;
};

void limit(int what, rlim_t soft) {
    const rlimit both{.rlim_cur = soft, .rlim_max = soft};
    setrlimit(static_cast<__rlimit_resource>(what), &both);
}

/// In the child, up to the new program. Memory is limited by the sanitizer: its shadow takes terabytes of
/// address space, which RLIMIT_AS would count.
[[noreturn]] void become_check(const LessonRun& run, std::size_t from, int records, int story, int text) {
    // The four descriptors may stand anywhere: first out of the way of their new numbers.
    const int high_records = fcntl(records, F_DUPFD_CLOEXEC, 10),
              high_story = fcntl(story, F_DUPFD_CLOEXEC, 10);
    const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(text, 1);
    dup2(text, 2);
    dup2(nothing, 0);
    dup2(high_records, kRecordsFd);
    dup2(high_story, kStoryFd);
    limit(RLIMIT_CPU, kCpuSeconds);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, rlim_t{64} << 20);
    setpgid(0, 0);
    setenv("ASAN_OPTIONS",
           "handle_abort=1:detect_leaks=0:hard_rss_limit_mb=1024:max_allocation_size_mb=512:"
           "allocator_may_return_null=0:abort_on_error=0:exitcode=99:color=never:"
           "quarantine_size_mb=16",  // freed memory is used again: fresh pages cost more than the checks
           1);
    setenv("UBSAN_OPTIONS", "print_stacktrace=1:color=never", 1);
    setenv("GLASS_LESSON_OUT", run.folder.c_str(), 1);
    const std::string seed = std::to_string(run.seed), first = std::to_string(from);
    execl(run.program.c_str(), run.program.c_str(), "--seed", seed.c_str(), "--from", first.c_str(), nullptr);
    _exit(127);
}

/// Reads both until both are closed, or the time is over. What is too much is read and forgotten.
bool read_all(int records_fd, std::string& records, int text_fd, std::string& text) {
    const auto end = std::chrono::steady_clock::now() + kWallTime;
    pollfd ends[] = {{records_fd, POLLIN, 0}, {text_fd, POLLIN, 0}};
    std::string* const into[] = {&records, &text};
    const std::size_t most[] = {kMostRecords, kMostPrinted};
    char buffer[16384];
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        if (poll(ends, 2, static_cast<int>(left.count())) < 0 && errno != EINTR) fail("poll");
        for (std::size_t i = 0; i < 2; ++i) {
            if (ends[i].fd < 0 || ends[i].revents == 0) continue;
            const ssize_t n = read(ends[i].fd, buffer, sizeof buffer);
            if (n <= 0) ends[i].fd = -1;
            if (n > 0 && into[i]->size() < most[i]) into[i]->append(buffer, static_cast<std::size_t>(n));
        }
    }
    return true;
}

struct Ending {
    std::string records, text, story;
    int status = 0;
    bool in_time = true;
};

Ending run_from(const LessonRun& run, std::size_t from) {
    Pipe records, text;
    StoryPage story;
    const pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) become_check(run, from, records.write.get(), story.fd(), text.write.get());
    records.write.close();
    text.write.close();
    Ending ending;
    ending.in_time = read_all(records.read.get(), ending.records, text.read.get(), ending.text);
    kill(-child, SIGKILL);  // what it may have started, too
    while (waitpid(child, &ending.status, 0) < 0 && errno == EINTR) {
    }
    ending.story = story.text();
    return ending;
}

/// What the last case came to, in which the program died.
void explain(LessonCase& last, const Ending& ending, const std::string& source) {
    LessonCrash crash = explain_crash(ending.text, ending.status, source);
    if (!ending.in_time) crash = {.kind = "endless", .what = "no end after ten minutes", .where = {}};
    if (last.crash) {  // it said itself what happens
        crash.kind = last.crash->kind;
        crash.what = last.crash->what;
    }
    last.crash = crash;
    last.ended = false;
    last.story = ending.story;
}

}  // namespace

LessonResult run_lesson(const LessonRun& run) {
    LessonResult result{.lesson = run.lesson, .seed = run.seed};
    std::error_code ignored;
    std::filesystem::remove_all(run.folder, ignored);
    std::filesystem::create_directories(run.folder);
    int endless = 0;
    for (std::size_t from = 1; endless < kMostEndless;) {
        const Ending ending = run_from(run, from);
        const std::size_t before = result.cases.size();
        const bool done = read_lesson_records(ending.records, result.cases);
        if (result.printed.size() < kMostPrinted) result.printed += ending.text;
        if (done && ending.in_time) break;
        const bool started = result.cases.size() > before;
        if (!started) result.cases.push_back({.number = from, .name = "the start of the checks"});
        LessonCase& last = result.cases.back();
        explain(last, ending, run.source);
        if (!started || last.number < from) break;  // it does not go on where it should
        endless += last.crash->kind == "endless" ? 1 : 0;
        from = last.number + 1;
    }
    return result;
}

}  // namespace glass::tools
