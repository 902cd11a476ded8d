// The stub: an exercise before anybody has written in it.
#pragma once

#include <string>

#include "tools/lesson_course.h"

namespace glass::tools {

/// As the repository knows it: of all versions of the file the latest of those with the most to do. Empty
/// where git knows none.
[[nodiscard]] std::string committed_stub(const Lesson& lesson);

}  // namespace glass::tools
