// Records: the lines by which a check program tells its parent what happens.
//
//   case NUMBER NAME | rfc TEXT | story TEXT | fail WHAT | form text/octets/fields | expected TEXT | actual
//   TEXT capture PATH | todo WHAT | threw WHAT | endless SECONDS | end | done
//
// A newline in a text is "\n", a backslash "\\". The parent believes nothing but this order: `done` last,
// with every case ended.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "tools/lesson_result.h"

namespace glass::tools {

/// The descriptor to which the lines go, and that of the shared page with the story so far: steps, a line
/// each, up to a zero. The page outlives the program that writes it.
inline constexpr int kRecordsFd = 3;
inline constexpr int kStoryFd = 4;
inline constexpr std::size_t kStorySize = std::size_t{64} << 10;

/// Takes what a check program wrote; what is cut off or makes no sense is left out. Appends to `cases`; the
/// last one has not `ended` where the program died in it. True: it said it was done.
[[nodiscard]] bool read_lesson_records(std::string_view records, std::vector<LessonCase>& cases);

}  // namespace glass::tools
