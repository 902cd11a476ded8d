// The main function of every check program: runs the cases from one on, and reports each.
//
//   check [--seed N] [--from CASE]
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <sys/time.h>

#include "lessons/frame/check.h"
#include "lessons/frame/record.h"
#include "lessons/todo.h"

namespace glass::lesson {
namespace {

Case* first_case = nullptr;
Case** end_of_cases = &first_case;

/// Seconds of processor time a case may take: far more than any needs, however busy the machine is. The abort
/// shows where it was.
constexpr int kCaseSeconds = 3;

void take_too_long(int) {
    send("endless", std::to_string(kCaseSeconds));
    std::abort();
}

void start_clock() {
    const itimerval limit{.it_interval = {}, .it_value = {.tv_sec = kCaseSeconds, .tv_usec = 0}};
    setitimer(ITIMER_VIRTUAL, &limit, nullptr);
}

void run(const Case& one, unsigned long number, std::uint64_t seed) {
    send("case", std::to_string(number) + " " + one.name);
    send("rfc", one.rfc);
    story_clear();
    start_clock();
    try {
        Check check(seed + number);
        one.run(check);
    } catch (const Todo& todo) {
        send("todo", todo.what);
    } catch (const std::exception& error) {
        send("threw", error.what());
    } catch (...) {
        send("threw", "something that is no std::exception");
    }
    send("end", "");
}

}  // namespace

Case::Case(const char* case_name, const char* section, void (*body)(Check&))
    : name(case_name), rfc(section), run(body) {
    *end_of_cases = this;
    end_of_cases = &next;
}

}  // namespace glass::lesson

int main(int argc, char** argv) {
    using namespace glass::lesson;
    std::uint64_t seed = 1;
    unsigned long from = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::strcmp(argv[i], "--seed") == 0) seed = std::strtoull(argv[i + 1], nullptr, 10);
        if (std::strcmp(argv[i], "--from") == 0) from = std::strtoul(argv[i + 1], nullptr, 10);
    }
    std::signal(SIGVTALRM, take_too_long);
    unsigned long number = 0;
    for (const Case* one = first_case; one != nullptr; one = one->next)
        if (++number >= from) run(*one, number, seed);
    send("done", std::to_string(number));
    return 0;
}
