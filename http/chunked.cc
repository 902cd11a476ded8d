#include "http/chunked.h"

#include "http/characters.h"

namespace glass::http {

void ChunkedDecoder::skip(std::uint64_t octets) {
    left_ -= octets;
    data_ += octets;
    if (left_ == 0) state_ = State::data_cr;
}

bool ChunkedDecoder::end_line() {
    line_ = 0;
    cr_ = false;
    if (!lenient() && overhead_ > max_overhead_ && (overhead_ - max_overhead_) / 3 > data_)
        return fail(Error::chunk_overhead);
    return go(left_ == 0 ? State::done : State::data);
}

bool ChunkedDecoder::take_odd(char c) {
    if (!lenient() || line_ > max_line_) return false;
    switch (state_) {
        case State::size_start: notes_ |= Note::odd_chunks; return is_space(c);
        case State::size: return hex_value(c) < 0 && take_odd_size_end(c);
        case State::extensions:
        case State::line_lf:
            cr_ = state_ == State::line_lf;
            state_ = State::anything;
            return take_anything(c);
        case State::anything: return take_anything(c);
        case State::data_cr:
            if (c == '\n') notes_ |= Note::bare_lf;
            return c == '\n' && go(State::size_start);
        default: return false;
    }
}

/// Many programs stop at the first octet that is no digit. But "0x10" is not the last chunk.
bool ChunkedDecoder::take_odd_size_end(char c) {
    if (c != '\n') notes_ |= Note::odd_chunks;
    if (c != '\n' && left_ == 0) return false;
    state_ = State::anything;
    return take_anything(c);
}

bool ChunkedDecoder::take_anything(char c) {
    const bool after_cr = cr_;
    cr_ = c == '\r';
    if (c != '\n') return true;
    if (!after_cr) notes_ |= Note::bare_lf;
    return end_line();
}

}  // namespace glass::http
