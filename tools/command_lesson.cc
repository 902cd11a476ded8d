// glass lesson list, start, hint, show and reset.
#include "tools/command_lesson.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <unistd.h>

#include "tools/capture_loop.h"
#include "tools/lesson_stub.h"
#include "tools/run_program.h"

namespace glass::tools {
namespace {

constexpr int kDone = 0, kRefused = 1;
constexpr unsigned kHints = 3;

/// What both need: the course, and the lesson that was named. Says what is wrong.
struct Chosen {
    Course course;
    const Lesson* lesson = nullptr;
};
std::optional<Chosen> choose(const LessonCommand& options) {
    auto course = open_course();
    if (!course) {
        complain(course.error());
        return std::nullopt;
    }
    Chosen chosen{.course = std::move(*course)};
    const auto lesson = chosen.course.find(options.lesson);
    if (!lesson) {
        complain(lesson.error());
        return std::nullopt;
    }
    chosen.lesson = *lesson;
    return chosen;
}

std::string state_of(const Lesson& lesson, const LessonProgress& progress) {
    if (progress.passed) return "passed";
    if (!is_todo(lesson)) return "written";
    return progress.started ? "started" : "";
}

/// Sections of a text that begin with "## ", without that line.
std::vector<std::string> sections(const std::string& text) {
    std::vector<std::string> result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("## ")) {
            result.emplace_back();
        } else if (!result.empty()) {
            result.back() += line + "\n";
        }
    }
    return result;
}

}  // namespace

int run_lesson_list(const LessonCommand& options) {
    const auto course = open_course();
    if (!course) return complain(course.error()), kCannotRead;
    const Style style = style_for_output(options.color);
    Progress progress = load_progress();
    std::string out;
    style.put(
        out, Ink::strong,
        fmt::format("{:<4}{:<44}{:>6}  {:<12}{:<10}{}\n", "", "Lesson", "min", "builds on", "state", "quiz"));
    for (const Lesson& lesson : course->lessons) {
        const LessonProgress& own = progress[lesson.number];
        std::string needs;
        for (const std::string& number : lesson.needs) needs += number + " ";
        const std::string quiz = own.quiz_of > 0 ? fmt::format("{}/{}", own.quiz_right, own.quiz_of) : "";
        out += fmt::format("{:<4}{:<44}{:>6}  {:<12}{:<10}{}\n", lesson.number, lesson.title, lesson.minutes,
                           needs, state_of(lesson, own), quiz);
    }
    fmt::print("{}\nNext: glass lesson start NN; the texts are lessons/NN-name/README.md\n", out);
    return kDone;
}

int run_lesson_start(const LessonCommand& options) {
    const auto chosen = choose(options);
    if (!chosen) return kCannotRead;
    const Lesson& lesson = *chosen->lesson;
    Progress progress = load_progress();
    progress[lesson.number].started = true;
    save_progress(progress);
    fmt::print(
        "{} {} (about {} minutes)\n\n  Read    {}/README.md\n  Write   {}\n  Check   make check-{}\n  Stuck? "
        " glass lesson hint {}\n",
        lesson.number, lesson.title, lesson.minutes, lesson.folder, lesson.exercise(), lesson.number,
        lesson.number);
    std::string open;
    for (const std::string& number : lesson.needs)
        if (!progress[number].passed) open += (open.empty() ? " " : " and ") + number;
    if (!open.empty())
        fmt::print("\nIt builds on ideas of{}; our code stands in for what you have not written.\n", open);
    return kDone;
}

int run_lesson_hint(const LessonCommand& options) {
    const auto chosen = choose(options);
    if (!chosen) return kCannotRead;
    const Lesson& lesson = *chosen->lesson;
    const auto hints = sections(read_text_file(lesson.folder + "/hints.md"));
    if (hints.empty()) return complain("lesson " + lesson.number + " has no hints"), kRefused;
    Progress progress = load_progress();
    LessonProgress& own = progress[lesson.number];
    const unsigned most = std::min<unsigned>(kHints, static_cast<unsigned>(hints.size()));
    const bool news = own.hints < most;
    own.hints = std::min(own.hints + 1, most);
    own.started = true;
    save_progress(progress);
    for (unsigned i = 0; i < own.hints; ++i) fmt::print("Hint {} of {}\n{}", i + 1, most, hints[i]);
    if (!news)
        fmt::print("That was the last. After a pass, or with --give-up: glass lesson show {}\n",
                   lesson.number);
    return kDone;
}

int run_lesson_show(const LessonCommand& options) {
    const auto chosen = choose(options);
    if (!chosen) return kCannotRead;
    const Lesson& lesson = *chosen->lesson;
    Progress progress = load_progress();
    LessonProgress& own = progress[lesson.number];
    if (!own.passed && !options.give_up) {
        complain("our solution is shown once yours passes (glass lesson check " + lesson.number +
                 "), or with --give-up");
        return kRefused;
    }
    if (access(lesson.file.c_str(), R_OK) != 0) {
        complain(lesson.file + " is not in this tree: ask your instructor");
        return kRefused;
    }
    if (!own.passed && !own.gave_up) {
        own.gave_up = true;
        save_progress(progress);
    }
    const Style style = style_for_output(options.color);
    const std::size_t columns = std::max<std::size_t>(style.columns(), 120);
    fmt::print("Left: {}    right: {}\n\n", lesson.exercise(), lesson.file);
    const int status =
        run_program({"diff", "-y", "-t", "-W", std::to_string(columns), lesson.exercise(), lesson.file});
    return status > 1 ? kCannotRead : kDone;
}

int run_lesson_reset(const LessonCommand& options) {
    const auto chosen = choose(options);
    if (!chosen) return kCannotRead;
    const Lesson& lesson = *chosen->lesson;
    const std::string stub = committed_stub(lesson);
    if (stub.empty())
        return complain("git knows no stub of " + lesson.exercise() + ": this tree is no git repository?"),
               kCannotRead;
    const std::string kept = "build/lessons/" + lesson.number + "-before-reset.cc";
    std::filesystem::create_directories("build/lessons");
    std::error_code ignored;
    std::filesystem::copy_file(lesson.exercise(), kept, std::filesystem::copy_options::overwrite_existing,
                               ignored);
    std::ofstream file(lesson.exercise(), std::ios::binary | std::ios::trunc);
    file << stub;
    file.close();
    if (!file) return complain(lesson.exercise() + ": " + std::strerror(errno)), kCannotRead;
    Progress progress = load_progress();
    progress.erase(lesson.number);
    save_progress(progress);
    fmt::print("{} is the stub again; yours is kept in {}\n", lesson.exercise(), kept);
    return kDone;
}

}  // namespace glass::tools
