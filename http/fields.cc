#include "http/fields.h"

#include <cstring>

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
        if (scanned_ == line_ && take_plain(base, octets.size())) continue;
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

/// The common case in one pass: a whole line, in which nothing is odd. False, and nothing is done, where it
/// is not.
bool FieldSectionParser::take_plain(const char* base, std::size_t size) {
    const std::string_view rest(base + line_, size - line_);
    const std::size_t colon = token_length(rest);
    if (colon == 0 || colon == rest.size() || rest[colon] != ':' || lines_.size() == max_fields_)
        return false;
    std::size_t from = colon + 1;
    while (from < rest.size() && is_space(rest[from])) ++from;
    const std::size_t end = from + find_control(rest.substr(from));
    if (rest.size() - end < 2 || rest[end] != '\r' || rest[end + 1] != '\n') return false;
    std::size_t to = end;
    while (to > from && is_space(rest[to - 1])) --to;
    lines_.push_back({static_cast<std::uint32_t>(line_), static_cast<std::uint32_t>(colon),
                      static_cast<std::uint32_t>(line_ + from), static_cast<std::uint32_t>(to - from)});
    first_ = skipped_ = false;
    line_ = scanned_ = line_ + end + 2;
    return true;
}

bool FieldSectionParser::take_line(const char* base, std::size_t end) {
    if (is_space(base[line_])) return take_fold(base, end);
    first_ = false;
    if (lines_.size() == max_fields_) return fail(Error::too_many_fields);
    return take_field(base, end);
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

bool FieldSectionParser::take_field(const char* base, std::size_t end) {
    std::size_t at = line_;
    at += token_length({base + line_, end - line_});
    skipped_ = false;
    if (at == end || at == line_ || base[at] != ':') return take_odd_name(base, end, at);
    Line line;
    line.name = static_cast<std::uint32_t>(line_);
    line.name_size = static_cast<std::uint32_t>(at - line_);
    return take_value(base, at + 1, end, line);
}

bool FieldSectionParser::take_odd_name(const char* base, std::size_t end, std::size_t name_end) {
    if (policy_ == Policy::strict) return fail(Error::bad_field_name);
    const std::string_view line(base + line_, end - line_);
    const std::size_t colon = line.find(':', name_end - line_);
    const std::string_view name = trim(line.substr(0, std::min(colon, line.size())));
    if (colon == std::string_view::npos || name.empty()) {
        skipped_ = true;
        return note(Note::junk_line);
    }
    note(is_token(name) ? Note::space_before_colon : Note::odd_field_name);
    Line field;
    field.name = static_cast<std::uint32_t>(line_);
    field.name_size = static_cast<std::uint32_t>(name.size());
    return take_value(base, line_ + colon + 1, end, field);
}

bool FieldSectionParser::take_value(const char* base, std::size_t from, std::size_t end, Line line) {
    const std::string_view value = trim({base + from, end - from});
    if (const std::size_t at = find_control(value); at != value.size()) {
        if (!note(Note::control_octets)) return fail(Error::bad_field_value);
        line.rewrite = value.find_first_of(std::string_view("\r\0", 2)) != std::string_view::npos;
    }
    line.value = static_cast<std::uint32_t>(value.data() - base);
    line.value_size = static_cast<std::uint32_t>(value.size());
    lines_.push_back(line);
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
