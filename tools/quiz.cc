#include "tools/quiz.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <sstream>

#include "ip/random.h"
#include "tools/quiz_capture.h"

namespace glass::tools {
namespace {

std::string trimmed(const std::string& text) {
    const std::size_t from = text.find_first_not_of(" \t\r\n");
    return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::string lower(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
    const bool hex = text.starts_with("0x");  // is_right() gives lower case
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + (hex ? 2 : 0), end, value, hex ? 16 : 10);
    return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

std::string* member_of(QuizBlock& block, const std::string& key) {
    if (key == "kind") return &block.kind;
    if (key == "ask") return &block.ask;
    if (key == "because") return &block.because;
    if (key == "right") return &block.right;
    if (key == "scene") return &block.scene;
    if (key == "where") return &block.where;
    if (key == "field") return &block.field;
    return nullptr;
}

std::expected<QuizBlock, std::string> block_of(const std::string& text) {
    QuizBlock block;
    for (const auto& [key, value] : read_keyed(text)) {
        if (key == "wrong") {
            block.wrong.push_back(value);
        } else if (std::string* const member = member_of(block, key)) {
            *member = value;
        } else {
            return std::unexpected("a quiz block has no '" + key + "'");
        }
    }
    const bool choice = block.kind == "choice";
    if (block.ask.empty() || (choice ? block.right.empty() || block.wrong.empty() : block.scene.empty()))
        return std::unexpected("a quiz block lacks something: '" + text.substr(0, 60) + "'");
    return block;
}

void replace(std::string& text, const std::string& what, const std::string& with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
}

QuizQuestion choice_of(const QuizBlock& block, ip::Random& random) {
    QuizQuestion question{
        .text = block.ask, .choices = block.wrong, .answer = {}, .because = block.because, .capture = {}};
    const std::size_t place = random.below(question.choices.size() + 1);
    question.choices.insert(question.choices.begin() + static_cast<std::ptrdiff_t>(place), block.right);
    question.answer = std::string(1, static_cast<char>('a' + place));
    return question;
}

/// A capture in which there is something to ask for: chance may leave a scene without.
constexpr std::uint64_t kOtherScene = 1'000'000;  ///< on to the next one
constexpr int kMostScenes = 20;

std::expected<QuizQuestion, std::string> question_of(const QuizBlock& block, std::uint64_t seed,
                                                     const std::string& folder, ip::Random& random) {
    if (block.kind == "choice") return choice_of(block, random);
    std::string problem;
    for (int scene = 0; scene < kMostScenes; ++scene, seed += kOtherScene) {
        const auto capture = quiz_capture(block.scene, seed, folder);
        if (!capture) return std::unexpected(capture.error());
        const auto rows = quiz_rows(*capture, block.where, block.field);
        if (!rows) return std::unexpected(rows.error());
        const auto found = answer_in(*rows, block.kind, random);
        if (!found) {
            problem = found.error();
            continue;
        }
        QuizQuestion question{.text = block.ask,
                              .choices = {},
                              .answer = found->answer,
                              .because = block.because,
                              .capture = *capture};
        for (std::string* text : {&question.text, &question.because}) {
            replace(*text, "{frame}", std::to_string(found->frame));
            replace(*text, "{answer}", found->answer);
        }
        return question;
    }
    return std::unexpected(problem + ": " + block.ask);
}

}  // namespace

std::expected<std::vector<QuizBlock>, std::string> read_quiz(const std::string& text) {
    std::vector<QuizBlock> blocks;
    std::istringstream lines(text + "\n\n");
    std::string gathered;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with('#')) continue;
        if (!line.empty()) {
            gathered += line + "\n";
        } else if (!gathered.empty()) {
            auto block = block_of(gathered);
            if (!block) return std::unexpected(block.error());
            blocks.push_back(std::move(*block));
            gathered.clear();
        }
    }
    return blocks;
}

std::expected<std::vector<QuizQuestion>, std::string> make_quiz(const std::vector<QuizBlock>& blocks,
                                                                std::uint64_t seed,
                                                                const std::string& folder) {
    std::filesystem::create_directories(folder);
    std::vector<QuizQuestion> questions;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        ip::Random random(seed, 0, i);
        auto question = question_of(blocks[i], seed, folder, random);
        if (!question) return std::unexpected(question.error());
        questions.push_back(std::move(*question));
    }
    return questions;
}

bool is_right(const QuizQuestion& question, const std::string& given) {
    const std::string own = lower(trimmed(given)), right = lower(trimmed(question.answer));
    const auto number = number_of(own), expected = number_of(right);
    return number && expected ? *number == *expected : own == right;
}

std::uint64_t quiz_seed(const std::string& student) {
    std::uint64_t hash = 14695981039346656037u;  // FNV-1a
    for (const char c : student) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
    return hash % 1000000;
}

}  // namespace glass::tools
