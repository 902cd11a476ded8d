#include "http/borders.h"

#include <algorithm>

#include "http/characters.h"
#include "http/chunked.h"
#include "http/transfer_coding.h"

namespace glass::http {

namespace {

std::unexpected<Error> no(Error error) {
    return std::unexpected(error);
}

/// The number of the only Content-Length; nothing where there is none. A list is several of them in one line,
/// even where all its numbers are the same: who joins such lines, or splits them, may keep another than we.
Result<std::optional<std::uint64_t>> only_length(const std::vector<Field>& fields) {
    std::optional<std::uint64_t> only;
    for (const Field& field : fields) {
        if (!same_name(field.name, "Content-Length")) continue;
        const std::string_view first = trim(field.value.substr(0, field.value.find(',')));
        const auto length = parse_content_length(first);
        if (!length) return no(Error::bad_content_length);
        if (only || field.value.size() != first.size()) return no(Error::several_content_lengths);
        only = length;
    }
    return only;
}

/// Steps 1 and 2: what the fields cannot change.
bool frame_by_kind(Message& m, const RequestContext* context) {
    if (m.head.kind == Kind::request) {
        if (m.head.method == "CONNECT") m.framing = Framing::tunnel;
        return m.framing == Framing::tunnel;
    }
    const int status = m.head.status;
    const bool connected = context != nullptr && context->connect && status / 100 == 2;
    if (status == 101 || connected) {
        m.framing = Framing::tunnel;
        return true;
    }
    return status / 100 == 1 || status == 204 || status == 304 || (context != nullptr && context->head);
}

}  // namespace

Result<Field> parse_field_line(std::string_view line) {
    if (is_space(line.front())) return no(Error::folded_line);
    const std::size_t colon = token_length(line);
    if (colon == 0 || colon == line.size() || line[colon] != ':') return no(Error::bad_field_name);
    const std::string_view value = trim(line.substr(colon + 1));
    if (find_control(value) != value.size()) return no(Error::bad_field_value);
    return Field{.name = line.substr(0, colon), .value = value};
}

std::optional<std::uint64_t> parse_content_length(std::string_view text) {
    constexpr std::uint64_t kMax = INT64_MAX;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!is_digit(c)) return {};
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (kMax - digit) / 10) return {};
        value = value * 10 + digit;
    }
    return text.empty() ? std::nullopt : std::optional(value);
}

Result<void> frame_body(Message& m, const RequestContext* context) {
    const bool request = m.head.kind == Kind::request;
    const auto length = only_length(m.head.fields);
    m.content_length = length.value_or(std::nullopt);
    m.framing = Framing::none;
    if (frame_by_kind(m, context)) return {};
    TransferCodings codings;
    bool has_codings = false;
    for (const Field& field : m.head.fields) {
        if (!same_name(field.name, "Transfer-Encoding")) continue;
        has_codings = true;
        codings.add(field.value);
    }
    if (has_codings) {  // steps 3 and 4
        if (!length || *length) return no(Error::length_and_coding);
        if (m.head.version < Version{1, 1}) return no(Error::transfer_coding_in_1_0);
        if (const auto error = codings.error(request)) return no(*error);
        m.framing = codings.chunked() ? Framing::chunked : Framing::close;
        return {};
    }
    if (!length) return no(length.error());  // step 5
    if (m.content_length) {
        m.framing = Framing::content_length;  // step 6
    } else if (!request) {
        m.framing = Framing::close;  // step 8; a request has no body, step 7
    }
    return {};
}

// ---- chunks ----

ChunkedDecoder::Step ChunkedDecoder::step(ip::Bytes octets) {
    Step step;
    while (step.consumed < octets.size() && state_ != State::done) {
        if (state_ == State::data) {
            const std::uint64_t n = std::min<std::uint64_t>(left_, octets.size() - step.consumed);
            step.data = octets.subspan(step.consumed, static_cast<std::size_t>(n));
            step.consumed += step.data.size();
            skip(n);
            return step;
        }
        ++overhead_;
        const char c = static_cast<char>(octets[step.consumed]);
        if (!take(c) && !take_odd(c)) {
            step.status = Status::error;
            return step;
        }
        ++step.consumed;
    }
    if (state_ == State::done) step.status = Status::done;
    return step;
}

bool ChunkedDecoder::take(char c) {
    if (state_ == State::data_cr) return c == '\r' ? go(State::data_lf) : fail(Error::bad_chunk_end);
    if (state_ == State::data_lf) return c == '\n' ? go(State::size_start) : fail(Error::bad_chunk_end);
    if (++line_ > max_line_) return fail(Error::chunk_extension_too_long);
    switch (state_) {
        case State::size_start:
        case State::size: return take_size(c);
        case State::extensions: return take_extension(c);
        case State::line_lf: return c == '\n' ? end_line() : fail(Error::bad_chunk_extension);
        default: return false;
    }
}

bool ChunkedDecoder::take_size(char c) {
    const int digit = hex_value(c);
    if (digit >= 0) {
        if (left_ >> 60 != 0) return fail(Error::bad_chunk_size);  // RFC 9112 section 7.1: overflow
        left_ = left_ << 4 | static_cast<unsigned>(digit);
        return go(State::size);
    }
    if (state_ == State::size_start) return fail(Error::bad_chunk_size);
    if (c == '\r') return go(State::line_lf);
    if (c != ';' && !is_space(c)) return fail(Error::bad_chunk_size);
    extensions_ = {};
    state_ = State::extensions;
    return take_extension(c);
}

bool ChunkedDecoder::take_extension(char c) {
    if (c == '\r' && extensions_.complete()) return go(State::line_lf);
    return extensions_.take(c) || fail(Error::bad_chunk_extension);
}

}  // namespace glass::http
