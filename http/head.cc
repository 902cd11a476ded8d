#include "http/head.h"

#include <cstring>

#include "http/characters.h"
#include "http/start_line.h"

namespace glass::http {

void HeadParser::reset() {
    in_fields_ = started_ = false;
    start_ = scanned_ = 0;
    notes_ = Note::none;
}

Status HeadParser::parse(ip::Bytes all) {
    // One octet over the limit tells that it is passed, whatever comes with it.
    const ip::Bytes octets = ip::first(all, limits_.head + 1);
    if (!in_fields_)
        if (const Status status = parse_start(octets); status != Status::done) return status;
    const Status status = fields_.parse(octets);
    if (status == Status::error) return fail(fields_.error(), fields_.error_at(), fields_.error_end());
    const std::size_t used = status == Status::done ? size() : octets.size();
    if (used > limits_.head) return fail(Error::head_too_long, start_, limits_.head + 1);
    return status;
}

Status HeadParser::parse_start(ip::Bytes octets) {
    const char* base = reinterpret_cast<const char*>(octets.data());
    while (scanned_ < octets.size()) {
        const void* found = std::memchr(base + scanned_, '\n', octets.size() - scanned_);
        const std::size_t lf = found != nullptr
                                   ? static_cast<std::size_t>(static_cast<const char*>(found) - base)
                                   : octets.size();
        scanned_ = lf;
        started_ = started_ || lf > start_ + 1 || (lf > start_ && base[start_] != '\r');
        if (lf > limits_.start_line) return fail(Error::start_line_too_long, start_, limits_.start_line + 1);
        if (found == nullptr) break;
        if (const Status status = take_start_line(base, lf); status != Status::need_more) return status;
    }
    return Status::need_more;
}

/// Done: the start line ends at this LF. Need more: it was an empty line before it.
Status HeadParser::take_start_line(const char* base, std::size_t lf) {
    std::size_t end = lf;
    const bool crlf = lf > start_ && base[lf - 1] == '\r';
    if (crlf) --end;
    if (!crlf && policy_ == Policy::strict) return fail(Error::bad_line_end, start_, lf + 1);
    if (!crlf) notes_ |= Note::bare_lf;
    if (end == start_) {
        notes_ |= Note::empty_lines;
        start_ = scanned_ = lf + 1;
        return Status::need_more;
    }
    const std::string_view line(base + start_, end - start_);
    Head head;
    head.notes = notes_;
    const auto parsed = kind_ == Kind::request ? parse_request_line(line, policy_, head)
                                               : parse_status_line(line, policy_, head);
    if (!parsed) return fail(parsed.error(), start_, lf + 1);
    const auto part = [base](std::string_view v) {
        return v.empty() ? Part{} : Part{static_cast<std::size_t>(v.data() - base), v.size()};
    };
    first_ = part(kind_ == Kind::request ? head.method : head.reason);
    second_ = part(head.target);
    version_part_ = part(head.version_text);
    version_ = head.version;
    status_ = head.status;
    notes_ = head.notes;
    in_fields_ = true;
    fields_.begin(lf + 1);
    return Status::done;
}

void HeadParser::view(ip::Bytes octets, Head& head) const {
    const std::string_view all = text(octets);
    head.kind = kind_;
    head.version = version_;
    head.version_text = all.substr(version_part_.at, version_part_.size);
    head.method = kind_ == Kind::request ? all.substr(first_.at, first_.size) : std::string_view();
    head.target = all.substr(second_.at, second_.size);
    head.reason = kind_ == Kind::response ? all.substr(first_.at, first_.size) : std::string_view();
    head.status = status_;
    head.notes = notes_ | fields_.notes();
    fields_.fields(octets, head.fields, head.rewritten);
}

Status HeadParser::fail(Error error, std::size_t at, std::size_t end) {
    error_ = error;
    error_at_ = at;
    error_end_ = end;
    return Status::error;
}

}  // namespace glass::http
