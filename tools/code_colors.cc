#include "tools/code_colors.h"

#include <algorithm>
#include <iterator>

#include "http/html.h"

namespace glass::tools {
namespace {

constexpr std::string_view kKeywords[] = {
    "alignas",  "auto",      "bool",      "break",     "case",          "catch",       "char",     "class",
    "const",    "consteval", "constexpr", "constinit", "continue",      "default",     "delete",   "do",
    "double",   "else",      "enum",      "explicit",  "false",         "final",       "for",      "friend",
    "if",       "inline",    "int",       "long",      "mutable",       "namespace",   "new",      "noexcept",
    "nullptr",  "operator",  "override",  "private",   "protected",     "public",      "requires", "return",
    "short",    "signed",    "sizeof",    "static",    "static_assert", "static_cast", "struct",   "switch",
    "template", "this",      "throw",     "true",      "try",           "typename",    "union",    "unsigned",
    "using",    "virtual",   "void",      "while"};
static_assert(std::is_sorted(std::begin(kKeywords), std::end(kKeywords)));

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::size_t word_length(std::string_view code) {
    return static_cast<std::size_t>(std::ranges::find_if_not(code, is_word) - code.begin());
}

/// Up to the closing quote, or the line's end.
std::size_t text_length(std::string_view code) {
    for (std::size_t i = 1; i < code.size() && code[i] != '\n'; ++i) {
        if (code[i] == '\\') {
            ++i;
        } else if (code[i] == code[0]) {
            return i + 1;
        }
    }
    return std::min(code.find('\n'), code.size());
}

std::size_t up_to(std::string_view code, std::string_view end, std::size_t from) {
    const std::size_t at = code.find(end, from);
    return at == std::string_view::npos ? code.size() : at + (end == "\n" ? 0 : end.size());
}

struct Token {
    std::size_t length;
    char kind;  ///< of the span; ' ': none
};

/// `line_start`: nothing but blanks stands before it.
Token token_at(std::string_view code, bool line_start) {
    if (code.starts_with("//")) return {up_to(code, "\n", 0), 'c'};
    if (code.starts_with("/*")) return {up_to(code, "*/", 2), 'c'};
    if (code[0] == '#' && line_start) return {1 + word_length(code.substr(1)), 'p'};
    if (code[0] == '"' || code[0] == '\'') return {text_length(code), 's'};
    if (!is_word(code[0])) return {1, ' '};
    if (code[0] >= '0' && code[0] <= '9') return {word_length(code), 'n'};
    const std::size_t length = word_length(code);
    return {length, std::ranges::binary_search(kKeywords, code.substr(0, length)) ? 'k' : ' '};
}

}  // namespace

std::string cpp_as_html(std::string_view code) {
    std::string out;
    bool line_start = true;
    while (!code.empty()) {
        const auto [length, kind] = token_at(code, line_start);
        const std::string text = http::html_text(code.substr(0, length));
        out += kind == ' ' ? text : std::string("<span class=\"") + kind + "\">" + text + "</span>";
        line_start = code[0] == '\n' || (line_start && code[0] == ' ');
        code.remove_prefix(length);
    }
    return out;
}

}  // namespace glass::tools
