#include "tools/lesson_dossier.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <sstream>
#include <vector>

namespace glass::tools {
namespace {

constexpr std::size_t kMostSteps = 20;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// '^' under each column where the two differ.
std::string marks(const std::string& a, const std::string& b) {
    std::string out;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
        out += i < a.size() && i < b.size() && a[i] == b[i] ? ' ' : '^';
    out.erase(out.find_last_not_of(' ') + 1);
    return out;
}

void add_both(std::string& out, const std::string& expected, const std::string& actual, const Style& style) {
    out += "    expected  " + expected + "\n    yours     ";
    style.put(out, Ink::bad, actual);
    out += '\n';
}

/// A line, or rows of which those that are the same stand once.
void add_octets(std::string& out, const LessonFailure& failure, const Style& style) {
    constexpr const char* kIndent = "              ";
    const auto expected = lines_of(failure.expected), actual = lines_of(failure.actual);
    for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
        const std::string want = i < expected.size() ? expected[i] : "",
                          got = i < actual.size() ? actual[i] : "";
        if (want == got) {
            out += kIndent + want + "\n";
        } else {
            add_both(out, want, got, style);
            out += kIndent + marks(want, got) + "\n";
        }
    }
}

void add_fields(std::string& out, const LessonFailure& failure, const Style& style) {
    const auto expected = lines_of(failure.expected), actual = lines_of(failure.actual);
    for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
        const std::string want = i < expected.size() ? expected[i] : "",
                          got = i < actual.size() ? actual[i] : "";
        const std::string value = got.substr(std::min(got.find('=') + 1, got.size()));
        const std::string line = fmt::format("    {} {:<36} {}\n", want == got ? ' ' : '*', want, value);
        style.put(out, want == got ? Ink::plain : Ink::bad, line);
    }
}

void add_steps(std::string& out, const std::string& story) {
    const auto steps = lines_of(story);
    const std::size_t from = steps.size() > kMostSteps ? steps.size() - kMostSteps : 0;
    if (from > 0) fmt::format_to(std::back_inserter(out), "    ... {} steps before these\n", from);
    for (std::size_t i = from; i < steps.size(); ++i)
        fmt::format_to(std::back_inserter(out), "  {:>3}. {}\n", i + 1, steps[i]);
}

void add_crash(std::string& out, const LessonCrash& crash, const Style& style) {
    out += "  ";
    style.put(out, Ink::bad, crash.what);
    if (!crash.where.empty()) out += "\n  at " + crash.where;
    out += '\n';
}

void add_case(std::string& out, const LessonCase& one, const Style& style) {
    out += '\n';
    style.put(out, Ink::strong, one.name);
    out += "\n  " + one.rfc + "\n";
    const bool crashed = one.failures.empty();
    const std::string& story = crashed ? one.story : one.failures[0].story;
    if (!story.empty()) out += "\n  What happened:\n";
    add_steps(out, story);
    out += '\n';
    if (crashed) {
        if (one.crash) add_crash(out, *one.crash, style);
        return;
    }
    out += "  " + one.failures[0].what + ":\n" + compared(one.failures[0], style);
    if (one.failures.size() > 1)
        fmt::format_to(std::back_inserter(out), "  and {} more that differ in this case\n",
                       one.failures.size() - 1);
}

/// Wrapped, under a label.
void add_text(std::string& out, const std::string& label, const std::string& text, std::size_t columns) {
    if (text.empty()) return;
    const std::string indent(label.size() + 3, ' ');
    bool first = true;
    for (const std::string_view line : wrap(text, columns - indent.size(), columns - indent.size())) {
        out += first ? "  " + label + " " : indent;
        out += std::string(line) + "\n";
        first = false;
    }
}

void add_diagnosis(std::string& out, const Diagnosis& diagnosis, const Style& style) {
    const std::string sentence = fmt::format("Your code behaves {}as if it {}.",
                                             diagnosis.exact ? "exactly " : "much ", diagnosis.mutant.bug);
    out += '\n';
    style.put(out, Ink::strong, sentence);
    out += '\n';
    add_text(out, "Seen in:", diagnosis.mutant.whose, style.columns());
    add_text(out, "Look at:", diagnosis.mutant.look_at, style.columns());
}

}  // namespace

std::string compared(const LessonFailure& failure, const Style& style) {
    std::string out;
    if (failure.form == "fields") {
        out += "      expected                             yours\n";
        add_fields(out, failure, style);
    } else if (failure.form == "octets") {
        add_octets(out, failure, style);
    } else {
        add_both(out, failure.expected, failure.actual, style);
    }
    return out;
}

std::string dossier(const Lesson& lesson, const LessonResult& result,
                    const std::optional<Diagnosis>& diagnosis, const Style& style) {
    std::string out;
    style.put(out, Ink::strong, fmt::format("{} {}", lesson.number, lesson.title));
    const Outcome outcome = result.outcome();
    out += ": ";
    style.put(out, outcome == Outcome::fail ? Ink::bad : Ink::strong, to_string(outcome));
    if (!result.started) return out + "   not started\n";
    if (!result.built) return out + "   not built: make check builds it, or says why it does not compile\n";
    fmt::format_to(std::back_inserter(out), "   {} of {} cases pass", result.count(Outcome::pass),
                   result.cases.size());
    out += '\n';
    if (outcome == Outcome::pass) return out;
    for (const LessonCase& one : result.cases) {
        const Outcome of_case = one.outcome();
        out += "  ";
        style.put(out, of_case == Outcome::fail ? Ink::bad : Ink::dim, to_string(of_case));
        out += "  " + one.name + (of_case == Outcome::todo ? ": " + one.todo : "") + "\n";
    }
    const auto failing = std::ranges::find(result.cases, Outcome::fail, &LessonCase::outcome);
    if (failing == result.cases.end()) return out;
    add_case(out, *failing, style);
    if (diagnosis) add_diagnosis(out, *diagnosis, style);
    return out;
}

}  // namespace glass::tools
