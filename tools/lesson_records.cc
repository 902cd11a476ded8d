#include "tools/lesson_records.h"

#include <algorithm>
#include <charconv>

namespace glass::tools {
namespace {

// More than any check program says: a program gone wild must not take all memory.
constexpr std::size_t kMostFailures = 50, kMostCases = 500;

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            out += text[++i] == 'n' ? '\n' : text[i];
        } else {
            out += text[i];
        }
    }
    return out;
}

/// "3 an odd length"
LessonCase case_of(std::string_view text) {
    LessonCase one;
    const char* const end = text.data() + text.size();
    const auto number = std::from_chars(text.data(), end, one.number);
    one.name = std::string(number.ptr, end);
    one.name.erase(0, one.name.find_first_not_of(' '));
    return one;
}

/// Where a record about the case's last failure belongs: null for other kinds.
std::string* member_of(LessonFailure& failure, std::string_view kind) {
    if (kind == "form") return &failure.form;
    if (kind == "expected") return &failure.expected;
    if (kind == "actual") return &failure.actual;
    if (kind == "story") return &failure.story;
    if (kind == "capture") return &failure.capture;
    return nullptr;
}

void take(LessonCase& one, std::string_view kind, std::string text) {
    if (kind == "rfc") {
        one.rfc = std::move(text);
    } else if (kind == "todo") {
        one.todo = std::move(text);
    } else if (kind == "fail") {
        if (one.failures.size() < kMostFailures) one.failures.push_back({.what = std::move(text)});
    } else if (kind == "threw") {
        one.crash = {.kind = "exception", .what = "an exception that nobody caught: " + text, .where = {}};
    } else if (kind == "endless") {
        one.crash = {.kind = "endless",
                     .what = "no end after " + text + " s: an endless loop, or far too much work",
                     .where = {}};
    } else if (kind == "end") {
        one.ended = true;
    } else if (!one.failures.empty()) {
        if (std::string* const member = member_of(one.failures.back(), kind)) *member = std::move(text);
    }
}

}  // namespace

bool read_lesson_records(std::string_view records, std::vector<LessonCase>& cases) {
    const std::size_t before = cases.size();
    while (!records.empty()) {
        const std::size_t end = records.find('\n');
        if (end == std::string_view::npos) break;
        const std::string_view line = records.substr(0, end);
        records.remove_prefix(end + 1);
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string_view kind = line.substr(0, space);
        std::string text = unescaped(line.substr(std::min(space + 1, line.size())));
        if (kind == "done") return true;
        if (kind == "case") {
            if (cases.size() - before == kMostCases) break;
            cases.push_back(case_of(text));
        } else if (cases.size() > before) {
            take(cases.back(), kind, std::move(text));
        }
    }
    return false;
}

}  // namespace glass::tools
