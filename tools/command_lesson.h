// glass lesson: the course, from its list to its grades.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tools/lesson_report.h"
#include "tools/style.h"

namespace glass::tools {

struct LessonCommand {
    std::string lesson;  ///< as Course::find() takes it; empty: all
    ColorChoice color = ColorChoice::automatic;
    std::optional<std::uint64_t> seed;
    std::string program;   ///< a check program that stands; empty: have make build it
    std::string programs;  ///< the folder of all of them: build/asan/lessons
    bool watch = false;    ///< check again whenever the exercise changes
    bool json = false;
    bool give_up = false;
    std::string student;        ///< whose quiz; empty: by `seed`
    std::string answers;        ///< to a quiz, with commas; empty: they are typed
    bool key = false;           ///< print a quiz with its answers
    std::uint16_t port = 8000;  ///< of the pages
    ReportForm form = ReportForm::json;
    std::string write_to;  ///< a file for the report; empty: standard output
};

int run_lesson_list(const LessonCommand& options);
int run_lesson_start(const LessonCommand& options);
int run_lesson_hint(const LessonCommand& options);
int run_lesson_show(const LessonCommand& options);
int run_lesson_reset(const LessonCommand& options);
int run_lesson_check(const LessonCommand& options);
int run_lesson_serve(const LessonCommand& options);
int run_lesson_quiz(const LessonCommand& options);
int run_lesson_report(const LessonCommand& options);

}  // namespace glass::tools
