// glass lesson quiz: questions one after the other, each answered and explained.
#include <filesystem>
#include <fmt/format.h>
#include <iostream>

#include "tools/capture_loop.h"
#include "tools/command_lesson.h"
#include "tools/quiz.h"

namespace glass::tools {
namespace {

constexpr int kAllRight = 0, kSomeWrong = 1;

/// A line each, as the student gives them: from the command line, or typed.
class Answers {
public:
    explicit Answers(std::string given) : given_(std::move(given)), typed_(given_.empty()) {}

    std::optional<std::string> next() {
        if (typed_) {
            fmt::print("> ");
            std::fflush(stdout);
            std::string line;
            return std::getline(std::cin, line) ? std::optional(line) : std::nullopt;
        }
        if (given_.empty()) return std::nullopt;
        const std::size_t comma = given_.find(',');
        const std::string one = given_.substr(0, comma);
        given_.erase(0, comma == std::string::npos ? comma : comma + 1);
        return one;
    }

private:
    std::string given_;
    bool typed_;
};

void ask(const QuizQuestion& question, std::size_t number, std::size_t of) {
    fmt::print("\nQuestion {} of {}{}\n{}\n", number, of,
               question.capture.empty() ? "" : ", on " + question.capture, question.text);
    char letter = 'a';
    for (const std::string& choice : question.choices) fmt::print("  {}) {}\n", letter++, choice);
}

void print_key(const std::vector<QuizQuestion>& questions) {
    std::size_t number = 0;
    for (const QuizQuestion& question : questions) {
        ask(question, ++number, questions.size());
        fmt::print("= {}   {}\n", question.answer, question.because);
    }
}

void remember(const std::string& lesson, unsigned right, unsigned of) {
    Progress progress = load_progress();
    LessonProgress& own = progress[lesson];
    if (own.quiz_of == of && own.quiz_right >= right) return;
    own.quiz_right = right;
    own.quiz_of = of;
    save_progress(progress);
}

}  // namespace

int run_lesson_quiz(const LessonCommand& options) {
    const auto course = open_course();
    if (!course) return complain(course.error()), kCannotRead;
    const auto lesson = course->find(options.lesson);
    if (!lesson) return complain(lesson.error()), kCannotRead;
    const auto blocks = read_quiz(read_text_file((*lesson)->folder + "/quiz"));
    if (!blocks) return complain((*lesson)->folder + "/quiz: " + blocks.error()), kCannotRead;
    if (blocks->empty()) return complain("lesson " + (*lesson)->number + " has no quiz"), kCannotRead;
    const std::uint64_t seed =
        options.student.empty() ? options.seed.value_or(1) : quiz_seed(options.student);
    const auto questions = make_quiz(*blocks, seed, "build/quiz/" + (*lesson)->number);
    if (!questions) return complain((*lesson)->folder + "/quiz: " + questions.error()), kCannotRead;
    if (options.key) return print_key(*questions), kAllRight;

    fmt::print("{} {}, questions of seed {}. The captures are files: use glass on them.\n", (*lesson)->number,
               (*lesson)->title, seed);
    Answers answers(options.answers);
    unsigned right = 0, number = 0;
    const auto of = static_cast<unsigned>(questions->size());
    for (const QuizQuestion& question : *questions) {
        ask(question, ++number, of);
        const auto given = answers.next();
        if (!given) return fmt::print("\nNot finished: {} of {} answered.\n", number - 1, of), kSomeWrong;
        const bool good = is_right(question, *given);
        right += good ? 1 : 0;
        fmt::print("{} {}\n", good ? "Right." : "No: " + question.answer + ".", question.because);
    }
    fmt::print("\n{} of {} right\n", right, of);
    remember((*lesson)->number, right, of);
    return right == of ? kAllRight : kSomeWrong;
}

}  // namespace glass::tools
