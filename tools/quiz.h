// Quizzes: questions about captures, which a seed makes, and whose answers our own decoder computes.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "tools/lesson_course.h"

namespace glass::tools {

/// A block of a lesson's file `quiz`; lessons/INSTRUCTOR.md says what the keys mean.
struct QuizBlock {
    std::string kind;  ///< "choice", "field", "count", "first", "last" or "sum"
    std::string ask{}, because{};
    std::string right{};               ///< choice
    std::vector<std::string> wrong{};  ///< choice
    std::string scene{}, where{}, field{};
};
/// Blocks of "key: value" lines with empty lines between. The error names the line that makes no sense.
[[nodiscard]] std::expected<std::vector<QuizBlock>, std::string> read_quiz(const std::string& text);

/// A question as it is put to one student.
struct QuizQuestion {
    std::string text;
    std::vector<std::string> choices;  ///< empty: any answer is taken
    std::string answer;                ///< of choices its letter, "b"
    std::string because;
    std::string capture;  ///< the file it is about; or empty
};
/// The questions for a seed: captures are made by our simulator, as lessons/NN-name/... would be by
/// `glass sim`, into `folder`; answers are computed from them. The error is a line.
[[nodiscard]] std::expected<std::vector<QuizQuestion>, std::string> make_quiz(
    const std::vector<QuizBlock>& blocks, std::uint64_t seed, const std::string& folder);

/// Numbers by value, 0x20 as 32; words without regard to case and blanks around them.
[[nodiscard]] bool is_right(const QuizQuestion& question, const std::string& given);

/// A seed from what a student calls himself: the same on every machine.
[[nodiscard]] std::uint64_t quiz_seed(const std::string& student);

}  // namespace glass::tools
