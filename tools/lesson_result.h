// The result of a lesson's checks: what the parent of a check program made of its records and its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glass::tools {

enum class Outcome : std::uint8_t { pass, fail, todo };
[[nodiscard]] std::string_view to_string(Outcome outcome);  ///< "PASS"

/// A comparison that did not hold.
struct LessonFailure {
    std::string what{};  ///< the same in every run
    std::string form{};  ///< "text", "octets" or "fields": how the two sides are laid out
    std::string expected{}, actual{};
    std::string story{};    ///< steps, a line each
    std::string capture{};  ///< a pcapng file whose last frame did it; or empty
};

/// How a check program ended where it should not have.
struct LessonCrash {
    std::string kind{};   ///< a word: "endless", "heap-buffer-overflow", "SEGV", ...
    std::string what{};   ///< a sentence
    std::string where{};  ///< "exercise.cc:17, in checksum(…)"; or empty
};

struct LessonCase {
    std::size_t number = 0;
    std::string name{};
    std::string rfc{};
    bool ended = false;
    std::string todo{};  ///< what it says is to do; or empty
    std::vector<LessonFailure> failures{};
    std::optional<LessonCrash> crash{};
    std::string story{};  ///< up to the crash

    Outcome outcome() const {
        if (!failures.empty() || crash || (!ended && todo.empty())) return Outcome::fail;
        return todo.empty() ? Outcome::pass : Outcome::todo;
    }
};

struct LessonResult {
    std::string lesson{};  ///< "03"
    std::uint64_t seed = 1;
    std::vector<LessonCase> cases{};
    std::string printed{};  ///< what the student's code wrote to standard output and error
    bool built = true;      ///< false: exercise.cc does not compile, or was not compiled yet
    bool started = true;    ///< false: exercise.cc is the stub, and nobody built it

    std::size_t count(Outcome outcome) const;
    /// TODO where it is not started; FAIL where a case fails; else TODO where a case is; else PASS.
    Outcome outcome() const;
};

}  // namespace glass::tools
