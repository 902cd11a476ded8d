#include "tools/lesson_course.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace glass::tools {
namespace {

namespace fs = std::filesystem;

Lesson read_lesson(const fs::path& folder) {
    const std::string base = folder.filename().string();
    const std::size_t dash = base.find('-');
    const KeyedText text = read_keyed(read_text_file((folder / "lesson").string()));
    Lesson lesson{.number = base.substr(0, dash),
                  .name = base.substr(dash + 1),
                  .folder = "lessons/" + base,
                  .title = value_of(text, "title"),
                  .file = value_of(text, "file")};
    const std::string minutes = value_of(text, "minutes");
    std::from_chars(minutes.data(), minutes.data() + minutes.size(), lesson.minutes);
    std::istringstream needs(value_of(text, "needs"));
    for (std::string number; needs >> number;) lesson.needs.push_back(number);
    return lesson;
}

std::vector<Lesson> read_lessons() {
    std::vector<Lesson> lessons;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("lessons", ignored))
        if (fs::exists(entry.path() / "lesson", ignored) && entry.path().filename().string().contains('-'))
            lessons.push_back(read_lesson(entry.path()));
    std::ranges::sort(lessons, {}, &Lesson::number);
    return lessons;
}

}  // namespace

std::string read_text_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

KeyedText read_keyed(const std::string& text) {
    KeyedText result;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(' ') && !result.empty()) {
            result.back().second += " " + line.substr(line.find_first_not_of(' '));
            continue;
        }
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos || line.starts_with("---")) break;
        result.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    return result;
}

std::string value_of(const KeyedText& text, const std::string& key) {
    const auto found = std::ranges::find(text, key, &KeyedText::value_type::first);
    return found == text.end() ? std::string() : found->second;
}

bool is_todo(const Lesson& lesson) {
    return read_text_file(lesson.exercise()).find("glass::todo") != std::string::npos;
}

std::expected<Course, std::string> open_course() {
    std::error_code error;
    for (fs::path at = fs::current_path(error);; at = at.parent_path()) {
        if (fs::exists(at / "lessons" / "lessons.mk", error)) {
            fs::current_path(at, error);
            return Course{.root = at.string(), .lessons = read_lessons()};
        }
        if (at == at.parent_path()) break;
    }
    return std::unexpected(
        "there is no lessons/ in this folder or above it: work inside a copy of Glass's source");
}

std::expected<const Lesson*, std::string> Course::find(const std::string& word) const {
    std::string known;
    for (const Lesson& lesson : lessons) {
        if (word == lesson.number || "0" + word == lesson.number || word == lesson.name ||
            word == lesson.number + "-" + lesson.name || word == lesson.folder)
            return &lesson;
        known += (known.empty() ? "" : ", ") + lesson.number;
    }
    return std::unexpected("there is no lesson '" + word.substr(0, 40) + "'; there are " + known);
}

}  // namespace glass::tools
