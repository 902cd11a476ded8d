#include "tools/quiz_capture.h"

#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <optional>
#include <sstream>

#include "tools/capture_loop.h"
#include "tools/quiz.h"
#include "tools/run_program.h"
#include "tools/view_fields.h"

namespace glass::tools {
namespace {

struct Condition {
    std::string field, comparison, value;
};

std::expected<std::vector<Condition>, std::string> conditions_of(const std::string& where) {
    std::vector<Condition> conditions;
    std::istringstream words(where);
    for (Condition one; words >> one.field >> one.comparison >> one.value;) {
        if (one.value.size() > 1 && one.value.starts_with('"') && one.value.ends_with('"'))
            one.value = one.value.substr(1, one.value.size() - 2);
        conditions.push_back(one);
        if (std::string word; words >> word && word != "and")
            return std::unexpected("'" + where + "': between conditions stands 'and', not '" + word + "'");
    }
    if (conditions.empty() && !where.empty()) return std::unexpected("'" + where + "' is no condition");
    return conditions;
}

std::optional<std::int64_t> number_of(const std::string& text) {
    std::int64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && stop == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// Numbers by value; other text only as equal, or not.
bool holds(const Condition& c, const std::string& cell) {
    if (c.comparison == "has") return cell.find(c.value) != std::string::npos;
    if (c.comparison == "==") return cell == c.value;
    if (c.comparison == "!=") return cell != c.value;
    const auto a = number_of(cell), b = number_of(c.value);
    if (!a || !b) return false;
    if (c.comparison == "<") return *a < *b;
    if (c.comparison == "<=") return *a <= *b;
    if (c.comparison == ">") return *a > *b;
    return c.comparison == ">=" && *a >= *b;
}

std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
        if (c == '\t') {
            cells.emplace_back();
        } else if (c != '\n') {
            cells.back() += c;
        }
    }
    return cells;
}

bool all_hold(const std::vector<Condition>& conditions, const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < conditions.size(); ++i)
        if (cells[i + 1].empty() || !holds(conditions[i], cells[i + 1])) return false;
    return true;
}

std::string sum_of(const std::vector<QuizRow>& rows) {
    std::int64_t sum = 0;
    for (const QuizRow& row : rows) sum += number_of(row.value).value_or(0);
    return std::to_string(sum);
}

}  // namespace

std::expected<std::string, std::string> quiz_capture(const std::string& scene, std::uint64_t seed,
                                                     const std::string& folder) {
    if (!scene.starts_with("--")) return scene;
    const std::string path = fmt::format("{}/{}-{}.pcapng", folder, seed, quiz_seed(scene));
    if (std::filesystem::exists(path)) return path;
    std::vector<std::string> words{"/proc/self/exe", "sim"};
    std::istringstream options(scene);
    for (std::string word; options >> word;) words.push_back(word);
    const std::string number = std::to_string(seed);
    words.insert(words.end(), {"--seed", number, "-w", path});
    static_cast<void>(output_of(std::move(words)));  // a transfer that fails makes a capture, too
    if (!std::filesystem::exists(path)) return std::unexpected("glass sim " + scene + " makes no capture");
    return path;
}

std::expected<std::vector<QuizRow>, std::string> quiz_rows(const std::string& capture,
                                                           const std::string& where,
                                                           const std::string& field) {
    const auto conditions = conditions_of(where);
    if (!conditions) return std::unexpected(conditions.error());
    std::string names = "frame.number";
    for (const Condition& one : *conditions) names += "," + one.field;
    names += "," + (field.empty() ? "frame.number" : field);
    auto columns = FieldsView::parse(names);
    if (!columns) return std::unexpected(columns.error());
    FieldsView view(std::move(*columns));

    std::vector<QuizRow> rows;
    CaptureOptions options;
    options.file = capture;
    options.show_progress = false;
    options.http = true;
    const int status = for_each_packet(options, [&](const Packet& packet, const Decoder&) {
        TextBuffer line;
        view.write(packet, line);
        const auto cells = cells_of(line.view());
        if (all_hold(*conditions, cells) && !cells.back().empty())
            rows.push_back({.frame = packet.frame.number, .value = cells.back()});
        return true;
    });
    if (status == kCannotRead) return std::unexpected("cannot read " + capture);
    return rows;
}

std::expected<QuizAnswer, std::string> answer_in(const std::vector<QuizRow>& rows, const std::string& kind,
                                                 ip::Random& random) {
    if (kind == "count") return QuizAnswer{.answer = std::to_string(rows.size())};
    if (kind == "sum") return QuizAnswer{.answer = sum_of(rows)};
    if (rows.empty()) return std::unexpected("no frame is as asked for");
    if (kind == "first") return QuizAnswer{.answer = std::to_string(rows.front().frame)};
    if (kind == "last") return QuizAnswer{.answer = std::to_string(rows.back().frame)};
    if (kind != "field") return std::unexpected("there is no question of kind '" + kind + "'");
    const QuizRow& row = rows[random.below(rows.size())];
    return QuizAnswer{.answer = row.value, .frame = row.frame};
}

}  // namespace glass::tools
