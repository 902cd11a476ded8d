#include "tools/lesson_progress.h"

#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

#include "tools/lesson_course.h"

namespace glass::tools {
namespace {

constexpr const char* kFile = "lessons/progress";

/// Two digits, and perhaps a letter.
bool is_number(const std::string& word) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (word.size() < 2 || word.size() > 3 || !is_digit(word[0]) || !is_digit(word[1])) return false;
    return word.size() == 2 || (word[2] >= 'a' && word[2] <= 'z');
}

void take(LessonProgress& lesson, const std::string& word) {
    if (word == "started") lesson.started = true;
    if (word == "passed") lesson.passed = true;
    if (word == "gave-up") lesson.gave_up = true;
    std::sscanf(word.c_str(), "hints=%u", &lesson.hints);
    std::sscanf(word.c_str(), "quiz=%u/%u", &lesson.quiz_right, &lesson.quiz_of);
}

}  // namespace

Progress read_progress(const std::string& text) {
    Progress progress;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string number;
        if (!(words >> number) || !is_number(number)) continue;
        for (std::string word; words >> word;) take(progress[number], word);
    }
    return progress;
}

std::string progress_text(const Progress& progress) {
    std::string text = "# What you have done; written by glass lesson.\n";
    for (const auto& [number, lesson] : progress) {
        text += number;
        if (lesson.started) text += " started";
        if (lesson.passed) text += " passed";
        if (lesson.gave_up) text += " gave-up";
        if (lesson.hints > 0) fmt::format_to(std::back_inserter(text), " hints={}", lesson.hints);
        if (lesson.quiz_of > 0)
            fmt::format_to(std::back_inserter(text), " quiz={}/{}", lesson.quiz_right, lesson.quiz_of);
        text += '\n';
    }
    return text;
}

Progress load_progress() {
    return read_progress(read_text_file(kFile));
}

void save_progress(const Progress& progress) {
    std::ofstream file(kFile, std::ios::binary | std::ios::trunc);
    file << progress_text(progress);
    file.close();
    if (!file) throw std::system_error(errno, std::generic_category(), kFile);
}

}  // namespace glass::tools
