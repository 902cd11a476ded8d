#include "tools/lesson_result.h"

#include <algorithm>

namespace glass::tools {

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::pass: return "PASS";
        case Outcome::fail: return "FAIL";
        case Outcome::todo: return "TODO";
    }
    return "?";
}

std::size_t LessonResult::count(Outcome outcome) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(cases, [&](const LessonCase& one) { return one.outcome() == outcome; }));
}

Outcome LessonResult::outcome() const {
    if (!started) return Outcome::todo;
    if (!built || cases.empty() || count(Outcome::fail) > 0) return Outcome::fail;
    return count(Outcome::todo) > 0 ? Outcome::todo : Outcome::pass;
}

}  // namespace glass::tools
