#include "tools/lesson_diagnosis.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <sstream>

namespace glass::tools {
namespace {

/// Less alike than this is no diagnosis.
constexpr double kAlike = 0.5;

std::string short_hash(const std::string& text) {
    std::uint32_t hash = 2166136261;  // FNV-1a
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
    return fmt::format("{:08x}", hash);
}

std::string place_of(const std::string& line) {
    return line.substr(0, line.rfind(" = "));
}

/// Failures both have: one whole for the same place with the same value, half for the same place; over all
/// that either has.
double likeness(const Fingerprint& a, const Fingerprint& b) {
    double common = 0;
    for (const std::string& line : a) {
        if (std::ranges::find(b, line) != b.end()) {
            common += 1;
        } else if (std::ranges::find(b, place_of(line), place_of) != b.end()) {
            common += 0.5;
        }
    }
    const auto places = static_cast<double>(a.size() + b.size());
    return places > 0 ? 2 * common / places : 0;
}

/// "NAME" lines, each followed by its failures, indented.
std::map<std::string, Fingerprint> read_fingerprints(const Lesson& lesson) {
    std::map<std::string, Fingerprint> all;
    std::istringstream lines(read_text_file(lesson.folder + "/mutants/fingerprints"));
    std::string name;
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with("  ")) {
            all[name].push_back(line.substr(2));
        } else {
            name = line;
        }
    }
    return all;
}

}  // namespace

std::vector<Mutant> read_mutants(const Lesson& lesson) {
    std::vector<Mutant> mutants;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(lesson.folder + "/mutants", ignored)) {
        if (entry.path().extension() != ".patch") continue;
        const KeyedText head = read_keyed(read_text_file(entry.path().string()));
        mutants.push_back({.name = entry.path().stem().string(),
                           .bug = value_of(head, "Bug"),
                           .whose = value_of(head, "Whose"),
                           .look_at = value_of(head, "Look at")});
    }
    std::ranges::sort(mutants, {}, &Mutant::name);
    return mutants;
}

Fingerprint fingerprint_of(const LessonResult& result) {
    Fingerprint lines;
    for (const LessonCase& one : result.cases) {
        for (const LessonFailure& failure : one.failures)
            lines.push_back(fmt::format("{}/{} = {}", one.name, failure.what, short_hash(failure.actual)));
        if (one.crash) lines.push_back(fmt::format("{}/crash = {}", one.name, one.crash->kind));
    }
    return lines;
}

std::optional<Diagnosis> diagnose(const Lesson& lesson, const LessonResult& result) {
    const Fingerprint own = fingerprint_of(result);
    const auto known = read_fingerprints(lesson);
    std::optional<Diagnosis> best;
    double best_likeness = kAlike;
    for (const Mutant& mutant : read_mutants(lesson)) {
        const auto print = known.find(mutant.name);
        if (print == known.end()) continue;
        const double like = likeness(own, print->second);
        if (like <= best_likeness) continue;
        best_likeness = like;
        best = Diagnosis{.mutant = mutant, .exact = own == print->second};
    }
    return best;
}

}  // namespace glass::tools
