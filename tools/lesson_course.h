// The course: which lessons there are, and where their files lie.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace glass::tools {

/// lessons/NN-name/, as its file `lesson` describes it in lines of "key: value".
struct Lesson {
    std::string number{};  ///< "03", "10a"
    std::string name{};    ///< "checksum"
    std::string folder{};  ///< lessons/03-checksum
    std::string title{};   ///< "The Internet checksum"
    std::string file{};    ///< of the stack, which the exercise takes the place of: ip/checksum.cc
    unsigned minutes = 0;  ///< it takes about so long
    std::vector<std::string> needs{};  ///< numbers of lessons whose ideas it builds on

    std::string exercise() const { return folder + "/exercise.cc"; }
};

struct Course {
    std::string root{};  ///< the folder that holds lessons/; the process works in it
    std::vector<Lesson> lessons{};

    /// "3", "03", "checksum" or "03-checksum". The error is a line that says which lessons there are.
    [[nodiscard]] std::expected<const Lesson*, std::string> find(const std::string& word) const;
};

/// Looks for lessons/ in this folder and those above it, and makes the one that has it the working folder.
[[nodiscard]] std::expected<Course, std::string> open_course();

/// A whole file, or nothing where it cannot be read.
[[nodiscard]] std::string read_text_file(const std::string& path);

/// The values of a file of "key: value" lines up to the first line that is none; a value goes on in lines
/// that are indented.
using KeyedText = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] KeyedText read_keyed(const std::string& text);
[[nodiscard]] std::string value_of(const KeyedText& text, const std::string& key);

/// Whether the exercise still says glass::todo anywhere.
[[nodiscard]] bool is_todo(const Lesson& lesson);

}  // namespace glass::tools
