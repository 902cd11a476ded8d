// A check program as a child process, with limits: whatever the student's code does, the parent lives and
// writes the result.
#pragma once

#include <cstdint>
#include <string>

#include "tools/lesson_result.h"

namespace glass::tools {

struct LessonRun {
    std::string lesson{};   ///< "03"
    std::string program{};  ///< build/asan/lessons/03/check
    std::string source{};   ///< the file whose lines a crash is explained with: "exercise.cc"
    std::string folder{};   ///< where captures of failures go; is made
    std::uint64_t seed = 1;
};

/// Runs all cases; after a case in which the program dies, the cases after it run in a new process, unless
/// two had no end. Limits: 10 s of processor time a case (the program's own clock), 10 minutes for all, 1 GiB
/// of memory, 64 MiB a file, 64 KiB of text. Throws std::system_error where no process can be made.
[[nodiscard]] LessonResult run_lesson(const LessonRun& run);

}  // namespace glass::tools
