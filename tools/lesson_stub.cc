#include "tools/lesson_stub.h"

#include <sstream>

#include "tools/run_program.h"

namespace glass::tools {

std::string committed_stub(const Lesson& lesson) {
    const auto versions = output_of({"git", "log", "--format=%H", "--", lesson.exercise()});
    std::istringstream lines(versions.value_or(""));
    std::string best;
    std::size_t most = 0;
    for (std::string commit; std::getline(lines, commit);) {
        const std::string text = output_of({"git", "show", commit + ":./" + lesson.exercise()}).value_or("");
        std::size_t todo = 0;
        for (std::size_t at = 0; (at = text.find("glass::todo", at)) != std::string::npos; ++at) ++todo;
        if (todo > most) {
            most = todo;
            best = text;
        }
    }
    return best;
}

}  // namespace glass::tools
