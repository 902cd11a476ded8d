// What a sanitizer's report says, in a sentence, and the line of the student's file it is about.
#pragma once

#include <string_view>

#include "tools/lesson_result.h"

namespace glass::tools {

/// `report`: standard error of a check program that died; `status`: as waitpid() gave it. `source`: the
/// ending of the path of the file in question, "exercise.cc".
[[nodiscard]] LessonCrash explain_crash(std::string_view report, int status, std::string_view source);

/// "exercise.cc:17, in glass::ip::checksum(…)": the innermost call in that file; empty where there is none.
[[nodiscard]] std::string place_in(std::string_view report, std::string_view source);

}  // namespace glass::tools
