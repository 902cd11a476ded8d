#include "tools/lesson_crash.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <sys/wait.h>

namespace glass::tools {
namespace {

struct Kind {
    std::string_view word;  ///< in the report
    std::string_view what;
};
constexpr Kind kKinds[] = {
    {"heap-buffer-overflow",
     "it reads or writes beyond the end (or before the start) of the octets it was given"},
    {"stack-buffer-overflow", "it reads or writes beyond the end of a local array"},
    {"global-buffer-overflow", "it reads or writes beyond the end of a constant array"},
    {"stack-overflow", "it calls itself without end"},
    {"heap-use-after-free",
     "it uses memory that has been freed: a reference or an iterator that is no longer good?"},
    {"stack-use-after", "it uses a local variable that is gone"},
    {"double-free", "it frees the same memory twice"},
    {"allocation-size-too-big", "it asks for an absurd amount of memory: a length that went below zero?"},
    {"hard rss limit", "it takes more memory than a check may: a loop that adds and does not end?"},
    {"out-of-memory", "it takes more memory than a check may: a loop that adds and does not end?"},
    {"negative-size-param", "a length that went below zero"},
    {"memcpy-param-overlap", "memcpy() between octets that overlap"},
    {"attempting free on address", "it frees memory that was never allocated"},
    {"FPE", "it divides by zero"},
    {"SEGV", "it uses a null pointer, or one that points nowhere"},
};

std::string_view line_with(std::string_view report, std::string_view words) {
    const std::size_t at = report.find(words);
    if (at == std::string_view::npos) return {};
    const std::size_t start = report.rfind('\n', at) + 1;
    return report.substr(start, std::min(report.find('\n', at), report.size()) - start);
}

/// What follows the words on their line.
std::string_view rest_after(std::string_view report, std::string_view words) {
    const std::string_view line = line_with(report, words);
    return line.empty() ? line : line.substr(line.find(words) + words.size());
}

std::string_view last_part(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace

std::string place_in(std::string_view report, std::string_view source) {
    // UBSan: "lessons/03-checksum/exercise.cc:17:9: runtime error: ..."
    if (const std::string_view line = line_with(report, "runtime error: "); !line.empty()) {
        const std::size_t at = line.find(source);
        const std::size_t end = line.find(": runtime error");
        if (at < end) {
            std::string_view place = line.substr(at, end - at);
            place = place.substr(0, place.rfind(':'));
            return std::string(place);
        }
    }
    // A stack: "    #1 0x55 in glass::ip::checksum(...) lessons/03-checksum/exercise.cc:17"
    for (std::string_view rest = report; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t in = line.find(" in ");
        const std::size_t path = line.rfind(' ');
        if (line.find('#') == std::string_view::npos || in == std::string_view::npos || path < in + 4)
            continue;
        if (line.find(source, path) == std::string_view::npos) continue;
        const std::string_view function = line.substr(in + 4, path - in - 4);
        return fmt::format("{}, in {}", last_part(line.substr(path + 1)), function);
    }
    return {};
}

LessonCrash explain_crash(std::string_view report, int status, std::string_view source) {
    LessonCrash crash{.kind = {}, .what = {}, .where = place_in(report, source)};
    if (const std::string_view rest = rest_after(report, "runtime error: "); !rest.empty()) {
        crash.kind = "undefined behaviour";
        crash.what = "undefined behaviour: " + std::string(rest);
    } else if (const std::string_view assertion = rest_after(report, "Assertion '"); !assertion.empty()) {
        crash.kind = "assertion";
        crash.what = "a container was used against its rules: '" + std::string(assertion);
    } else if (const auto kind = std::ranges::find_if(
                   kKinds, [&](const Kind& k) { return report.find(k.word) != std::string_view::npos; });
               kind != std::end(kKinds)) {
        crash.kind = kind->word;
        crash.what = kind->what;
    } else if (WIFSIGNALED(status)) {
        crash.kind = "signal";
        crash.what = fmt::format("the program was ended by signal {} ({})", WTERMSIG(status),
                                 strsignal(WTERMSIG(status)));
    } else {
        crash.kind = "exit";
        crash.what = fmt::format("the program ended itself, with status {}, before the checks were done",
                                 WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    }
    return crash;
}

}  // namespace glass::tools
