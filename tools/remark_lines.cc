#include "tools/remark_lines.h"

#include "tools/style.h"

namespace glass::tools {
namespace {

constexpr std::string_view kBetween = " · ";
constexpr std::size_t kBetweenColumns = 3, kIndent = 2, kHttpLines = 2;

std::size_t front_octets(std::string_view text, std::size_t columns) {
    std::size_t at = 0;
    while (at < text.size()) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) ++end;
        if (display_columns(text.substr(0, end)) > columns) break;
        at = end;
    }
    return at;
}

}  // namespace

std::string cut_to(std::string_view text, std::size_t columns) {
    if (columns == 0) return {};
    if (text.size() <= columns || display_columns(text) <= columns) return std::string(text);
    // A character takes four octets at the most, but marks take no column: enough to look at.
    const std::string_view front = text.substr(0, 8 * columns);
    return std::string(front.substr(0, front_octets(front, columns - 1))) + "…";
}

std::vector<std::vector<Remark>> remark_lines(const std::vector<Remark>& remarks, std::size_t columns) {
    std::vector<std::vector<Remark>> lines;
    std::size_t used = 0;
    for (const Remark& remark : remarks) {
        const bool is_http = remark.tone == Tone::http;
        const std::string text =
            is_http ? cut_to(remark.text, kHttpLines * columns - kIndent - columns / 4) : remark.text;
        const std::size_t needed = display_columns(text);
        if (!lines.empty() && used + kBetweenColumns + needed <= columns) {
            lines.back().push_back({Tone::detail, std::string(kBetween)});
            lines.back().push_back({remark.tone, text});
            used += kBetweenColumns + needed;
            continue;
        }
        bool first = true;
        for (const std::string_view line : wrap(text, columns, columns - kIndent)) {
            const std::string indented = (first ? "" : std::string(kIndent, ' ')) + std::string(line);
            lines.push_back({{remark.tone, indented}});
            used = display_columns(indented);
            first = false;
        }
    }
    return lines;
}

}  // namespace glass::tools
