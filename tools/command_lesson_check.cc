// glass lesson check and report: runs check programs, and says what came of it.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <thread>

#include "tools/capture_loop.h"
#include "tools/command_ladder.h"
#include "tools/command_lesson.h"
#include "tools/interrupt.h"
#include "tools/lesson_child.h"
#include "tools/lesson_diagnosis.h"
#include "tools/lesson_dossier.h"
#include "tools/lesson_stub.h"
#include "tools/run_program.h"

namespace glass::tools {
namespace {

namespace fs = std::filesystem;

constexpr int kPassed = 0, kFailed = 1;
constexpr std::size_t kMostPrinted = 2000;  ///< characters of what the code wrote

/// Whether it was built from the exercise as it is now: else that does not compile.
bool is_fresh(const std::string& program, const Lesson& lesson) {
    std::error_code error;
    const auto built = fs::last_write_time(program, error);
    if (error) return false;
    const auto written = fs::last_write_time(lesson.exercise(), error);
    return error || built >= written;
}

/// Whether nobody has written in the exercise. In a tree that git does not know: as far as one can see.
bool is_stub(const Lesson& lesson) {
    const std::string stub = committed_stub(lesson);
    if (!stub.empty()) return read_text_file(lesson.exercise()) == stub;
    return is_todo(lesson) && !load_progress()[lesson.number].started;
}

/// An empty program: the exercise does not compile, or is the stub, which nobody has built.
LessonReport examine(const Lesson& lesson, const std::string& program, std::uint64_t seed,
                     const Style& style) {
    LessonReport report{.lesson = &lesson};
    std::optional<Diagnosis> diagnosis;
    if (program.empty()) {
        report.result.built = false;
        report.result.started = !is_stub(lesson);
    } else {
        report.result = run_lesson({.lesson = lesson.number,
                                    .program = fs::absolute(program).string(),
                                    .source = "exercise.cc",
                                    .folder = program + ".failures",
                                    .seed = seed});
        if (report.result.outcome() == Outcome::fail) diagnosis = diagnose(lesson, report.result);
    }
    if (diagnosis) report.diagnosis = diagnosis->mutant.name;
    report.text = dossier(lesson, report.result, diagnosis, style);
    return report;
}

/// The capture that the first failing case left: of a lesson about TCP or above as a ladder.
void print_packets(const LessonReport& report, ColorChoice color) {
    for (const LessonCase& one : report.result.cases) {
        if (one.outcome() != Outcome::fail) continue;
        for (const LessonFailure& failure : one.failures) {
            if (failure.capture.empty()) continue;
            fmt::print("\nIn packets: {} (Wireshark shows the comment on the last one)\n", failure.capture);
            if (report.lesson->file.starts_with("ip/")) {
                fmt::print("glass show {} 1 --bytes  takes the first one apart\n", failure.capture);
                return;
            }
            std::fflush(stdout);
            LadderCommand ladder;
            ladder.capture.file = failure.capture;
            ladder.capture.verify_checksums = false;
            ladder.view.color = color;
            ladder.view.pager = false;
            ladder.stream = "0";
            run_ladder(ladder);
            return;
        }
        return;
    }
}

/// What the student's code wrote: up to the first report of a sanitizer, which the dossier explains.
std::string without_reports(const std::string& printed) {
    const std::size_t report = std::min(
        {printed.find("runtime error: "), printed.find("AddressSanitizer"), printed.find("==========")});
    if (report == std::string::npos) return printed;
    return printed.substr(0, printed.rfind('\n', report) + 1);
}

void print_dossier(const LessonReport& report, ColorChoice color) {
    fmt::print("{}", report.text);
    if (report.result.outcome() == Outcome::fail && report.result.built) {
        const std::string printed = without_reports(report.result.printed);
        if (!printed.empty()) fmt::print("\nYour code printed:\n{}\n", printed.substr(0, kMostPrinted));
        print_packets(report, color);
        fmt::print("\nAgain:  make check-{} SEED={}     A hint:  glass lesson hint {}\n",
                   report.lesson->number, report.result.seed, report.lesson->number);
    } else if (report.result.outcome() == Outcome::todo) {
        fmt::print("Write {}; the text is {}/README.md\n", report.lesson->exercise(), report.lesson->folder);
    }
    std::fflush(stdout);
}

void remember(const LessonReport& report) {
    if (report.result.outcome() == Outcome::todo) return;
    Progress progress = load_progress();
    LessonProgress& own = progress[report.lesson->number];
    const bool passed = report.result.outcome() == Outcome::pass;
    if (own.started && own.passed == passed) return;
    own.started = true;
    own.passed = passed;
    save_progress(progress);
}

int check_one(const Lesson& lesson, const LessonCommand& options) {
    const Style style = style_for_output(options.color);
    const LessonReport report = examine(lesson, options.program, options.seed.value_or(1), style);
    if (options.json) {
        fmt::print("{}", report_text({report}, ReportForm::json));
    } else {
        print_dossier(report, options.color);
        remember(report);
    }
    return report.result.outcome() == Outcome::fail ? kFailed : kPassed;
}

/// Make knows what to build; it calls us again with the program.
int check_through_make(const Lesson& lesson, const LessonCommand& options) {
    std::vector<std::string> words{"make", "-s", "check-" + lesson.number};
    if (options.seed) words.push_back("SEED=" + std::to_string(*options.seed));
    return run_program(std::move(words));
}

int watch(const Lesson& lesson, const LessonCommand& options) {
    catch_interrupts();
    std::error_code error;
    fs::file_time_type seen{};
    while (!interrupted()) {
        const auto now = fs::last_write_time(lesson.exercise(), error);
        if (!error && now != seen) {
            seen = now;
            check_through_make(lesson, options);
            fmt::print("\n(waiting for {} to change; Ctrl-C ends)\n", lesson.exercise());
            std::fflush(stdout);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return kPassed;
}

std::vector<LessonReport> examine_all(const Course& course, const std::string& programs, std::uint64_t seed,
                                      const Style& style) {
    const Progress progress = load_progress();
    std::vector<LessonReport> reports;
    for (const Lesson& lesson : course.lessons) {
        const std::string program = programs + "/" + lesson.number + "/check";
        reports.push_back(examine(lesson, is_fresh(program, lesson) ? program : "", seed, style));
        const auto known = progress.find(lesson.number);
        if (known != progress.end()) reports.back().progress = known->second;
    }
    return reports;
}

int check_all(const Course& course, const LessonCommand& options) {
    if (options.programs.empty()) return run_program({"make", "-s", "check"});
    const Style style = style_for_output(options.color);
    int status = kPassed;
    for (const LessonReport& report :
         examine_all(course, options.programs, options.seed.value_or(1), style)) {
        if (report.result.outcome() == Outcome::fail) status = kFailed;
        fmt::print("{}", report.text.substr(0, report.text.find('\n') + 1));
        remember(report);
    }
    return status;
}

}  // namespace

int run_lesson_check(const LessonCommand& options) {
    const auto course = open_course();
    if (!course) return complain(course.error()), kCannotRead;
    if (options.lesson.empty()) return check_all(*course, options);
    const auto lesson = course->find(options.lesson);
    if (!lesson) return complain(lesson.error()), kCannotRead;
    if (options.watch) return watch(**lesson, options);
    return options.program.empty() ? check_through_make(**lesson, options) : check_one(**lesson, options);
}

int run_lesson_report(const LessonCommand& options) {
    const auto course = open_course();
    if (!course) return complain(course.error()), kCannotRead;
    const std::string text =
        report_text(examine_all(*course, options.programs, options.seed.value_or(1), Style()), options.form);
    if (options.write_to.empty()) {
        fmt::print("{}", text);
        return kPassed;
    }
    std::ofstream file(options.write_to, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    if (!file) return complain(options.write_to + ": " + std::strerror(errno)), kCannotRead;
    return kPassed;
}

}  // namespace glass::tools
