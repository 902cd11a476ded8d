#include "tools/box_cells.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fmt/format.h>
#include <tuple>

#include "tools/style.h"
#include "tools/text_value.h"

namespace glass::tools {
namespace {

using Kind = Field::Kind;

constexpr std::size_t kMaxLines = 4;
constexpr std::size_t kMaxLetters = 4;  ///< of an abbreviation that is written downwards
constexpr std::size_t kLongestAbbreviation = 6;
constexpr std::uint32_t kMaxHeaderOctets = 1U << 16;

std::uint64_t bits_at(ip::Bytes header, std::uint32_t begin, std::uint32_t end) {
    std::uint64_t value = 0;
    for (std::uint32_t bit = begin; bit < end; ++bit)
        value = value << 1 | (header[bit / 8] >> (7 - bit % 8) & 1);
    return value;
}

/// The same number in the other order of octets.
std::uint64_t swapped(std::uint64_t value, std::uint32_t width) {
    std::uint64_t out = 0;
    for (std::uint32_t i = 0; i < width; i += 8) out = out << 8 | (value >> i & 0xff);
    return out;
}

/// What the field's bits say. A description may have multiplied it (header lengths, offsets in octets); only
/// headers in little-endian order are taken at its word.
std::string wire_value(const Field& field, ip::Bytes header) {
    if ((field.kind != Kind::number && field.kind != Kind::boolean) || field.width > 64)
        return value_text(field, 64);
    const std::uint64_t wire = bits_at(header, field.bit, field.bit + field.width);
    if (field.kind == Kind::boolean) return std::to_string(wire);
    Field shown = field;
    if (field.width % 8 != 0 || swapped(wire, field.width) != field.number) shown.number = wire;
    return value_text(shown);
}

Cell unnamed_cell(std::uint32_t begin, std::uint32_t end, ip::Bytes header) {
    Cell cell{begin, end, {}, {}, {}};
    if (cell.width() <= 8)
        cell.value = std::to_string(bits_at(header, begin, end));
    else if (begin % 8 == 0 && end % 8 == 0)
        append_hex(ip::first(ip::after(header, begin / 8), std::min<std::size_t>(cell.width() / 8, 64)),
                   cell.value);
    else if (cell.width() <= 64)
        cell.value = fmt::format("0x{:x}", bits_at(header, begin, end));
    return cell;
}

struct Candidate {
    const Field* field;
    std::string_view label, key;
};

/// Fields with a place that was captured, narrowest first, those with values before lists and objects. The
/// first octet of an object, as the kind of an option, takes the object's name.
std::vector<Candidate> candidates(std::span<const Field> fields, std::size_t header_octets) {
    std::vector<Candidate> out;
    const Field* object = nullptr;  // that has just been opened
    for (const Field& field : fields) {
        const std::uint64_t end = std::uint64_t{field.bit} + field.width;
        const bool names =
            object && field.kind == Kind::number && field.bit == object->bit && field.width == 8;
        if (field.width > 0 && field.info && end <= header_octets * 8)
            out.push_back(
                {&field, label_of(names ? *object : field), names ? std::string_view{} : field.info->key});
        object = field.kind == Kind::object_begin && field.info ? &field : nullptr;
    }
    const auto rank = [](const Candidate& c) {
        const bool group = c.field->kind == Kind::list_begin || c.field->kind == Kind::object_begin;
        return std::tuple(c.field->width, group, c.field);  // the fields lie in one array
    };
    std::ranges::sort(out, {}, rank);
    return out;
}

/// Cells of fields, narrowest first, where there is still room; sorted by place.
std::vector<Cell> named_cells(std::span<const Field> fields, ip::Bytes header) {
    std::vector<bool> taken(header.size() * 8);
    std::vector<Cell> cells;
    for (const Candidate& candidate : candidates(fields, header.size())) {
        const Field& field = *candidate.field;
        const auto begin = taken.begin() + field.bit;
        if (std::find(begin, begin + field.width, true) != begin + field.width) continue;
        std::fill(begin, begin + field.width, true);
        cells.push_back(
            {field.bit, field.bit + field.width, candidate.label, candidate.key, wire_value(field, header)});
    }
    std::ranges::sort(cells, {}, &Cell::begin);
    return cells;
}

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

/// "Internet Header Length" is IHL; nothing for labels that are not titles of two words or more.
std::string initials(std::string_view label) {
    constexpr std::array<std::string_view, 6> kSmall = {"of", "to", "the", "and", "for", "in"};
    std::string out;
    for (const std::string_view word : words_of(label)) {
        if (std::ranges::find(kSmall, word) != kSmall.end()) continue;
        if (!is_upper(word[0])) return {};
        // A word that is itself an abbreviation stays whole only as its first letter: "Accurate ECN" is AE.
        out += word[0];
    }
    return out.size() >= 2 ? out : std::string{};
}

/// The last part of the key in capitals, as the RFCs write flags: "flags.syn" is SYN.
std::string key_in_capitals(std::string_view key) {
    std::string out(key.substr(key.rfind('.') + 1));  // npos + 1 is 0
    for (char& c : out) {
        if (!std::isalpha(static_cast<unsigned char>(c))) return {};
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return out;
}

/// "Reserved" is Rsrvd: the first letter and the consonants, as RFC 9293's own figure has it.
std::string consonants(std::string_view label) {
    std::string out;
    for (const char c : label) {
        const bool vowel = std::string_view("aeiouAEIOU").find(c) != std::string_view::npos;
        if (out.empty() || (std::isalpha(static_cast<unsigned char>(c)) && !vowel)) out += c;
    }
    return out.size() < label.size() ? out : std::string{};
}

/// The label's words in lines of at most `columns` columns; in a column of one, its letters. Empty: it does
/// not fit.
std::vector<std::string> stacked(std::string_view label, std::size_t columns) {
    std::vector<std::string> lines;
    if (columns == 1) {
        if (label.size() > kMaxLetters || !std::ranges::all_of(label, is_upper)) return {};
        for (const char c : label) lines.emplace_back(1, c);
        return lines;
    }
    for (const std::string_view word : words_of(label)) {
        if (display_columns(word) > columns) return {};
        if (!lines.empty() && display_columns(lines.back()) + 1 + display_columns(word) <= columns)
            lines.back().append(" ").append(word);
        else
            lines.emplace_back(word);
    }
    return lines.size() < kMaxLines ? lines : std::vector<std::string>{};
}

/// The value, or as much of it as there is room for; a star where a part of it would mislead.
std::string fit_value(const std::string& value, std::size_t columns) {
    if (display_columns(value) <= columns) return value;
    const bool cut = columns >= 8;
    if (!cut) return "*";
    return std::string(wrap(value, columns - 2, columns - 2).front()) + "..";
}

/// Whether the label stands in the cell like this; then `out` has the lines.
bool fit_label(std::string_view label, const std::string& value, std::size_t columns, CellText& out) {
    if (label.empty()) return false;
    const std::string line = value.empty() ? std::string(label) : fmt::format("{} {}", label, value);
    if (display_columns(line) <= columns) {
        out.lines = {line};
        return true;
    }
    out.lines = stacked(label, columns);
    if (out.lines.empty() || display_columns(value) > columns) return false;
    if (!value.empty()) out.lines.push_back(value);
    return true;
}

}  // namespace

std::vector<Cell> cut_into_cells(std::span<const Field> fields, ip::Bytes header) {
    const auto fixed = [](const Field& f) {
        return f.info && f.info->width > 0 && f.width > 0 && f.bit == f.info->bit;
    };
    if (std::ranges::none_of(fields, fixed)) return {};
    header = ip::first(header, kMaxHeaderOctets);
    std::vector<Cell> cells;
    std::uint32_t at = 0;
    for (Cell& cell : named_cells(fields, header)) {
        if (at < cell.begin) cells.push_back(unnamed_cell(at, cell.begin, header));
        at = cell.end;
        cells.push_back(std::move(cell));
    }
    const auto end = static_cast<std::uint32_t>(header.size() * 8);
    if (at < end) cells.push_back(unnamed_cell(at, end, header));
    return cells;
}

CellText fit_cell(const Cell& cell, std::size_t columns) {
    CellText out;
    if (fit_label(cell.label, cell.value, columns, out)) return out;
    out.shortened = !cell.label.empty();
    const std::string value = fit_value(cell.value, columns);
    if (out.shortened && display_columns(cell.value) > columns && fit_label(cell.label, value, columns, out))
        return out;
    std::string letters = consonants(cell.label);
    if (columns == 1) {
        letters.resize(std::min<std::size_t>(letters.size(), 3));
        for (char& c : letters) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    std::string key = key_in_capitals(cell.key);
    if (key.size() > (columns == 1 ? 3 : 4)) key.clear();
    if (columns > 1) key.swap(letters);  // flags are known by their keys: SYN, DF
    for (const std::string& candidate : {initials(cell.label), key, letters}) {
        if (candidate.size() > kLongestAbbreviation || !fit_label(candidate, value, columns, out)) continue;
        out.abbreviation = candidate;
        return out;
    }
    out.lines = {value};
    return out;
}

}  // namespace glass::tools
