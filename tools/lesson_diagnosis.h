// Diagnosis: which known bug a failing exercise behaves like. Each mutant of a lesson leaves a fingerprint,
// the failures it causes; the nearest one is named.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tools/lesson_course.h"
#include "tools/lesson_result.h"

namespace glass::tools {

/// A bug that somebody really made: the head of mutants/NAME.patch.
struct Mutant {
    std::string name{};     ///< "forgotten-carry"
    std::string bug{};      ///< "folds the carries only once": after "your code behaves as if it ..."
    std::string whose{};    ///< who made it, where it was found
    std::string look_at{};  ///< what to look at
};
[[nodiscard]] std::vector<Mutant> read_mutants(const Lesson& lesson);

/// A line for each failure: "CASE/WHAT = HASH" of what came instead; crashes by their kind.
using Fingerprint = std::vector<std::string>;
[[nodiscard]] Fingerprint fingerprint_of(const LessonResult& result);

struct Diagnosis {
    Mutant mutant{};
    bool exact = false;  ///< the same failures with the same values; else only much alike
};
/// Against lessons/NN/mutants/fingerprints. Nothing where none is near.
[[nodiscard]] std::optional<Diagnosis> diagnose(const Lesson& lesson, const LessonResult& result);

}  // namespace glass::tools
