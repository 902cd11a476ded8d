#include "http/chunked.h"

#include <algorithm>

#include "http/characters.h"

namespace glass::http {

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
        if (!take(static_cast<char>(octets[step.consumed]))) {
            step.status = Status::error;
            return step;
        }
        ++step.consumed;
    }
    if (state_ == State::done) step.status = Status::done;
    return step;
}

void ChunkedDecoder::skip(std::uint64_t octets) {
    left_ -= octets;
    data_ += octets;
    if (left_ == 0) state_ = State::data_cr;
}

bool ChunkedDecoder::take(char c) {
    if (state_ == State::data_cr || state_ == State::data_lf) return take_data_end(c);
    if (++line_ > max_line_) return fail(Error::chunk_extension_too_long);
    switch (state_) {
        case State::size_start:
        case State::size: return take_size(c);
        case State::anything: return take_anything(c);
        case State::quoted:
        case State::quoted_pair: return take_quoted(c);
        case State::line_lf: return c == '\n' ? end_line() : fail(Error::bad_chunk_extension);
        default: return take_extension(c);
    }
}

bool ChunkedDecoder::take_size(char c) {
    const int digit = hex_value(c);
    if (digit >= 0) {
        if (left_ >> 60 != 0) return fail(Error::bad_chunk_size);  // RFC 9112 section 7.1: overflow
        left_ = left_ << 4 | static_cast<unsigned>(digit);
        return go(State::size);
    }
    if (state_ == State::size_start) {
        if (!lenient() || !is_space(c)) return fail(Error::bad_chunk_size);
        notes_ |= Note::odd_chunks;
        return true;
    }
    if (lenient()) return take_odd_size_end(c);
    if (c == '\r') return go(State::line_lf);
    if (c == ';') return go(State::name_start);
    return is_space(c) ? go(State::after_size) : fail(Error::bad_chunk_size);
}

/// Many programs stop at the first octet that is no digit. But "0x10" is not the last chunk.
bool ChunkedDecoder::take_odd_size_end(char c) {
    const bool usual = c == '\r' || c == '\n' || c == ';';
    if (!usual) notes_ |= Note::odd_chunks;
    if (!usual && !is_space(c) && left_ == 0) return fail(Error::bad_chunk_size);
    state_ = State::anything;
    return take_anything(c);
}

/// chunk-ext = *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ), RFC 9112 section 7.1.1. White
/// space goes before something: it does not end a line.
bool ChunkedDecoder::take_extension(char c) {
    const bool whole = state_ == State::name || state_ == State::value || state_ == State::quote_end;
    const bool between =
        state_ == State::after_size || state_ == State::after_name || state_ == State::after_value;
    if (is_space(c)) {
        if (state_ == State::name) return go(State::after_name);
        return whole ? go(State::after_value) : true;
    }
    if (c == ';' && (whole || between)) return go(State::name_start);
    if (c == '=' && (state_ == State::name || state_ == State::after_name)) return go(State::value_start);
    if (c == '\r' && whole) return go(State::line_lf);
    if (c == '"' && state_ == State::value_start) return go(State::quoted);
    if (!is_token(c) || between || state_ == State::quote_end) return fail(Error::bad_chunk_extension);
    if (state_ == State::name_start) return go(State::name);
    if (state_ == State::value_start) return go(State::value);
    return true;
}

bool ChunkedDecoder::take_quoted(char c) {
    if (is_control(c)) return fail(Error::bad_chunk_extension);
    if (state_ == State::quoted_pair) return go(State::quoted);
    if (c == '\\') return go(State::quoted_pair);
    return c != '"' || go(State::quote_end);
}

bool ChunkedDecoder::take_anything(char c) {
    const bool after_cr = cr_;
    cr_ = c == '\r';
    if (c != '\n') return true;
    if (!after_cr) notes_ |= Note::bare_lf;
    return end_line();
}

bool ChunkedDecoder::take_data_end(char c) {
    if (state_ == State::data_cr && c == '\r') return go(State::data_lf);
    const bool bare = state_ == State::data_cr;
    if (c != '\n' || (bare && !lenient())) return fail(Error::bad_chunk_end);
    if (bare) notes_ |= Note::bare_lf;
    return go(State::size_start);
}

bool ChunkedDecoder::end_line() {
    line_ = 0;
    cr_ = false;
    if (!lenient() && overhead_ > max_overhead_ && (overhead_ - max_overhead_) / 3 > data_)
        return fail(Error::chunk_overhead);
    return go(left_ == 0 ? State::done : State::data);
}

bool ChunkedDecoder::go(State state) {
    state_ = state;
    return true;
}

bool ChunkedDecoder::fail(Error error) {
    error_ = error;
    return false;
}

}  // namespace glass::http
