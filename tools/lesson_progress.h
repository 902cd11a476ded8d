// Progress: what a student has done, in a plain file of the tree, lessons/progress.
#pragma once

#include <map>
#include <string>

namespace glass::tools {

struct LessonProgress {
    bool started = false, passed = false;
    bool gave_up = false;     ///< looked at our solution before the checks passed
    unsigned hints = 0;       ///< of three
    unsigned quiz_right = 0;  ///< of the best attempt
    unsigned quiz_of = 0;
};

/// By the lesson's number. A line a lesson: "03 started passed hints=1 quiz=4/5"; lines that make no sense
/// are left out.
using Progress = std::map<std::string, LessonProgress>;
[[nodiscard]] Progress read_progress(const std::string& text);
[[nodiscard]] std::string progress_text(const Progress& progress);

[[nodiscard]] Progress load_progress();
/// Throws std::system_error where the file cannot be written.
void save_progress(const Progress& progress);

}  // namespace glass::tools
