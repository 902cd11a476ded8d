// Reports: the results of all lessons for programs and grade books.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/lesson_course.h"
#include "tools/lesson_progress.h"
#include "tools/lesson_result.h"

namespace glass::tools {

/// What is known of one lesson.
struct LessonReport {
    const Lesson* lesson = nullptr;
    LessonResult result{};
    std::string text{};       ///< the dossier, plain
    std::string diagnosis{};  ///< the mutant's name, or empty
    LessonProgress progress{};
};

enum class ReportForm : std::uint8_t {
    json,        ///< one object a lesson, a line each
    junit,       ///< JUnit XML: a suite a lesson, a test a case
    csv,         ///< a line a lesson, with a heading
    gradescope,  ///< results.json: a test a lesson, of 10 points
};
[[nodiscard]] std::string report_text(const std::vector<LessonReport>& reports, ReportForm form);

}  // namespace glass::tools
