// The dossier: what a student reads when a check fails.
#pragma once

#include <optional>
#include <string>

#include "tools/lesson_course.h"
#include "tools/lesson_diagnosis.h"
#include "tools/lesson_result.h"
#include "tools/style.h"

namespace glass::tools {

/// All of it, for one lesson: a line for each case, and the first one that fails in full. The ladder of its
/// capture is not part of it: ask ladder_of() where it belongs.
[[nodiscard]] std::string dossier(const Lesson& lesson, const LessonResult& result,
                                  const std::optional<Diagnosis>& diagnosis, const Style& style);

/// Two values, one under the other, with what differs marked; `form` as in LessonFailure.
[[nodiscard]] std::string compared(const LessonFailure& failure, const Style& style);

}  // namespace glass::tools
