#include "http/fields.h"

#include <cstring>

#include "http/borders.h"
#include "http/characters.h"

namespace glass::http {

namespace {

/// RFC 9112 section 5.2: each fold becomes a space; RFC 9110 section 5.5: so does CR or NUL.
void rewrite(std::string_view value, std::vector<char>& out) {
    for (std::size_t at = 0; at < value.size(); ++at) {
        const char c = value[at];
        if (c != '\n') {
            out.push_back(c == '\0' || c == '\r' ? ' ' : c);
            continue;
        }
        // The line end was put out as spaces, or is about to be: one space stands for all that is around it.
        while (!out.empty() && is_space(out.back())) out.pop_back();
        while (at + 1 < value.size() && (is_space(value[at + 1]) || value[at + 1] == '\r')) ++at;
        out.push_back(' ');
    }
}

}  // namespace

void FieldSectionParser::begin(std::size_t at) {
    line_ = scanned_ = at;
    first_ = true;
    skipped_ = false;
    notes_ = Note::none;
    lines_.clear();
}

Status FieldSectionParser::parse(ip::Bytes octets) {
    const char* base = reinterpret_cast<const char*>(octets.data());
    while (scanned_ < octets.size()) {
        const void* lf = std::memchr(base + scanned_, '\n', octets.size() - scanned_);
        if (lf == nullptr) {
            scanned_ = octets.size();
            break;
        }
        const auto at = static_cast<std::size_t>(static_cast<const char*>(lf) - base);
        std::size_t end = at;
        error_end_ = at + 1;
        if (end > line_ && base[end - 1] == '\r')
            --end;
        else if (policy_ == Policy::strict) {
            fail(Error::bad_line_end);
            return Status::error;
        } else {
            notes_ |= Note::bare_lf;
        }
        const bool empty = end == line_;
        if (!empty && !take_line(base, end)) return Status::error;
        line_ = scanned_ = at + 1;
        if (empty) return Status::done;
    }
    return Status::need_more;
}

bool FieldSectionParser::take_line(const char* base, std::size_t end) {
    const auto field = parse_field_line({base + line_, end - line_});
    if (!field && field.error() == Error::folded_line) return take_fold(base, end);
    first_ = skipped_ = false;
    if (lines_.size() == max_fields_) return fail(Error::too_many_fields);
    if (!field) return policy_ == Policy::strict ? fail(field.error()) : take_odd_line(base, end);
    lines_.push_back({.name = static_cast<std::uint32_t>(line_),
                      .name_size = static_cast<std::uint32_t>(field->name.size()),
                      .value = static_cast<std::uint32_t>(field->value.data() - base),
                      .value_size = static_cast<std::uint32_t>(field->value.size())});
    return true;
}

bool FieldSectionParser::take_fold(const char* base, std::size_t end) {
    if (first_) return note(Note::space_before_fields) || fail(Error::space_before_fields);
    if (!unfold_) return fail(Error::folded_line);
    if (skipped_) return true;
    Line& field = lines_.back();
    const std::string_view line = trim({base + line_, end - line_});
    if (const std::size_t at = find_control(line); at != line.size() && !note(Note::control_octets))
        return fail(Error::bad_field_value);
    notes_ |= Note::folded;
    field.rewrite = true;
    field.value_size = static_cast<std::uint32_t>(end - field.value);
    return true;
}

/// What parse_field_line() has refused, and a lenient reader takes.
bool FieldSectionParser::take_odd_line(const char* base, std::size_t end) {
    const std::string_view line(base + line_, end - line_);
    const std::size_t colon = std::min(line.find(':'), line.size());
    const std::string_view name = trim(line.substr(0, colon));
    if (colon == line.size() || name.empty()) {
        skipped_ = true;
        return note(Note::junk_line);
    }
    if (token_length(line) != colon) note(is_token(name) ? Note::space_before_colon : Note::odd_field_name);
    const std::string_view value = trim(line.substr(colon + 1));
    const bool control = find_control(value) != value.size();
    if (control) note(Note::control_octets);
    lines_.push_back(
        {.name = static_cast<std::uint32_t>(line_),
         .name_size = static_cast<std::uint32_t>(name.size()),
         .value = static_cast<std::uint32_t>(value.data() - base),
         .value_size = static_cast<std::uint32_t>(value.size()),
         .rewrite = control && value.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos});
    return true;
}

void FieldSectionParser::fields(ip::Bytes octets, std::vector<Field>& fields,
                                std::vector<char>& rewritten) const {
    const char* base = reinterpret_cast<const char*>(octets.data());
    fields.clear();
    rewritten.clear();
    std::size_t room = 0;
    for (const Line& line : lines_) room += line.rewrite ? line.value_size : 0;
    rewritten.reserve(room);  // views point into it: it must not move
    std::vector<char> value;
    for (const Line& line : lines_) {
        std::string_view sent(base + line.value, line.value_size);
        if (line.rewrite) {
            value.clear();
            rewrite(sent, value);
            const std::size_t at = rewritten.size();
            rewritten.insert(rewritten.end(), value.begin(), value.end());
            sent = trim({rewritten.data() + at, value.size()});
        }
        fields.push_back({{base + line.name, line.name_size}, sent});
    }
}

/// Policy::lenient lets it pass.
bool FieldSectionParser::note(Note note) {
    if (policy_ == Policy::strict) return false;
    notes_ |= note;
    return true;
}

bool FieldSectionParser::fail(Error error) {
    error_ = error;
    return false;
}

}  // namespace glass::http
